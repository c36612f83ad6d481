"""The messages that a front end sends along -> the conversation that they are the history of.

A front end that knows no conversation ids sends everything that was said each time. Which
conversation that was is remembered by what the shopper said in it; where it is not known (any
more), or has gone on since, the shopper's latest messages are said once more in a new one.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing

from chatrec.conversations import Conversations
from chatrec.errors import ConversationNotFound
from ui.under_way import Events

_MOST_REMEMBERED = 10_000
_MOST_SAID_AGAIN = 8


class Histories:
    """The conversations of one server that go on by their history. Used from one event loop."""

    def __init__(self, most: int = _MOST_REMEMBERED) -> None:
        self._most = most
        self._known: OrderedDict[bytes, str] = OrderedDict()

    async def conversation(
        self,
        conversations: Conversations,
        caller: str,
        said: Sequence[str],
        begin: Callable[[], Awaitable[str]],
        say: Callable[[str, str], Events],
    ) -> str:
        """The conversation in which the shopper said these messages, oldest first, and no more.

        Args:
            conversations: of the shop.
            caller: whom the conversation belongs to; another caller's is never found.
            said: the shopper's messages so far.
            begin: a new conversation of the caller's; its id.
            say: a conversation's id and a text -> the events of its answer.

        Raises:
            MessageRefused: one of them cannot be read.
            EngineError: they had to be said again, and the model failed.
            ChatrecError: whatever ``begin`` and ``say`` raise besides.
        """
        digest = _digest(caller, said)
        known = self._known.get(digest)
        if known is not None:
            try:
                await conversations.standing(known)
            except ConversationNotFound:
                del self._known[digest]
            else:
                return known
        conversation_id = await begin()
        for text in said[-_MOST_SAID_AGAIN:]:
            async with aclosing(say(conversation_id, text)) as events:
                async for _ in events:
                    continue
        return conversation_id

    def go_on(self, caller: str, said: Sequence[str], text: str, conversation_id: str) -> None:
        """Remember that ``text`` was said in the conversation after ``said``."""
        before, now = _digest(caller, said), _digest(caller, [*said, text])
        if self._known.get(before) == conversation_id:
            del self._known[before]  # asked from there again, it is another conversation
        self._known[now] = conversation_id
        self._known.move_to_end(now)
        if len(self._known) > self._most:
            self._known.popitem(last=False)


def _digest(caller: str, said: Sequence[str]) -> bytes:
    digest = hashlib.sha256()
    for text in (caller, *said):
        content = text.strip().encode("utf-8", "surrogatepass")
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.digest()
