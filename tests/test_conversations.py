"""A conversation keeps its turns in order, refuses what is no message, and survives a break."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import pytest
from small_shop import SmallShop

from chatrec.conversations import Accepted, clean
from chatrec.errors import ConversationNotFound, EngineError, MessageRefused
from chatrec.types import Event, Exchange, Kind, Message, Reply, Shown, Words


async def collect(events: AsyncGenerator[Accepted | Event]) -> list[Accepted | Event]:
    async with aclosing(events):
        return [event async for event in events]


async def reply_to(shop: SmallShop, conversation: str, text: str) -> Reply:
    events = await collect(shop.conversations.say(conversation, text))
    assert isinstance(events[-1], Exchange)
    return events[-1].reply


async def changed(shop: SmallShop, conversation: str, patch: dict[str, Any]) -> Reply:
    events = await collect(shop.conversations.change(conversation, patch))
    assert isinstance(events[-1], Exchange)
    return events[-1].reply


async def test_events_come_in_order_and_the_exchange_is_kept(small_shop: SmallShop) -> None:
    conversation = await small_shop.conversations.start()
    events = await collect(small_shop.conversations.say(conversation, "boots under 100"))
    kinds = [type(event) for event in events]
    assert kinds == [Accepted, Shown, Words, Words, Words, Exchange]
    accepted, *_, exchange = events
    [stored] = await small_shop.conversations.transcript(conversation)
    assert isinstance(accepted, Accepted) and isinstance(exchange, Exchange)
    assert stored.message_id == accepted.message_id
    assert stored.exchange is not None and stored.exchange.reply == exchange.reply


async def test_the_next_turn_finds_what_was_shown_and_held(small_shop: SmallShop) -> None:
    conversation = await small_shop.conversations.start()
    first = await reply_to(small_shop, conversation, "boots under 100")
    second = await reply_to(small_shop, conversation, "red ones")
    turn = small_shop.dialogue.turns[-1]
    assert [item.id for item in turn.shown] == ["b1", "b2"]
    assert turn.history == (Message("user", "boots under 100"), Message("assistant", first.text))
    assert [each.item.id for each in second.recommendations] == ["b1"]


@pytest.mark.parametrize(
    "text", ["", "   \n\t ", "\x00\x07\x1b", "\u200b\u200d", "\u202e", "\ud800", "x" * 2001]
)
async def test_what_is_no_message_is_refused_and_not_stored(
    small_shop: SmallShop, text: str
) -> None:
    conversation = await small_shop.conversations.start()
    with pytest.raises(MessageRefused):
        small_shop.conversations.say(conversation, text)
    assert await small_shop.conversations.transcript(conversation) == []


def test_a_refusal_says_how_long_a_message_may_be() -> None:
    with pytest.raises(MessageRefused, match=r"has 10,000 characters and may have 2,000"):
        clean("x" * 10_000, 2000)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("cafe\u0301 table", "café table"),
        ("red\x00 boots\x1b[31m", "red boots[31m"),
        ("  boots\n", "boots"),
        ("\u202etoob", "toob"),
        ("👩\u200d👩\u200d👧 tent", "👩\u200d👩\u200d👧 tent"),
        ("👟", "👟"),
        ("shoes\ud800", "shoes"),
        ("x" * 2000 + "\x00", "x" * 2000),
    ],
)
def test_a_message_is_normalised(text: str, kept: str) -> None:
    assert clean(text, 2000) == kept


async def test_an_unknown_conversation_is_named(small_shop: SmallShop) -> None:
    with pytest.raises(ConversationNotFound):
        await collect(small_shop.conversations.say("nowhere", "boots"))
    with pytest.raises(ConversationNotFound):
        await collect(small_shop.conversations.change("nowhere", {}))


async def test_turns_of_one_conversation_follow_each_other(small_shop: SmallShop) -> None:
    conversation = await small_shop.conversations.start()
    await asyncio.gather(
        *(reply_to(small_shop, conversation, f"boots under {price}") for price in (60, 90, 130))
    )
    assert small_shop.dialogue.most_at_once == 1
    assert [len(turn.history) for turn in small_shop.dialogue.turns] == [0, 2, 4]


async def test_conversations_run_side_by_side(small_shop: SmallShop) -> None:
    conversations = [await small_shop.conversations.start() for _ in range(8)]
    waiting = [
        asyncio.create_task(reply_to(small_shop, conversation, "boots, wait"))
        for conversation in conversations
    ]
    while small_shop.dialogue.most_at_once < 8:
        await asyncio.sleep(0.001)
    small_shop.dialogue.gate.set()
    replies = await asyncio.gather(*waiting)
    assert len(replies) == 8


async def test_a_shopper_who_leaves_stops_the_dialogue_and_keeps_what_was_sent(
    small_shop: SmallShop,
) -> None:
    conversation = await small_shop.conversations.start()
    async with aclosing(small_shop.conversations.say(conversation, "boots, wait")) as events:
        async for event in events:
            if isinstance(event, Words):
                break
    assert small_shop.dialogue.closed_early == 1
    [stored] = await small_shop.conversations.transcript(conversation)
    assert stored.exchange is not None
    assert stored.exchange.reply.text == "3 "
    assert len(stored.exchange.reply.recommendations) == 3
    assert not stored.exchange.understanding.readable
    assert (await reply_to(small_shop, conversation, "red")).kind == Kind.RECOMMEND


async def test_a_cancelled_turn_keeps_what_was_sent_and_frees_the_conversation(
    small_shop: SmallShop,
) -> None:
    conversation = await small_shop.conversations.start()
    task = asyncio.create_task(reply_to(small_shop, conversation, "boots, wait"))
    while not small_shop.dialogue.held:
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert small_shop.dialogue.closed_early == 1
    await reply_to(small_shop, conversation, "red")
    first, second = await small_shop.conversations.transcript(conversation)
    assert first.exchange is not None and first.exchange.reply.text == "3 "
    assert second.exchange is not None


async def test_a_failing_engine_keeps_what_was_sent(small_shop: SmallShop) -> None:
    conversation = await small_shop.conversations.start()
    with pytest.raises(EngineError):
        await reply_to(small_shop, conversation, "boots, break")
    [stored] = await small_shop.conversations.transcript(conversation)
    assert stored.exchange is not None and len(stored.exchange.reply.recommendations) == 3


async def test_words_without_items_are_kept_when_a_turn_breaks_off(small_shop: SmallShop) -> None:
    conversation = await small_shop.conversations.start()
    async with aclosing(small_shop.conversations.say(conversation, "can I return it?")) as events:
        async for event in events:
            if isinstance(event, Words):
                break
    [stored] = await small_shop.conversations.transcript(conversation)
    assert stored.exchange is not None
    assert stored.exchange.reply.text == "You have 30 days."
    assert stored.exchange.reply.kind == Kind.SMALLTALK


async def test_a_conversation_erased_meanwhile_is_not_kept(small_shop: SmallShop) -> None:
    conversation = await small_shop.conversations.start()
    task = asyncio.create_task(reply_to(small_shop, conversation, "boots, wait"))
    while not small_shop.dialogue.turns:
        await asyncio.sleep(0.001)
    await small_shop.conversations.erase(conversation)
    small_shop.dialogue.gate.set()
    with pytest.raises(ConversationNotFound):
        await task
    with pytest.raises(ConversationNotFound):
        await small_shop.conversations.transcript(conversation)


async def test_a_removed_constraint_is_searched_without(small_shop: SmallShop) -> None:
    conversation = await small_shop.conversations.start()
    await reply_to(small_shop, conversation, "red boots under 100")
    reply = await changed(small_shop, conversation, {"require": {"color": None}})
    assert [each.item.id for each in reply.recommendations] == ["b1", "b2"]
    assert reply.constraints.price_max == 100.0 and not reply.constraints.require
    _, by_hand = await small_shop.conversations.transcript(conversation)
    assert by_hand.text == ""


async def test_a_change_by_hand_stands_though_its_turn_breaks_off(small_shop: SmallShop) -> None:
    conversation = await small_shop.conversations.start()
    await reply_to(small_shop, conversation, "red boots")
    async with aclosing(small_shop.conversations.change(conversation, {"require": None})) as events:
        assert isinstance(await anext(events), Accepted)
    standing = await small_shop.conversations.standing(conversation)
    assert not standing.constraints.require


async def test_a_refused_change_leaves_the_conversation_as_it_is(small_shop: SmallShop) -> None:
    conversation = await small_shop.conversations.start()
    await reply_to(small_shop, conversation, "red boots")
    before = await small_shop.conversations.standing(conversation)
    with pytest.raises(MessageRefused, match="price_min"):
        await changed(small_shop, conversation, {"price_min": "cheap"})
    assert await small_shop.conversations.standing(conversation) == before
    assert len(await small_shop.conversations.transcript(conversation)) == 1
