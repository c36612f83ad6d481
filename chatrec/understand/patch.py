"""The model's merge patch + what was spotted -> Understanding. Exact; no model.

Decides which intent the message bears out, what it points at, and what the patch changes: all that
stands, a part of it, or nothing. How roles become constraints is the matter of `change`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from chatrec.types import (
    NOTHING,
    TYPE,
    Constraints,
    Intent,
    Labels,
    Turn,
    Understanding,
    Vocabulary,
)
from chatrec.understand.cards import cards_of
from chatrec.understand.change import Change
from chatrec.understand.cleared import cleared, for_another
from chatrec.understand.currency import is_foreign
from chatrec.understand.intent import intent_of
from chatrec.understand.numbers import NUMBERS, PRICE
from chatrec.understand.spotted import Spotted
from chatrec.understand.that import Pointed, compared_with, pointed, without_cards

_IT = re.compile(r"\b(?:it|its|it's|that|this|that one|this one)\b", re.IGNORECASE)

# What a question for the choices there are may say beside it.
_HARD = frozenset({"want", "must", "avoid", "min", "max", "near"})
_AFRESH = frozenset({Intent.NEW, Intent.COMPLEMENT})
_SEARCHES = _AFRESH | {Intent.REFINE, Intent.SIMILAR, Intent.MORE}


def understanding_of(
    answer: Mapping[str, Any], spotted: Spotted, turn: Turn, vocabulary: Vocabulary
) -> Understanding:
    """What the answer means. It has passed the turn's schema."""
    that = pointed(answer, spotted, turn)
    answer = that.answer
    intent = intent_of(answer, spotted, turn)
    about = _it(intent, spotted, turn) or cards_of(answer.get("items", ()), turn.shown)
    cards = [id for m in spotted.mentions if m.kind == "item" for id in m.item_ids]
    pointed_at = tuple(dict.fromkeys(cards))
    if spotted.buys:
        about = pointed_at or turn.focus
    if intent is Intent.COMPARE and not about and len(pointed_at) > 1:
        about = pointed_at  # "first vs second"
    constraints = turn.constraints
    unmeasured: Labels = ()
    priced = any(m.facet == PRICE and m.kind in NUMBERS for m in spotted.mentions)
    search = _search_of(intent, spotted)
    if spotted.choices is not None:
        answer = {role: labels for role, labels in answer.items() if role in _HARD}
        answer["want"] = list(dict.fromkeys([*answer.get("want", ()), *_kinds_named(spotted)]))
        that = Pointed(answer)
    if intent is Intent.RESTART:
        constraints = Constraints()
    elif search is not None:
        standing = cleared(turn.constraints, answer, spotted)
        base = Constraints() if search in _AFRESH else standing
        base = for_another(base, spotted)
        compared = compared_with(spotted)
        that = without_cards(that, compared, turn)
        meant = about or compared
        reference = [item for item in turn.shown if item.id in meant] or list(turn.shown)
        change = Change(base, vocabulary, reference)
        constraints = change.apply(search, that, spotted, turn)
        unmeasured = tuple(change.unmeasured)
        if intent is Intent.REFINE and _changes_nothing(constraints, that, spotted, turn):
            intent = Intent.MORE
    return Understanding(
        intent,
        constraints,
        about,
        _asks(answer, spotted),
        spotted.mentions,
        unmeasured=unmeasured,
        foreign_money=priced and is_foreign(turn.text, vocabulary.currency),
        choices=spotted.choices,
        buys=spotted.buys,
        unclear=that.unclear if intent in _SEARCHES else NOTHING,
    )


def _search_of(intent: Intent, spotted: Spotted) -> Intent | None:
    """How the message changes what is looked for; None where it does not.

    "Which brands of jackets?" looks for jackets, "which brands do you have?" for what it did.
    """
    if spotted.choices is None:
        return intent if intent in _SEARCHES else None
    limits = any(m.start >= 0 and m.kind in ("value", *NUMBERS) for m in spotted.mentions)
    if spotted.choices.whole or not limits:
        return None
    return Intent.NEW if _kinds_named(spotted) else Intent.REFINE


def _kinds_named(spotted: Spotted) -> list[str]:
    told = (m for m in spotted.mentions if m.start >= 0 and m.kind == "value")
    return [mention.label for mention in told if mention.facet == TYPE]


def _changes_nothing(constraints: Constraints, that: Pointed, spotted: Spotted, turn: Turn) -> bool:
    """Whether the same cards would come again: "something nicer" asks for others."""
    told = any(m.kind != "word" and m.start >= 0 for m in spotted.mentions)
    same = constraints == turn.constraints and bool(turn.shown) and spotted.choices is None
    return same and not told and not that.unclear and not spotted.persons


def _it(intent: Intent, spotted: Spotted, turn: Turn) -> Labels:
    """What "it" means where the message names no card: the item that was last spoken of."""
    pointing = intent in (Intent.ABOUT, Intent.SIMILAR, Intent.COMPLEMENT)
    named = any(mention.kind == "item" for mention in spotted.mentions)
    return turn.focus if pointing and not named and _IT.search(spotted.plain) else ()


def _asks(answer: Mapping[str, Any], spotted: Spotted) -> Labels:
    """What a question is about: the labels of it that the model named, or else its every word.

    What stands and is not said again is nothing that the question asks.
    """
    said = [m for m in spotted.mentions if m.start >= 0]
    labels = {m.label for m in said}
    named = [
        label
        for role in ("want", "must", "wish")
        for label in answer.get(role, ())
        if label in labels
    ]
    words = [m.label for m in said if m.kind in {"value", "word"}]
    return tuple(dict.fromkeys(named or words))
