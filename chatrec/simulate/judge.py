"""A finished turn + what was said so far -> what is wrong with it, by state alone.

Two kinds of wrong cards are kept apart. A card that breaks a constraint that the dialogue itself
holds breaks a promise, and so does a word that is not so (`chatrec.testkit.always`). A card that
breaks only what the shopper said shows that it was misread.

A slot is held when some constraint of the state lets through nothing but what the slot allows,
whatever facet or label it stands under: meanings are compared, by the items they select, and not
spellings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from chatrec.dialogue.offers import question_of
from chatrec.respond.clarify import BUDGET
from chatrec.simulate.acts import Act, Does, Said
from chatrec.simulate.extents import Extents
from chatrec.simulate.slots import PRICE, Role, Slot
from chatrec.testkit.always import check_always
from chatrec.testkit.grounding import Shelf
from chatrec.testkit.observed import Failure, Observed
from chatrec.types import TYPE, Constraints, Exchange, Item, Kind

_RIGHT_KIND = {
    Does.FAQ: Kind.FAQ,
    Does.SMALL_TALK: Kind.SMALLTALK,
    Does.OFF_TOPIC: Kind.DECLINE,
    Does.ITEM_QUESTION: Kind.ABOUT,
    Does.COMPARE: Kind.COMPARE,
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A card that breaks what the shopper said: a slot, or that the item was turned down (None)."""

    item: Item
    slot: Slot | None


@dataclass(frozen=True, slots=True)
class Marks:
    """What is wrong with a turn.

    ``promises`` broken by it; ``violations`` of what was said; ``unread`` slots that this message
    said and that are not in the state; ``forgotten`` ones that had been in it and are no longer;
    ``stuck`` ones that were taken back and still are. ``aside`` and ``pointed`` say whether a side
    step was answered as one and whether the right card was taken, None where there was none.
    """

    promises: tuple[Failure, ...] = ()
    violations: tuple[Violation, ...] = ()
    unread: tuple[Slot, ...] = ()
    forgotten: tuple[Slot, ...] = ()
    stuck: tuple[Slot, ...] = ()
    asked_again: bool = False
    aside: bool | None = None
    pointed: bool | None = None


@dataclass
class Judge:
    """Judges the turns of one dialogue, in order."""

    shelf: Shelf
    extents: Extents
    _held: frozenset[Slot] = frozenset()
    _asked: set[str] = field(default_factory=set)

    def marks(self, act: Act, said: Said, observed: Observed) -> Marks:
        """What is wrong with the turn in which ``act`` was done; ``said`` stands after it."""
        exchange = observed.exchange
        state = exchange.reply.constraints
        held = frozenset(slot for slot in said.slots if holds(self.extents, state, slot))
        new = {slot for slot in act.slots if slot.hard}
        marks = Marks(
            promises=tuple(check_always(observed, self.shelf)),
            violations=tuple(self._violations(observed.shown, said)),
            unread=tuple(slot for slot in said.slots if slot in new - held),
            forgotten=tuple(s for s in said.slots if s not in new and s in self._held - held),
            stuck=tuple(self._stuck(state, act, said)),
            asked_again=self._again(question_of(exchange.reply), said),
            aside=_aside(act, exchange),
            pointed=_pointed(act, exchange),
        )
        self._held = held
        return marks

    def _violations(self, shown: Sequence[Item], said: Said) -> Iterator[Violation]:
        for card in shown:
            item = self.shelf.items.get(card.id, card)
            if item.id in said.rejected:
                yield Violation(item, None)
            for slot in said.slots:
                if not slot.constraints.allows(item):
                    yield Violation(item, slot)

    def _stuck(self, state: Constraints, act: Act, said: Said) -> Iterator[Slot]:
        """Slots taken back that still hold, the replaced one too where the new one is wider."""
        gone = list(said.dropped)
        if act.does is Does.REPLACE and act.old is not None:
            old = self.extents.of_slot(act.old)
            gone += [act.old for new in act.slots if not self.extents.of_slot(new) <= old]
        yield from (slot for slot in gone if holds(self.extents, state, slot, of_facet=True))

    def _again(self, asked: str, said: Said) -> bool:
        """Whether the question was asked before, or what was said answers it."""
        if not asked:
            return False
        facet = PRICE if asked == BUDGET else asked
        known = any(slot.facet == facet and slot.role is not Role.AVOID for slot in said.slots)
        again = known or asked in self._asked
        self._asked.add(asked)
        return again


def holds(extents: Extents, state: Constraints, slot: Slot, *, of_facet: bool = False) -> bool:
    """Whether one constraint of the state implies the slot.

    With ``of_facet`` only constraints on the slot's own facet count.
    """
    wanted = extents.of_slot(slot)
    for facet, part in _parts(state):
        if of_facet and facet != slot.facet:
            continue
        selected = extents.of(part)
        if selected <= wanted and (selected or facet == slot.facet):
            return True
    return False


def _parts(state: Constraints) -> Iterator[tuple[str, Constraints]]:
    """Each hard constraint of the state alone, with its facet; the bounds of a number together."""
    if state.category:
        yield TYPE, Constraints(category=state.category)
    if state.price_min is not None or state.price_max is not None:
        yield PRICE, Constraints(price_min=state.price_min, price_max=state.price_max)
    for facet, values in state.require.items():
        yield facet, Constraints(require={facet: values})
    for facet, values in state.exclude.items():
        yield facet, Constraints(exclude={facet: values})
    for name, bounds in state.numeric.items():
        yield name, Constraints(numeric={name: bounds})


def _aside(act: Act, exchange: Exchange) -> bool | None:
    right = _RIGHT_KIND.get(act.does)
    return None if right is None else exchange.reply.kind is right


def _pointed(act: Act, exchange: Exchange) -> bool | None:
    if not act.items:
        return None
    if act.does is Does.REJECT:
        return set(act.items) <= exchange.reply.constraints.rejected
    return set(exchange.understanding.about) == set(act.items)
