"""Values of a conversation <-> the JSON that a store keeps of them.

Knows no database: a row is a mapping of column names. What comes back equals what went in, but
for the candidates, which are not kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from pydantic import TypeAdapter

from chatrec.ports import StoredTurn
from chatrec.types import (
    Constraints,
    Exchange,
    Message,
    ModelCall,
    Recommendation,
    Reply,
    Turn,
    Understanding,
)

_CONSTRAINTS = TypeAdapter(Constraints)
_UNDERSTANDING = TypeAdapter(Understanding)
_REPLY = TypeAdapter(Reply)
_RECOMMENDATION = TypeAdapter(Recommendation)
_TIMINGS: TypeAdapter[Mapping[str, float]] = TypeAdapter(Mapping[str, float])
_CALLS = TypeAdapter(tuple[ModelCall, ...])


def to_json(value: object) -> str:
    """The JSON of any value in `chatrec.types`."""
    return json.dumps(value, default=_plain, ensure_ascii=False)


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is no value of a conversation")


def read_constraints(stored: str) -> Constraints:
    """The constraints of their JSON."""
    return _CONSTRAINTS.validate_json(stored)


class Record:
    """A message and its answer as the tables hold them."""

    def __init__(self, row: Mapping[str, Any], shown: Sequence[str]) -> None:
        """Parse the reply; ``row["reply"]`` is None until the message is answered.

        ``shown`` are the recommendations, in the order of their cards.
        """
        self._row = row
        self.text: str = row["text"]
        self.reply: Reply | None = None
        if row["reply"] is not None:
            bare = _REPLY.validate_json(row["reply"])
            cards = tuple(_RECOMMENDATION.validate_json(each) for each in shown)
            self.reply = replace(bare, recommendations=cards)

    def told(self, before: Turn) -> StoredTurn:
        """The turn that this was, where ``before`` is what all earlier ones came to."""
        row = self._row
        exchange = None
        if self.reply is not None:
            constraints = read_constraints(row["constraints_before"])
            exchange = Exchange(
                turn=replace(before, text=self.text, constraints=constraints),
                understanding=_UNDERSTANDING.validate_json(row["understanding"]),
                candidates=(),
                reply=self.reply,
                timings=_TIMINGS.validate_json(row["timings"]),
                calls=_CALLS.validate_json(row["calls"]),
            )
        thumb = "" if row["thumb"] in (None, "none") else row["thumb"]
        return StoredTurn(row["id"], row["at"], self.text, exchange, thumb)

    def after(self, before: Turn) -> Turn:
        """What the conversation has come to after it; a message without an answer changes nothing.

        ``before``: what it had come to.
        """
        return before if self.reply is None else turn_after(before, self.text, self.reply)


def turn_after(turn: Turn, said: str, reply: Reply) -> Turn:
    """The turn that a next message makes, its text yet to come, after an answered one.

    ``said``: the message as it is kept, "" where there was none.
    """
    spoken = [Message("user", said)] if said else []
    items = tuple(shown.item for shown in reply.recommendations)
    return replace(
        turn,
        text="",
        photo=None,
        history=(*turn.history, *spoken, Message("assistant", reply.text)),
        constraints=reply.constraints,
        shown=items or turn.shown,
        seen=turn.seen | {item.id for item in items},
        asked=reply.asked,
        focus=reply.focus_after(turn.focus),
    )
