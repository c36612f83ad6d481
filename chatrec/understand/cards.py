"""Labels of an answer -> the shown items it points at, and those, or their kind, it turns down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chatrec.types import TYPE, Item, Labels, Mention
from chatrec.understand.items import label_of
from chatrec.understand.spotted import Spotted

_ONES = re.compile(r"\s+ones\b", re.IGNORECASE)
_NAMING = ("want", "must", "wish", "avoid", "min", "max", "near")


def cards_of(labels: Iterable[str], shown: Sequence[Item]) -> Labels:
    """Ids of the shown items that the model calls so: "#2"."""
    by_label = {label_of(place): item.id for place, item in enumerate(shown, start=1)}
    return tuple(dict.fromkeys(by_label[label] for label in labels if label in by_label))


def turned_down(
    answer: Mapping[str, Any], spotted: Spotted, shown: Sequence[Item]
) -> tuple[Labels, list[Mention]]:
    """Cards that are turned down, and values of theirs that are meant with them or instead.

    A card that the message names by nothing but a value stands for that kind: "not Torvik, I had
    trouble with them", "skip the beige ones". Where nothing turns down, no card is turned down.
    """
    cards = cards_of(answer.get("avoid", ()), shown) if spotted.turns_down else ()
    pointed = {id for m in spotted.mentions if m.kind == "item" for id in m.item_ids}
    read = {label for role in _NAMING for label in answer.get(role, ())}
    unread = [
        m
        for m in spotted.mentions
        if m.kind == "value" and m.start >= 0 and m.facet != TYPE and m.label not in read
    ]
    kinds = [
        m
        for m in unread
        for item in shown
        if item.id in cards
        and (item.id not in pointed or _ONES.match(spotted.plain, m.end))
        and not set(m.values).isdisjoint(item.values(m.facet))
    ]
    if kinds:
        return (), kinds
    return cards, _values_of(cards, spotted.of_that, shown)


def _values_of(cards: Labels, facets: Labels, shown: Sequence[Item]) -> list[Mention]:
    """What the cards have of the facets: who turns down "that brand" means more than a card."""
    return [
        Mention("value", value, -1, -1, facet, values=(value,))
        for item in shown
        if item.id in cards
        for facet in facets
        for value in item.values(facet)
    ]
