"""A search that found nothing -> which constraint is in the way, and what lifting it would give.

Each hard constraint is lifted alone and the search run again, so that what is offered is there.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from chatrec.ports import CandidateSource
from chatrec.respond import courtesy
from chatrec.types import COLOR, Bounds, Candidate, Constraints, Item, Vocabulary
from chatrec.units import STEP
from chatrec.wording import (
    article,
    brand_case,
    capital,
    constraint_phrases,
    count,
    listed,
    means_yes,
    measure,
    money,
    name_of,
    noun,
    price,
    quality_words,
)

Search: TypeAlias = Callable[[Constraints], Awaitable[Sequence[Candidate]]]
_MOST_WAYS = 3
_MANY = 50  # fewer than a search gives at most, so that a number told is exact


@dataclass(frozen=True, slots=True)
class Nothing:
    """What to say where nothing fits, and messages that would find something.

    ``offered`` is the one among them that the words offer to take up, or "".
    """

    text: str
    clicks: tuple[str, ...] = ()
    offered: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """A constraint in the way, how many items would fit without it, and the nearest of them."""

    name: str
    count: int
    nearest: Item


async def nothing_found(
    kept: Constraints,
    hidden: frozenset[str],
    search: Search,
    source: CandidateSource,
    *,
    offers: bool = True,
) -> Nothing:
    """What to say of a search that found nothing.

    ``hidden`` are the ids of items that were left out of it because they have been seen;
    ``search`` finds what fits other constraints. With ``offers`` the words may offer to lift what
    is in the way.
    """
    searched = replace(kept, rejected=kept.rejected | hidden)
    if hidden and await search(kept):
        return Nothing(courtesy.no_more(kept))
    ways = await _ways_out(searched, search)
    nothing = _in_the_way(searched, ways, source.vocabulary)
    if not ways:
        together = await _together(searched, search)
        return replace(nothing, text=f"{nothing.text} {together}".rstrip())
    if offers and len(ways) == len(nothing.clicks) == 1:
        offered = nothing.clicks[0]
        return replace(nothing, text=f"{nothing.text} Shall I show you?", offered=offered)
    return nothing


async def _ways_out(constraints: Constraints, search: Search) -> list[Way]:
    """Constraints that, lifted alone, let something through: price first."""
    ways = []
    for name, loosened in constraints.standing():
        if name == "category":  # who asks for a tent is not helped by a lamp at the same price
            continue
        found = await search(loosened)
        if found:
            bounds = constraints.numeric.get(name.partition(".")[2])
            nearest = await _nearest(name, loosened, found, search, bounds)
            ways.append(Way(name, len(found), nearest))
    return sorted(ways, key=lambda way: not way.name.startswith("price"))


async def _nearest(
    name: str,
    loosened: Constraints,
    found: Sequence[Candidate],
    search: Search,
    bounds: Bounds | None,
) -> Item:
    """The item that misses the constraint least: the cheapest above a budget, else the best.

    A search gives the most relevant, so the cheapest is searched for until nothing is cheaper.
    """
    best = found[0].item
    if bounds is not None:
        return min((c.item for c in found), key=partial(_beyond, name.partition(".")[2], bounds))
    while name in ("price_max", "price_min"):
        priced = [c.item for c in found if c.item.price is not None]
        if not priced:
            break
        if name == "price_max":
            best = min(priced, key=_price)
            found = await search(replace(loosened, price_max=_price(best) - STEP))
        else:
            best = max(priced, key=_price)
            found = await search(replace(loosened, price_min=_price(best) + STEP))
    return best


def _beyond(name: str, bounds: Bounds, item: Item) -> float:
    """How far the item's number lies outside; an unknown one lies farthest."""
    value = item.measure(name)
    if value is None:
        return math.inf
    below = 0.0 if bounds.low is None else bounds.low - value
    above = 0.0 if bounds.high is None else value - bounds.high
    return max(below, above, 0.0)


def _price(item: Item) -> float:
    return item.price or 0.0


