"""Constraints -> the noun that is looked for, and the phrases around it: "up to €60".

Qualities go before the noun as adjectives; values, bounds and the budget follow it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import starmap

from chatrec.types import TYPE, Bounds, Constraints, Vocabulary
from chatrec.wording.amounts import at_least, at_most, is_number_of, measure, money
from chatrec.wording.facets import exclusion_phrase, facet_phrase, is_quality, means_yes
from chatrec.wording.names import readable
from chatrec.wording.nouns import article, things
from chatrec.wording.text import listed

USERS = frozenset({"persons", "people", "players"})
"""Numbers of these are told with "for"."""


def noun(constraints: Constraints, number: int = 2) -> str:
    """What is looked for, by its category: "backpacks", or "products"."""
    if not constraints.category:
        return "product" if number == 1 else "products"
    kinds = [things(kind, number) for kind in constraints.category]
    return listed(kinds, "or")


def quality_words(constraints: Constraints) -> list[str]:
    """Required qualities as adjectives that go before the noun: "waterproof"."""
    return [
        readable(facet)
        for facet, values in constraints.require.items()
        if all(map(means_yes, values)) and is_quality(readable(facet))
    ]


def constraint_phrases(constraints: Constraints, vocabulary: Vocabulary) -> Iterator[str]:
    """Phrases that follow the noun, for the hard constraints but the category and qualities.

    What is turned down is one phrase: "not in orange and not by Norrheim".
    """
    adjectives = quality_words(constraints)
    for facet, values in constraints.require.items():
        if facet != TYPE and readable(facet) not in adjectives:
            yield facet_phrase(facet, values)
    turned_down = list(dict.fromkeys(starmap(exclusion_phrase, constraints.exclude.items())))
    if turned_down:
        yield listed(turned_down)
    for name, bounds in constraints.numeric.items():
        facet_known = vocabulary.facet(name)
        yield bounds_phrase(name, bounds, facet_known.unit if facet_known else None)
    budget = budget_phrase(constraints, vocabulary.currency)
    if budget:
        yield budget


def bounds_phrase(name: str, bounds: Bounds, unit: str | None) -> str:
    """A numeric constraint after its noun: "with a weight of at most 1 kg"."""
    said = readable(name)
    unit = None if said in ("age", "ages") else unit
    if bounds.low is not None and bounds.low == bounds.high:
        limit = measure(bounds.low, unit)
    elif bounds.low is None and bounds.high is not None:
        limit = at_most(bounds.high, unit)
    elif bounds.high is None and bounds.low is not None:
        limit = at_least(bounds.low, unit)
    else:
        low, high = (measure(end or 0, unit) for end in (bounds.low, bounds.high))
        number, _, mark = low.rpartition(" ")
        limit = f"{number if number and high.endswith(f' {mark}') else low} to {high}"
    if said in ("age", "ages"):
        if None in (bounds.low, bounds.high):
            return f"for ages of {limit}"
        return f"for {'age' if bounds.low == bounds.high else 'ages'} {limit}"
    if said == "rating":
        return f"rated {limit}"
    if said == "stock" and bounds == Bounds(low=1):
        return "in stock"
    if is_number_of(name, unit):
        return f"{'for' if said in USERS else 'with'} {limit} {said}"
    return f"with {article(said)} of {limit}"


def budget_phrase(constraints: Constraints, currency: str) -> str:
    """The price limits: "up to €60", "from €40 to €60", "from €40"; "" without any."""
    low, high = constraints.price_min, constraints.price_max
    if low is not None and high is not None:
        return f"from {money(low, currency)} to {money(high, currency)}"
    if high is not None:
        return f"up to {money(high, currency)}"
    return "" if low is None else f"from {money(low, currency)}"
