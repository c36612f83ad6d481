"""Constraints -> the one line in which the model sees what stands."""

from __future__ import annotations

from chatrec.types import Bounds, Constraints, Vocabulary
from chatrec.understand.numbers import CURRENCY_SIGNS, plain
from chatrec.understand.schema import excluded_name
from chatrec.units import symbol


def standing_line(constraints: Constraints, vocabulary: Vocabulary) -> str:
    """What stands, under the names that clear it: "type boot; budget < $60; not leather"."""
    sign = CURRENCY_SIGNS.get(vocabulary.currency, "")
    parts: list[str] = []
    if constraints.category:
        parts.append(f"type {_either(constraints.category)}")
    budget = Bounds(constraints.price_min, constraints.price_max)
    if budget != Bounds():
        parts.append(f"budget {_interval(budget, sign, '')}")
    parts += [
        f"{facet} {_either(values)}"
        for facet, values in {**constraints.require, **constraints.prefer}.items()
    ]
    for name, bounds in constraints.numeric.items():
        facet = vocabulary.facet(name)
        unit = f" {symbol(facet.unit)}" if facet and facet.unit else ""
        parts.append(f"{name} {_interval(bounds, '', unit)}")
    parts += [excluded_name(f, v) for f, values in constraints.exclude.items() for v in values]
    if constraints.wish:
        parts.append(f"wish {constraints.wish}")
    return "; ".join(parts)


def _either(values: tuple[str, ...]) -> str:
    return " or ".join(values)


def _interval(bounds: Bounds, sign: str, unit: str) -> str:
    low = "" if bounds.low is None else f"{sign}{plain(bounds.low)}{unit}"
    high = "" if bounds.high is None else f"{sign}{plain(bounds.high)}{unit}"
    if low and high:
        return f"{low} to {high}"
    return f"> {low}" if low else f"< {high}"
