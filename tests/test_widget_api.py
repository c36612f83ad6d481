"""What the widget needs of the server: keys that make sending again harmless, chips, origins."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_site import client_of, running, served, started
from fastapi import FastAPI
from pydantic import ValidationError
from small_shop import SmallShop

from chatrec.errors import MessageRefused
from chatrec.patch import ConstraintsDocument
from chatrec.settings import ServeSettings, Settings
from chatrec.storage import SqliteConversations
from chatrec.types import Exchange, Vocabulary
from ui.chips import chips
from ui.under_way import UnderWay
from ui.widget_script import MODULES, widget_script
from vectorstore.changes import Change

ORIGINS = ("https://shop.example", "https://*.shop.example:8443", "http://localhost:3000")


@pytest.fixture
async def app(small_shop: SmallShop, tmp_path: Path) -> AsyncIterator[FastAPI]:
    serve = ServeSettings(origins=ORIGINS)
    async with running(Settings(data_dir=tmp_path, serve=serve), small_shop) as opened:
        yield opened


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as opened:
        yield opened


async def transcript(client: httpx.AsyncClient, conversation: str) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = (await client.get(conversation)).json()["messages"]
    return messages


def has_under_way(app: FastAPI, count: int) -> bool:
    """Whether so many answers are under way, as the server counts them for its operator."""
    return f"chatrec_answers_under_way {count}.0" in app.state.metrics.text().decode()


async def test_the_same_key_says_it_once_and_tells_the_same_answer(
    client: httpx.AsyncClient, small_shop: SmallShop
) -> None:
    conversation = await started(client)
    sent = {"json": {"text": "red boots"}, "headers": {"Idempotency-Key": "one"}}
    first = (await client.post(f"{conversation}/messages", **sent)).json()
    again = (await client.post(f"{conversation}/messages", **sent)).json()
    assert again == first
    assert len(await transcript(client, conversation)) == len(small_shop.dialogue.turns) == 1
    sent["headers"]["Accept"] = "text/event-stream"
    events = (await client.post(f"{conversation}/messages", **sent)).text
    assert [line[7:] for line in events.splitlines() if line.startswith("event")] == [
        "items",
        "token",
        "reply",
    ]


async def test_a_change_by_hand_is_made_once_under_its_key(client: httpx.AsyncClient) -> None:
    conversation = await started(client)
    await client.post(f"{conversation}/messages", json={"text": "red boots under 100"})
    for _ in range(2):
        answer = await client.patch(
            f"{conversation}/constraints",
            json={"price_max": None},
            headers={"Idempotency-Key": "change"},
        )
        assert answer.status_code == 200
    assert len(await transcript(client, conversation)) == 2


async def test_a_key_is_of_one_message(client: httpx.AsyncClient) -> None:
    conversation = await started(client)
    keyed = {"Idempotency-Key": "one"}
    await client.post(f"{conversation}/messages", json={"text": "boots"}, headers=keyed)
    other = await client.post(f"{conversation}/messages", json={"text": "lamps"}, headers=keyed)
    assert other.status_code == 422
    elsewhere = await started(client)
    same = await client.post(f"{elsewhere}/messages", json={"text": "lamps"}, headers=keyed)
    assert same.status_code == 200


async def test_a_message_that_failed_is_answered_under_its_own_id(small_shop: SmallShop) -> None:
    conversations = small_shop.conversations
    conversation = await conversations.start()
    accepted = small_shop.store.accept(conversation, "boots", "lost")
    events = [event async for event in conversations.say(conversation, "boots", "lost")]
    assert events[0].message_id == accepted  # type: ignore[union-attr]
    assert isinstance(events[-1], Exchange)
    assert len(await conversations.transcript(conversation)) == 1


async def test_two_processes_under_one_key_tell_one_answer(
    small_shop: SmallShop, tmp_path: Path
) -> None:
    store = SqliteConversations(tmp_path / "conversations.db")
    other = SmallShop(store)
    await other.source.change({"b1": Change(price=49.0)})
    conversation = await small_shop.conversations.start()
    slow = small_shop.conversations.say(conversation, "boots, wait", "key")
    begun = [await anext(slow) for _ in range(3)]
    other.dialogue.gate.set()
    fast = [e async for e in other.conversations.say(conversation, "boots, wait", "key")]
    small_shop.dialogue.gate.set()
    late = begun + [event async for event in slow]
    assert late[0] == fast[0]
    assert isinstance(late[-1], Exchange) and isinstance(fast[-1], Exchange)
    assert late[-1].reply == fast[-1].reply
    assert late[-1].reply.recommendations[0].item.price == 49.0
    assert len(await other.conversations.transcript(conversation)) == 1
    store.close()


async def test_an_answer_outlives_its_reader_and_is_told_from_the_beginning(
    small_shop: SmallShop,
) -> None:
    conversations, under_way = small_shop.conversations, UnderWay()
    conversation = await conversations.start()

    def start() -> Any:
        return conversations.say(conversation, "boots, wait", "key")

    first = under_way.follow(conversation, "key", start)
    seen = [await anext(first) for _ in range(3)]
    await first.aclose()
    second = under_way.follow(conversation, "key", start)
    assert [await anext(second) for _ in range(3)] == seen
    small_shop.dialogue.gate.set()
    rest = [event async for event in second]
    assert isinstance(rest[-1], Exchange)
    assert len(small_shop.dialogue.turns) == 1
    await under_way.aclose()


async def test_an_answer_that_nobody_follows_ends_after_a_while(small_shop: SmallShop) -> None:
    conversations, under_way = small_shop.conversations, UnderWay(grace_seconds=0.01)
    conversation = await conversations.start()
    events = under_way.follow(
        conversation, "key", lambda: conversations.say(conversation, "boots forever", "key")
    )
    await anext(events)
    await events.aclose()
    async with asyncio.timeout(60):
        while not small_shop.dialogue.closed_early:
            await asyncio.sleep(0.01)
    await under_way.aclose()


async def test_stop_ends_the_answer_and_keeps_what_was_sent(
    app: FastAPI, client: httpx.AsyncClient, small_shop: SmallShop
) -> None:
    conversation = await started(client)
    asking = asyncio.create_task(
        client.post(
            f"{conversation}/messages",
            json={"text": "boots forever"},
            headers={"Idempotency-Key": "k", "Accept": "text/event-stream"},
        )
    )
    while small_shop.dialogue.begun < 3:
        await asyncio.sleep(0.01)
    assert (await client.post(f"{conversation}/stop")).status_code == 204
    await asking
    assert small_shop.dialogue.closed_early == 1
    (message,) = await transcript(client, conversation)
    assert message["reply"]["text"].startswith("and and")
    assert (await client.post("/v1/conversations/nowhere/stop")).status_code == 404


@pytest.mark.parametrize("key", ["", "k"])
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
async def test_who_waits_for_an_answer_that_is_stopped_is_told_so(
    app: FastAPI, client: httpx.AsyncClient, small_shop: SmallShop, key: str, accept: str
) -> None:
    conversation = await started(client)
    headers = {"Accept": accept} | ({"Idempotency-Key": key} if key else {})
    sent = {"json": {"text": "boots, wait"}, "headers": headers}
    asking = asyncio.create_task(client.post(f"{conversation}/messages", **sent))
    async with asyncio.timeout(60):
        while not small_shop.dialogue.held:
            await asyncio.sleep(0.01)
        lamps = client.post(f"{conversation}/messages", json={"text": "lamps"})
        waiting = asyncio.create_task(lamps)
        while not has_under_way(app, 2):
            await asyncio.sleep(0.01)
        assert (await client.post(f"{conversation}/stop")).status_code == 204
        for asked in (asking, waiting):
            answer = await asked
            assert '"code":"stopped"' in answer.text
            streamed = answer.headers["content-type"].startswith("text/event-stream")
            assert answer.status_code == (200 if streamed else 409)
    assert small_shop.dialogue.closed_early == 1
    (message,) = await transcript(client, conversation)
    assert len(message["reply"]["items"]) == 3


async def test_who_waits_while_the_server_stops_may_ask_again(
    app: FastAPI, client: httpx.AsyncClient, small_shop: SmallShop
) -> None:
    conversation = await started(client)
    tasks = [
        asyncio.create_task(client.post(f"{conversation}/messages", json={"text": text}))
        for text in ("boots, wait", "lamps")
    ]
    while not small_shop.dialogue.turns or not has_under_way(app, 2):
        await asyncio.sleep(0.01)
    await app.state.under_way.aclose()
    assert [(await each).status_code for each in tasks] == [503, 503]


async def test_events_have_no_line_breaks_of_unicode(client: httpx.AsyncClient) -> None:
    conversation = await started(client)
    answer = await client.patch(
        f"{conversation}/constraints",
        json={"wish": "boots\u2028red\u0085new"},
        headers={"Accept": "text/event-stream"},
    )
    assert '"wish":"boots\\u2028red\\u0085new"' in answer.text
    completion = {"model": "chatrec", "messages": [{"role": "user", "content": "boots"}]}
    answer = await client.post("/v1/chat/completions", json={**completion, "stream": True})
    assert answer.text.isascii() and "\\u2605" in answer.text  # a star of a rating


async def test_a_failure_under_a_key_is_told(
    client: httpx.AsyncClient,
) -> None:
    conversation = await started(client)
    sent = {"json": {"text": "boots, break"}, "headers": {"Idempotency-Key": "one"}}
    assert (await client.post(f"{conversation}/messages", **sent)).status_code == 503
    refused = await client.post(
        f"{conversation}/messages", json={"text": " "}, headers={"Idempotency-Key": "two"}
    )
    assert refused.status_code == 422


async def test_each_chip_has_the_patch_that_removes_it(client: httpx.AsyncClient) -> None:
    conversation = await started(client)
    await client.post(f"{conversation}/messages", json={"text": "red boots under 100"})
    held = (await client.get(conversation)).json()["chips"]
    assert [chip["label"] for chip in held] == ["Boots", "Up to $100", "Color: red"]
    await client.patch(f"{conversation}/constraints", json=held[1]["patch"])
    left = (await client.get(conversation)).json()["chips"]
    assert [chip["label"] for chip in left] == ["Boots", "Color: red"]


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://shop.example", True),
        ("https://www.shop.example:8443", True),
        ("https://a.b.shop.example:8443", True),
        ("http://localhost:3000", True),
        ("http://shop.example", False),
        ("https://www.shop.example", False),
        ("https://shop.example:8443", False),
        ("https://shop.example.evil.example", False),
        ("https://evilshop.example", False),
        ("https://shopxexample", False),
        ("https://evil.example/.shop.example:8443", False),
        ("null", False),
    ],
)
async def test_only_listed_origins_are_told_anything(
    client: httpx.AsyncClient, origin: str, allowed: bool
) -> None:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type, idempotency-key, x-evil",
    }
    preflight = await client.options("/v1/conversations", headers=asked)
    asked["Access-Control-Request-Headers"] = "content-type, idempotency-key"
    plain = await client.options("/v1/conversations", headers=asked)
    simple = await client.post("/v1/conversations", headers={"Origin": origin})
    for answer in (plain, simple):
        told = answer.headers.get("access-control-allow-origin")
        assert told == (origin if allowed else None)
        assert "Origin" in answer.headers.get("vary", "")
        assert "access-control-allow-credentials" not in answer.headers
    assert (plain.status_code == 200) is allowed
    assert preflight.status_code == 400
    assert "x-evil" not in str(preflight.headers)
    assert allowed or origin not in str(plain.headers) + plain.text


@pytest.mark.parametrize(
    "origin", ["*", "https://*", "https://*.", "https://a.*.b", "shop.example", "https://a.b/", ""]
)
def test_an_origin_that_is_none_is_refused(origin: str) -> None:
    with pytest.raises(ValidationError):
        ServeSettings(origins=(origin,))


async def test_without_a_list_no_other_page_may_read(small_shop: SmallShop, tmp_path: Path) -> None:
    async with served(Settings(data_dir=tmp_path), small_shop) as client:
        answer = await client.get("/healthz", headers={"Origin": "https://shop.example"})
    assert "access-control-allow-origin" not in answer.headers


async def test_the_script_is_small_and_need_not_be_fetched_twice(client: httpx.AsyncClient) -> None:
    answer = await client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["content-encoding"] == "gzip"
    size = len(gzip.compress(answer.content, 9))
    assert size == int(answer.headers["content-length"]) <= 15 * 1024
    plain = await client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert plain.content == answer.content
    tag = {"If-None-Match": answer.headers["etag"]}
    assert (await client.get("/widget.js", headers=tag)).status_code == 304


def test_the_script_holds_every_module_and_nothing_that_a_strict_page_forbids() -> None:
    script = widget_script()
    folder = Path(__file__).parent.parent / "ui" / "widget"
    assert {path.stem for path in folder.glob("*.js")} == set(MODULES)
    assert "\nimport " not in script and "\nexport " not in script
    for forbidden in ("innerHTML", "eval(", "new Function", "insertAdjacent", "document.write"):
        assert forbidden not in script
    for forbidden in ("setAttribute('style'", ".style.", "JSON.parse", "JSON.stringify"):
        assert forbidden not in script


async def test_a_key_is_refused_by_the_conversation_too(small_shop: SmallShop) -> None:
    conversations = small_shop.conversations
    conversation = await conversations.start()
    small_shop.store.accept(conversation, "boots", "one")
    with pytest.raises(MessageRefused):
        await anext(conversations.say(conversation, "lamps", "one"))


def test_keys_of_the_store_are_of_their_conversation(small_shop: SmallShop) -> None:
    store = small_shop.store
    one, other = store.create(), store.create()
    accepted = store.accept(one, "boots", "key")
    store.accept(one, "lamps")
    store.accept(one, "lamps")
    found = store.keyed(one, "key")
    assert found is not None and found.message_id == accepted and found.text == "boots"
    assert store.keyed(other, "key") is None
    assert store.keyed(one, "nothing") is None
    assert json.dumps(found.text)


def test_a_size_in_letters_is_written_in_upper_case_on_its_chip() -> None:
    held = ConstraintsDocument(require={"size": ["xl"]})
    assert [chip.label for chip in chips(held, Vocabulary())] == ["Size: XL"]
