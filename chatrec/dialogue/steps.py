"""Steps of an answer -> the events of its turn, with their times, and the exchange at the end.

Knows no intent, no search and no model.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from chatrec.types import (
    Candidate,
    Constraints,
    Event,
    Exchange,
    Kind,
    Labels,
    ModelCall,
    Reply,
    Shown,
    Turn,
    Understanding,
    Words,
)

Step: TypeAlias = Shown | Words | Reply
"""What an answer is made of; the reply comes last and gets its text from the words before it."""


@dataclass
class Trace:
    """What is noted while one turn is answered.

    ``fallback`` are the constraints that stand after it where nothing fits, unless all do.
    """

    started: float
    unsure: bool = False
    fallback: Constraints | None = None
    candidates: tuple[Candidate, ...] = ()
    calls: tuple[ModelCall, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)

    def reached(self, stage: str) -> None:
        """Note the seconds since the message came, once a stage."""
        self.timings.setdefault(stage, time.perf_counter() - self.started)


async def say(
    kind: Kind,
    text: str,
    constraints: Constraints,
    suggestions: Sequence[str] = (),
    focus: Labels = (),
    asked: str = "",
) -> AsyncGenerator[Step, None]:
    """A reply of words alone."""
    yield Words(text)
    yield Reply(
        kind,
        "",
        suggestions=tuple(suggestions),
        constraints=constraints,
        asked=asked,
        focus=tuple(focus),
    )


async def events_of(
    turn: Turn, understanding: Understanding, steps: AsyncGenerator[Step, None], trace: Trace
) -> AsyncGenerator[Event, None]:
    """Steps -> events with the times at which they went out, and the exchange at the end."""
    said: list[str] = []
    reply = Reply(Kind.CLARIFY, "", constraints=understanding.constraints)
    async with aclosing(steps):
        async for step in steps:
            if isinstance(step, Reply):
                reply = step
                continue
            trace.reached("items_shown" if isinstance(step, Shown) else "first_word")
            if isinstance(step, Words):
                said.append(step.text)
            yield step
    trace.reached("done")
    reply = replace(reply, text="".join(said))
    yield Exchange(turn, understanding, trace.candidates, reply, trace.timings, trace.calls)
