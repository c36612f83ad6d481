"""Message + shown items -> the shown items it may point at: by place, name or superlative.

Whether "the cheapest" really points at a card, and what is asked of it, is for the model to say;
which card is the cheapest is exact.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from chatrec.types import Item, Mention
from chatrec.words import STOPWORDS, SUPERLATIVES, Token, stem, stems

_PLACES = {
    word: place
    for place, names in enumerate(
        (
            "first 1st",
            "second 2nd",
            "third 3rd",
            "fourth 4th",
            "fifth 5th",
            "sixth 6th",
            "seventh 7th",
            "eighth 8th",
            "ninth 9th",
            "tenth 10th",
        ),
        start=1,
    )
    for word in names.split()
}
_COUNTS = {"one": 1, "two": 2, "2": 2, "three": 3, "3": 3}
_NUMBERED_BY = frozenset({"number", "option", "item"})
_POINTERS = frozenset("the that this your option number nr no item".split())
_NUMBERED = re.compile(r"(?:#|\b(?:number|no\.?|nr\.?|option|item)\s?#?)(\d{1,2})\b", re.IGNORECASE)
# "like 1 but cheaper", "similar to 2": a bare number to which something is to be like.
_LIKENED = re.compile(
    r"\b(?:like|similar to|same as)\s(\d)(?=\s*(?:$|[,.?!;]|(?:but|in|only|just|and|from)\b))",
    re.IGNORECASE,
)

_LAST = "last"
_PLACE = rf"(\d|{'|'.join(_PLACES)}|{_LAST})"
_PAIRED = re.compile(
    rf"(?<![\w$€£.,-]){_PLACE}\s*(?:and|or|vs\.?|versus|&|,)\s+(?:the )?{_PLACE}(?![\w.,]\w|\w|%)",
    re.IGNORECASE,
)

# Phrase -> the fact it compares by, and whether the greatest is meant. Of two cards "the cheaper
# one" is the cheapest.
_EXTREMES: Mapping[str, tuple[str, bool]] = {
    **SUPERLATIVES,
    "cheaper": ("price", False),
    "less expensive": ("price", False),
    "pricier": ("price", True),
    "more expensive": ("price", True),
    "lighter": ("weight", False),
    "heavier": ("weight", True),
}


def label_of(place: int) -> str:
    """The model's name of a shown item: "#2" is the second card."""
    return f"#{place}"


def spot_items(text: str, message: Sequence[Token], shown: Sequence[Item]) -> Iterator[Mention]:
    """Shown items that the message may point at.

    A place ("the second one") or a name replaces the words that say it; a superlative is only
    annotated: its mention is empty and stands right behind the words.
    """
    if not shown:
        return
    for match in (*_NUMBERED.finditer(text), *_LIKENED.finditer(text)):
        yield from _card(int(match[1]), match.start(), match.end(), shown)
    for match in _PAIRED.finditer(text):
        yield from _pair(match, shown)
    yield from _by_place(message, shown)
    yield from _by_name(message, shown)
    yield from _by_value(message, shown)
    yield from _by_kind(message, shown)
    yield from _by_extreme(message, shown)


def _card(place: int, start: int, end: int, shown: Sequence[Item]) -> Iterator[Mention]:
    if 1 <= place <= len(shown):
        item_ids = (shown[place - 1].id,)
        yield Mention("item", label_of(place), start, end, item_ids=item_ids)


def _pair(match: re.Match[str], shown: Sequence[Item]) -> Iterator[Mention]:
    """Both cards of "1 and 3", "first or third"; nothing where one of them is no place."""
    named = {**_PLACES, _LAST: len(shown)}
    places = [int(word) if word.isdigit() else named[word.lower()] for word in match.groups()]
    if all(1 <= place <= len(shown) for place in places) and places[0] != places[1]:
        for group, place in enumerate(places, start=1):
            yield from _card(place, match.start(group), match.end(group), shown)


