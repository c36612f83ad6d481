"""An audit -> one HTML page that stands alone: no scripts, nothing fetched."""

from __future__ import annotations

import math
from collections import Counter
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from chatrec.types import Facet, Item
from chatrec.wording import money
from chatrec.words import tokens
from vectorstore.audit import Audit
from vectorstore.audit.missing import FEW_WORDS
from vectorstore.audit.plots import Bar, chart, histogram, log_bins, round_numbers

_BINS, _WORDS_BINS = 32, 25
_BARS = 12
_SHOWN = 3
"""So many examples of a finding are open at once."""


def page(audit: Audit, shop: str, when: datetime) -> str:
    """The page as HTML."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = percent
    template = environment.get_template("page.html.jinja")
    return template.render(
        audit=audit,
        shop=shop,
        when=when,
        shown=_SHOWN,
        plots=[plot for plot in _plots(audit) if plot[1]],
    )


def percent(share: float) -> str:
    """A part as percent; nothing is told as none or all that is neither."""
    if 0 < share < 0.005:
        return "< 1 %"
    if 0.995 < share < 1:
        return "> 99 %"
    return f"{share:.0%}".replace("%", " %")


def _plots(audit: Audit) -> list[tuple[str, Markup, str]]:
    """Heading, plot, and what is to be seen in it."""
    odd = {e.id for f in audit.findings if f.name == "outlier prices" for e in f.examples}
    return [
        (
            "Prices",
            _prices(audit.items, odd, audit.vocabulary.currency),
            "On a scale of ratios. Marked: far from the usual price of their kind.",
        ),
        (
            "Words of description",
            _words(audit.items),
            f"Marked: under {FEW_WORDS} words, which hardly say more than a title.",
        ),
        ("Biggest categories", _categories(audit.items), "By the last name of their path."),
        (
            "What shoppers can ask for",
            _facets(audit.vocabulary.facets, len(audit.items)),
            "Part of the products of which it is known; paler where it was read out of texts.",
        ),
    ]


def _prices(items: tuple[Item, ...], odd: set[str], currency: str) -> Markup:
    prices = [(item.price, item.id in odd) for item in items if item.price]
    if not prices:
        return Markup("")
    edges = log_bins([price for price, _ in prices], _BINS)
    edges[-1] *= 1.0001  # the dearest belongs to the last bin
    bars = []
    for low, high in pairwise(edges):
        inside = [marked for price, marked in prices if low <= price < high]
        told = f"{money(low, currency)} to {money(high, currency)}: {len(inside):,} products"
        bars.append(Bar("", len(inside), told, sum(inside)))
    ratio = edges[1] / edges[0]
    ticks = [
        (_bins_to(number / edges[0], ratio), money(number, currency))
        for number in round_numbers(edges[0], edges[-1])
    ]
    return histogram(bars, ticks, f"Histogram of {len(prices)} prices")


def _bins_to(times: float, ratio: float) -> float:
    count = 0.0
    while times >= ratio:
        times, count = times / ratio, count + 1
    return count + (times - 1) / (ratio - 1)


def _words(items: tuple[Item, ...]) -> Markup:
    lengths = sorted(len(tokens(item.description)) for item in items)
    if not lengths:
        return Markup("")
    # Bins as wide as the mark is, or twice that, so that nineteen in twenty texts fit in.
    most = lengths[int(0.95 * (len(lengths) - 1))]
    step = FEW_WORDS * max(1, math.ceil(most / (FEW_WORDS * _WORDS_BINS)))
    counts = Counter(min(length // step, _WORDS_BINS - 1) for length in lengths)
    short = Counter(min(n // step, _WORDS_BINS - 1) for n in lengths if n < FEW_WORDS)
    bars = []
    for place in range(_WORDS_BINS):
        low, high = place * step, (place + 1) * step - 1
        span = f"{low} and more" if place == _WORDS_BINS - 1 else f"{low} to {high}"
        told = f"{span} words: {counts[place]:,} products"
        bars.append(Bar("", counts[place], told, short[place]))
    ticks = [(float(n), str(n * step)) for n in range(0, _WORDS_BINS, 5)]
    return histogram(bars, ticks, "Histogram of the words in descriptions")


def _categories(items: tuple[Item, ...]) -> Markup:
    counts = Counter(item.category[-1] for item in items if item.category)
    bars = [Bar(name, n, f"{n:,}") for name, n in counts.most_common(_BARS)]
    return chart(bars, "Products of the biggest categories") if bars else Markup("")


def _facets(facets: tuple[Facet, ...], total: int) -> Markup:
    known = sorted(facets, key=lambda facet: -facet.count)[:_BARS]
    bars = [
        Bar(f.name, f.count, percent(f.count / total), f.count if f.mined else 0) for f in known
    ]
    return chart(bars, "Coverage of facets", total) if bars else Markup("")
