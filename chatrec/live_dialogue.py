"""Turns -> a dialogue over the catalogue as it stands when the turn begins.

A turn sees one catalogue from its first word to its last, and the next turn the next one. What is
made of a catalogue (the reader's vocabulary, the floor of relevance) is made anew when it is
another one. Knows no adapter.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Generic, TypeVar

from chatrec.ports import Answers, CandidateSource
from chatrec.types import Constraints, Event, Turn

Source = TypeVar("Source", bound=CandidateSource)


class LiveDialogue(Generic[Source]):
    """Answers like a `chatrec.dialogue.Dialogue`. Safe for many turns at once."""

    def __init__(
        self,
        standing: Source,
        current: Callable[[], Awaitable[Source]],
        make: Callable[[Source], Answers],
    ) -> None:
        """``standing``: the catalogue to begin with; ``current``: how to get it as it is then.

        ``make`` is called for the first now, for others in a thread.
        """
        self._current = current
        self._make = make
        self._made = (standing, make(standing))
        self._making = threading.Lock()

    async def run(self, turn: Turn) -> AsyncGenerator[Event]:
        """The events of one turn."""
        source = await self._current()
        dialogue = await self._over(source)
        async with aclosing(dialogue.run(await _fresh(turn, source))) as events:
            async for event in events:
                yield event

    async def apply(self, turn: Turn, constraints: Constraints) -> AsyncGenerator[Event]:
        """The same for constraints that the shopper changed by hand."""
        source = await self._current()
        dialogue = await self._over(source)
        async with aclosing(dialogue.apply(await _fresh(turn, source), constraints)) as events:
            async for event in events:
                yield event

    async def _over(self, source: Source) -> Answers:
        of, dialogue = self._made
        return dialogue if of is source else await asyncio.to_thread(self._anew, source)

    def _anew(self, source: Source) -> Answers:
        with self._making:
            if self._made[0] is not source:
                self._made = (source, self._make(source))
            return self._made[1]


async def _fresh(turn: Turn, source: CandidateSource) -> Turn:
    """The turn with what is now said of the shown items; what is not sold any more is sold out."""
    if not turn.shown:
        return turn
    now = {item.id: item for item in await source.items([item.id for item in turn.shown])}
    return replace(turn, shown=tuple(now.get(i.id) or replace(i, stock=0) for i in turn.shown))
