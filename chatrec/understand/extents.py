"""Message -> things told by several extents at once: "30x40 cm", "2 m by 1.40 m".

Which of them is the width nobody says, so they bound nothing and are no amounts. Where the shop
has a value that writes the same extents they name it; elsewhere they are words of the wish.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from chatrec.types import Mention, Vocabulary
from chatrec.units import convert, unit_names

_NUMBER = r"\d+(?:[.,]\d+)?"


@cache
def _units() -> str:
    lengths = (name for name in unit_names() if convert(1, name, "cm") is not None)
    apart = "|".join(re.escape(name) for name in lengths if name != "in")
    return rf"\s?(?:{apart})|in"  # "in" is a preposition unless it touches the number


@cache
def _pattern() -> re.Pattern[str]:
    one = rf"{_NUMBER}(?:(?:{_units()})(?!\w))?"
    signs = rf"(?:\s?[x×*]\s?{one}){{1,2}}"
    worded = rf"(?:\sby\s{one}){{1,2}}(?<!\d)"  # "by" with a unit alone
    return re.compile(
        rf"(?<![\w#.,$€£-]){one}(?:{signs}|{worded})(?![\w%]|[.,]\d|\s?[$€£])", re.IGNORECASE
    )


def spot_extents(text: str, vocabulary: Vocabulary) -> Iterator[Mention]:
    """Each row of extents, as the value of the shop's that it names or as a word."""
    for match in _pattern().finditer(text):
        if _counts(text, match.end()) or re.fullmatch(r"\d+x\d+", match[0], re.IGNORECASE):
            continue  # "10x42" is a word as it is
        label = " ".join(match[0].lower().split())
        named = _value(label, vocabulary)
        if named is None:
            yield Mention("word", label, match.start(), match.end())
        else:
            facet, value = named
            yield Mention("value", value, *match.span(), facet, values=(value,))


def _counts(text: str, end: int) -> bool:
    """Whether the last number is of something else: "2 x 500 ml", "2 x 50 dollars"."""
    following = re.match(r"\s?([^\W\d_]+)", text[end:])
    return following is not None and following[1].lower() in _amount_words()


@cache
def _amount_words() -> frozenset[str]:
    others = (name for name in unit_names() if convert(1, name, "cm") is None)
    return frozenset({*others, "dollars", "bucks", "euros", "euro", "quid", "each", "k"})


def _value(said: str, vocabulary: Vocabulary) -> tuple[str, str] | None:
    """The facet and the value that write these extents, in whichever order."""
    wanted = _key(said)
    for facet in vocabulary.facets:
        for value in facet.values:
            if value.label[:1].isdigit() and _key(value.label) == wanted:
                return facet.name, value.label
    return None


def _key(label: str) -> tuple[tuple[str, ...], str]:
    """The numbers in order, and the unit if one is told of them all."""
    numbers = sorted(f"{float(n.replace(',', '.')):g}" for n in re.findall(_NUMBER, label))
    units = set(re.findall(r"[^\W\dx_]+|[\"″]", label.lower())) - {"by"}
    return tuple(numbers), units.pop() if len(units) == 1 else "".join(sorted(units))
