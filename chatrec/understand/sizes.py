"""Message -> the sizes in it: those that the shop has, and those that are said and it has not.

Numbers alone may be a size as well as an amount; "size 140" and "in XXL" are sizes whatever the
shop has. English only.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from chatrec.sizes import CAPITALS, LETTERED, SIZE, SYSTEMS, WORDS, ends
from chatrec.types import TYPE, Item, Mention
from chatrec.understand.numbers import PRICE

_SYSTEM = "|".join(SYSTEMS)
_BEFORE_SIZE = re.compile(
    rf"\b(?:in|an?|or|and|size|sz|wear|take|am|i'?m|is|mine|{_SYSTEM}|not)$", re.IGNORECASE
)
_OF_SIZE = re.compile(
    rf"\b(?:size(?: is|'s)?|sz|wear|take|in|{_SYSTEM})\s*(?:an? )?$", re.IGNORECASE
)
_WORD = "|".join(WORDS)
_END = r"(?=\W*$|[,;.!?]| (?:for|please|pls|and|or|under|below|in)\b)"
_SAID = re.compile(
    r"\b(?:[Ss]ize|SIZE|[Ss]z)(?: is|'s)?[:\s]+(?:an? )?"
    rf"(?P<named>\d{{1,3}}|{LETTERED}|{_WORD})\b"
    rf"|\bin (?:(?:an? )?(?P<worn>{CAPITALS}|x{{1,4}}[sl]|{_WORD})"
    r"|an? (?P<letter>[sml])|(?P<last>[sml])(?=\W*$))"
    rf"{_END}"
    r"|(?:\b(?:(?:wo)?men'?s?|ladies|gents|boys'?|girls'?|kids'?) |,\s*)"
    rf"(?P<alone>{CAPITALS}){_END}"
)
_ALONE = re.compile(
    rf"\W*(?:(?:and|ok|in|an?|or|i'?m|my size is|{_SYSTEM})\s+)*"
    rf"(?P<size>\d{{1,3}}|{LETTERED})"
    r"(?:\s+(?:please|pls|plz|thanks|thx|then|for me))*\W*",
    re.IGNORECASE,
)
_BEHIND_TYPE = re.compile(rf"\s+(?P<size>{CAPITALS}){_END}")


def bare_sizes(text: str, found: Sequence[Mention], sizes: Collection[str]) -> Iterator[Mention]:
    """Bare numbers that may be a size as well as an amount: "boots in a 46", "boots 46".

    Not in a name: "the Ridge 45 backpack".
    """
    types = {m.end for m in found if m.kind == "value" and m.facet == TYPE}
    for mention in found:
        before = text[: mention.start].rstrip(" ,")
        told = len(before) in types or _BEFORE_SIZE.search(before)
        number = mention.kind == "number" and mention.facet == PRICE
        if number and told and mention.label in sizes:
            yield _size(mention.label, mention.start, mention.end)


def sizes_in_two_ends(numbers: Iterable[Mention], sizes: Collection[str]) -> Iterator[Mention]:
    """The ranges of bare numbers that the shop has as a size, as that size: "socks 39-42"."""
    ranges: dict[tuple[float | None, ...], str] = {
        span: size for size in sizes if (span := ends(size)) is not None
    }
    for number in numbers:
        size = ranges.get((number.low, number.high)) if number.kind == "range" else None
        if size and number.facet == PRICE and number.label[:1].isdigit():
            yield _size(size, number.start, number.end)


def nothing_but(text: str, shown: Sequence[Item]) -> Iterator[Mention]:
    """The size that is the whole message, where what is shown comes in it: "42", "xl pls".

    "43" is the size 43-46 too.
    """
    match = _ALONE.fullmatch(text)
    if match is None:
        return
    said = match["size"].lower()
    if said.isdecimal() and int(said) <= len(shown):
        return  # "2" is a card
    labels = dict.fromkeys(label for item in shown for label in item.values(SIZE))
    within = [label for label in labels if said.isdecimal() and _holds(ends(label), int(said))]
    for label in [said] if said in labels else within[:1]:
        yield _size(label, *match.span("size"))


def _holds(span: tuple[int, int] | None, number: int) -> bool:
    return span is not None and span[0] <= number <= span[1]


def worn(text: str, sizes: Iterable[Mention]) -> list[Mention]:
    """Sizes of which the words before leave no doubt: "i wear a 44"."""
    return [size for size in sizes if _OF_SIZE.search(text[: size.start])]


def said_sizes(text: str, found: Sequence[Mention]) -> Iterator[Mention]:
    """What is called a size, or stands where one would, and was found as nothing else.

    A number is one though it was found as an amount.
    """
    matches = list(_SAID.finditer(text))
    types = (m.end for m in found if m.kind == "value" and m.facet == TYPE)
    matches += filter(None, (_BEHIND_TYPE.match(text, end) for end in types))
    for match in matches:
        group = next(name for name, said in match.groupdict().items() if said)
        start, end = match.span(group)
        within = [m for m in found if m.start < end and start < m.end]
        if all(m.kind == "number" and m.facet == PRICE and m.end == end for m in within):
            said = match[group].lower()
            yield _size(WORDS.get(said, said), start, end)


def _size(label: str, start: int, end: int) -> Mention:
    return Mention("value", label, start, end, SIZE, values=(label,))
