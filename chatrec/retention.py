"""Days and visitors -> what is erased or handed out of the conversations.

Knows no clock but Unix seconds, and nothing of who may ask. What is handed out is what a page
restores itself from, and the thumbs and clicks that stand with it.
"""

from __future__ import annotations

import json
from typing import Any

from chatrec.ports import ConversationStore
from chatrec.records import to_json

_DAY_SECONDS = 86400.0
_AT_ONCE = 100


def erase_idle(store: ConversationStore, days: float, now: float) -> int:
    """Erase the conversations in which nothing was said for so many days; how many these were."""
    erased = 0
    while found := store.idle_since(now - days * _DAY_SECONDS, _AT_ONCE):
        for conversation_id in found:
            store.erase(conversation_id)
        erased += len(found)
    return erased


def erase_visitor(store: ConversationStore, visitor: str) -> int:
    """Erase everything of a visitor; how many conversations these were."""
    owned = store.conversations_of(visitor)
    for conversation_id in owned:
        store.erase(conversation_id)
    return len(owned)


def export_visitor(store: ConversationStore, visitor: str) -> dict[str, Any]:
    """Everything that is kept of a visitor, as JSON has it (GDPR, articles 15 and 20)."""
    return {
        "visitor": visitor,
        "conversations": [
            {"conversation_id": each, "messages": json.loads(to_json(store.transcript(each)))}
            for each in store.conversations_of(visitor)
        ],
    }
