"""What a shop sells and what it can be asked for. Knows no shopper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar

AttributeValue: TypeAlias = str | float | bool | tuple[str, ...]
Labels: TypeAlias = tuple[str, ...]

V = TypeVar("V")


class _Empty(Mapping[str, Any]):
    """No entries, and none can be added. Hashable, as the default of a dataclass has to be."""

    __slots__ = ()

    def __getitem__(self, key: str) -> Any:
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "{}"


NOTHING: Mapping[str, Any] = _Empty()


@dataclass(frozen=True, slots=True)
class Bounds:
    """A closed interval; None leaves a side open."""

    low: float | None = None
    high: float | None = None

    def holds(self, number: float | None) -> bool:
        """Whether the number is known and inside."""
        if number is None:
            return False
        return (self.low is None or number >= self.low) and (
            self.high is None or number <= self.high
        )

    def suits(self, span: Bounds | None) -> bool:
        """Whether a range of numbers is known, and is inside or has all of the interval in it.

        A game for 2 to 6 suits who asks for 4, and for 3 to 8 players it suits nobody surely.
        """
        if span is None:
            return False
        return self._encloses(span) or span._encloses(self)

    def _encloses(self, other: Bounds) -> bool:
        lower = self.low is None or (other.low is not None and other.low >= self.low)
        return lower and (self.high is None or (other.high is not None and other.high <= self.high))


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the things that an item stands for, told from the others by its size.

    ``sizes`` are those that it can be had in, usually one.
    """

    id: str
    sizes: Labels = ()
    price: float | None = None
    stock: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A product.

    ``attributes`` are as the shop wrote them. Items of one ``group`` are one product in several
    colours or at several prices; ``variants`` are what an item stands for where that is more than
    one thing, sold out or not. ``price`` is in units of ``currency``; floats read from equal
    decimal texts are equal, so comparing them is exact.

    The second block is made at indexing: ``types`` are what the thing is, general ones too
    ("boot", "footwear"); ``facets`` hold folded values that a column gives; ``mined`` those read
    out of title and description; ``measures`` numbers in the facet's unit,
    ``ranges`` what has two of them: all the numbers that a thing is made for ("2-4 players").
    """

    id: str
    title: str
    description: str = ""
    category: Labels = ()
    brand: str | None = None
    price: float | None = None
    currency: str | None = None
    url: str | None = None
    image_url: str | None = None
    rating: float | None = None
    stock: int | None = None
    attributes: Mapping[str, AttributeValue] = NOTHING
    group: str = ""
    variants: tuple[Variant, ...] = ()

    types: Labels = ()
    facets: Mapping[str, Labels] = NOTHING
    mined: Mapping[str, Labels] = NOTHING
    measures: Mapping[str, float] = NOTHING
    ranges: Mapping[str, Bounds] = NOTHING

    def values(self, facet: str) -> Labels:
        """Folded values of a facet: the given ones, or where none are given the mined ones."""
        if facet == TYPE:
            return self.types
        return self.facets.get(facet) or self.mined.get(facet, ())

    def measure(self, name: str) -> float | None:
        """A number of the item in its facet's unit, or None where it is unknown."""
        if name == "rating":
            return self.rating
        if name == "stock":
            return None if self.stock is None else float(self.stock)
        return self.measures.get(name)

    @property
    def text(self) -> str:
        """Title and description: what an exclusion is checked against word by word."""
        return f"{self.title}. {self.description}"


TYPE = "type"
"""Name of the facet that says what a thing is."""
COLOR = "color"
"""Name of the colour facet, whatever the shop's column is called."""
GENDER = "gender"
"""Name of the facet that says whom a thing is made for."""
UNISEX = "unisex"
"""The gender of what is made for men and women alike."""
CHILDREN = frozenset({"kids", "girls", "boys", "baby"})
"""Labels of that facet that are no grown-up's."""
ANY = "any"
"""Facet of an excluded word that belongs to no facet: checked against the item's text alone."""


def without(mapping: Mapping[str, V], key: str) -> Mapping[str, V]:
    """The mapping without one key."""
    return {k: v for k, v in mapping.items() if k != key}


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet: its folded label, how many items have it, and other names for it."""

    label: str
    count: int
    aliases: Labels = ()


@dataclass(frozen=True, slots=True)
class Facet:
    """What indexing learnt about one attribute.

    ``mined`` facets were read out of texts and given by no column. Numeric facets have ``unit``
    (None for a bare number), ``low`` and ``high``, ``types`` of which most items tell it and
    ``told_by``, those of which any does; of one that is ``ranged`` some items tell a range, and a
    number is asked for exactly. Others have ``values``, the commonest first.
    """

    name: str
    kind: Literal["value", "number"]
    values: tuple[FacetValue, ...] = ()
    unit: str | None = None
    low: float | None = None
    high: float | None = None
    count: int = 0
    mined: bool = False
    types: Labels = ()
    told_by: Labels = ()
    ranged: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the shop can be asked for: its facets, the currency, and the range of its prices.

    ``name_words`` are words of products' names that would be values elsewhere, each beside its
    neighbour as `in_name` writes them: "slate 8" is of no colour.
    """

    facets: tuple[Facet, ...] = ()
    currency: str = "USD"
    price_low: float = 0.0
    price_high: float = 0.0
    size: int = 0
    name_words: frozenset[str] = frozenset()

    def facet(self, name: str) -> Facet | None:
        """The facet of this name, if the catalogue has it."""
        return next((f for f in self.facets if f.name == name), None)


def in_name(first: str, second: str, which: int) -> str:
    """Two neighbouring words, with the one of them (0 or 1) in brackets that names no value."""
    return f"[{first}] {second}" if which == 0 else f"{first} [{second}]"
