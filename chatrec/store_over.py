"""A conversation store -> another that does the same, for those that change a part of it."""

from __future__ import annotations

from chatrec.ports import ConversationStore, GivenFeedback, StoredTurn
from chatrec.types import Constraints, Exchange, Turn


class StoreOver:
    """A `ConversationStore` that passes every call on to another one."""

    def __init__(self, store: ConversationStore) -> None:
        self._store = store

    def create(self, visitor: str = "") -> str:
        return self._store.create(visitor)

    def owner(self, conversation_id: str) -> str:
        return self._store.owner(conversation_id)

    def conversations_of(self, visitor: str) -> list[str]:
        return self._store.conversations_of(visitor)

    def idle_since(self, at: float, limit: int) -> list[str]:
        return self._store.idle_since(at, limit)

    def accept(self, conversation_id: str, text: str, key: str = "") -> str:
        return self._store.accept(conversation_id, text, key)

    def keyed(self, conversation_id: str, key: str) -> StoredTurn | None:
        return self._store.keyed(conversation_id, key)

    def complete(self, message_id: str, exchange: Exchange) -> bool:
        return self._store.complete(message_id, exchange)

    def next_turn(self, conversation_id: str, text: str) -> Turn:
        return self._store.next_turn(conversation_id, text)

    def transcript(self, conversation_id: str) -> list[StoredTurn]:
        return self._store.transcript(conversation_id)

    def set_constraints(self, conversation_id: str, constraints: Constraints) -> None:
        self._store.set_constraints(conversation_id, constraints)

    def feedback(
        self, conversation_id: str, message_id: str, value: str, item_id: str | None
    ) -> None:
        self._store.feedback(conversation_id, message_id, value, item_id)

    def feedback_in(self, conversation_id: str) -> list[GivenFeedback]:
        return self._store.feedback_in(conversation_id)

    def erase(self, conversation_id: str) -> None:
        self._store.erase(conversation_id)

    def close(self) -> None:
        self._store.close()
