"""A conversation store -> the same without the shoppers' personal data.

The turn that is being answered has the message as it was written; what is kept of it, of its
reading and of its reply has not (`chatrec.personal`). What stands in the shop's own texts stays.
What a lookup has been told (an e-mail address, say) is remembered by this process until the lookup
is over, and is asked for again after a restart.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from chatrec.personal import mask
from chatrec.ports import ConversationStore, StoredTurn
from chatrec.store_over import StoreOver
from chatrec.types import ANY, Constraints, Exchange, FaqEntry, Kind, Reply, Turn, Understanding

_REMEMBERED = 10_000

V = TypeVar("V")


class MaskedConversations(StoreOver):
    """A `ConversationStore` over another one."""

    def __init__(self, store: ConversationStore, region: str = "US", own: str = "") -> None:
        """Wrap a store.

        Args:
            store: keeps what is left.
            region: two-letter country code, for phone numbers.
            own: texts of the shop's that may stand, such as how to reach it.
        """
        super().__init__(store)
        self._region = region
        self._own = own
        self._lock = threading.Lock()
        self._asking: OrderedDict[str, str] = OrderedDict()  # message id -> conversation id
        self._told: OrderedDict[str, tuple[str, str]] = OrderedDict()  # asked: as kept, in full

    def accept(self, conversation_id: str, text: str, key: str = "") -> str:
        message_id = self._store.accept(conversation_id, mask(text, self._region), key)
        self._remember(self._asking, message_id, conversation_id)
        return message_id

    def keyed(self, conversation_id: str, key: str) -> StoredTurn | None:
        found = self._store.keyed(conversation_id, key)
        if found is not None:
            self._remember(self._asking, found.message_id, conversation_id)
        return found

    def complete(self, message_id: str, exchange: Exchange) -> bool:
        kept = self._exchange(exchange)
        is_first = self._store.complete(message_id, kept)
        with self._lock:
            conversation_id = self._asking.pop(message_id, "")
            self._told.pop(conversation_id, None)
        if not is_first:
            return False
        if kept.reply.asked != exchange.reply.asked:
            told = (kept.reply.asked, exchange.reply.asked)
            self._remember(self._told, conversation_id, told)
        return True

    def next_turn(self, conversation_id: str, text: str) -> Turn:
        turn = self._store.next_turn(conversation_id, text)
        kept, told = self._told.get(conversation_id, ("", ""))
        return replace(turn, asked=told) if told and turn.asked == kept else turn

    def set_constraints(self, conversation_id: str, constraints: Constraints) -> None:
        self._store.set_constraints(conversation_id, self._constraints(constraints))

    def erase(self, conversation_id: str) -> None:
        with self._lock:
            self._told.pop(conversation_id, None)
        self._store.erase(conversation_id)

    def _exchange(self, exchange: Exchange) -> Exchange:
        turn = replace(
            exchange.turn,
            text=mask(exchange.turn.text, self._region),
            constraints=self._constraints(exchange.turn.constraints),
        )
        return replace(
            exchange,
            turn=turn,
            understanding=self._understanding(exchange.understanding),
            reply=self._reply(exchange.reply),
        )

    def _understanding(self, read: Understanding) -> Understanding:
        return replace(
            read,
            constraints=self._constraints(read.constraints),
            asks=tuple(mask(each, self._region) for each in read.asks),
            mentions=tuple(
                replace(each, label=mask(each.label, self._region)) for each in read.mentions
            ),
        )

    def _reply(self, reply: Reply) -> Reply:
        """The words may repeat what the shopper wrote, or what the shop's system knows of them."""
        own, citations = [self._own], reply.citations
        if reply.kind is Kind.ABOUT:  # what a lookup found is the shopper's own, no help page
            citations = tuple(map(self._found, citations))
        else:
            own += (f"{entry.question} {entry.answer}" for entry in citations)
        own += (f"{shown.item.text} {shown.item.attributes}" for shown in reply.recommendations)
        return replace(
            reply,
            text=mask(reply.text, self._region, " ".join(own)),
            citations=citations,
            constraints=self._constraints(reply.constraints),
            asked=_without_personal(reply.asked, self._region),
        )

    def _found(self, entry: FaqEntry) -> FaqEntry:
        return replace(entry, answer=mask(entry.answer, self._region))

    def _constraints(self, held: Constraints) -> Constraints:
        """Words of the shopper's own stand in the wish and among what is excluded."""
        if not held.wish and ANY not in held.exclude:
            return held
        words = tuple(mask(word, self._region) for word in held.exclude.get(ANY, ()))
        exclude = {**held.exclude, ANY: words} if words else held.exclude
        return replace(held, wish=mask(held.wish, self._region), exclude=exclude)

    def _remember(self, where: OrderedDict[str, V], key: str, value: V) -> None:
        with self._lock:
            where[key] = value
            while len(where) > _REMEMBERED:
                where.popitem(last=False)


def _without_personal(asked: str, region: str) -> str:
    """What a reply asks for, without the slots of a lookup whose value is personal data."""
    name, mark, given = asked.partition("?")
    if not given:
        return asked
    kept = [(slot, value) for slot, value in parse_qsl(given) if mask(value, region) == value]
    return f"{name}{mark}{urlencode(kept)}"
