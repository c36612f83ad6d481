"""Shown items -> which one is the cheapest, the lightest, the best rated; exactly.

A comparison holds only where the number is known of every item compared, and strictly: of two
that cost the same neither is the cheaper. Knows the words for each comparison and no others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from chatrec.types import Item
from chatrec.wording import count

SIZES = ("capacity", "volume", "diameter", "screen_size", "length", "height", "width", "depth")


class Dimension(NamedTuple):
    """A number of items and which end of it is meant; any of ``names`` that all items have."""

    names: tuple[str, ...]
    more: bool


_PRICE, _WEIGHT, _RATING = ("price",), ("weight",), ("rating",)
CHEAPEST = Dimension(_PRICE, more=False)
BEST_RATED = Dimension(_RATING, more=True)
LIGHTEST = Dimension(_WEIGHT, more=False)
LARGEST = Dimension(SIZES, more=True)
SMALLEST = Dimension(SIZES, more=False)
DEAREST = Dimension(_PRICE, more=True)
HEAVIEST = Dimension(_WEIGHT, more=True)

# Dimension -> how it is said of one of three or more, and of one of two.
_SPOKEN: Mapping[Dimension, tuple[str, str]] = {
    CHEAPEST: ("cheapest", "cheaper"),
    BEST_RATED: ("best rated", "better rated"),
    LIGHTEST: ("lightest", "lighter"),
    LARGEST: ("largest", "larger"),
    SMALLEST: ("smallest", "smaller"),
    DEAREST: ("most expensive", "more expensive"),
    HEAVIEST: ("heaviest", "heavier"),
}

WORDS: Mapping[str, Dimension] = {
    **dict.fromkeys(("cheapest", "cheaper", "least expensive", "less expensive"), CHEAPEST),
    **dict.fromkeys(("most affordable", "more affordable", "lowest priced"), CHEAPEST),
    **dict.fromkeys(("lowest price", "lower price", "least costly", "less costly"), CHEAPEST),
    **dict.fromkeys(("most expensive", "more expensive", "priciest", "pricier"), DEAREST),
    **dict.fromkeys(("highest price", "higher price", "dearest", "dearer"), DEAREST),
    **dict.fromkeys(("best rated", "highest rated", "top rated", "better rated"), BEST_RATED),
    **dict.fromkeys(("highest rating", "best rating", "higher rated", "better rating"), BEST_RATED),
    **dict.fromkeys(("higher rating", "best reviewed"), BEST_RATED),
    **dict.fromkeys(("lowest rated", "lowest rating"), Dimension(_RATING, more=False)),
    **dict.fromkeys(("lightest", "lighter", "least heavy", "less heavy"), LIGHTEST),
    **dict.fromkeys(("lightest weight", "most lightweight", "more lightweight"), LIGHTEST),
    **dict.fromkeys(("heaviest", "heavier"), HEAVIEST),
    **dict.fromkeys(("largest", "larger", "biggest", "bigger", "roomiest", "roomier"), LARGEST),
    **dict.fromkeys(("most spacious", "more spacious"), LARGEST),
    **dict.fromkeys(("smallest", "smaller", "most compact", "more compact"), SMALLEST),
    **dict.fromkeys(("longest", "longer"), Dimension(("length",), more=True)),
    **dict.fromkeys(("shortest", "shorter"), Dimension(("length",), more=False)),
    **dict.fromkeys(("tallest", "taller"), Dimension(("height",), more=True)),
    **dict.fromkeys(("widest", "wider"), Dimension(("width",), more=True)),
    **dict.fromkeys(("narrowest", "narrower"), Dimension(("width",), more=False)),
    **dict.fromkeys(("deepest", "deeper"), Dimension(("depth",), more=True)),
}
"""Comparing words and word pairs -> what has to be compared for them to be true."""


def number(item: Item, name: str) -> float | None:
    """The price or a measure of the item."""
    return item.price if name == "price" else item.measure(name)


def compared_by(items: Sequence[Item], dimension: Dimension) -> str | None:
    """The first of the dimension's numbers that is known of every item."""
    if "price" in dimension.names and len({item.currency for item in items}) > 1:
        return None
    for name in dimension.names:
        if items and all(number(item, name) is not None for item in items):
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


def said(dimension: Dimension, among: int) -> str:
    """How it is said of the leader: "the cheapest of the three", "the cheaper of the two"."""
    most, more = _SPOKEN[dimension]
    return f"the {most if among > 2 else more} of the {count(among)}"


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
        if leader is not None and name is not None:
            yield dimension, name, leader
