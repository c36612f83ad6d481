"""A search that found nothing -> which constraint is in the way, and what lifting it would give.

Each hard constraint is lifted alone and the search run again, so that what is offered is there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from chatrec.ports import CandidateSource
from chatrec.respond.facts import name_of
from chatrec.types import COLOR, Candidate, Constraints, Item, Vocabulary
from chatrec.wording import (
    capital,
    constraint_phrases,
    count,
    listed,
    measure,
    money,
    noun,
    price,
    quality_words,
)

Search: TypeAlias = Callable[[Constraints], Awaitable[Sequence[Candidate]]]
_MOST_WAYS = 3


@dataclass(frozen=True, slots=True)
class Way:
    """A constraint in the way, how many items would fit without it, and the nearest of them."""

    name: str
    count: int
    nearest: Item
    constraints: Constraints


async def ways_out(
    constraints: Constraints, search: Search, source: CandidateSource, *, by_meaning: bool
) -> list[Way]:
    """Constraints that, lifted alone, let something through: price first."""
    ways = []
    for name, loosened in constraints.standing():
        if name == "category":  # who asks for a tent is not helped by a lamp at the same price
            continue
        found = await search(loosened)
        if found:
            total = len(found) if by_meaning else await source.count(loosened)
            ways.append(Way(name, total, _nearest(name, found), loosened))
    order = {"price_max": 0, "price_min": 1}
    return sorted(ways, key=lambda w: order.get(w.name, 3 if w.name == "category" else 2))


def _nearest(name: str, found: Sequence[Candidate]) -> Item:
    """The item that misses the constraint least: the cheapest above a budget, else the best."""
    items = [c.item for c in found if c.item.price is not None]
    if name == "price_max" and items:
        return min(items, key=lambda item: item.price or 0.0)
    if name == "price_min" and items:
        return max(items, key=lambda item: item.price or 0.0)
    return found[0].item


def nothing_fits(
    constraints: Constraints, ways: Sequence[Way], vocabulary: Vocabulary
) -> tuple[str, tuple[str, ...]]:
    """What to say, and suggestions that do what it says."""
    wanted = _wanted(constraints, vocabulary)
    if not ways and constraints.wish and not constraints.category:
        return f"I found nothing in the shop for “{constraints.wish}”.", ()
    lines = [f"We have no {wanted}."]
    lines += [_told(way, constraints, vocabulary) for way in ways[:_MOST_WAYS]]
    clicks = [_click(way, constraints, vocabulary) for way in ways[:_MOST_WAYS]]
    return " ".join(lines), tuple(dict.fromkeys(click for click in clicks if click))


def _wanted(constraints: Constraints, vocabulary: Vocabulary) -> str:
    wish = f"like “{constraints.wish}”" if constraints.wish and not constraints.category else ""
    phrases = [wish, *constraint_phrases(constraints, vocabulary)]
    adjectives = quality_words(constraints)
    return " ".join([*adjectives, noun(constraints), *(phrase for phrase in phrases if phrase)])


def _told(way: Way, constraints: Constraints, vocabulary: Vocabulary) -> str:
    """What lifting the constraint would give."""
    item, group = way.nearest, way.name.partition(".")[0]
    cost = price(item)
    if way.name == "price_max":
        return f"The cheapest is {cost}."
    if way.name == "price_min":
        return f"The most expensive is {cost}."
    there = f"{_is(way.count)} {count(way.count)}"
    if group == "numeric":
        key = way.name.partition(".")[2]
        facet = vocabulary.facet(key)
        value = item.measure(key)
        known = f", at {measure(value, facet.unit if facet else None)}" if value is not None else ""
        return f"Without the limit on {name_of(key)} there {there}{known}."
    return f"{capital(_lifted(way.name, constraints))} there {there}."


def _lifted(name: str, constraints: Constraints) -> str:
    """How one says that a value is not insisted on."""
    group, _, key = name.partition(".")
    if group == "exclude":
        return f"with {listed(list(constraints.exclude[key]), 'or')} allowed"
    return f"in another {name_of(key)}" if key in (COLOR, "size") else f"with any {name_of(key)}"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _click(way: Way, constraints: Constraints, vocabulary: Vocabulary) -> str:
    """A message that lifts the constraint."""
    group, _, key = way.name.partition(".")
    item = way.nearest
    match group:
        case "price_max" if item.price is not None:
            return f"up to {money(item.price, item.currency or vocabulary.currency)}"
        case "price_min" if item.price is not None:
            return f"from {money(item.price, item.currency or vocabulary.currency)}"
        case "require":
            return f"any {name_of(key)}"
        case "exclude":
            return f"{' and '.join(constraints.exclude[key])} is fine"
        case "numeric":
            return f"any {name_of(key)}"
        case _:
            return ""


def without_limits(constraints: Constraints) -> Constraints:
    """The category and the wish alone, for when no single constraint is in the way."""
    return replace(
        Constraints(),
        wish=constraints.wish,
        category=constraints.category,
        rejected=constraints.rejected,
    )


def only_without_limits(nearest: Item, constraints: Constraints) -> str:
    """What to say when only dropping everything but the category would help."""
    cost = price(nearest)
    said = f" The nearest among our {noun(constraints)} costs {cost}." if cost else ""
    return f"Several of your limits are in the way together.{said}"
