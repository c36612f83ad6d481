"""Events of a turn -> what had reached the shopper when it broke off; an answer -> its events.

Knows no store and no dialogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from chatrec.types import (
    Event,
    Exchange,
    Intent,
    Kind,
    Reply,
    Shown,
    Turn,
    Understanding,
    Words,
)


def told_again(exchange: Exchange) -> Iterator[Event]:
    """The events of an answer that was given before."""
    reply = exchange.reply
    if reply.recommendations:
        yield Shown(reply.kind, reply.recommendations, reply.constraints)
    if reply.text:
        yield Words(reply.text)
    yield exchange


@dataclass(slots=True)
class Sent:
    """What has reached the shopper in one turn."""

    turn: Turn
    shown: Shown | None = None
    words: list[str] = field(default_factory=list)
    finished: bool = False

    def add(self, event: Event) -> None:
        match event:
            case Shown():
                self.shown = event
            case Words():
                self.words.append(event.text)
            case Exchange():
                self.finished = True

    def cut_short(self) -> Exchange | None:
        """The exchange that a broken-off turn comes to; None if it finished or sent nothing.

        How the message was read is not known here, so the reading is marked unreadable, and
        words that came without items pass for small talk: they change nothing.
        """
        if self.finished or not (self.shown or self.words):
            return None
        shown = self.shown or Shown(Kind.SMALLTALK, (), self.turn.constraints)
        constraints = shown.constraints
        return Exchange(
            turn=self.turn,
            understanding=Understanding(Intent.REFINE, constraints, readable=False),
            candidates=(),
            reply=Reply(
                kind=shown.kind,
                text="".join(self.words),
                recommendations=shown.recommendations,
                constraints=constraints,
            ),
        )
