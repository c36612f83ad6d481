"""Catalogue -> whole turns with the answers that a reading should give.

A turn is drawn as a state (what stands, what is shown, what was asked), an intent that makes
sense in it, and a message. `examples` yields only turns whose answer passes the turn's own schema.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import jsonschema

from chatrec.tune.answers import compact, gold_answer
from chatrec.tune.behaviours import Behaviours
from chatrec.tune.noise import typed
from chatrec.tune.parts import NotSayable
from chatrec.tune.shoppers import (
    Shop,
    pick_constraints,
    pick_shown,
    value_facets,
)
from chatrec.tune.wordings import fillers
from chatrec.types import Constraints, Message, Turn
from chatrec.understand import reading_messages
from chatrec.understand.schema import BUDGET, answer_schema, check_answer
from chatrec.understand.spot import Spotter
from chatrec.words import tokens


@dataclass(frozen=True, slots=True)
class Example:
    """A prompt and the answer to learn; ``behaviour`` names what the shopper does."""

    behaviour: str
    messages: tuple[Message, ...]
    answer: str


# How often each behaviour is drawn, with nothing standing and with a search on its way.
_AT_FIRST = {
    "search": 48, "search_avoid": 16, "search_alike": 8, "slip_first": 4, "bare_wish": 9,
    "strange": 4, "faq": 15, "chat": 8, "off_topic": 11, "human": 4, "bound": 3, "avoid": 4,
    "refine_value": 3, "several": 2, "must": 1,
}  # fmt: skip
_LATER = {
    "another_search": 20, "another_avoid": 6, "slip": 5, "slip_first": 1, "same_search": 6,
    "refine_value": 15, "refine_type": 4, "refine_or": 8, "refine_swap": 8, "refine_amount": 6,
    "refine_up": 5, "bound": 10, "avoid": 19, "avoid_standing": 8, "must": 4, "waive": 3,
    "clear": 8, "clear_exclusion": 3, "wish_more": 7, "purpose_asked": 6, "several": 9, "faq": 15,
    "chat": 7, "off_topic": 11, "human": 5, "restart": 4, "strange": 3,
}  # fmt: skip
_WITH_CARDS = {
    "more": 9, "similar": 3, "similar_clear": 2, "similar_but": 8, "relative": 6, "about": 13,
    "about_all": 8, "about_plain": 4, "complement": 5, "complement_all": 3, "again": 4,
    "compare": 7, "compare_all": 11, "reject": 4,
}  # fmt: skip


def examples(shops: Sequence[Shop], seed: int | str) -> Iterator[Example]:
    """An endless, repeatable stream of usable turns."""
    rng = random.Random(seed)
    spotters = [Spotter(shop.vocabulary) for shop in shops]
    while True:
        which = rng.randrange(len(shops))
        try:
            yield _example(rng, shops[which], spotters[which])
        except NotSayable:
            continue


def held_out(shops: Sequence[Shop], seed: int, count: int) -> list[Example]:
    """Turns to measure by, of a stream that no number begins.

    ``-seed`` would begin that of ``seed``: Python takes a number's absolute value.
    """
    return list(islice(examples(shops, f"held out {seed}"), count))


def _example(rng: random.Random, shop: Shop, spotter: Spotter) -> Example:
    turn = _state(rng, shop)
    table = _AT_FIRST
    if turn.constraints != Constraints() or turn.shown:
        table = _LATER | _WITH_CARDS if turn.shown else _LATER
    behaviour = rng.choices(list(table), list(table.values()))[0]
    if turn.asked and rng.random() < 0.6:
        behaviour = "answer"
    draft = Behaviours(rng, shop, turn).draft(behaviour)
    if draft.said.contradictory:
        raise NotSayable(behaviour)
    protected = {
        w
        for slots in draft.said.roles.values()
        for s in slots
        for w in tokens(getattr(s, "surface", ""))
    }
    turn = replace(turn, text=typed(rng, _dressed(rng, draft.text), protected))
    spotted = spotter.spot(turn)
    answer = gold_answer(
        draft.intent,
        draft.said.roles,
        draft.cleared,
        spotted,
        " ".join(turn.text.split()),
        turn.constraints,
    )
    try:
        check_answer(answer, answer_schema(spotted, turn.constraints, turn.shown))
    except jsonschema.ValidationError as exc:
        raise NotSayable(behaviour) from exc
    messages = reading_messages(spotted, turn, shop.vocabulary, tuned=True)
    return Example(behaviour, tuple(messages), compact(answer))


def _state(rng: random.Random, shop: Shop) -> Turn:
    if rng.random() < 0.3:
        return Turn("", asked="")
    item = rng.choice(shop.items)
    constraints = pick_constraints(rng, shop, item)
    shown = pick_shown(rng, shop, constraints) if rng.random() < 0.93 else ()
    asked = ""
    if rng.random() < 0.15:
        has_budget = constraints.price_max is not None or constraints.price_min is not None
        asked = rng.choice([f.name for f in value_facets(shop)][:6] or [BUDGET])
        asked = BUDGET if not has_budget and rng.random() < 0.6 else asked
    return Turn("", constraints=constraints, shown=shown, asked=asked)


def _dressed(rng: random.Random, text: str) -> str:
    """A greeting before, a thank-you behind, an aside that asks for nothing, code that is none.

    One in six is written as a sentence, whatever it is about.
    """
    if rng.random() < 0.06:
        aside = rng.choice(fillers()["aside"])
        text = rng.choice((f"{aside}, {text}", f"{text}. {aside}"))
    if rng.random() < 0.15:
        text = rng.choice(fillers()["filler_start"]) + text
    if rng.random() < 0.25:
        text += rng.choice(fillers()["filler_end"])
    elif rng.random() < 0.2 and text[-1:].isalnum():
        text = f"{text[:1].upper()}{text[1:]}."
    if rng.random() < 0.015:
        text = rng.choice(fillers()["junk"]).format(text)
    return text
