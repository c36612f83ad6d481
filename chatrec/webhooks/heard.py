"""What a conversation store is told -> happenings, each told to a listener once it is kept.

Whatever the front end, everything that happens passes here. What is told is what is kept: where a
masking store stands before this one, without personal data.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Protocol, get_args

from chatrec.errors import StorageError
from chatrec.handoff import PERSON
from chatrec.patch import document
from chatrec.ports import ConversationStore, StoredTurn
from chatrec.settings import HappeningType
from chatrec.store_over import StoreOver
from chatrec.types import Exchange

logger = logging.getLogger(__name__)

EVENT_TYPES: tuple[HappeningType, ...] = get_args(HappeningType)
_OF_FEEDBACK: Mapping[str, HappeningType] = {
    "up": "reply.rated",
    "down": "reply.rated",
    "none": "reply.rated",
    "click": "item.clicked",
    "cart": "item.added_to_cart",
    "purchase": "item.purchased",
}
_REMEMBERED = 10_000


class Listener(Protocol):
    """Who is told: `chatrec.webhooks.sender.Sender`. Does not wait for anybody."""

    def send(self, type: str, conversation_id: str, data: Mapping[str, Any]) -> None:
        """Tell of a happening."""
        ...

    def erase(self, conversation_id: str) -> None:
        """Forget what is still to be told of a conversation."""
        ...

    def close(self) -> None:
        """Stop."""
        ...


class HeardConversations(StoreOver):
    """A `ConversationStore` over another one."""

    def __init__(self, store: ConversationStore, listener: Listener) -> None:
        super().__init__(store)
        self._listener = listener
        self._lock = threading.Lock()
        # message: conversation, text
        self._asked: OrderedDict[str, tuple[str, str]] = OrderedDict()

    def create(self, visitor: str = "") -> str:
        conversation_id = self._store.create(visitor)
        self._tell("conversation.started", conversation_id, {})
        return conversation_id

    def accept(self, conversation_id: str, text: str, key: str = "") -> str:
        message_id = self._store.accept(conversation_id, text, key)
        self._remember(message_id, conversation_id, text)
        return message_id

    def keyed(self, conversation_id: str, key: str) -> StoredTurn | None:
        found = self._store.keyed(conversation_id, key)
        if found is not None and found.exchange is None:
            self._remember(found.message_id, conversation_id, found.text)
        return found

    def complete(self, message_id: str, exchange: Exchange) -> bool:
        is_first = self._store.complete(message_id, exchange)
        with self._lock:
            conversation_id, text = self._asked.pop(message_id, ("", ""))
        if is_first and conversation_id:
            self._tell_answered(conversation_id, message_id, text, exchange)
        return is_first

    def feedback(
        self, conversation_id: str, message_id: str, value: str, item_id: str | None
    ) -> None:
        self._store.feedback(conversation_id, message_id, value, item_id)
        given = {"message_id": message_id, "item_id": item_id, "value": value}
        self._tell(_OF_FEEDBACK[value], conversation_id, given)

    def erase(self, conversation_id: str) -> None:
        self._listener.erase(conversation_id)
        self._store.erase(conversation_id)
        self._tell("conversation.erased", conversation_id, {})

    def close(self) -> None:
        self._listener.close()
        self._store.close()

    def _tell(self, type: HappeningType, conversation_id: str, data: Mapping[str, Any]) -> None:
        """A shopper's turn does not fail for a happening that cannot be told."""
        try:
            self._listener.send(type, conversation_id, data)
        except StorageError as exc:
            logger.error("%s is not told: %s", type, exc)

    def _tell_answered(
        self, conversation_id: str, message_id: str, text: str, exchange: Exchange
    ) -> None:
        answered = {"message_id": message_id, "text": text, "reply": _reply(exchange)}
        self._tell("message.answered", conversation_id, answered)
        if exchange.reply.asked == PERSON and exchange.turn.asked != PERSON:
            self._tell("conversation.handed_over", conversation_id, {"message_id": message_id})

    def _remember(self, message_id: str, conversation_id: str, text: str) -> None:
        with self._lock:
            self._asked[message_id] = (conversation_id, text)
            if len(self._asked) > _REMEMBERED:
                self._asked.popitem(last=False)


def _reply(exchange: Exchange) -> dict[str, Any]:
    reply = exchange.reply
    return {
        "kind": reply.kind,
        "text": reply.text,
        "items": [
            {"id": item.id, "title": item.title, "price": item.price, "currency": item.currency}
            for item in (shown.item for shown in reply.recommendations)
        ],
        "faq_ids": [entry.id for entry in reply.citations],
        "constraints": document(reply.constraints).model_dump(),
    }
