"""What happens in conversations reaches the shop's systems: signed, and sent until it is taken.

Receivers are real servers on this machine.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from small_shop import SmallShop

from chatrec.errors import SettingsError
from chatrec.settings import load_settings
from chatrec.storage import SqliteConversations
from chatrec.webhooks.heard import EVENT_TYPES, HeardConversations
from chatrec.webhooks.outbox import Outbox
from chatrec.webhooks.sender import Receiver, Sender, signature
from chatrec.wiring import open_store

KEY = secrets.token_bytes(24)
SECRET = "whsec_" + base64.b64encode(KEY).decode()
PATIENCE = 20.0


class Inbox:
    """A receiver that keeps what it is sent and answers with the statuses it is given."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.gate = threading.Event()
        self.gate.set()
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                inbox.gate.wait(PATIENCE)
                inbox.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(inbox.statuses.pop(0) if inbox.statuses else 204)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *values: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def types(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.got]

    def close(self) -> None:
        self.gate.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    opened = Inbox()
    yield opened
    opened.close()


@contextmanager
def sending(
    folder: Path,
    *urls: str,
    events: tuple[str, ...] = EVENT_TYPES,
    again_after: tuple[float, ...] = (0.01, 0.02),
) -> Iterator[Sender]:
    receivers = [Receiver.of(url, SECRET, events) for url in urls]
    sender = Sender(Outbox(folder / "webhooks.db"), receivers, again_after)
    try:
        yield sender
    finally:
        sender.close()


