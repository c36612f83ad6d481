"""A fact + the unit that a question asks for -> the fact with its measure in that unit beside it.

"How heavy is it in pounds?" of a listing in kilograms. Rounded values are called so.
"""

from __future__ import annotations

import re
from dataclasses import replace

from chatrec.types import Fact, Item, Vocabulary
from chatrec.units import convert, symbol, unit_of
from chatrec.wording import plain_number

_ASKED = re.compile(r"\b(?:in|many)\s+(fl\.? oz|\w+)")
_DIGITS = 3


def in_unit_asked(fact: Fact, question: str, item: Item, vocabulary: Vocabulary) -> Fact:
    """The fact, with "(about 2.65 lb)" behind its value where that is asked and not written."""
    value, facet = item.measure(fact.name), vocabulary.facet(fact.name)
    unit = facet.unit if facet else None
    asked = next(filter(None, map(unit_of, _ASKED.findall(question.casefold()))), None)
    if value is None or not unit or not asked or _is_written(asked, fact.value):
        return fact
    other = convert(value, unit, asked)
    if other is None:
        return fact
    rounded = other if _is_short(other) else float(f"{other:.{_DIGITS}g}")
    about = "" if rounded == other else "about "
    return replace(fact, value=f"{fact.value} ({about}{plain_number(rounded)} {symbol(asked)})")


def _is_short(number: float) -> bool:
    """Whether it can be told as it is: 1125 g, not 2.48016 lb."""
    return len(plain_number(number).replace(".", "")) <= _DIGITS + 1


def _is_written(unit: str, text: str) -> bool:
    return any(unit_of(word) == unit for word in re.findall(r"[^\W\d]+", text))
