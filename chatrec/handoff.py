"""Events of a turn -> the same, or a hand-off to a person and silence from then on.

A person is called when the shopper asks for one, is angry, or the same need has failed twice. The
desk gets a summary made of the conversation's own values; no model writes it. Once a person has
the conversation nothing is answered until it is handed back. Whose turn it is lies in the latest
reply (`PERSON` is what it asked for), so it survives a restart. Knows no mail or web server: the
desks are in `chatrec.desks`.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from chatrec.anger import angry
from chatrec.errors import HandoffFailed
from chatrec.ports import StoredTurn
from chatrec.respond import courtesy
from chatrec.service_lines import line
from chatrec.types import (
    Event,
    Exchange,
    Intent,
    Kind,
    Reply,
    Shown,
    Turn,
    Understanding,
    Vocabulary,
    Words,
)
from chatrec.wording import constraint_phrases, noun

logger = logging.getLogger(__name__)

PERSON = "person"
"""What a reply has asked for when the next word is a person's."""

Reason: TypeAlias = Literal["asked", "angry", "failed"]
Past: TypeAlias = Callable[[str], Awaitable[list[StoredTurn]]]
"""A conversation's id -> its turns so far, oldest first."""

_TRIED = 6
_SORRY = "I am sorry that this is not going well. "


