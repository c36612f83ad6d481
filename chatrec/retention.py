"""Days and visitors -> what is erased or handed out of the conversations.

Knows no clock but Unix seconds, and nothing of who may ask. What is handed out is what a page
restores itself from, and every thumb, click, cart and purchase.
"""

from __future__ import annotations

import json
from typing import Any

from chatrec.errors import ConversationNotFound
from chatrec.ports import ConversationStore
from chatrec.records import to_json

_DAY_SECONDS = 86400.0
_AT_ONCE = 100


def erase_idle(store: ConversationStore, days: float, now: float) -> int:
    """Erase the conversations in which nothing was said for so many days; how many these were."""
    erased = 0
    while found := store.idle_since(now - days * _DAY_SECONDS, _AT_ONCE):
        erased += sum(_erased(store, conversation_id) for conversation_id in found)
    return erased


def erase_visitor(store: ConversationStore, visitor: str) -> int:
    """Erase everything of a visitor; how many conversations these were."""
    return sum(_erased(store, each) for each in store.conversations_of(visitor))


def _erased(store: ConversationStore, conversation_id: str) -> bool:
    """Erase a conversation; False where somebody else has done so in the meantime."""
    try:
        store.erase(conversation_id)
    except ConversationNotFound:
        return False
    return True


def export_visitor(store: ConversationStore, visitor: str) -> dict[str, Any]:
    """Everything that is kept of a visitor, as JSON has it (GDPR, articles 15 and 20)."""
    return {
        "visitor": visitor,
        "conversations": [
            {
                "conversation_id": each,
                "messages": json.loads(to_json(store.transcript(each))),
                "feedback": json.loads(to_json(store.feedback_in(each))),
            }
            for each in store.conversations_of(visitor)
        ],
    }
