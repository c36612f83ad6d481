"""What is kept of shoppers is masked, exported and erased by visitor, and erased in time."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from api_site import served
from click.testing import CliRunner
from small_shop import SmallShop, SmallSource

from chatrec.cli import cli
from chatrec.conversations import Conversations
from chatrec.keys import fits, hashed
from chatrec.lookup.service import Found, Lookup, Lookups, Slot
from chatrec.masked import MaskedConversations
from chatrec.personal import mask
from chatrec.retention import erase_idle, erase_visitor
from chatrec.settings import load_settings
from chatrec.storage import FILE_NAME, SqliteConversations
from chatrec.types import (
    ANY,
    Constraints,
    Event,
    Exchange,
    FaqEntry,
    Intent,
    Kind,
    Mention,
    Reply,
    Turn,
    Understanding,
    Words,
)
from ui.app import create_api

MAIL, CARD, PHONE = "ana@mail.example", "4111 1111 1111 1111", "415-555-0132"
SAID = f"I am {MAIL}, card {CARD}, call {PHONE}"


class Echo:
    """Repeats what was said, in every place where words of a message can end up."""

    def __init__(self) -> None:
        self.heard: list[Turn] = []

    async def run(self, turn: Turn) -> AsyncGenerator[Event]:
        self.heard.append(turn)
        held = Constraints(wish=turn.text, exclude={ANY: (turn.text,)})
        mentions = (Mention("word", turn.text, 0, len(turn.text)),)
        read = Understanding(Intent.FAQ, held, asks=(turn.text,), mentions=mentions)
        entry = FaqEntry("contact", "Where are you?", "Write to help@shop.example.")
        text = f"You said: {turn.text} {entry.answer}"
        yield Words(text)
        yield Exchange(turn, read, (), Reply(Kind.FAQ, text, citations=(entry,), constraints=held))

    def apply(self, turn: Turn, constraints: Constraints) -> AsyncGenerator[Event]:
        raise NotImplementedError


async def told(conversations: Conversations, conversation: str, text: str, key: str = "") -> str:
    said = ""
    async for event in conversations.say(conversation, text, key):
        if isinstance(event, Exchange):
            said = event.reply.text
    return said


async def test_the_turn_hears_everything_and_the_disk_nothing_personal(tmp_path: Path) -> None:
    store = MaskedConversations(SqliteConversations(tmp_path / FILE_NAME))
    echo = Echo()
    conversations = Conversations(echo, store, SmallSource(), 2000)
    conversation = await conversations.start("ann")
    answer = await told(conversations, conversation, SAID, "key")
    assert echo.heard[0].text == SAID and MAIL in answer
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for secret in (MAIL, CARD, PHONE):
        assert secret.encode() not in kept
    [stored] = store.transcript(conversation)
    assert stored.text == "I am [email], card [card], call [phone]"
    assert stored.exchange is not None
    assert "help@shop.example" in stored.exchange.reply.text  # the shop's own
    await told(conversations, conversation, SAID, "key")  # the same message under its key
    assert len(echo.heard) == 1
    store.close()


class Orders:
    """The shop's system; remembers what it was asked."""

    def __init__(self, status: str = "shipped") -> None:
        self.asked: list[tuple[dict[str, str], str]] = []
        self._status = status

    async def ask(self, given: dict[str, str], identity: str) -> Found | None:
        self.asked.append((dict(given), identity))
        return {"status": self._status}


def lookups(system: Orders, own: str = "") -> Lookups:
    slots = (
        Slot("email", "Which e-mail address?", re.compile(r"\S+@\S+")),
        Slot("order", "Which order?", re.compile(r"W\d+")),
    )
    lookup = Lookup(
        "status", system, (re.compile("where is"),), slots, {"status": "status"}, own=own
    )
    return Lookups(Echo(), (lookup,))


async def test_a_lookup_knows_what_it_was_told_until_a_restart(tmp_path: Path) -> None:
    system = Orders()
    path = tmp_path / FILE_NAME
    store = MaskedConversations(SqliteConversations(path))
    conversations = Conversations(lookups(system), store, SmallSource(), 2000)
    conversation = await conversations.start()
    await told(conversations, conversation, "where is my parcel")
    await told(conversations, conversation, MAIL)
    assert MAIL.replace("@", "%40").encode() not in path.read_bytes()
    await told(conversations, conversation, "W77")
    assert system.asked == [({"email": MAIL, "order": "W77"}, "")]

    await told(conversations, conversation, "where is my parcel")
    await told(conversations, conversation, MAIL)
    store.close()
    store = MaskedConversations(SqliteConversations(path))
    conversations = Conversations(lookups(system), store, SmallSource(), 2000)
    asked = await told(conversations, conversation, "W77")
    assert asked.endswith("Which e-mail address?")
    assert len(system.asked) == 1
    store.close()


async def test_what_a_lookup_finds_is_kept_without_personal_data(tmp_path: Path) -> None:
    store = MaskedConversations(SqliteConversations(tmp_path / FILE_NAME))
    system = Orders(f"shipped to {MAIL}, phone {PHONE}")
    conversations = Conversations(lookups(system), store, SmallSource(), 2000)
    conversation = await conversations.start()
    answer = await told(conversations, conversation, "where is W77 of a@b.example")
    assert MAIL in answer and PHONE in answer
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert MAIL.encode() not in kept and PHONE.encode() not in kept
    [stored] = store.transcript(conversation)
    assert stored.exchange is not None
    assert stored.exchange.reply.text == "Status: shipped to [email], phone [phone]"
    store.close()


