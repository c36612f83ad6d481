"""Turns -> lookups where one is asked for or under way, and to the dialogue otherwise.

What is gathered so far lies in what the reply asked for, so a conversation survives a restart in
the midst of it. A message that gives nothing of what was asked goes to the dialogue: the shopper
may change the subject.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeAlias
from urllib.parse import parse_qsl, urlencode

from chatrec.errors import LookupFailed
from chatrec.types import Constraints, Event, Exchange, Intent, Kind, Reply, Turn, Understanding
from chatrec.types import Words as Said
from chatrec.wording import capital, plain_number, readable

logger = logging.getLogger(__name__)

_PREFIX = "lookup:"
_LONGEST_VALUE = 300

Found: TypeAlias = Mapping[str, Any]
"""What a system knows, as JSON has it."""


class System(Protocol):
    """The shop's own system behind a lookup."""

    async def ask(self, given: Mapping[str, str], identity: str) -> Found | None:
        """What it knows; None: there is no such thing, or it is not this shopper's.

        Args:
            given: what the shopper said, by slot.
            identity: who the shopper is, as the host page vouches for it; "" if it does not.

        Raises:
            LookupFailed: the system failed.
        """
        ...


@dataclass(frozen=True, slots=True)
class Slot:
    """Something that a lookup needs: ``pattern`` finds it in a message, ``ask`` asks for it."""

    name: str
    ask: str
    pattern: re.Pattern[str]

    def find(self, text: str) -> str | None:
        """The value in the text, or None; its first group where the pattern has one."""
        match = self.pattern.search(text)
        if match is None:
            return None
        return match[1] if self.pattern.groups else match[0]


@dataclass(frozen=True, slots=True)
class Lookup:
    """Something that the shop's system can be asked.

    ``triggers``: what asks for it; ``fields``: paths into what is found ("address.city") -> what
    they are called, in the order they are told; ``signed_in``: only for shoppers whom the host
    page knows; ``own``: slot that has to be one of the orders in the visitor's token, where nobody
    is signed in; ``seconds`` until the system is given up on.
    """

    name: str
    system: System
    triggers: tuple[re.Pattern[str], ...]
    slots: tuple[Slot, ...]
    fields: Mapping[str, str]
    signed_in: bool = False
    own: str = ""
    seconds: float = 8.0


class Answers(Protocol):
    """What takes the other turns: `chatrec.dialogue.Dialogue`."""

    def run(self, turn: Turn) -> AsyncGenerator[Event]:
        """``Shown``, then ``Words``, at last the ``Exchange``."""
        ...

    def apply(self, turn: Turn, constraints: Constraints) -> AsyncGenerator[Event]:
        """The same for constraints that the shopper changed by hand."""
        ...


class Lookups:
    """Takes the turns of a shop, lookups first."""

    def __init__(self, dialogue: Answers, lookups: Sequence[Lookup]) -> None:
        self._dialogue = dialogue
        self._lookups = {lookup.name: lookup for lookup in lookups}

    async def run(self, turn: Turn) -> AsyncGenerator[Event]:
        """The events of one turn."""
        name, given = _under_way(turn.asked)
        lookup = self._lookups.get(name)
        new = self._asked_for(turn.text)
        if new is not None and new is not lookup:
            lookup, given = new, {}
        found = {} if lookup is None else _slots_in(lookup, turn.text, given)
        if lookup is None or (new is None and not found):
            elsewhere = replace(turn, asked="") if name else turn
            async with aclosing(self._dialogue.run(elsewhere)) as events:
                async for event in events:
                    yield event
            return
        reply = await _answer(lookup, {**given, **found}, turn)
        understanding = Understanding(Intent.FAQ, turn.constraints)
        yield Said(reply.text)
        yield Exchange(turn, understanding, (), reply)

    def apply(self, turn: Turn, constraints: Constraints) -> AsyncGenerator[Event]:
        """The events of a change by hand: the dialogue's."""
        return self._dialogue.apply(turn, constraints)

    def _asked_for(self, text: str) -> Lookup | None:
        for lookup in self._lookups.values():
            if any(trigger.search(text) for trigger in lookup.triggers):
                return lookup
        return None