def until(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def pending(folder: Path, url: str) -> float | None:
    outbox = Outbox(folder / "webhooks.db")
    due = outbox.next_due(url)
    outbox.close()
    return due


def test_a_happening_is_signed_as_the_standard_says(tmp_path: Path, inbox: Inbox) -> None:
    with sending(tmp_path, inbox.url) as sender:
        sender.send("message.answered", "c1", {"text": "größer"})
        until(lambda: inbox.got)
    headers, body = inbox.got[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{digest}"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    document = json.loads(body)
    assert document["type"] == "message.answered" and document["timestamp"].endswith("+00:00")
    assert document["data"] == {"conversation_id": "c1", "text": "größer"}


def test_the_signature_is_that_of_the_standards_own_example() -> None:
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    told = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}')
    assert told == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_is_not_taken_is_sent_again_under_its_id(tmp_path: Path, inbox: Inbox) -> None:
    inbox.statuses = [500, 302]
    with sending(tmp_path, inbox.url) as sender:
        sender.send("conversation.started", "c1", {})
        until(lambda: len(inbox.got) == 3)
        until(lambda: pending(tmp_path, inbox.url) is None)
    assert len({headers["webhook-id"] for headers, _ in inbox.got}) == 1


def test_an_address_that_nothing_is_sent_to_is_given_up_too(tmp_path: Path) -> None:
    wrong = "https://shop.example:port/hook"
    with sending(tmp_path, wrong) as sender:
        sender.send("conversation.started", "c", {})
        until(lambda: pending(tmp_path, wrong) is None)


def test_it_is_given_up_in_the_end(tmp_path: Path, inbox: Inbox) -> None:
    inbox.statuses = [500] * 3
    with sending(tmp_path, inbox.url) as sender:
        sender.send("conversation.started", "c1", {})
        until(lambda: pending(tmp_path, inbox.url) is None)
    assert len(inbox.got) == 3


def test_a_receiver_gets_what_it_asked_for_in_order(tmp_path: Path, inbox: Inbox) -> None:
    with sending(tmp_path, inbox.url, events=("item.added_to_cart", "reply.rated")) as sender:
        for type in ("reply.rated", "item.clicked", "item.added_to_cart", "reply.rated"):
            sender.send(type, "c1", {})
        until(lambda: len(inbox.got) == 3)
    assert inbox.types() == ["reply.rated", "item.added_to_cart", "reply.rated"]


def test_one_that_is_down_keeps_no_other_waiting(tmp_path: Path, inbox: Inbox) -> None:
    stuck = Inbox()
    stuck.gate.clear()
    with sending(tmp_path, stuck.url, inbox.url) as sender:
        for _ in range(3):
            sender.send("conversation.started", "c1", {})
        until(lambda: len(inbox.got) == 3)
        assert not stuck.got
        stuck.close()


def test_what_a_stopped_process_left_is_sent_by_the_next(tmp_path: Path, inbox: Inbox) -> None:
    inbox.statuses = [503]
    with sending(tmp_path, inbox.url, again_after=(0.3,)) as sender:
        sender.send("item.purchased", "c1", {"item_id": "b1"})
        until(lambda: inbox.got)
    with sending(tmp_path, inbox.url):
        until(lambda: len(inbox.got) == 2)
    assert inbox.types() == ["item.purchased"] * 2


def test_an_erased_conversation_is_not_told_of(tmp_path: Path, inbox: Inbox) -> None:
    inbox.statuses = [503]
    with sending(tmp_path, inbox.url, again_after=(60.0,)) as sender:
        sender.send("message.answered", "c1", {"text": "a secret"})
        until(lambda: inbox.got and pending(tmp_path, inbox.url))
        sender.erase("c1")
        assert pending(tmp_path, inbox.url) is None
        assert not [f for f in tmp_path.iterdir() if b"a secret" in f.read_bytes()]


async def test_a_conversation_is_heard_from_its_start_to_its_end(
    tmp_path: Path, inbox: Inbox
) -> None:
    with sending(tmp_path, inbox.url) as sender:
        kept = SqliteConversations(tmp_path / "conversations.db")
        conversations = SmallShop(HeardConversations(kept, sender)).conversations
        conversation = await conversations.start()
        events = [event async for event in conversations.say(conversation, "red boots")]
        message_id = events[0].message_id  # type: ignore[union-attr]
        await conversations.feedback(conversation, message_id, "up")
        await conversations.feedback(conversation, message_id, "cart", "b1")
        await conversations.person_says(conversation, "This is Ana.")
        until(lambda: len(inbox.got) == 6)
        await conversations.erase(conversation)
        until(lambda: len(inbox.got) == 7)
        kept.close()
    assert inbox.types() == [
        "conversation.started",
        "message.answered",
        "reply.rated",
        "item.added_to_cart",
        "message.answered",
        "conversation.handed_over",
        "conversation.erased",
    ]
    answered, cart = (json.loads(inbox.got[place][1])["data"] for place in (1, 3))
    assert answered["conversation_id"] == conversation and answered["text"] == "red boots"
    assert [item["id"] for item in answered["reply"]["items"]] == ["b1"]
    assert cart == {
        "conversation_id": conversation,
        "message_id": message_id,
        "item_id": "b1",
        "value": "cart",
    }


async def test_no_turn_waits_for_a_receiver(tmp_path: Path, inbox: Inbox) -> None:
    inbox.gate.clear()
    with sending(tmp_path, inbox.url) as sender:
        kept = SqliteConversations(tmp_path / "conversations.db")
        conversations = SmallShop(HeardConversations(kept, sender)).conversations
        conversation = await conversations.start()
        for _ in range(3):
            assert [event async for event in conversations.say(conversation, "boots")]
        assert not inbox.got
        inbox.gate.set()
        until(lambda: len(inbox.got) == 4)
        kept.close()


@pytest.mark.parametrize(
    "hook",
    [
        {"url": "ftp://shop.example", "secret": SECRET},
        {"url": "https://shop.example/hook", "secret": "short"},
        {"url": "https://shop.example/hook", "secret": SECRET, "events": ["rain"]},
    ],
)
def test_settings_of_webhooks_are_checked(hook: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        load_settings(webhooks=[hook])


async def test_the_settings_name_receivers_and_nothing_personal_is_told(
    tmp_path: Path, inbox: Inbox
) -> None:
    hook = {"url": inbox.url, "secret": SECRET, "events": ["message.answered"]}
    store = open_store(load_settings(data_dir=tmp_path, webhooks=[hook]))
    conversations = SmallShop(store).conversations
    conversation = await conversations.start()
    said = "boots, and write to jane.doe@example.com"
    assert [event async for event in conversations.say(conversation, said)]
    await asyncio.to_thread(until, lambda: inbox.got)
    store.close()
    [(_, body)] = inbox.got
    assert inbox.types() == ["message.answered"] and b"jane.doe" not in body