def _by_place(message: Sequence[Token], shown: Sequence[Item]) -> Iterator[Mention]:
    for at, token in enumerate(message):
        before = message[at - 1].word if at else ""
        after = message[at + 1].word if at + 1 < len(message) else ""
        if before not in _POINTERS and after not in {"one", "item", "option"}:
            continue
        count = _COUNTS.get(after, 0) if token.word == "first" else 0
        if count:  # "the first two": the first in place of the words, the others behind them
            yield from _card(1, token.start, message[at + 1].end, shown)
            for place in range(2, count + 1):
                yield from _card(place, message[at + 1].end, message[at + 1].end, shown)
            continue
        if before in _NUMBERED_BY and token.word in _COUNTS:  # "number one"
            yield from _card(_COUNTS[token.word], message[at - 1].start, token.end, shown)
            continue
        place = len(shown) if token.word == "last" else _PLACES.get(token.word, 0)
        end = message[at + 1].end if after in {"one", "item", "option"} else token.end
        yield from _card(place, token.start, end, shown)


def _by_name(message: Sequence[Token], shown: Sequence[Item]) -> Iterator[Mention]:
    """Items named by words that only one of the shown titles has: "the Ridge 28", "the Ranger".

    What an item is, its colour and its material name no card: they may be wished for anew.
    """
    titles = [set(stems(item.title)) for item in shown]
    holders = Counter(word for title in titles for word in title)
    common = {word for item in shown for word in _value_stems(item)}
    own = {w for w, n in holders.items() if n == 1 and w not in common and w not in STOPWORDS}
    at = 0
    while at < len(message):
        place, width = _named_at(message, at, titles, own)
        if place:
            yield from _card(place, message[at].start, message[at + width - 1].end, shown)
        at += max(width, 1)


def _value_stems(item: Item) -> Iterator[str]:
    for values in (item.types, *item.facets.values(), *item.mined.values()):
        for value in values:
            yield from stems(value)


def _named_at(
    message: Sequence[Token], at: int, titles: list[set[str]], own: set[str]
) -> tuple[int, int]:
    """The run of title words from ``at`` that belongs to one shown item alone.

    One word will do behind an article.
    """
    least = 1 if at and message[at - 1].word in _POINTERS else 2
    for place, title in enumerate(titles, start=1):
        run: list[str] = []
        while at + len(run) < len(message) and stem(message[at + len(run)].word) in title:
            run.append(stem(message[at + len(run)].word))
        if len(run) >= least and own & set(run):
            return place, len(run)
    return 0, 0


def _by_value(message: Sequence[Token], shown: Sequence[Item]) -> Iterator[Mention]:
    """The one card that "the amber one" fits, annotated behind the words."""
    for before, token, after in zip(message, message[1:], message[2:], strict=False):
        if before.word not in _POINTERS or after.word not in {"one", "ones"}:
            continue
        wanted = stem(token.word)
        fitting = [n for n, item in enumerate(shown, start=1) if wanted in set(_value_stems(item))]
        if len(fitting) == 1:
            yield from _card(fitting[0], after.end, after.end, shown)


def _by_kind(message: Sequence[Token], shown: Sequence[Item]) -> Iterator[Mention]:
    """The one card that is a mallet, annotated behind "the mallet"."""
    kinds = [{tuple(stems(kind)) for kind in item.types} for item in shown]
    for at, (before, _) in enumerate(pairwise(message), start=1):
        if before.word not in {"the", "that", "this"} or len(shown) < 2:
            continue
        for width in (2, 1):
            said = message[at : at + width]
            key = tuple(stem(token.word) for token in said)
            fitting = [place for place, of in enumerate(kinds, start=1) if key in of]
            if len(fitting) == 1:
                yield from _card(fitting[0], said[-1].end, said[-1].end, shown)
                break


def _by_extreme(message: Sequence[Token], shown: Sequence[Item]) -> Iterator[Mention]:
    words = [token.word for token in message]
    for at in range(1, len(words)):
        if words[at - 1] != "the":
            continue
        width = 1 if words[at] in _EXTREMES else 2
        extreme = _EXTREMES.get(" ".join(words[at : at + width]))
        if extreme is None:
            continue
        place = _extreme_place(shown, *extreme)
        end = message[at + width - 1].end
        if place:
            yield from _card(place, end, end, shown)


def _extreme_place(shown: Sequence[Item], fact: str, greatest: bool) -> int:
    known = [
        (value, place)
        for place, item in enumerate(shown, start=1)
        if (value := fact_of(item, fact)) is not None
    ]
    if not known:
        return 0
    return (max if greatest else min)(known, key=lambda pair: pair[0])[1]


def fact_of(item: Item, fact: str) -> float | None:
    """A number of an item by the name of its fact; "price" in the shop's currency."""
    return item.price if fact == "price" else item.measure(fact)
