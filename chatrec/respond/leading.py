"""A question which of the shown items is the most of something -> who leads, with the numbers.

Ties and gaps are told, and so is that no number decides: nobody asks for the softest to be told
the cheapest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from chatrec.respond import extremes
from chatrec.respond.extremes import Dimension, number, written_unit
from chatrec.respond.facts import attribute_text, measured
from chatrec.respond.telling import of_five
from chatrec.types import Item, Vocabulary
from chatrec.wording import (
    USERS,
    capital,
    count,
    listed,
    name_of,
    named,
    price,
    readable,
    speaks_of_many,
)
from chatrec.words import stem, stems, tokens

_LENGTHS = ("length", "height", "width", "depth")
_MOST = "most more highest higher longest longer biggest bigger largest larger".split()
_LEAST = "least less fewest fewer lowest lower shortest shorter smallest smaller".split()
_MORE = {**dict.fromkeys(_MOST, True), **dict.fromkeys(_LEAST, False)}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What to compare by, and how a leader is said to lead where the shopper named the measure."""

    dimension: Dimension
    most: str = ""

    def lead(self, first: Item, among: int, *, of_all: bool) -> str:
        """As in "is the lightest of the three", "has the longest blade length of the three"."""
        many = speaks_of_many(first)
        if self.most:
            end = f" of the {count(among)}" if of_all else ""
            return f"{'have' if many else 'has'} the {self.most}{end}"
        said = extremes.said if of_all else extremes.superlative
        return f"{'are' if many else 'is'} {said(self.dimension, among)}"


def answer(text: str, items: Sequence[Item], vocabulary: Vocabulary) -> str:
    """The answer to "which is the lightest?", "" to any other question or of a single item."""
    if len(items) < 2:
        return ""
    asked = _asked(text, items)
    if asked is not None:
        return _which(items, asked, vocabulary)
    other = extremes.unmeasured(text, items)
    return _undecided(f"the {other}") if other else ""


def leader(text: str, items: Sequence[Item]) -> Item | None:
    """The one item that the answer names as the most, if it names one."""
    asked = _asked(text, items)
    found = _comparable(items, asked.dimension) if asked else None
    return _first(*found, asked.dimension) if found and asked else None


def _asked(text: str, items: Sequence[Item]) -> _Asked | None:
    """A measure of the items that is named behind a degree ("longest blade"), or a known word."""
    names = {n for item in items for n in item.measures if readable(n) not in USERS}
    for degree, of in pairwise(tokens(text)):
        named_so = [n for n in names if degree in _MORE and stem(of) in stems(readable(n))]
        if len(named_so) == 1:
            dimension = Dimension((named_so[0],), _MORE[degree])
            return _Asked(dimension, f"{degree} {readable(named_so[0])}")
    known = extremes.asked_for(text)
    return _Asked(known) if known else None


def _first(name: str, told: Sequence[Item], dimension: Dimension) -> Item | None:
    """The item that has strictly the most, or least, of what all of them tell."""
    by = Dimension((name,), dimension.more)
    return extremes.extreme(told, by)


def _comparable(items: Sequence[Item], dimension: Dimension) -> tuple[str, Sequence[Item]] | None:
    """By which number to compare, and the items that tell it: all of them, or two at least."""
    name = extremes.compared_by(items, dimension)
    if name is not None:
        return name, items
    if "price" in dimension.names and len({item.currency for item in items}) > 1:
        return None
    for name in (*dimension.names, *_of_kind(items, dimension)):
        told = [item for item in items if number(item, name) is not None]
        if len(told) > 1 and len({written_unit(item, name) for item in told}) == 1:
            return name, told
    return None


def _of_kind(items: Sequence[Item], dimension: Dimension) -> list[str]:
    """The one measure that two items or more tell of such a kind ("blade length"), if it is one."""
    kinds = tuple(f" {name}" for name in dimension.names if name in _LENGTHS)
    names = {n for item in items for n in item.measures if readable(n).endswith(kinds)}
    told = [n for n in names if sum(item.measure(n) is not None for item in items) > 1]
    return told if len(told) == 1 and len(dimension.names) == 1 else []


def _which(items: Sequence[Item], asked: _Asked, vocabulary: Vocabulary) -> str:
    """Which of the items leads in a dimension, with the numbers; ties and gaps are told."""
    found = _comparable(items, asked.dimension)
    if found is None:
        return _incomparable(items, asked.dimension)
    name, told = found
    numbers = {item.id: _number(item, name, vocabulary) for item in told}
    silent = [named(item) for item in items if item.id not in numbers]
    opening = "" if name in asked.dimension.names else f"By {name_of(name)}, "
    rest = ""
    if silent:
        opening = f"Of the {count(len(told))} that tell the {name_of(name)}, "
        rest = f" {capital(_silent(silent))} does not give it."
    first = _first(name, told, asked.dimension)
    if first is None:
        ordered = sorted(told, key=lambda i: number(i, name) or 0.0, reverse=asked.dimension.more)
        level = [i for i in told if number(i, name) == number(ordered[0], name)]
        said = capital(f"{opening}{listed([named(item) for item in level])}")
        return f"{said} are level, at {numbers[level[0].id]}.{rest}"
    others = ", ".join(f"{named(i)} {numbers[i.id]}" for i in told if i.id != first.id)
    lead = asked.lead(first, len(told), of_all=not silent)
    return f"{capital(f'{opening}{named(first)}')} {lead}, at {numbers[first.id]} ({others}).{rest}"


def _incomparable(items: Sequence[Item], dimension: Dimension) -> str:
    """That the items cannot be compared, and why."""
    name = dimension.names[0]
    unknown = [named(item) for item in items if number(item, name) is None]
    if not unknown:
        unlike = "priced in different currencies" if name == "price" else "told in different units"
        why = f"they are {unlike}"
        return f"I cannot compare them by {name_of(name)}: {why}."
    sizes = [f"{size} for {named(item)}" for item in items if (size := _told(item, dimension))]
    if sizes and len(unknown) == len(items):
        most = extremes.superlative(dimension, len(items))
        return f"I cannot tell which is {most}: the listings give {listed(sizes)}."
    if len(unknown) == len(items):
        return _undecided(extremes.superlative(dimension, len(items)))
    return f"I cannot compare them by {name_of(name)}: {_silent(unknown)} does not give it."


def _silent(names: Sequence[str]) -> str:
    return f"the listing of {listed(names)}"


def _undecided(most: str) -> str:
    return f"The listings give no number that tells which is {most}."


def _told(item: Item, dimension: Dimension) -> str:
    """What a column writes of the dimension, though not as one number, or of all three lengths."""
    names = {*dimension.names, *(["dimensions"] if {*dimension.names} & {*_LENGTHS} else [])}
    told = (
        f"{readable(n)} {attribute_text(v)}"
        for n, v in item.attributes.items()
        if readable(n) in names
    )
    return next(told, "")


def _number(item: Item, name: str, vocabulary: Vocabulary) -> str:
    if name == "price":
        return price(item)
    if name == "rating":
        return of_five(item)
    told = measured(item, name, vocabulary, alone=True)
    return told or f"{number(item, name) or 0.0:,.10g} {written_unit(item, name)}"
