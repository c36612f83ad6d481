"""Where a played shop hands conversations over: the summary is noted, and nobody is called."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from functools import partial

from chatrec.desks import open_desk
from chatrec.handoff import Handoff, Summary
from chatrec.ports import StoredTurn
from chatrec.settings import Settings
from chatrec.types import Event, Exchange, Turn, Vocabulary


class Reception:
    """The hand-off of one shop, for one dialogue at a time."""

    def __init__(self, vocabulary: Callable[[], Vocabulary], settings: Settings) -> None:
        """A shop whose settings name no desk hands nothing over."""
        self.taken: Summary | None = None
        """What a person was told in the turn under way, if one was called."""
        self._past: list[StoredTurn] = []
        self._handoff = Handoff(
            self if open_desk(settings) else None,
            self._so_far,
            vocabulary,
            settings.handoff.next_step,
            settings.shop.contact,
        )

    def attended(
        self, past: Sequence[Exchange], turn: Turn, events: AsyncGenerator[Event]
    ) -> AsyncGenerator[Event]:
        """The events of the turn that follows these exchanges, as the shop would send them."""
        self.taken = None
        told = partial(StoredTurn, "", 0.0)
        self._past = [told(exchange.turn.text, exchange) for exchange in past]
        return self._handoff.attended("dialogue test", turn, events)

    async def take(self, summary: Summary) -> None:
        """Note the summary (`chatrec.handoff.Desk`)."""
        self.taken = summary

    async def _so_far(self, conversation_id: str) -> list[StoredTurn]:
        return self._past