def _under_way(asked: str) -> tuple[str, dict[str, str]]:
    """The lookup that the last reply asked for, and what had been given; "" for none."""
    if not asked.startswith(_PREFIX):
        return "", {}
    name, _, given = asked.removeprefix(_PREFIX).partition("?")
    return name, dict(parse_qsl(given))


def _slots_in(lookup: Lookup, text: str, given: Mapping[str, str]) -> dict[str, str]:
    """What the text gives of what is missing; a stretch of it counts for one slot alone."""
    found: dict[str, str] = {}
    for slot in lookup.slots:
        if slot.name not in given and (value := slot.find(text)) is not None:
            found[slot.name] = value
            text = text.replace(value, " ", 1)
    return found


async def _answer(lookup: Lookup, given: Mapping[str, str], turn: Turn) -> Reply:
    """The question for what is missing, or what the system says."""
    kept = turn.constraints
    identity = turn.profile.get("user_id", "")
    if lookup.signed_in and not identity:
        text = "I can tell that only to a shopper who is signed in. Please sign in and ask again."
        return Reply(Kind.FAQ, text, constraints=kept)
    missing = next((slot for slot in lookup.slots if slot.name not in given), None)
    if missing is not None:
        asked = f"{_PREFIX}{lookup.name}?{urlencode(given)}"
        return Reply(Kind.CLARIFY, missing.ask, constraints=kept, asked=asked)
    orders = turn.profile.get("orders", "").split("\n")
    may_ask = not lookup.own or bool(identity) or given[lookup.own] in orders
    try:
        async with asyncio.timeout(lookup.seconds):
            found = await lookup.system.ask(given, identity) if may_ask else None
    except TimeoutError:
        logger.error("the lookup %s took longer than %s s", lookup.name, lookup.seconds)
        text = "Our system takes too long to answer just now. Please try again in a few minutes."
        return Reply(Kind.FAQ, text, constraints=kept)
    except LookupFailed as exc:
        logger.error("the lookup %s failed: %s", lookup.name, exc)
        text = "I cannot reach our system just now. Please try again in a few minutes."
        return Reply(Kind.FAQ, text, constraints=kept)
    if found is None:
        said = ", ".join(f"{readable(name)} {value}" for name, value in given.items())
        what = f" for {said}" if said else ""
        text = f"I find nothing{what}. Please check that it is right and yours, and tell me again."
        asked = f"{_PREFIX}{lookup.name}?" if lookup.slots else ""
        return Reply(Kind.FAQ, text, constraints=kept, asked=asked)
    return Reply(Kind.ABOUT, _told(lookup, found), constraints=kept)


def _told(lookup: Lookup, found: Found) -> str:
    """The fields that may be shown and are there, a line each."""
    lines = []
    for path, label in lookup.fields.items():
        values = [text for value in _at(found, path.split(".")) if (text := _value(value))]
        if values:
            lines.append(f"{capital(label)}: {', '.join(dict.fromkeys(values))}")
    return "\n".join(lines) or "Our system has an entry for it, but nothing that I may show."


def _at(value: Any, path: Sequence[str]) -> list[Any]:
    """The values at the path; a list on the way stands for each of its members."""
    if isinstance(value, list | tuple):
        return [found for member in value for found in _at(member, path)]
    if not path:
        return [value]
    return _at(value[path[0]], path[1:]) if isinstance(value, Mapping) and path[0] in value else []


def _value(value: Any) -> str:
    """A plain value as words; nothing for what is nested."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return plain_number(float(value))
    return " ".join(value.split())[:_LONGEST_VALUE] if isinstance(value, str) else ""