def _in_the_way(constraints: Constraints, ways: Sequence[Way], vocabulary: Vocabulary) -> Nothing:
    """What is in the way, and suggestions that do what is said."""
    wanted = _wanted(constraints, vocabulary)
    if not ways and constraints.wish and not constraints.category:
        return Nothing(f"I found nothing in the shop for “{constraints.wish}”.")
    # What was turned down or is shown already is left out, and no claim may pass over it.
    lines = [f"We have no {'other ' if constraints.rejected else ''}{wanted}."]
    lines += [_told(way, constraints, vocabulary) for way in ways[:_MOST_WAYS]]
    clicks = [_click(way, constraints, vocabulary) for way in ways[:_MOST_WAYS]]
    return Nothing(" ".join(lines), tuple(dict.fromkeys(click for click in clicks if click)))


def _wanted(constraints: Constraints, vocabulary: Vocabulary) -> str:
    wish = f"like “{constraints.wish}”" if constraints.wish and not constraints.category else ""
    phrases = [wish, *constraint_phrases(constraints, vocabulary)]
    adjectives = quality_words(constraints)
    return " ".join([*adjectives, noun(constraints), *(phrase for phrase in phrases if phrase)])


def _told(way: Way, constraints: Constraints, vocabulary: Vocabulary) -> str:
    """What lifting the constraint would give."""
    item, group = way.nearest, way.name.partition(".")[0]
    cost = price(item)
    of_others = " of the others" if constraints.rejected else ""
    between = None not in (constraints.price_min, constraints.price_max)
    if way.name == "price_max":
        return f"The {'nearest above that' if between else f'cheapest{of_others}'} is {cost}."
    if way.name == "price_min":
        below = "nearest below that" if between else f"most expensive{of_others}"
        return f"The {below} is {cost}."
    number = count(way.count) if way.count < _MANY else "many"
    there = f"{_is(way.count)} {number}{' more' if constraints.rejected else ''}"
    key = way.name.partition(".")[2]
    if way.name == "numeric.stock":
        return f"Sold out there {there}."
    if group == "numeric":
        facet = vocabulary.facet(key)
        value = item.measure(key)
        nearest = f", {'the nearest ' if way.count > 1 else ''}at " if value is not None else ""
        known = nearest and f"{nearest}{measure(value or 0.0, facet.unit if facet else None)}"
        return f"Without the limit on {name_of(key)} there {there}{known}."
    if group == "require" and not item.values(key):  # it has no other size, it has none
        return f"Without insisting on {article(name_of(key))} there {there}."
    return f"{capital(_lifted(way.name, constraints))} there {there}."


def _lifted(name: str, constraints: Constraints) -> str:
    """How one says that a value is not insisted on."""
    group, _, key = name.partition(".")
    if group == "require" and all(map(means_yes, constraints.require[key])):
        return f"without insisting on {name_of(key)}"
    if group == "exclude":
        values = constraints.exclude[key]
        names = [name_of(key) if means_yes(value) else value for value in values]
        names = list(map(brand_case, names)) if key == "brand" else names
        return f"with {listed(names, 'or')} allowed"
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


async def _together(constraints: Constraints, search: Search) -> str:
    """What lifting two constraints at once would give, where lifting one gives nothing."""
    for name, loosened in constraints.standing():
        if name == "category":
            continue
        for way in await _ways_out(loosened, search):
            cost = price(way.nearest)
            example = "" if way.count == 1 else "for example "
            told = f", {example}at {cost}" if cost else ""
            freed = listed([_freed(each, constraints) for each in (name, way.name)])
            there = f"{_is(way.count)} {count(way.count) if way.count < _MANY else 'many'}"
            return f"With {freed} there {there}{told}."
    bare = await search(_without_limits(constraints))
    return _limits_together(bare[0].item, constraints) if bare else ""


def _freed(name: str, constraints: Constraints) -> str:
    """A constraint that is lifted, as one names it beside another: "any weight"."""
    group, _, key = name.partition(".")
    if group in ("price_max", "price_min"):
        return "any price"
    if group == "exclude":
        return _lifted(name, constraints).removeprefix("with ")
    return f"any {name_of(key)}"


def _without_limits(constraints: Constraints) -> Constraints:
    """The category and the wish alone, for when no two constraints are all that is in the way."""
    return replace(
        Constraints(),
        wish=constraints.wish,
        category=constraints.category,
        rejected=constraints.rejected,
    )


def _limits_together(nearest: Item, constraints: Constraints) -> str:
    """What to say when only dropping everything but the category would help."""
    cost = price(nearest)
    others = "other " if constraints.rejected else ""
    said = f" The nearest among our {others}{noun(constraints)} costs {cost}." if cost else ""
    return f"Several of your limits are in the way together.{said}"
