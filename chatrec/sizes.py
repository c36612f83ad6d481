"""Sizes as shops and shoppers write them -> the ends of a range, letters from words, their order.

Sizes are what people wear or choose: numbers, letters ("XL"), and ranges of whole numbers
("40-43"). A number is the same size in whichever system it is said: none is converted. Knows
nothing of items or messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

SIZE = "size"
"""The facet, and the attribute, that lists sizes, whatever the shop calls its own."""
SYSTEMS = ("eu", "uk", "us")
"""What may stand before a number to say whose sizes it is one of."""
LETTERS = ("xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl")
"""The sizes that are written in letters, the smallest first."""
WORDS = {"small": "s", "medium": "m", "large": "l"}
"""The words for sizes -> their letters."""
LETTERED = r"\d?[Xx]{1,4}[SsLl]|[SsMmLl]"
"""The pattern of a size in letters, wider ones than `LETTERS` included: "XXXXL", "3xl"."""
CAPITALS = r"X{1,4}[SL]|[SML]"
"""The pattern of one in nothing but capitals."""

_DASH = r"\s*[-\u2010-\u2014]\s*"
_RANGE = re.compile(rf"(?P<low>\d{{1,3}}){_DASH}(?P<high>\d{{1,3}})")


def ends(label: str) -> tuple[int, int] | None:
    """The ends of a range, as they stand: "40-43" is (40, 43); None of any other label."""
    match = _RANGE.fullmatch(label.strip())
    return (int(match["low"]), int(match["high"])) if match else None


def in_order(labels: Iterable[str]) -> list[str]:
    """Lettered sizes first, from the smallest and in upper case, then numbers, then the rest.

    A range has its place by its lower end.
    """
    return sorted(map(written, labels), key=_place)


def written(label: str) -> str:
    """A size as one writes it: letters in upper case, any other as it is."""
    return label.upper() if label.lower() in LETTERS else label


def _place(label: str) -> tuple[int, float, str]:
    if label.lower() in LETTERS:
        return 0, float(LETTERS.index(label.lower())), ""
    first = re.split(_DASH, label)[0].replace(",", ".")
    number = first.replace(".", "", 1).isdecimal()
    return (1, float(first), "") if number else (2, 0.0, label)
