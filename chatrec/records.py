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
    Item,
    Labels,
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

    def after(self, so_far: SoFar) -> StoredTurn:
        """The turn that this was, after all that came before it."""
        row = self._row
        exchange = None
        if self.reply is not None:
            exchange = Exchange(
                turn=so_far.turn(self.text, read_constraints(row["constraints_before"])),
                understanding=_UNDERSTANDING.validate_json(row["understanding"]),
                candidates=(),
                reply=self.reply,
                timings=_TIMINGS.validate_json(row["timings"]),
                calls=_CALLS.validate_json(row["calls"]),
            )
        thumb = "" if row["thumb"] in (None, "none") else row["thumb"]
        return StoredTurn(row["id"], row["at"], self.text, exchange, thumb)


class SoFar:
    """What a conversation has come to; grows with each answered message."""

    def __init__(self) -> None:
        self._history: list[Message] = []
        self._cards: tuple[Item, ...] = ()
        self._seen: frozenset[str] = frozenset()
        self._asked = ""
        self._focus: Labels = ()

    def add(self, record: Record) -> None:
        """Take in an answer; a message without one changes nothing."""
        reply = record.reply
        if reply is None:
            return
        if record.text:
            self._history.append(Message("user", record.text))
        self._history.append(Message("assistant", reply.text))
        self._asked = reply.asked
        self._focus = reply.focus_after(self._focus)
        if reply.recommendations:
            self._cards = tuple(each.item for each in reply.recommendations)
            self._seen |= {item.id for item in self._cards}

    def turn(self, text: str, constraints: Constraints) -> Turn:
        """The turn that a message makes now."""
        history = tuple(self._history)
        return Turn(text, history, constraints, self._cards, self._seen, self._asked, self._focus)
