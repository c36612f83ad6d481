"""An answer, what was spotted and what stands -> the intent, as far as they bear it out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from chatrec.types import TYPE, Constraints, Intent, Item, Mention, Turn
from chatrec.understand.cleared import let_go
from chatrec.understand.numbers import NUMBERS, PRICE
from chatrec.understand.spotted import Spotted

_LIMITS = ("value", "number", "range")
_SEARCHES = frozenset({Intent.NEW, Intent.REFINE, Intent.SIMILAR, Intent.COMPLEMENT})
_BY_WORDS = frozenset({Intent.NEW, Intent.REFINE})
_ASIDE = frozenset({Intent.OFF_TOPIC, Intent.CHAT})
_STAYING = frozenset({Intent.REFINE, *_ASIDE})
_OF_SHOWN = frozenset({Intent.ABOUT, Intent.COMPARE})
_POINTING = re.compile(
    r"\b(?:it|its|they|them|their|these|those|this|that|ones?|both|either)\b", re.IGNORECASE
)
_BACK_TO = re.compile(r"\bback to (?:the |those |these |my )?$", re.IGNORECASE)
_WHAT_IF = re.compile(r"\W*(?:and |but |ok |so )*what if\b", re.IGNORECASE)
_BESIDES = re.compile(
    r"\b(?:also|next|as well|moving on|never ?mind|(?:forget|scrap|drop|leave) (?:it|that|this))\b"
    r"|^\W*(?:(?:and|ok|okay|so|right|great|thanks)\W+)*now\b|\bnow\W*$",
    re.IGNORECASE,
)
_MEANT = re.compile(r"\b(?:meant|mean|actually|sorry|make (?:it|that)|better|maybe)\b", re.I)
_SENTENCE = re.compile(r"[^.!?;\n]+(?:[.](?=\d)[^.!?;\n]*)*")


def intent_of(answer: Mapping[str, Any], spotted: Spotted, turn: Turn) -> Intent:
    """The intent that was read, where what stands and what is said bear it out."""
    intent = Intent(answer["intent"])
    outright = _outright(intent, spotted, turn)
    if outright is not None:
        return outright
    if intent is Intent.RESTART and spotted.things:  # "start over: boots", "back to the boots"
        return Intent.NEW
    if intent in _STAYING and _goes_back(spotted, turn):
        return Intent.NEW
    if _begins_another(answer, intent, spotted, turn):
        return Intent.NEW
    if intent is Intent.REFINE and _asks_what_if(spotted):
        return Intent.FAQ
    if intent is Intent.NEW and _goes_on(answer, spotted, turn):
        return Intent.REFINE
    if intent is Intent.MORE and any(m.kind == "relative" for m in spotted.mentions):
        return Intent.REFINE
    if intent in _ASIDE and _holds_wish(spotted):
        return Intent.NEW
    if spotted.indifferent and all(m.start < 0 for m in spotted.mentions):
        return Intent.REFINE if turn.constraints != Constraints() else Intent.CHAT
    if intent in _ASIDE and let_go(turn.constraints, spotted.indifferent):
        return Intent.REFINE
    return intent


def _outright(intent: Intent, spotted: Spotted, turn: Turn) -> Intent | None:
    """What the words leave no doubt of, whatever was read."""
    if spotted.choices is not None:
        return Intent.CHOICES
    if spotted.buys:
        return Intent.ABOUT
    if spotted.only_size:
        return Intent.REFINE
    if (spotted.orders and intent not in _SEARCHES) or (spotted.of_all and intent not in _BY_WORDS):
        begins = bool(spotted.things) or turn.constraints == Constraints()
        return Intent.NEW if begins else Intent.REFINE
    return None


def _goes_back(spotted: Spotted, turn: Turn) -> bool:
    """Whether a thing is gone back to that is not what is looked for: "back to the headphones"."""
    return any(
        _BACK_TO.search(spotted.plain, 0, thing.start) and _is_another(thing, turn)
        for thing in spotted.things
    )


def _begins_another(
    answer: Mapping[str, Any], intent: Intent, spotted: Spotted, turn: Turn
) -> bool:
    """Whether something else is looked for: no more of it, and nothing about what is shown."""
    if not spotted.things or not all(_is_another(thing, turn) for thing in spotted.things):
        return False
    if any(answer.get(thing.label, "") is None for thing in spotted.things):
        return False  # "any weight" lets go of a limit, and looks for no dumbbells
    if intent is Intent.REFINE:
        return _moves_on(spotted, turn) or _says_only(spotted, turn)
    if intent in _OF_SHOWN:
        asked = {label for role in ("want", "must", "wish") for label in answer.get(role, ())}
        sure = [  # "pick" may be a verb
            t for t in spotted.things if t.label in asked or t in _most_of(spotted)
        ]
        return bool(sure) and not _points_at_shown(spotted, turn)
    return intent is Intent.MORE


def _moves_on(spotted: Spotted, turn: Turn) -> bool:
    """Whether another thing is looked for: "i also need gloves", "forget it, show me lamps"."""
    return bool(turn.constraints.category) and bool(_BESIDES.search(spotted.plain))


def _says_only(spotted: Spotted, turn: Turn) -> bool:
    """Whether nothing is said but what else is looked for: "office chairs", after desks.

    Not what some of the cards are, which narrows a search, nor what was meant all along.
    """
    told = [mention for mention in spotted.mentions if mention.start >= 0]
    alone = all(mention in spotted.things for mention in told)
    corrects = spotted.turns_down or _MEANT.search(spotted.plain)
    shown = any(_is_of(item, thing) for item in turn.shown for thing in spotted.things)
    return bool(turn.constraints.category) and alone and not corrects and not shown


def _is_of(item: Item, thing: Mention) -> bool:
    return not set(item.types).isdisjoint(thing.values)


def _points_at_shown(spotted: Spotted, turn: Turn) -> bool:
    """Whether a question may be of what is shown: "the cheapest lamp you have" is of no sofa."""
    shown = any(_is_of(item, thing) for item in turn.shown for thing in spotted.things)
    cards = sum(mention.kind == "item" for mention in spotted.mentions)
    pointed = cards > len(_most_of(spotted)) or _POINTING.search(spotted.plain)
    return shown or bool(pointed)


def _most_of(spotted: Spotted) -> list[Mention]:
    """Things behind what would be a card alone: the lamp of "the cheapest lamp"."""
    ends = {m.end for m in spotted.mentions if m.kind == "item"}
    return [t for t in spotted.things if not ends.isdisjoint((t.start, t.start - 1))]


def _is_another(thing: Mention, turn: Turn) -> bool:
    """Whether it is not what is looked for: more of the same is none of it."""
    return set(turn.constraints.category).isdisjoint(thing.values)


def _asks_what_if(spotted: Spotted) -> bool:
    """Whether "what if they are too small" is asked, which changes nothing that is looked for."""
    told = any(m.kind not in ("word", "item") and m.start >= 0 for m in spotted.mentions)
    return not told and bool(_WHAT_IF.match(spotted.plain))


def _goes_on(answer: Mapping[str, Any], spotted: Spotted, turn: Turn) -> bool:
    """Whether a search that was read as new adds to the one that stands.

    The first thing that is named for limits without one completes them: "not in red", "knives". It
    does not where it comes with a budget of its own, or as something else. Limits without a thing
    or a word of their own are of the thing that stands: "under 40".
    """
    standing = turn.constraints
    limits = (
        standing.require, standing.exclude, standing.numeric, standing.price_min, standing.price_max
    )  # fmt: skip
    named = {label for role in ("want", "must") for label in answer.get(role, ())}
    told = [m for m in spotted.mentions if m.start >= 0]
    thing = any(m.facet == TYPE and m.label in named for m in told) or bool(spotted.things)
    if not standing.category:
        budgeted = standing.price_min is not None or standing.price_max is not None
        apart = budgeted and any(m.kind in NUMBERS and m.facet == PRICE for m in told)
        apart = apart or bool(_BESIDES.search(spotted.plain))
        return thing and not apart and any(limit not in (None, {}) for limit in limits)
    turned_down = set(answer.get("avoid", ()))
    words = [
        m
        for m in told
        if m.kind == "word"
        and m.label not in turned_down
        and not any(p.start <= m.start < p.end for p in spotted.persons)
    ]
    limited = bool(spotted.persons) or any(m.kind in _LIMITS for m in told)
    return not thing and not words and limited


def _holds_wish(spotted: Spotted) -> bool:
    """Whether a sentence says what is looked for and within which bounds, and no other word.

    A measure is as much as a bound. What stands beside it, be it a poem that is asked for or an
    order to the assistant, takes nothing from "speakers under 100".
    """
    for sentence in _SENTENCE.finditer(spotted.plain):
        within = [
            m for m in spotted.mentions if sentence.start() <= m.start and m.end <= sentence.end()
        ]
        named = any(m in spotted.things for m in within)
        numbers = [m for m in within if m.kind in NUMBERS]
        bounded = any(None in (m.low, m.high) or m.facet != PRICE for m in numbers)
        if named and bounded and all(m.kind != "word" for m in within):
            return True
    return False
