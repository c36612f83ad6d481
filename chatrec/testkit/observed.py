"""What a turn did, and what was wrong with it: the values that the checks work on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chatrec.handoff import Summary
from chatrec.testkit.references import resolve
from chatrec.types import Event, Exchange, Item, Kind, Turn

_ON_ITEMS = frozenset({Kind.ABOUT, Kind.COMPARE})


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that is not as it should be.

    ``check`` is the key of the format ("items.every") or the name of what is always checked
    ("constraint", "grounded" ...); ``subject`` is an item's id or a sentence where there is one.
    """

    check: str
    message: str
    subject: str = ""


def unmet(check: str, wanted: object, got: object, subject: str = "") -> Failure:
    """The failure of an expectation."""
    return Failure(check, f"expected {wanted}, got {got}", subject)


@dataclass(frozen=True, slots=True)
class Observed:
    """A finished turn: its events in order, the exchange among them, and what came before.

    ``by_turn`` are the items of each earlier turn's reply, ``said`` all messages of the shopper,
    this one too. ``summary`` is what a person was told, where one was called.
    """

    turn: Turn
    events: Sequence[Event]
    exchange: Exchange
    by_turn: Sequence[Sequence[Item]] = ()
    said: Sequence[str] = ()
    summary: Summary | None = None

    @property
    def shown(self) -> list[Item]:
        """The items of this turn's reply, in the order of their cards."""
        return [r.item for r in self.exchange.reply.recommendations]

    @property
    def about(self) -> set[str]:
        """Ids of the items that the reply is on: all on the page where it points at none."""
        pointed = set(self.exchange.understanding.about)
        if not pointed and self.exchange.reply.kind in _ON_ITEMS:
            return {item.id for item in self.turn.shown}
        return pointed

    def refer(self, reference: str) -> Item:
        """The item that a reference points at.

        Raises:
            ReferenceProblem: it points at nothing.
        """
        return resolve(reference, self.turn.shown, self.by_turn)
