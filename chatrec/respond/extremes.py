"""Shown items -> which one is the cheapest, the lightest, the best rated; exactly.

A comparison holds only where the number is known of every item compared, and strictly: of two
that cost the same neither is the cheaper. Knows the words for each comparison; of others it knows
that they compare.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from chatrec.types import Item
from chatrec.units import parse_measure, symbol, unit_of
from chatrec.wording import count, readable
from chatrec.words import STOPWORDS, english, stem, stems, tokens

SIZES = ("capacity", "volume", "diameter", "screen size", "length", "height", "width", "depth")
_NOTABLE = 0.05
_AMOUNT = re.compile(
    r"(?P<minus>[-\u2212\u2013])?(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>°\s*C|mAh)",
    re.IGNORECASE,
)
_DEGREES = frozenset({"most", "more", "least", "less"})
_ADJECTIVAL = ("able", "ible", "ful", "ous", "ive", "ic", "ish", "ient", "proof")
# What ends as a comparison does and is none.
_NO_COMPARISON = frozenset(
    "later latter chest honest priest tempest earnest forest interest higher highest lower lowest "
    "greater greatest fewer fewest".split()
)


class Dimension(NamedTuple):
    """A number of items and which end of it is meant; any of ``names`` that all items have."""

    names: tuple[str, ...]
    more: bool


CHEAPEST = Dimension(("price",), more=False)
DEAREST = Dimension(("price",), more=True)
BEST_RATED = Dimension(("rating",), more=True)
WORST_RATED = Dimension(("rating",), more=False)
LIGHTEST = Dimension(("weight",), more=False)
HEAVIEST = Dimension(("weight",), more=True)
ROOMIEST = Dimension(("capacity", "volume"), more=True)
LARGEST = Dimension(SIZES, more=True)
SMALLEST = Dimension(SIZES, more=False)
LONGEST = Dimension(("length",), more=True)
SHORTEST = Dimension(("length",), more=False)
TALLEST = Dimension(("height",), more=True)
WIDEST = Dimension(("width",), more=True)
NARROWEST = Dimension(("width",), more=False)
DEEPEST = Dimension(("depth",), more=True)
BRIGHTEST = Dimension(("brightness",), more=True)
LASTING = Dimension(("battery", "battery life", "runtime", "burn time"), more=True)
POWERFUL = Dimension(("power",), more=True)
QUIETEST = Dimension(("noise",), more=False)
FOR_MANY = Dimension(("persons", "people"), more=True)
WARMEST = Dimension(("comfort temperature",), more=False)

# How each is said of one of three or more, of one of two, and what else means the same.
_SPOKEN: Mapping[Dimension, tuple[str, str, str]] = {
    CHEAPEST: (
        "cheapest",
        "cheaper",
        "least expensive,less expensive,most affordable,more affordable,lowest priced,"
        "lowest price,lower price,least costly,less costly,costs least,costs less",
    ),
    DEAREST: (
        "most expensive",
        "more expensive",
        "priciest,pricier,dearest,dearer,highest price,higher price,costs most,costs more",
    ),
    BEST_RATED: (
        "best rated",
        "better rated",
        "highest rated,top rated,highest rating,best rating,higher rated,better rating,"
        "higher rating,best reviewed",
    ),
    WORST_RATED: ("lowest rated", "lower rated", "lowest rating,lower rating,worst rated"),
    LIGHTEST: (
        "lightest",
        "lighter",
        "least heavy,less heavy,lightest weight,most lightweight,more lightweight,weighs least,"
        "weighs less",
    ),
    HEAVIEST: ("heaviest", "heavier", "weighs most,weighs more"),
    ROOMIEST: (
        "largest",
        "larger",
        "roomiest,roomier,most spacious,more spacious,holds most,holds more",
    ),
    LARGEST: ("largest", "larger", "biggest,bigger"),
    SMALLEST: ("smallest", "smaller", "most compact,more compact"),
    LONGEST: ("longest", "longer", ""),
    SHORTEST: ("shortest", "shorter", ""),
    TALLEST: ("tallest", "taller", ""),
    WIDEST: ("widest", "wider", ""),
    NARROWEST: ("narrowest", "narrower", ""),
    DEEPEST: ("deepest", "deeper", ""),
    BRIGHTEST: ("brightest", "brighter", ""),
    LASTING: ("longest lasting", "longer lasting", "lasts longest,lasts longer"),
    POWERFUL: ("most powerful", "more powerful", ""),
    QUIETEST: ("quietest", "quieter", ""),
    FOR_MANY: (
        "one for the most people",
        "one for more people",
        "most people,more people,most persons,more persons",
    ),
    WARMEST: ("warmest", "warmer", ""),
}

WORDS: Mapping[str, Dimension] = {
    word: dimension
    for dimension, (most, more, others) in _SPOKEN.items()
    for word in (most, more, *others.split(","))
    if word
}
"""Comparing words and word pairs -> what has to be compared for them to be true."""


def asked_for(text: str) -> Dimension | None:
    """What a text would have items compared by, pairs of words first; None where it is nothing."""
    words = tokens(text)
    phrases = [" ".join(words[i : i + width]) for width in (2, 1) for i in range(len(words))]
    return next((WORDS[phrase] for phrase in phrases if phrase in WORDS), None)


def unmeasured(text: str, items: Sequence[Item]) -> str:
    """A comparison in the text that no number decides ("softest", "more comfortable"), or ""."""
    if asked_for(text) is not None:
        return ""
    known = {s for item in items for told in (item.title, *item.types) for s in stems(told)}
    for word, after in pairwise([*tokens(text), ""]):
        if word in _DEGREES and after.endswith(_ADJECTIVAL) and after not in STOPWORDS:
            return f"{word} {after}"
        if stem(word) not in known and word not in STOPWORDS and _compares(word):
            return word
    return ""


def _compares(word: str) -> bool:
    """Whether a word is the comparative or superlative of another English word."""
    ending, other = ("est", "er") if word.endswith("est") else ("er", "est")
    root = word.removesuffix(ending)
    if root == word or len(root) < 3 or word in _NO_COMPARISON:
        return False
    doubled = [root[:-1]] if root[-1] == root[-2] else []
    soft = [f"{root[:-1]}y"] if root[-1] == "i" else []
    if not any(positive in english() for positive in (root, f"{root}e", *doubled, *soft)):
        return False
    rare = ending == "est" and word not in english()  # "comfiest"
    return rare or root + other in english()


def number(item: Item, name: str) -> float | None:
    """The price or a measure of the item, or an amount that no search can ask for."""
    if name == "price":
        return item.price
    told = item.measure(name)
    written = None if told is not None else _written(item, name)
    return written[0] if written else told


def written_unit(item: Item, name: str) -> str:
    """The unit of an amount that is no measure, as one writes it; "" for price and measures."""
    written = None if name == "price" or item.measure(name) is not None else _written(item, name)
    return written[1] if written else ""


def _written(item: Item, name: str) -> tuple[float, str] | None:
    """An amount in a unit that comes in one size, degrees below zero too, from its column."""
    columns = (v for n, v in item.attributes.items() if readable(n) == name and isinstance(v, str))
    amount = _AMOUNT.fullmatch(next(columns, "").strip())
    if amount is None:
        return None
    value = parse_measure(amount["number"], amount["unit"])
    return (-value if amount["minus"] else value), symbol(unit_of(amount["unit"]) or "°C")


def compared_by(items: Sequence[Item], dimension: Dimension) -> str | None:
    """The first of the dimension's numbers that is known of every item."""
    if "price" in dimension.names and len({item.currency for item in items}) > 1:
        return None
    for name in dimension.names:
        units = {written_unit(item, name) for item in items}
        if len(units) == 1 and all(number(item, name) is not None for item in items):
            return name
    return None


