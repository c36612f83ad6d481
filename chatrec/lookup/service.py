"""Turns -> lookups where one is asked for or under way, and to the dialogue otherwise.

What is gathered so far lies in what the reply asked for, so a conversation survives a restart in
the midst of it. A message that gives nothing of what was asked goes to the dialogue: the shopper
may change the subject. What is found is cited under the lookup's name.
"""

from __future__ import annotations

import asyncio
import logging
import math
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeAlias
from urllib.parse import parse_qsl, urlencode

from chatrec.errors import LookupFailed
from chatrec.ports import Answers
from chatrec.service_lines import with_contact
from chatrec.types import (
    Constraints,
    Event,
    Exchange,
    FaqEntry,
    Intent,
    Kind,
    Reply,
    Turn,
    Understanding,
)
from chatrec.types import Words as Said
from chatrec.wording import capital, plain_number, readable
from chatrec.words import STOPWORDS, stem, tokens

logger = logging.getLogger(__name__)

_PREFIX = "lookup:"
_LONGEST_VALUE = 300
_LACKED = re.compile(
    r"\b(?:(?:don't|do not|dont|can't|cannot|cant|didn't|did not|never) "
    r"(?:have|know|find|remember|get|got|see)|no idea|(?:have )?lost (?:it|the|my)|forgot)\b",
    re.IGNORECASE,
)

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


class Lookups:
    """Takes the turns of a shop, lookups first."""

    def __init__(self, dialogue: Answers, lookups: Sequence[Lookup], contact: str = "") -> None:
        """Wrap a dialogue, which takes the other turns.

        ``contact``: how to reach a person, told to who lacks what a lookup needs.
        """
        self._dialogue = dialogue
        self._contact = contact
        self._lookups = {lookup.name: lookup for lookup in lookups}

    async def run(self, turn: Turn) -> AsyncGenerator[Event]:
        """The events of one turn."""
        reply = await self._reply(turn)
        if reply is not None:
            yield Said(reply.text)
            yield Exchange(turn, Understanding(Intent.FAQ, turn.constraints), (), reply)
            return
        elsewhere = replace(turn, asked="") if turn.asked.startswith(_PREFIX) else turn
        async with aclosing(self._dialogue.run(elsewhere)) as events:
            async for event in events:
                yield event

    def apply(self, turn: Turn, constraints: Constraints) -> AsyncGenerator[Event]:
        """The events of a change by hand: the dialogue's."""
        return self._dialogue.apply(turn, constraints)

    async def _reply(self, turn: Turn) -> Reply | None:
        """A lookup's reply, or None where none is asked for or under way."""
        name, given = _under_way(turn.asked)
        under_way, asked_for = self._lookups.get(name), self._asked_for(turn.text)
        lookup = asked_for or under_way
        if lookup is None:
            return None
        if lookup is not under_way:
            given = {}
        found = _slots_in(lookup, turn.text, given, opening=asked_for is not None)
        if not found and asked_for is None:
            return self._without(lookup, given, turn)
        return await _answer(lookup, {**given, **found}, turn)

    def _without(self, lookup: Lookup, given: Mapping[str, str], turn: Turn) -> Reply | None:
        """The answer to who does not have what was asked for, or mistyped it; else None."""
        missing = _missing(lookup, given)
        if missing is None:
            return None
        kept = turn.constraints
        if _LACKED.search(turn.text):
            text = with_contact("Without it I cannot look that up.", self._contact)
            return Reply(Kind.FAQ, text, constraints=kept)
        if not _is_bare(turn.text, missing):
            return None
        text = f"That does not look like it. {missing.ask}"
        return Reply(Kind.CLARIFY, text, constraints=kept, asked=_asking(lookup, given))

    def _asked_for(self, text: str) -> Lookup | None:
        for lookup in self._lookups.values():
            if any(trigger.search(text) for trigger in lookup.triggers):
                return lookup
        return None


def _asking(lookup: Lookup, given: Mapping[str, str]) -> str:
    """What a reply asks for that asks for the rest."""
    return f"{_PREFIX}{lookup.name}?{urlencode(given)}"


def _is_bare(text: str, slot: Slot) -> bool:
    """Whether the text is nothing but a number or code: a try to give what was asked for."""
    named = {stem(word) for word in (*tokens(slot.ask), *tokens(readable(slot.name)))}
    rest = [w for w in tokens(text) if w not in STOPWORDS and stem(w) not in named]
    return bool(rest) and all(any(map(str.isdigit, word)) for word in rest)


def _under_way(asked: str) -> tuple[str, dict[str, str]]:
    """The lookup that the last reply asked for, and what had been given; "" for none."""
    if not asked.startswith(_PREFIX):
        return "", {}
    name, _, given = asked.removeprefix(_PREFIX).partition("?")
    return name, dict(parse_qsl(given))


def _missing(lookup: Lookup, given: Mapping[str, str]) -> Slot | None:
    """The slot to ask for next."""
    return next((slot for slot in lookup.slots if slot.name not in given), None)


def _slots_in(
    lookup: Lookup, text: str, given: Mapping[str, str], *, opening: bool
) -> dict[str, str]:
    """What the text gives of what is missing, or anew of what found nothing.

    A stretch of the text counts for one slot alone. Unless the text is the one that asks for the
    lookup, it has to give what was asked for: five digits are no postcode where the order number
    is wanted.
    """
    asked = _missing(lookup, given)
    found: dict[str, str] = {}
    for slot in lookup.slots:
        wanted = asked is None or slot.name not in given
        if wanted and (value := slot.find(text)) is not None:
            found[slot.name] = value
            text = text.replace(value, " ", 1)
    return found if opening or asked is None or asked.name in found else {}


async def _answer(lookup: Lookup, given: Mapping[str, str], turn: Turn) -> Reply:
    """The question for what is missing, or what the system says."""
    kept = turn.constraints
    identity = turn.profile.get("user_id", "")
    if lookup.signed_in and not identity:
        text = "I can tell that only to a shopper who is signed in. Please sign in and ask again."
        return Reply(Kind.FAQ, text, constraints=kept)
    missing = _missing(lookup, given)
    if missing is not None:
        asked = _asking(lookup, given)
        return Reply(Kind.CLARIFY, missing.ask, constraints=kept, asked=asked)
    allowed = given if not lookup.own or identity else _own(lookup.own, given, turn)
    try:
        async with asyncio.timeout(lookup.seconds):
            found = None if allowed is None else await lookup.system.ask(allowed, identity)
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
        asked = _asking(lookup, given) if lookup.slots else ""
        return Reply(Kind.FAQ, text, constraints=kept, asked=asked)
    told = _told(lookup, found)
    cited = FaqEntry(lookup.name, capital(readable(lookup.name)), told)
    return Reply(Kind.ABOUT, told, citations=(cited,), constraints=kept)


def _own(slot: str, given: Mapping[str, str], turn: Turn) -> Mapping[str, str] | None:
    """What is given, the order as the visitor's token has it; None where the token lacks it.

    Shoppers write "#w-77" for W77; what the system is asked for is never but one of the token's.
    """
    wanted = _letters(given[slot])
    orders = turn.profile.get("orders", "").splitlines()
    order = next((each for each in orders if wanted and _letters(each) == wanted), None)
    return None if order is None else {**given, slot: order}


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


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
    if isinstance(value, int):
        return str(value)  # a parcel's number has more digits than a float
    if isinstance(value, float):
        return plain_number(value) if math.isfinite(value) else ""
    return " ".join(value.split())[:_LONGEST_VALUE] if isinstance(value, str) else ""
