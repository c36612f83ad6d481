"""An answer + "that brand" of several shown -> what is turned down for certain, or what to ask.

The model names one of the shown values for it and guesses which; what a card that is pointed at
has is certain, and so is all of it where "those brands" are meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from chatrec.types import NOTHING, Item, Labels, Mention, Turn
from chatrec.understand.items import label_of
from chatrec.understand.spotted import Spotted
from chatrec.understand.values import NO, YES

ASKED = "not "
"""Before the facet's name in what is asked: which of its values is turned down."""

_REFUSED = re.compile(
    r"\b(?:not|no|none|nothing|(?:is|are|ai|was)n'?t|never|without|except|but not|other than"
    r"|instead of|(?:anything|everything) but|(?:don'?t|do not) (?:like|want|trust)|can'?t stand"
    r"|hate|exclude|avoid|skip|enough of|sick of)\s+"
    r"(?:(?:by|from|of|in|with|made of)\s+)?(?:any of )?"
    r"(?P<which>that|this|the same|these|those)\s+\w+",
    re.IGNORECASE,
)
_THAN = re.compile(r"\bthan\s+(?:the\s+)?$", re.IGNORECASE)
_ALL = re.compile(r"\b(?:both|all|either|any|neither)\b", re.IGNORECASE)
_ROLES = ("want", "must", "wish", "avoid")


@dataclass(frozen=True, slots=True)
class Pointed:
    """The answer without its guess, the values ``avoided`` instead, and what is ``unclear``."""

    answer: Mapping[str, Any]
    avoided: tuple[Mention, ...] = ()
    unclear: Mapping[str, Labels] = NOTHING


def pointed(answer: Mapping[str, Any], spotted: Spotted, turn: Turn) -> Pointed:
    """What is meant by the value that is turned down without its name."""
    facet = turn.asked.removeprefix(ASKED) if turn.asked.startswith(ASKED) else ""
    compares = any(mention.kind == "relative" for mention in spotted.mentions)
    if facet and not spotted.things and not compares:
        named = _named(facet, spotted, turn)
        if named:
            guessless = _without(answer, facet, turn)
            return Pointed({**guessless, "intent": "refine"}, _mentions(facet, named))
    refused = _REFUSED.search(spotted.plain)
    if refused is None or len(set(spotted.of_that)) != 1:
        return Pointed(answer)
    of = spotted.of_that[0]
    certain = _certain(of, refused["which"].lower() in ("these", "those"), spotted, turn)
    guessless = _without(answer, of, turn)
    if not certain and len(_labels(of, turn)) > 1:
        return Pointed(guessless, unclear={of: _labels(of, turn)})
    return Pointed(guessless, _mentions(of, certain))


def compared_with(spotted: Spotted) -> Labels:
    """Ids of the cards behind the "than" of a comparative: "a cheaper one than the first"."""
    if not any(mention.kind == "relative" for mention in spotted.mentions):
        return ()
    behind = [m for m in spotted.mentions if m.kind == "item" and m.start >= 0
              and _THAN.search(spotted.plain, 0, m.start)]  # fmt: skip
    return tuple(dict.fromkeys(id for mention in behind for id in mention.item_ids))


def without_cards(that: Pointed, ids: Labels, turn: Turn) -> Pointed:
    """The answer that turns down none of these cards: they are only compared with."""
    labels = {label_of(place) for place, item in enumerate(turn.shown, 1) if item.id in ids}
    avoided = [label for label in that.answer.get("avoid", ()) if label not in labels]
    return replace(that, answer={**that.answer, "avoid": avoided}) if labels else that


def _certain(facet: str, plural: bool, spotted: Spotted, turn: Turn) -> Labels:
    """The values of the facet that are meant beyond doubt."""
    labels = _labels(facet, turn)
    if len(labels) < 2 or plural or turn.asked == f"{ASKED}{facet}":
        return labels
    ids = {id for m in spotted.mentions if m.kind == "item" for id in m.item_ids} or {*turn.focus}
    return _of([item for item in turn.shown if item.id in ids], facet)


def _named(facet: str, spotted: Spotted, turn: Turn) -> Labels:
    """The values that answer which one was meant: by name, by card, or all of them."""
    if _ALL.search(spotted.plain):
        return _labels(facet, turn)
    ids = {id for m in spotted.mentions if m.kind == "item" for id in m.item_ids}
    told = [m for m in spotted.mentions if m.kind == "value" and m.start >= 0 and m.facet == facet]
    by_card = _of([item for item in turn.shown if item.id in ids], facet)
    return tuple(dict.fromkeys([*(v for m in told for v in m.values), *by_card]))


def _labels(facet: str, turn: Turn) -> Labels:
    return _of(turn.shown, facet)


def _of(items: tuple[Item, ...] | list[Item], facet: str) -> Labels:
    """The first value of each item, which says most of it."""
    values = [value for item in items for value in item.values(facet)[:1]]
    return tuple(dict.fromkeys(value for value in values if value not in (YES, NO)))


def _mentions(facet: str, values: Labels) -> tuple[Mention, ...]:
    return tuple(Mention("value", value, -1, -1, facet, values=(value,)) for value in values)


def _without(answer: Mapping[str, Any], facet: str, turn: Turn) -> Mapping[str, Any]:
    """The answer without a value or card that was guessed for one of the facet's."""
    values = {value for item in turn.shown for value in item.values(facet)}
    cards = {label_of(place) for place in range(1, len(turn.shown) + 1)}
    kept = dict(answer)
    for role in _ROLES:
        gone = {*values, *(cards if role == "avoid" else ())}
        left = [label for label in answer.get(role, ()) if label not in gone]
        kept.pop(role, None)
        if left:
            kept[role] = left
    return kept
