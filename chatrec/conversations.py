"""A shopper's message -> the events of its answer, with the conversation kept all along.

The message is stored before anything is answered, and the exchange before its last event is
passed on. Conversations run side by side; the turns of one follow each other. Closing the
events early stops the model and keeps what had been sent. Knows neither how an answer comes
about nor who shows it.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias
from weakref import WeakValueDictionary

from chatrec.errors import KeyTaken, MessageRefused
from chatrec.handoff import Handoff, handed_back, said_by_person
from chatrec.patch import patched
from chatrec.personal import mask
from chatrec.ports import Answers, CandidateSource, ConversationStore, StoredTurn
from chatrec.sent import Sent, told_again
from chatrec.types import NOTHING, Event, Exchange, Picture, Turn, said_with

FeedbackValue: TypeAlias = Literal["up", "down", "none", "click", "cart", "purchase"]
"""``none`` takes a thumb back."""

_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")

_NO_PHOTOS = (
    "This shop cannot search by photo: say in words what you are looking for. (To let it, set "
    "photos.model to a CLIP-like model and run `chatrec index` again.)"
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """Event, always the first: the message is stored under this id."""

    message_id: str


class Conversations:
    """All conversations of one shop. Used from one event loop."""

    def __init__(
        self,
        dialogue: Answers,
        store: ConversationStore,
        source: CandidateSource,
        max_chars: int,
        handoff: Handoff | None = None,
        max_turns: int = 200,
        country: str = "US",
    ) -> None:
        """``max_chars`` and ``max_turns`` are the most that a message and a conversation have.

        ``country``: by whose phone numbers the store masks messages, if it does.
        """
        self._dialogue = dialogue
        self._store = store
        self._source = source
        self._max_chars = max_chars
        self._handoff = handoff
        self._max_turns = max_turns
        self._country = country
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def start(self, visitor: str = "") -> str:
        """A new conversation's id; it belongs to the visitor."""
        return await asyncio.to_thread(self._store.create, visitor)

    async def owner(self, conversation_id: str) -> str:
        """The visitor whom the conversation belongs to, "" for nobody."""
        return await asyncio.to_thread(self._store.owner, conversation_id)

    async def of_visitor(self, visitor: str) -> list[str]:
        """The visitor's conversations, oldest first."""
        return await asyncio.to_thread(self._store.conversations_of, visitor)

    def check_photos(self) -> None:
        """Nothing, where the shop can be searched by photo.

        Raises:
            MessageRefused: it cannot.
        """
        if not self._source.takes_photos:
            raise MessageRefused(_NO_PHOTOS)

    def say(
        self,
        conversation_id: str,
        text: str,
        key: str = "",
        profile: Mapping[str, str] = NOTHING,
        photo: Picture | None = None,
    ) -> AsyncGenerator[Accepted | Event]:
        """Answer a message.

        Args:
            conversation_id: of an existing conversation.
            text: what the shopper says; with a photo it may be empty.
            photo: what the shopper wants something like. Nothing is kept of it but that there was
                one.
            key: names the message. Said again under its key it is not doubled: the answer that
                was kept is told once more, or given now where there was none.
            profile: what the shop vouches for of the shopper (`chatrec.tokens.Visitor`).

        Raises:
            MessageRefused: at once, where there is nothing to read in the message or too much, or
                a photo that the shop cannot search by; at the first event, where the key is
                another message's or the conversation is full.
            ConversationNotFound: at the first event.
        """
        wordless = photo is not None and not text.strip()
        message = "" if wordless else clean(text, self._max_chars)
        if photo is not None:
            self.check_photos()

        async def answer(turn: Turn) -> AsyncGenerator[Event]:
            turn = replace(turn, text=message, photo=photo)
            return self._attended(conversation_id, turn, self._dialogue.run(turn))

        return self._play(conversation_id, said_with(photo, message), answer, key, profile)

    def change(
        self,
        conversation_id: str,
        patch: Mapping[str, Any],
        key: str = "",
        profile: Mapping[str, str] = NOTHING,
    ) -> AsyncGenerator[Accepted | Event]:
        """Answer a change to the constraints that the shopper made by hand.

        Args:
            conversation_id: of an existing conversation.
            patch: a JSON merge patch of `chatrec.patch.ConstraintsDocument`.
            key: names the change, as in `say`.
            profile: as in `say`.

        Raises:
            MessageRefused: at the first event, where the patch names what is not there.
            ConversationNotFound: at the first event.
        """

        async def answer(turn: Turn) -> AsyncGenerator[Event]:
            constraints = patched(turn.constraints, patch, self._source.vocabulary)
            await asyncio.to_thread(self._store.set_constraints, conversation_id, constraints)
            changed = replace(turn, constraints=constraints)
            applied = self._dialogue.apply(turn, constraints)
            return self._attended(conversation_id, changed, applied)

        return self._play(conversation_id, "", answer, key, profile)

    async def transcript(self, conversation_id: str) -> list[StoredTurn]:
        """Messages and their answers, oldest first."""
        return await asyncio.to_thread(self._store.transcript, conversation_id)

    async def standing(self, conversation_id: str) -> Turn:
        """The conversation as the next message will find it."""
        return await asyncio.to_thread(self._store.next_turn, conversation_id, "")

    async def feedback(
        self,
        conversation_id: str,
        message_id: str,
        value: FeedbackValue,
        item_id: str | None = None,
    ) -> None:
        """Keep what the shopper thought of a reply or did with one of its items."""
        await asyncio.to_thread(self._store.feedback, conversation_id, message_id, value, item_id)

    async def erase(self, conversation_id: str) -> None:
        """Forget the conversation; a turn under way is not kept either."""
        await asyncio.to_thread(self._store.erase, conversation_id)

    async def hand_back(self, conversation_id: str) -> None:
        """The person has closed the conversation: the assistant answers again."""
        await self._tell(conversation_id, handed_back)

    async def person_says(self, conversation_id: str, text: str) -> None:
        """Pass a person's words to the shopper; the conversation is the person's from then on.

        Raises:
            MessageRefused: there is nothing to read in the words, or too much.
            ConversationNotFound: no conversation has this id.
        """
        said = clean(text, self._max_chars)
        await self._tell(conversation_id, lambda turn: said_by_person(turn, said))

    async def _tell(self, conversation_id: str, exchange: Callable[[Turn], Exchange]) -> None:
        """Store words that answer no message."""
        async with self._locks.setdefault(conversation_id, asyncio.Lock()):
            turn = await self.standing(conversation_id)
            message_id = await asyncio.to_thread(self._store.accept, conversation_id, "")
            await asyncio.to_thread(self._store.complete, message_id, exchange(turn))

    def _attended(
        self, conversation_id: str, turn: Turn, events: AsyncGenerator[Event]
    ) -> AsyncGenerator[Event]:
        if self._handoff is None:
            return events
        return self._handoff.attended(conversation_id, turn, events)

    async def _play(
        self,
        conversation_id: str,
        text: str,
        answer: Callable[[Turn], Awaitable[AsyncGenerator[Event]]],
        key: str,
        profile: Mapping[str, str],
    ) -> AsyncGenerator[Accepted | Event]:
        async with self._locks.setdefault(conversation_id, asyncio.Lock()):
            kept = await self._kept(conversation_id, text, key) if key else None
            if kept is not None and kept.exchange is not None:
                yield Accepted(kept.message_id)
                for past in told_again(kept.exchange):
                    yield past
                return
            turn = await asyncio.to_thread(self._store.next_turn, conversation_id, text)
            if len(turn.history) >= 2 * self._max_turns:
                raise MessageRefused("This conversation is full: begin a new one.")
            turn = replace(turn, profile=profile)
            events = await answer(turn)
            if kept is not None:
                message_id = kept.message_id
            else:
                message_id = await asyncio.to_thread(self._store.accept, conversation_id, text, key)
            yield Accepted(message_id)
            sent = Sent(turn)
            try:
                async with aclosing(events):
                    async for event in events:
                        sent.add(event)
                        if isinstance(event, Exchange):
                            # Whoever waits may go away; the answer is kept all the same.
                            is_first = await asyncio.shield(
                                asyncio.to_thread(self._store.complete, message_id, event)
                            )
                            if not is_first:
                                event = await self._answered_elsewhere(conversation_id, key)
                        yield event
            finally:
                if (rest := sent.cut_short()) is not None:
                    # Blocks the loop for one commit: an await could be cancelled once more.
                    self._store.complete(message_id, rest)

    async def _answered_elsewhere(self, conversation_id: str, key: str) -> Exchange:
        """The answer that stands: another process was asked under the same key, and was faster."""
        kept = await asyncio.to_thread(self._store.keyed, conversation_id, key)
        assert kept is not None and kept.exchange is not None
        return kept.exchange

    async def _kept(self, conversation_id: str, text: str, key: str) -> StoredTurn | None:
        kept = await asyncio.to_thread(self._store.keyed, conversation_id, key)
        if kept is not None and self._masked(kept.text) != self._masked(text):
            raise KeyTaken
        return kept

    def _masked(self, text: str) -> str:
        """The text as it may be kept; what is masked already stays as it is."""
        return mask(text, self._country)


def clean(text: str, max_chars: int) -> str:
    """The message in NFC, without control characters and surrounding space.

    Raises:
        MessageRefused: nothing visible is left, or more than ``max_chars`` characters.
    """
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(c for c in composed if _is_text(c)).strip()
    if not any(unicodedata.category(c)[0] not in "CZ" for c in kept):
        raise MessageRefused("The message is empty: write what you are looking for.")
    if len(kept) > max_chars:
        raise MessageRefused(
            f"The message has {len(kept):,} characters and may have {max_chars:,}: "
            "say it in fewer words."
        )
    return kept


def _is_text(character: str) -> bool:
    """Whether a character may stay: no control or surrogate, no override of reading direction."""
    if character in "\n\t":
        return True
    return unicodedata.category(character) not in ("Cc", "Cs") and character not in _BIDI_CONTROLS
