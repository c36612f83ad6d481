"""A shopper and a dialogue -> the record of what they said, what was held, and how it ended."""

from __future__ import annotations

import random
import time
import traceback
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from chatrec.conversations import clean
from chatrec.simulate.acts import Act, Does
from chatrec.simulate.agenda import Manner, Shopper, Sight, draw_manner
from chatrec.simulate.goals import Assortment
from chatrec.simulate.judge import Judge, Marks
from chatrec.simulate.slots import Goal, Role
from chatrec.simulate.thumbs import typed
from chatrec.simulate.wording import Wording
from chatrec.testkit.observed import Observed
from chatrec.testkit.runner import following
from chatrec.testkit.stages import Stage
from chatrec.types import Exchange, Item, Turn, Vocabulary

WITHIN = 6
"""Turns within which a dialogue counts as a success."""


@dataclass(frozen=True, slots=True)
class Step:
    """A turn: what the shopper meant, and what came of it."""

    act: Act
    observed: Observed
    marks: Marks
    seconds: float


@dataclass(frozen=True, slots=True)
class Record:
    """A dialogue as it went. ``met`` says whether it ended with a card that meets ``goal``.

    ``goal`` is the one at the end; ``error`` the trace of what ended it early.
    """

    number: int
    manner: Manner
    goal: Goal
    steps: tuple[Step, ...]
    met: bool
    error: str = ""

    @property
    def turns(self) -> int:
        """Messages of the shopper."""
        return len(self.steps)

    @property
    def succeeded(self) -> bool:
        """Whether the goal was met within the turns that count."""
        return self.met and self.turns <= WITHIN

    @property
    def behaviours(self) -> list[str]:
        """What this shopper did and wanted: the rows of the table that it is counted in."""
        done = {step.act.does for step in self.steps}
        roles = {slot.role for step in self.steps for slot in step.act.slots}
        named = [name for name, acts in _BEHAVIOURS.items() if done & acts]
        if not named:
            named.append("plain")
        named.append("bit by bit" if self.manner.bit_by_bit else "all at once")
        if self.manner.careless:
            named.append("typos")
        return [*named, *(name for name, role in _ROLES.items() if role in roles)]


_BEHAVIOURS = {
    "replaces": {Does.REPLACE},
    "takes back": {Does.DROP},
    "changes type": {Does.CHANGE_TYPE},
    "asks the FAQ": {Does.FAQ},
    "asks of an item": {Does.ITEM_QUESTION},
    "compares": {Does.COMPARE},
    "small talk": {Does.SMALL_TALK, Does.OFF_TOPIC},
    "turns down": {Does.REJECT},
    "cheaper": {Does.CHEAPER},
    "more": {Does.MORE},
    "more like it": {Does.LIKE},
}
_ROLES = {
    "budget": Role.BUDGET,
    "value": Role.WANT,
    "exclusion": Role.AVOID,
    "measure": Role.MEASURE,
    "soft wish": Role.SOFT,
}
BEHAVIOURS = ("plain", *_BEHAVIOURS, "all at once", "bit by bit", "typos", *_ROLES)
"""All rows of the table, in its order."""


class Mall:
    """A shop open to simulated shoppers. One seed and number always make the same shopper."""

    def __init__(self, stage: Stage, vocabulary: Vocabulary, wording: Wording) -> None:
        items: list[Item] = list(stage.shelf.items.values())
        self.assortment = Assortment(items, vocabulary)
        self._stage = stage
        self._wording = wording

    async def visit(self, seed: int, number: int) -> Record:
        """The dialogue of a shopper drawn at random."""
        rng = random.Random(f"{seed}/{number}")
        shopper = Shopper(rng, self.assortment, draw_manner(rng))
        return await self.serve(shopper, rng, number)

    async def serve(self, shopper: Shopper, rng: random.Random, number: int = 1) -> Record:
        """The dialogue of one shopper, to its end or to that of their patience."""
        judge = Judge(self._stage.shelf, self.assortment.extents)
        steps: list[Step] = []
        sight, error = Sight(), ""
        while True:
            goal, act = shopper.goal, shopper.act(sight)
            if act is None or len(steps) == shopper.manner.patience:
                break
            text = typed(rng, self._wording.message(rng, act), careless=shopper.manner.careless)
            started = time.perf_counter()
            try:
                observed = await self._answered(text, steps)
            except Exception:  # a crash is a finding of this dialogue and must not end the others
                error = traceback.format_exc()
                break
            seconds = time.perf_counter() - started
            steps.append(Step(act, observed, judge.marks(act, shopper.said, observed), seconds))
            cards = tuple(observed.shown) or observed.turn.shown
            seen = sight.seen | {item.id for item in observed.shown}
            sight = Sight(observed.exchange.reply, cards, seen)
        met = act is None and not error and shopper.satisfied(sight)
        return Record(number, shopper.manner, goal, tuple(steps), met, error)

    async def _answered(self, text: str, before: Sequence[Step]) -> Observed:
        text = clean(text, self._stage.max_message_chars)
        turn = following(before[-1].observed.exchange, text) if before else Turn(text)
        async with aclosing(self._stage.dialogue.run(turn)) as running:
            events = [event async for event in running]
        if not events or not isinstance(exchange := events[-1], Exchange):
            raise RuntimeError("the last event of a turn has to be the exchange")
        by_turn = tuple(step.observed.shown for step in before)
        said = (*(step.observed.turn.text for step in before), text)
        return Observed(turn, events, exchange, by_turn, said)
