"""What the rooms need of the outside, as protocols. Adapters pass the suites in tests/contracts.

Waiting calls are async. Cancelling the awaiting task cancels the work. Adapters raise only
`chatrec.errors`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from chatrec.types import (
    Candidate,
    Constraints,
    Event,
    Exchange,
    FaqMatch,
    Item,
    Message,
    Picture,
    Turn,
    Vocabulary,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

JsonSchema: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Completion:
    """A finished answer.

    ``confidence`` is the product of its tokens' probabilities under the constraint, or a lower
    bound of it, in (0, 1]; None where the engine does not tell.
    """

    text: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    confidence: float | None = None


class LanguageModel(Protocol):
    """A chat model. Decoding is greedy. Safe for many concurrent calls from one event loop."""

    @property
    def name(self) -> str:
        """Model and engine, for logs and `chatrec models`."""
        ...

    @property
    def tuned(self) -> bool:
        """Whether an adapter trained on chatrec's own prompts is loaded."""
        ...

    async def complete(
        self, messages: Sequence[Message], schema: JsonSchema, *, max_tokens: int
    ) -> Completion:
        """One JSON document valid under ``schema``.

        Raises:
            ContextOverflow: prompt and ``max_tokens`` exceed the context window.
            UnreadableAnswer: the engine could not hold the answer to the schema.
            EngineError: anything else that went wrong in the engine.
        """
        ...

    def stream(self, messages: Sequence[Message], *, max_tokens: int) -> AsyncGenerator[str, None]:
        """Pieces of free text as they are generated; closing the generator stops the engine.

        Raises the same errors as `complete` but for ``UnreadableAnswer``.
        """
        ...

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Tokens of the prompt these messages make, chat template included."""
        ...

    async def aclose(self) -> None:
        """Stop the engine and free its memory."""
        ...


class Embedder(Protocol):
    """Texts -> unit vectors. ``name`` identifies the weights: an index refuses another."""

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), dimension), rows of norm 1. Blocking; any thread."""
        ...


class PictureEmbedder(Protocol):
    """Pictures -> unit vectors. ``name`` identifies the weights: an index refuses another."""

    @property
    def name(self) -> str: ...

    def embed(self, pictures: Sequence[Picture]) -> NDArray[np.float32]:
        """Shape (len(pictures), dimension), at least one row, each of norm 1.

        Blocking; any thread.

        Raises:
            ModelUnavailable: the model cannot be had; says what to do.
            EngineError: it failed.
        """
        ...


class CandidateSource(Protocol):
    """The shop's catalogue, searchable. Every result satisfies ``constraints.allows``."""

    @property
    def vocabulary(self) -> Vocabulary:
        """What the catalogue can be asked for."""
        ...

    @property
    def takes_photos(self) -> bool:
        """Whether it can be searched by a photo."""
        ...

    async def search(
        self, query: str, constraints: Constraints, k: int, photo: Picture | None = None
    ) -> list[Candidate]:
        """At most k candidates for the query text, best first.

        An empty query ranks the allowed items by rating and stock alone. Scores are in [0, 1]
        and comparable between queries: below `relevance_floor` nothing in the shop is about it.

        With a photo only items whose picture can be compared with it are found, ranked by both;
        scores then compare within one search.
        """
        ...

    async def count(self, constraints: Constraints) -> int:
        """How many items satisfy the constraints."""
        ...

    async def items(self, ids: Sequence[str]) -> list[Item]:
        """Items by id, in the order asked for; unknown ids are left out."""
        ...

    async def relevance(self, query: str, texts: Sequence[str]) -> list[float]:
        """Cosine of the query to each text, in [-1, 1]."""
        ...


class FaqSource(Protocol):
    """The shop's customer-service entries, searchable."""

    async def search(self, question: str, k: int) -> list[FaqMatch]:
        """At most k entries, nearest first."""
        ...


class Answers(Protocol):
    """What takes turns: `chatrec.dialogue.Dialogue`, and what stands before it."""

    def run(self, turn: Turn) -> AsyncGenerator[Event]:
        """``Shown``, then ``Words``, at last the ``Exchange``."""
        ...

    def apply(self, turn: Turn, constraints: Constraints) -> AsyncGenerator[Event]:
        """The same for constraints that the shopper changed by hand."""
        ...


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A message as stored, and the exchange that answered it.

    ``at`` is when it came (Unix seconds). ``exchange`` lacks the candidates, and is None where
    the message was accepted but not answered. ``text`` is empty where the shopper changed the
    constraints by hand. ``thumb`` is the latest one given to the reply: "up", "down" or "".
    """

    message_id: str
    at: float
    text: str
    exchange: Exchange | None = None
    thumb: str = ""


@dataclass(frozen=True, slots=True)
class GivenFeedback:
    """What a shopper thought of a reply (``item_id`` None) or did with an item of it, and when.

    ``value`` is up, down, none, click, cart or purchase, ``at`` in Unix seconds.
    """

    message_id: str
    item_id: str | None
    value: str
    at: float


class ConversationStore(Protocol):
    """Conversations that survive a restart. Blocking calls, safe from any thread.

    Raises `StorageError` when the disk does not let it, `ConversationNotFound` for an unknown id.
    """

    def create(self, visitor: str = "") -> str:
        """A new conversation's id, hard to guess; it belongs to the visitor, "" for nobody."""
        ...

    def owner(self, conversation_id: str) -> str:
        """The visitor whom the conversation belongs to."""
        ...

    def conversations_of(self, visitor: str) -> list[str]:
        """The visitor's conversations, oldest first."""
        ...

    def idle_since(self, at: float, limit: int) -> list[str]:
        """At most ``limit`` conversations in which nothing was said since then (Unix seconds)."""
        ...

    def accept(self, conversation_id: str, text: str, key: str = "") -> str:
        """Store a shopper's message durably before it is answered; its id.

        A ``key`` names the message within its conversation: accepted again under it, which several
        processes may do at once, it is the same message.

        Raises:
            KeyTaken: the key is another message's.
        """
        ...

    def keyed(self, conversation_id: str, key: str) -> StoredTurn | None:
        """The message that was accepted under this key, or None where none was."""
        ...

    def complete(self, message_id: str, exchange: Exchange) -> bool:
        """Store the answer to an accepted message and the state after it.

        The first answer stands: False, and nothing is stored, where there is one already.
        """
        ...

    def next_turn(self, conversation_id: str, text: str) -> Turn:
        """The turn that ``text`` makes in the conversation as it stands."""
        ...

    def transcript(self, conversation_id: str) -> list[StoredTurn]:
        """Messages and their answers, oldest first."""
        ...

    def set_constraints(self, conversation_id: str, constraints: Constraints) -> None:
        """Replace the constraints that stand (the shopper removed a chip)."""
        ...

    def feedback(
        self, conversation_id: str, message_id: str, value: str, item_id: str | None
    ) -> None:
        """Record a thumb, click, cart or purchase for a reply or one of its items."""
        ...

    def feedback_in(self, conversation_id: str) -> list[GivenFeedback]:
        """All that was recorded of a conversation's replies and items, oldest first."""
        ...

    def erase(self, conversation_id: str) -> None:
        """Delete the conversation and everything that belongs to it."""
        ...

    def close(self) -> None:
        """Let go of the files. Nothing is called after it."""
        ...
