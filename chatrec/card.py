"""Recommendation -> the facts that its card tells beside title, price, rating and reason."""

from __future__ import annotations

from collections.abc import Iterator

from chatrec.respond.facts import attribute_text
from chatrec.types import Fact, Recommendation
from chatrec.wording import name_of, readable
from chatrec.words import fold, is_internal

_TOLD_ELSEWHERE = frozenset({"title", "price", "rating", "listing", "wish", "stock"})
_MOST_CHARS = 48


def card_facts(shown: Recommendation, most: int = 4) -> tuple[Fact, ...]:
    """What speaks for the item first, then what else the shop says of it, each name once.

    The shop's own name for it is told: "colour" or "color". At most ``most``; what is too long for
    a line of a card is left out.
    """
    facts: dict[str, Fact] = {}
    for fact in _candidates(shown):
        name = name_of(fact.name)
        if readable(fact.name) in _TOLD_ELSEWHERE or not 0 < len(fact.value) <= _MOST_CHARS:
            continue
        if name not in facts or fold(facts[name].value) == fold(fact.value):
            facts[name] = fact
    return tuple(facts.values())[:most]


def _candidates(shown: Recommendation) -> Iterator[Fact]:
    yield from shown.reasons
    for name, value in shown.item.attributes.items():
        if not is_internal(name):
            yield Fact(name, attribute_text(value))
