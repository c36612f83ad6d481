"""Numbers -> plots as inline SVG, drawn with the classes of the page that shows them.

Knows nothing of items. Each bar has a `title`, which browsers show on pointing and screen readers
read.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

_WIDTH, _HEIGHT = 640, 220
_LEFT, _BOTTOM, _TOP = 44, 30, 14
_GAP, _LEAST = 2.0, 2.5
_ROW, _LABEL, _COUNT = 26, 190, 70
_TICKS = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a histogram or chart. ``marked`` bars are drawn in the colour of an alarm."""

    label: str
    value: float
    told: str
    marked: float = 0.0


def histogram(bars: Sequence[Bar], ticks: Sequence[tuple[float, str]], told: str) -> Markup:
    """Upright bars side by side.

    ``ticks``: where along the axis, in bars from the left, and what stands there.
    """
    most = max((bar.value for bar in bars), default=0.0) or 1.0
    top = _round_up(most)
    high = _HEIGHT - _BOTTOM - _TOP
    step = (_WIDTH - _LEFT) / max(len(bars), 1)
    parts = [_grid(top, high)]
    for place, bar in enumerate(bars):
        x, wide = _LEFT + place * step + _GAP / 2, step - _GAP
        whole = max(high * bar.value / top, _LEAST if bar.value else 0.0)
        alarm = max(high * bar.marked / top, _LEAST if bar.marked else 0.0)
        base = _HEIGHT - _BOTTOM
        drawn = _rect("bar", x, base - whole, wide, whole - alarm)
        drawn += _rect("bar alarm", x, base - alarm, wide, alarm)
        parts.append(Markup("<g><title>{}</title>{}</g>").format(bar.told, drawn))
    for at, text in ticks:
        parts.append(_text("tick", _LEFT + at * step, _HEIGHT - _BOTTOM + 18, text, "middle"))
    return _svg(_WIDTH, _HEIGHT, told, parts)


def chart(bars: Sequence[Bar], told: str, most: float | None = None) -> Markup:
    """Lying bars under each other, label left and text right; ``marked`` parts drawn paler."""
    top = most or max((bar.value for bar in bars), default=0.0) or 1.0
    width = _WIDTH - _LABEL - _COUNT
    parts = []
    for place, bar in enumerate(bars):
        y = place * _ROW
        whole = max(width * bar.value / top, 1.5 if bar.value else 0.0)
        pale = width * bar.marked / top
        drawn = _text("label", _LABEL - 10, y + 17, _short(bar.label), "end")
        drawn += _rect("track", _LABEL, y + 5, width, 16)
        drawn += _rect("bar", _LABEL, y + 5, whole - pale, 16)
        drawn += _rect("bar pale", _LABEL + whole - pale, y + 5, pale, 16)
        drawn += _text("tick", _LABEL + width + 10, y + 17, bar.told, "start")
        parts.append(Markup("<g><title>{}: {}</title>{}</g>").format(bar.label, bar.told, drawn))
    return _svg(_WIDTH, max(len(bars), 1) * _ROW, told, parts)


def log_bins(values: Sequence[float], count: int) -> list[float]:
    """Edges of ``count`` bins of equal ratio that hold all the values, which are above 0."""
    low, high = math.log10(min(values)), math.log10(max(values))
    if high - low < 0.1:
        low, high = low - 0.1, high + 0.1
    return [10 ** (low + (high - low) * n / count) for n in range(count + 1)]


def round_numbers(low: float, high: float) -> list[float]:
    """1, 2, 5, 10, 20 ... between two numbers; powers of ten alone where these are many."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    digits = (1,) if len(powers) > _TICKS else (1, 2, 5)
    return [d * 10.0**p for p in powers for d in digits if low <= d * 10.0**p <= high]


def _round_up(number: float) -> float:
    power: float = 10.0 ** math.floor(math.log10(number))
    return next(d * power for d in (1, 2, 2.5, 4, 5, 8, 10) if d * power >= number)


def _grid(top: float, high: float) -> Markup:
    lines = Markup("")
    for n in range(_TICKS + 1):
        y = _HEIGHT - _BOTTOM - high * n / _TICKS
        lines += Markup('<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(
            _LEFT, _WIDTH, y, y
        )
        if (number := top * n / _TICKS).is_integer():
            lines += _text("tick", _LEFT - 8, y + 4, f"{number:,.0f}", "end")
    return lines


def _rect(name: str, x: float, y: float, width: float, height: float) -> Markup:
    if width <= 0 or height <= 0:
        return Markup("")
    return Markup(
        '<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="2"/>'
    ).format(name, x, y, width, height)


def _text(name: str, x: float, y: float, text: str, anchor: str) -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(
        name, x, y, anchor, text
    )


def _svg(width: int, height: int, told: str, parts: Sequence[Markup]) -> Markup:
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        width, height, told, Markup("").join(parts)
    )


def _short(label: str, most: int = 26) -> str:
    return label if len(label) <= most else f"{label[: most - 1]}…"