async def test_a_message_is_known_again_under_its_key_in_any_country(tmp_path: Path) -> None:
    store = MaskedConversations(SqliteConversations(tmp_path / FILE_NAME), "DE")
    conversations = Conversations(Echo(), store, SmallSource(), 2000, country="DE")
    conversation = await conversations.start()
    said = "so erreicht man mich: 030 901820"
    assert mask(said, "DE") != said == mask(said, "US")
    await told(conversations, conversation, said, "key")
    await told(conversations, conversation, said, "key")
    assert len(store.transcript(conversation)) == 1
    store.close()


@pytest.mark.parametrize(
    ("profile", "asks"),
    [
        ({}, False),
        ({"orders": "W76\nW78"}, False),
        ({"orders": "W77"}, True),
        ({"orders": "#w-77"}, True),
        ({"user_id": "a"}, True),
    ],
)
async def test_an_order_is_looked_up_with_the_right_to_it(
    tmp_path: Path, profile: dict[str, str], asks: bool
) -> None:
    system = Orders()
    turn = Turn(f"where is W77 of {MAIL}", profile=profile)
    events = [event async for event in lookups(system, own="order").run(turn)]
    assert bool(system.asked) is asks
    if asks:  # as the token has it
        assert system.asked[0][0]["order"] == profile.get("orders", "W77")
    exchange = events[-1]
    assert isinstance(exchange, Exchange)
    assert ("I find nothing" in exchange.reply.text) is not asks


def test_conversations_are_erased_when_their_time_is_over(tmp_path: Path) -> None:
    store = SqliteConversations(tmp_path / FILE_NAME)
    for _ in range(105):
        store.create("ann")
    kept = store.create("bob")
    store.accept(kept, "later")
    now = time.time()
    assert erase_idle(store, 1, now) == 0
    assert erase_idle(store, 1, now + 86_400 + 60) == 106
    assert store.conversations_of("ann") == store.conversations_of("bob") == []
    store.close()


class Racing(SqliteConversations):
    """Shoppers erase what was just found to be over, or about to be erased."""

    def idle_since(self, at: float, limit: int) -> list[str]:
        return self._less(super().idle_since(at, limit))

    def conversations_of(self, visitor: str) -> list[str]:
        return self._less(super().conversations_of(visitor))

    def _less(self, found: list[str]) -> list[str]:
        for each in found[:1]:
            self.erase(each)
        return found


def test_what_the_shopper_erases_in_between_is_no_trouble(tmp_path: Path) -> None:
    store = Racing(tmp_path / FILE_NAME)
    for _ in range(2):
        for _ in range(3):
            store.create("ann")
        assert erase_idle(store, 1, time.time() + 90_000) == 2
    for _ in range(3):
        store.create("ann")
    assert erase_visitor(store, "ann") == 2
    store.close()


async def test_the_server_erases_what_is_over(tmp_path: Path, small_shop: SmallShop) -> None:
    conversation = small_shop.store.create("ann")
    small_shop.store._db.execute("update conversations set created = 1")  # type: ignore[attr-defined]
    app = create_api(load_settings(data_dir=tmp_path), lambda: small_shop)
    async with app.router.lifespan_context(app), asyncio.timeout(60):
        while conversation in small_shop.store.conversations_of("ann"):
            await asyncio.sleep(0.01)


async def test_the_staff_exports_and_erases_a_visitor(
    tmp_path: Path, small_shop: SmallShop
) -> None:
    settings = load_settings(data_dir=tmp_path, serve={"admin_key_hash": hashed("sesame")})
    async with served(settings, small_shop) as client:
        conversation = await small_shop.conversations.start("ann")
        await told(small_shop.conversations, conversation, "boots")
        [stored] = small_shop.store.transcript(conversation)
        small_shop.store.feedback(conversation, stored.message_id, "click", "b1")
        for method in ("GET", "DELETE"):
            assert (await client.request(method, "/v1/visitors/ann")).status_code == 403
        client.headers["Authorization"] = "Bearer sesame"
        exported = (await client.get("/v1/visitors/ann")).json()
        [talk] = exported["conversations"]
        assert talk["conversation_id"] == conversation
        assert talk["messages"][0]["text"] == "boots"
        [click] = talk["feedback"]
        assert (click["value"], click["item_id"]) == ("click", "b1")
        assert (await client.delete("/v1/visitors/ann")).json() == {"conversations": 1}
        assert (await client.get("/v1/visitors/ann")).json()["conversations"] == []
        await small_shop.conversations.start("shop/ann")
        path = "/v1/visitors/shop%2Fann"
        assert (await client.get(path)).json()["visitor"] == "shop/ann"
        assert (await client.delete(path)).json() == {"conversations": 1}


def test_the_command_line_exports_and_erases(tmp_path: Path) -> None:
    store = SqliteConversations(tmp_path / FILE_NAME)
    conversation = store.create("ann")
    store.accept(conversation, "boots")
    store.create("bob")

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(cli, ["privacy", *arguments, "--data-dir", str(tmp_path)])
        assert done.exit_code == 0, done.output
        return done.output

    [talk] = json.loads(run("export", "ann"))["conversations"]
    assert talk["messages"][0]["text"] == "boots"
    assert run("erase", "ann") == "1 conversations erased\n"
    assert run("expire") == "0 conversations erased\n"
    assert run("expire", "--days", "0") == "1 conversations erased\n"
    store.close()


def test_keys_are_made_with_the_hash_that_fits() -> None:
    told = CliRunner().invoke(cli, ["keys"]).output
    key = told.split("shown this once: ")[1].split()[0]
    stored = told.split('admin_key_hash = "')[1].split('"')[0]
    assert fits(key, stored) and not fits(key + "x", stored) and not fits("", "")
    assert key not in stored and len(told.split('token_key = "')[1].split('"')[0]) >= 32