@dataclass(frozen=True, slots=True)
class Summary:
    """What the person gets to know. ``tried``: what was said and answered last, oldest first."""

    conversation_id: str
    reason: Reason
    message: str
    wanted: str
    shown: tuple[str, ...]
    tried: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The summary as a mail has it."""
        why = {
            "asked": "The shopper asked for a person.",
            "angry": "The shopper is angry.",
            "failed": "The assistant could not help twice in a row.",
        }
        lines = [why[self.reason], f"Last message: {self.message}", f"Looking for: {self.wanted}"]
        if self.shown:
            lines.append(f"Shown: {'; '.join(self.shown)}")
        for said, answered in self.tried:
            lines += ["", f"shopper: {said}", f"assistant: {answered}"]
        return "\n".join([*lines, "", f"Conversation: {self.conversation_id}"])


class Desk(Protocol):
    """Where conversations are handed to."""

    async def take(self, summary: Summary) -> None:
        """Pass the conversation to a person; returns once that is sure.

        Raises:
            HandoffFailed: nobody was reached.
        """
        ...


def failed(exchange: Exchange) -> bool:
    """Whether the reply met no need: nothing fits, no help page answers, or it was not read."""
    reply = exchange.reply
    asks = reply.text.endswith("?")  # which of several entries is meant
    unanswered = reply.kind is Kind.FAQ and not reply.citations and not asks
    unread = not exchange.understanding.readable
    return reply.kind is Kind.NOTHING_FITS or unanswered or unread


def _helps(reply: Reply) -> bool:
    """Whether the reply gives what was asked for."""
    answered = reply.kind in (Kind.ABOUT, Kind.COMPARE) or bool(reply.citations)
    return answered or bool(reply.recommendations)


class Handoff:
    """Decides who answers."""

    def __init__(
        self,
        desk: Desk | None,
        past: Past,
        vocabulary: Callable[[], Vocabulary],
        next_step: str = "",
        contact: str = "",
    ) -> None:
        """``next_step``: what happens next, told to the shopper; "" for a plain sentence.

        Without a desk nobody takes conversations over: an angry shopper is told the ``contact``.
        """
        self._desk = desk
        self._past = past
        self._vocabulary = vocabulary
        self._next_step = next_step or "Everything said so far goes with it, and a person answers."
        self._contact = contact

    async def attended(
        self, conversation_id: str, turn: Turn, events: AsyncGenerator[Event]
    ) -> AsyncGenerator[Event]:
        """The events of the turn; words that come before any card wait for the whole reply."""
        async with aclosing(events):
            if turn.asked == PERSON:
                yield _exchange(turn, "")
                return
            is_angry = angry(turn.text)
            if is_angry and self._desk is not None:
                for event in await self._hand_over(conversation_id, turn, "angry"):
                    yield event
                return
            if self._desk is None and not is_angry:
                async for event in events:
                    yield event
                return
            held: list[Event] = []
            carded = False
            async for event in events:
                carded = carded or (isinstance(event, Shown) and bool(event.recommendations))
                if carded and not isinstance(event, Exchange):
                    yield event
                else:
                    held.append(event)
            exchange = held[-1]
            assert isinstance(exchange, Exchange)
            reason = await self._reason(conversation_id, exchange)
            if is_angry:  # with nobody there, what helps is better than what soothes
                reason = None if _helps(exchange.reply) else "angry"
            if reason is not None:
                language = exchange.understanding.language
                held = await self._hand_over(conversation_id, turn, reason, language) or held
            for event in held:
                yield event

    async def _reason(self, conversation_id: str, exchange: Exchange) -> Reason | None:
        if exchange.reply.kind is Kind.HANDOFF:
            return "asked"
        if not failed(exchange):
            return None
        past = [stored.exchange for stored in await self._past(conversation_id) if stored.exchange]
        before = past[-1] if past else None
        same = before is not None and before.reply.kind is exchange.reply.kind and failed(before)
        return "failed" if same else None

    async def _hand_over(
        self, conversation_id: str, turn: Turn, reason: Reason, language: str = ""
    ) -> list[Event]:
        """What the shopper is told; nothing where a failed need met nobody either."""
        past = await self._past(conversation_id)
        sorry = "" if language or reason == "asked" or _apologised(past) else _SORRY
        if self._desk is None:
            text = f"{sorry}{courtesy.handoff(self._contact)}"
            return [Words(text), _exchange(turn, text, asked="")]
        summary = summarise(conversation_id, reason, turn, past, self._vocabulary())
        try:
            await self._desk.take(summary)
        except HandoffFailed as exc:
            logger.error("conversation %s could not be handed over: %s", conversation_id, exc)
            if reason == "failed":
                return []
            text = f"{sorry}{courtesy.nobody_there(self._contact)}"
            return [Words(text), _exchange(turn, text, asked="")]
        text = f"{sorry}{line('handed_over', language)} {self._next_step}"
        return [Words(text), _exchange(turn, text)]


def _apologised(past: Sequence[StoredTurn]) -> bool:
    """Whether the shopper was told so before: an apology that is repeated is none."""
    return any(s.exchange is not None and s.exchange.reply.text.startswith(_SORRY) for s in past)


def _exchange(turn: Turn, text: str, asked: str = PERSON) -> Exchange:
    """A turn that a person takes, or has."""
    reply = Reply(Kind.HANDOFF, text, constraints=turn.constraints, asked=asked)
    return Exchange(turn, Understanding(Intent.HUMAN, turn.constraints), (), reply)


def handed_back(turn: Turn) -> Exchange:
    """The assistant has the conversation again; what stood before still stands."""
    text = "You are talking to the shopping assistant again. How can I help?"
    reply = Reply(Kind.SMALLTALK, text, constraints=turn.constraints)
    return Exchange(turn, Understanding(Intent.CHAT, turn.constraints), (), reply)


def said_by_person(turn: Turn, text: str) -> Exchange:
    """A person's words to the shopper."""
    return _exchange(turn, text)


def summarise(
    conversation_id: str,
    reason: Reason,
    turn: Turn,
    past: Sequence[StoredTurn],
    vocabulary: Vocabulary,
) -> Summary:
    """What was wanted, under which constraints, what was shown and what was tried."""
    held = turn.constraints
    phrases = [noun(held), *constraint_phrases(held, vocabulary)]
    wish = f" (“{held.wish}”)" if held.wish else ""
    spoken = [stored for stored in past if stored.text and stored.exchange]
    return Summary(
        conversation_id,
        reason,
        turn.said,
        " ".join(phrases) + wish,
        tuple(f"{item.title} [{item.id}]" for item in turn.shown),
        tuple((s.text, s.exchange.reply.text) for s in spoken[-_TRIED:] if s.exchange),
    )


def whose_turn(turn: Turn) -> Literal["assistant", "person"]:
    """Who answers the next message of the conversation that stands so."""
    return "person" if turn.asked == PERSON else "assistant"