def extreme(items: Sequence[Item], dimension: Dimension) -> Item | None:
    """The one item that has most, or least, of it; None for a tie or where a number is unknown."""
    name = compared_by(items, dimension)
    if name is None or len(items) < 2:
        return None
    ordered = sorted(items, key=lambda i: number(i, name) or 0.0, reverse=dimension.more)
    first, second = ordered[:2]
    return first if number(first, name) != number(second, name) else None


def notable(items: Sequence[Item], dimension: Dimension, name: str) -> bool:
    """Whether the leader leads by enough to be worth a word."""
    first, second = sorted((number(i, name) or 0.0 for i in items), reverse=dimension.more)[:2]
    if name == "rating":
        return abs(first - second) > 0.05
    return abs(first - second) >= _NOTABLE * max(first, second)


def superlative(dimension: Dimension, among: int) -> str:
    """What the leader is called: "the cheapest" of three or more, "the cheaper" of two."""
    most, more, _ = _SPOKEN[dimension]
    return f"the {most if among > 2 else more}"


def said(dimension: Dimension, among: int) -> str:
    """How it is said of the leader: "the cheapest of the three", "the cheaper of the two"."""
    return f"{superlative(dimension, among)} of the {count(among)}"


def distinctions(
    items: Sequence[Item], order: Sequence[Dimension]
) -> dict[str, tuple[Dimension, str]]:
    """For each item by id at most one thing in which it leads, and by which number.

    Dimensions earlier in ``order`` are given away first, so that items differ in what is said.
    """
    given: dict[str, tuple[Dimension, str]] = {}
    for dimension, name, leader in _leaders(items, order):
        if leader.id not in given and not any(n == name for _, n in given.values()):
            given[leader.id] = (dimension, name)
    return given


def _leaders(
    items: Sequence[Item], order: Sequence[Dimension]
) -> Iterator[tuple[Dimension, str, Item]]:
    for dimension in order:
        leader, name = extreme(items, dimension), compared_by(items, dimension)
        if leader is not None and name is not None and notable(items, dimension, name):
            yield dimension, name, leader
