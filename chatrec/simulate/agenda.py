"""A hidden goal and a manner -> a shopper who decides, reply by reply, what to do next.

The agenda is a list of intentions made before the first message, short enough that a perfect
assistant is done within the turns that count. What depends on the reply is decided when its turn
comes: a card to turn down, a new value that can still be met. A reply pushes in front of the
agenda what a person would say to it: an answer to a question, a correction where everything
shown breaks what was said, the whole wish again where nothing was shown. Knows no words.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from chatrec.dialogue.offers import question_of
from chatrec.respond.clarify import BUDGET
from chatrec.simulate.acts import ASIDES, Act, Does, Said
from chatrec.simulate.goals import Assortment
from chatrec.simulate.slots import PRICE, Goal, Role, Slot, budget
from chatrec.types import TYPE, Item, Reply

PLANNED = 5
"""Turns that an agenda takes if every reply is right."""
_IN_ONE_BREATH = 2  # constraints that go with a new type
_RESTATEMENTS = 2


@dataclass(frozen=True, slots=True)
class Manner:
    """What kind of shopper: what happens beside the plain course, and how they type.

    ``patience`` is the number of messages after which they leave.
    """

    change: Does | None = None
    aside: Does | None = None
    reaction: Does | None = None
    bit_by_bit: bool = False
    vague: bool = False
    careless: bool = False
    patience: int = 8


def draw_manner(rng: random.Random) -> Manner:
    """One of the shoppers that there are."""
    changes = (None, Does.REPLACE, Does.DROP, Does.CHANGE_TYPE)
    asides = (None, Does.FAQ, Does.ITEM_QUESTION, Does.SMALL_TALK, Does.OFF_TOPIC)
    reactions = (None, Does.REJECT, Does.CHEAPER, Does.MORE, Does.LIKE, Does.COMPARE)
    return Manner(
        change=rng.choices(changes, (5, 2, 2, 2))[0],
        aside=rng.choices(asides, (5, 2, 2, 1, 1))[0],
        reaction=rng.choices(reactions, (6, 1, 1, 1, 1, 1))[0],
        bit_by_bit=rng.random() < 0.5,
        vague=rng.random() < 0.1,
        careless=rng.random() < 0.3,
        patience=rng.randint(7, 9),
    )


@dataclass(frozen=True, slots=True)
class Sight:
    """What the shopper has before them: the latest reply, the cards in force, all ids shown."""

    reply: Reply | None = None
    shown: tuple[Item, ...] = ()
    seen: frozenset[str] = frozenset()

    @property
    def asked(self) -> str:
        """What the latest reply asks for, or ""."""
        return question_of(self.reply) if self.reply else ""


class Shopper:
    """One shopper. ``goal`` is what they want now, ``said`` what they have told of it."""

    def __init__(
        self, rng: random.Random, assortment: Assortment, manner: Manner, goal: Goal | None = None
    ) -> None:
        self.goal = goal or assortment.draw(rng)
        self.said = Said()
        self.manner = manner
        self._rng = rng
        self._assortment = assortment
        self._agenda = _plan(rng, self.goal, manner)
        self._last: Act | None = None
        self._insisted: set[Slot] = set()
        self._restated = 0
        self._decide: dict[Does, Callable[[Sight], Act | None]] = {
            Does.REPLACE: self._replace,
            Does.DROP: self._drop,
            Does.CHANGE_TYPE: self._change_type,
            Does.CHEAPER: self._cheaper,
            Does.MORE: self._more,
            Does.REJECT: self._reject,
            Does.LIKE: self._like,
            Does.COMPARE: self._compare,
            Does.ITEM_QUESTION: self._ask,
        }

    def satisfied(self, sight: Sight) -> bool:
        """Whether a card in force is what the shopper wants now."""
        return any(self.goal.met_by(item) for item in sight.shown)

    def act(self, sight: Sight) -> Act | None:
        """What to do next, or None when a card will do and all is said, or there is no hope."""
        act = self._corrects(sight) or self._answers(sight) or self._goes_on(sight)
        if act is None and not self.satisfied(sight):
            act = self._tries_again(sight)
        if act is None:
            return None
        if act.slots or act.old:  # a changed search looks at everything anew
            self.goal = replace(self.goal, seen=frozenset())
        self.said = self.said.after(act)
        self._last = act
        return act

    def _corrects(self, sight: Sight) -> Act | None:
        """The slot that every card breaks, once; the wish again where a search showed nothing."""
        if sight.reply is None or self._last is None:
            return None
        items = [card.item for card in sight.reply.recommendations]
        for slot in self.said.slots:
            if items and slot not in self._insisted:
                if not any(slot.constraints.allows(item) for item in items):
                    self._insisted.add(slot)
                    return Act(Does.INSIST, (slot,))
        if items or self._last.does in ASIDES or sight.asked:
            return None
        return self._restates()

    def _restates(self) -> Act | None:
        if self._restated >= _RESTATEMENTS or not any(s.role is Role.TYPE for s in self.said.slots):
            return None
        self._restated += 1
        return Act(Does.RESTATE, self.said.slots)

    def _answers(self, sight: Sight) -> Act | None:
        """What was asked for, where it was yet to be said."""
        asked = sight.asked
        facet = PRICE if asked == BUDGET else asked
        for at, planned in enumerate(self._agenda):
            for slot in planned.slots:
                if facet and slot.facet == facet and planned.does is Does.INFORM:
                    rest = tuple(one for one in planned.slots if one != slot)
                    self._agenda[at : at + 1] = [Act(Does.INFORM, rest)] if rest else []
                    return Act(Does.ANSWER, (slot,))
        return None

    def _goes_on(self, sight: Sight) -> Act | None:
        """The next intention that is possible now."""
        while self._agenda:
            planned = self._agenda.pop(0)
            decide = self._decide.get(planned.does)
            act = planned if decide is None else decide(sight)
            if act is not None:
                return act
        return None

    def _tries_again(self, sight: Sight) -> Act | None:
        """Once all is said in vain: the wish again, then other cards; None where there are none."""
        if sight.asked:
            return Act(Does.NO_PREFERENCE)
        fitting = [i for i in sight.shown if all(s.constraints.allows(i) for s in self.said.slots)]
        again = None if fitting else self._restates()
        return again or (Act(Does.MORE) if sight.shown else None)

    def _told(self, *roles: Role) -> list[Slot]:
        return [slot for slot in self.said.slots if slot.role in roles]

    def _replace(self, _sight: Sight) -> Act | None:
        told = self._told(Role.BUDGET, Role.WANT, Role.MEASURE)
        self._rng.shuffle(told)
        for old in told:
            new = self._assortment.replacement(self._rng, self.goal, old)
            if new is not None:
                self.goal = self.goal.putting(new)
                return Act(Does.REPLACE, (new,), old)
        return None

    def _drop(self, _sight: Sight) -> Act | None:
        told = self._told(Role.BUDGET, Role.WANT, Role.MEASURE, Role.AVOID)
        if not told:
            return None
        old = self._rng.choice(told)
        self.goal = self.goal.dropping(old.key)
        return Act(Does.DROP, old=old)

    def _change_type(self, _sight: Sight) -> Act | None:
        old = self.goal.get(f"{Role.TYPE}.{TYPE}")
        self.goal = self._assortment.draw(self._rng, other_than=self.goal.type)
        self._agenda = [act for act in self._agenda if act.does is not Does.INFORM]
        kind, *others = sorted(self.goal.slots, key=lambda slot: slot.role is not Role.TYPE)
        now, later = others[:_IN_ONE_BREATH], others[_IN_ONE_BREATH:]
        self._agenda[:0] = [Act(Does.INFORM, (slot,)) for slot in later]
        return Act(Does.CHANGE_TYPE, (kind, *now), old)

    def _cheaper(self, sight: Sight) -> Act | None:
        prices = [item.price for item in sight.shown if item.price is not None]
        held = self.goal.get(f"{Role.BUDGET}.{PRICE}")
        if not prices or (held is not None and held.bounds.low is not None):
            return None
        slot = budget(min(prices) - 0.01)
        goal = self.goal.putting(slot)
        if not self._assortment.target(goal):
            return None
        self.goal = goal
        return Act(Does.CHEAPER, (slot,))

    def _more(self, sight: Sight) -> Act | None:
        goal = replace(self.goal, seen=sight.seen)
        if not sight.shown or not self._assortment.target(goal):
            return None
        self.goal = goal
        return Act(Does.MORE)

    def _reject(self, sight: Sight) -> Act | None:
        act = self._points(Does.REJECT, sight)
        if act is None:
            return None
        goal = replace(self.goal, rejected=self.goal.rejected | set(act.items))
        if not self._assortment.target(goal):
            return None
        self.goal = goal
        return act

    def _like(self, sight: Sight) -> Act | None:
        act = self._points(Does.LIKE, sight)
        if act is None:
            return None
        goal = replace(self.goal, seen=frozenset(act.items))
        if not self._assortment.target(goal):
            return None
        self.goal = goal
        return act

    def _compare(self, sight: Sight) -> Act | None:
        if len(sight.shown) < 2:
            return None
        first, second = sight.shown[:2]
        return Act(Does.COMPARE, places=(1, 2), items=(first.id, second.id))

    def _ask(self, sight: Sight) -> Act | None:
        return self._points(Does.ITEM_QUESTION, sight)

    def _points(self, does: Does, sight: Sight) -> Act | None:
        """The act on one of the first three cards, the second by preference."""
        if not sight.shown:
            return None
        places = [2, 2, 1, 3]
        place = self._rng.choice([p for p in places if p <= len(sight.shown)])
        return Act(does, places=(place,), items=(sight.shown[place - 1].id,))


def _plan(rng: random.Random, goal: Goal, manner: Manner) -> list[Act]:
    """The agenda: the wish in one message or bit by bit, and what happens between."""
    kind, *others = sorted(goal.slots, key=lambda slot: slot.role is not Role.TYPE)
    rng.shuffle(others)
    telling = manner.change in {Does.REPLACE, Does.DROP}
    first = (
        len(others) if not manner.bit_by_bit else min(len(others), rng.choice((0, 1)) or telling)
    )
    said, later = others[:first], [[slot] for slot in others[first:]]
    opening: list[Slot] = [kind, *said]
    if manner.vague and any(slot.hard for slot in said):
        opening, later = said, [[kind], *later]
    between = [act for act in (manner.change, manner.aside, manner.reaction) if act is not None]
    if between and ASIDES.issuperset(between) and not later and said and said is not opening:
        later = [[opening.pop()]]
    rng.shuffle(between)
    while len(later) > 1 and 1 + len(later) + len(between) > PLANNED:
        later[-2:] = [[*later[-2], *later[-1]]]
    rest = [Act(Does.INFORM, tuple(slots)) for slots in later]
    for does in between:
        # After an aside the search goes on, or nothing would show what it has cost.
        last = max(0, len(rest) - 1) if does in ASIDES else len(rest)
        rest.insert(rng.randint(0, last), Act(does))
    return [Act(Does.OPEN, tuple(opening)), *rest]
