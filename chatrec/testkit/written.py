"""A conversation as it was -> a dialogue test that expects the same state again.

What is expected is what `chatrec.testkit.scenario` can say of state: kinds, items, constraints and
citations, never wording. What a person said, what was changed by hand and what was searched by
photo cannot be played again: the test ends before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from chatrec.patch import document
from chatrec.ports import StoredTurn
from chatrec.types import PHOTO, Constraints, Exchange, Kind


def scenario(name: str, transcript: Sequence[StoredTurn]) -> str:
    """The YAML of a dialogue test; "" where nothing in the conversation can be played again.

    Args:
        name: letters, digits, dots, dashes and underscores.
        transcript: messages and their answers, oldest first.
    """
    turns = list(_turns(transcript))
    if not turns:
        return ""
    return yaml.safe_dump({"id": name, "turns": turns}, sort_keys=False, allow_unicode=True)


def _turns(transcript: Sequence[StoredTurn]) -> Iterator[dict[str, Any]]:
    for stored in transcript:
        if stored.exchange is None:
            continue
        again = stored.text and PHOTO not in stored.text
        if not again or stored.exchange.reply.kind is Kind.HANDOFF:
            return
        yield {"user": stored.text, "expect": _expected(stored.exchange)}


def _expected(exchange: Exchange) -> dict[str, Any]:
    reply = exchange.reply
    expected: dict[str, Any] = {"kind": str(reply.kind)}
    if reply.recommendations:
        ids = [shown.item.id for shown in reply.recommendations]
        expected["items"] = {"min": len(ids), "include_ids": ids}
    if reply.citations:
        expected["faq"] = {"any_of": [entry.id for entry in reply.citations]}
    if held := _constraints(exchange.turn.constraints, reply.constraints):
        expected["constraints"] = held
    return expected


def _constraints(before: Constraints, after: Constraints) -> dict[str, Any]:
    """What is held, and null for what is held no more."""
    former, held = (document(each).model_dump() for each in (before, after))
    former["wish"], held["wish"] = former["wish"].split(), held["wish"].split()
    expected: dict[str, Any] = {}
    for name, value in held.items():
        if isinstance(value, Mapping):
            gone = dict.fromkeys(key for key in former[name] if key not in value)
            kept = {key: _known(inner) for key, inner in value.items()}
            value = {**kept, **gone}
        if value not in (None, [], {}):
            expected[name] = value
        elif former[name] not in (None, [], {}) and name != "wish":
            expected[name] = None
    return expected


def _known(value: Any) -> Any:
    """Bounds without the sides that are open; labels as they are."""
    if isinstance(value, Mapping):
        return {side: number for side, number in value.items() if number is not None}
    return value
