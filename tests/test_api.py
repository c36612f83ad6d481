"""The HTTP API answers as documented, refuses clearly, and lets no inner detail out."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_site import client_of, events_of, refused, said, served, started, welcomed
from small_shop import SmallShop
from starlette.types import Message

from chatrec.errors import EngineError, IndexMismatch, StorageError
from chatrec.keys import hashed
from chatrec.settings import Settings, load_settings
from chatrec.storage import SqliteConversations
from ui.app import create_api
from ui.errors import Starting
from ui.loading import Loading


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "b1.svg").write_text("<svg/>", encoding="utf-8")
    return Settings(data_dir=tmp_path)


@pytest.fixture
async def client(settings: Settings, small_shop: SmallShop) -> AsyncIterator[httpx.AsyncClient]:
    async with served(settings, small_shop) as opened:
        await welcomed(opened)
        yield opened


async def test_a_reply_has_everything_a_page_needs(client: httpx.AsyncClient) -> None:
    reply = await said(client, await started(client), "red boots under 100")
    assert reply.pop("message_id")
    assert reply == {
        "kind": "recommend",
        "text": "1 items fit.",
        "items": [
            {
                "id": "b1",
                "title": "Red Hiking Boots 1",
                "price": 59.0,
                "currency": "USD",
                "url": "https://shop.example/b1",
                "image_url": "/pictures/b1.svg",
                "rating": 4.5,
                "reason": "place 1 of 1",
                "facts": [{"name": "color", "value": "red"}],
            }
        ],
        "citations": [],
        "constraints": {
            "wish": "boot",
            "category": ["boot"],
            "price_min": None,
            "price_max": 100.0,
            "require": {"color": ["red"]},
            "exclude": {},
            "prefer": {},
            "numeric": {},
        },
        "suggestions": ["in red", "under 60"],
        "timings": {"all": 0.1},
    }


async def test_an_answer_from_the_faq_is_cited(client: httpx.AsyncClient) -> None:
    reply = await said(client, await started(client), "can I return it?")
    cited = {"faq_id": "returns", "question": "Can I return it?", "source": "/help/returns"}
    assert reply["citations"] == [cited]


async def test_events_come_as_items_then_words_then_the_reply(client: httpx.AsyncClient) -> None:
    events = await events_of(client, await started(client), "boots")
    assert [name for name, _ in events] == ["items", "token", "token", "token", "reply"]
    items, *tokens, reply = (data for _, data in events)
    assert items["items"] == reply["items"] and items["message_id"] == reply["message_id"]
    assert "".join(token["text"] for token in tokens) == reply["text"]


async def test_a_failure_while_streaming_is_the_last_event(client: httpx.AsyncClient) -> None:
    conversation = await started(client)
    events = await events_of(client, conversation, "boots, break")
    assert [name for name, _ in events] == ["items", "token", "error"]
    problem = events[-1][1]
    assert problem["code"] == "engine" and "/srv/secret" not in problem["detail"]
    transcript = (await client.get(conversation)).json()
    assert len(transcript["messages"][0]["reply"]["items"]) == 3


async def test_a_refusal_comes_before_any_stream(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        f"{await started(client)}/messages",
        json={"text": " "},
        headers={"Accept": "text/event-stream"},
    )
    refused(answer, 422, "message_refused")


async def test_a_page_can_restore_itself(client: httpx.AsyncClient) -> None:
    conversation = await started(client)
    first = await said(client, conversation, "boots under 100")
    await said(client, conversation, "can I return it?")
    await client.post(
        f"{conversation}/feedback", json={"message_id": first["message_id"], "value": "up"}
    )
    restored = (await client.get(conversation)).json()
    assert conversation.endswith(restored["conversation_id"])
    assert [each["text"] for each in restored["messages"]] == [
        "boots under 100",
        "can I return it?",
    ]
    assert [each["thumb"] for each in restored["messages"]] == ["up", ""]
    assert restored["messages"][0]["reply"] == first
    assert restored["shown"] == ["b1", "b2"]
    assert restored["constraints"]["price_max"] == 100.0


async def test_an_unanswered_message_is_restored_as_such(
    client: httpx.AsyncClient, small_shop: SmallShop
) -> None:
    conversation = await started(client)
    small_shop.store.accept(conversation.rsplit("/", 1)[1], "lost")
    [message] = (await client.get(conversation)).json()["messages"]
    assert (message["text"], message["reply"]) == ("lost", None)


async def test_a_removed_constraint_gives_a_new_reply(client: httpx.AsyncClient) -> None:
    conversation = await started(client)
    await said(client, conversation, "red boots under 100")
    answer = await client.patch(
        f"{conversation}/constraints",
        content=json.dumps({"require": {"color": None}}),
        headers={"Content-Type": "application/merge-patch+json"},
    )
    assert [item["id"] for item in answer.json()["items"]] == ["b1", "b2"]


@pytest.mark.parametrize("text", ["boots forever", "boots wait"])
async def test_a_client_that_leaves_stops_its_turn(
    client: httpx.AsyncClient, small_shop: SmallShop, text: str
) -> None:
    conversation = await started(client)
    messages: asyncio.Queue[Message] = asyncio.Queue()
    messages.put_nowait({"type": "http.request", "body": json.dumps({"text": text}).encode()})
    transport = client._transport
    assert isinstance(transport, httpx.ASGITransport)
    scope = {
        "type": "http",
        "method": "POST",
        "path": f"{conversation}/messages",
        "query_string": b"",
        "client": ("127.0.0.1", 123),
        "headers": [
            (b"content-type", b"application/json"),
            (b"authorization", client.headers["Authorization"].encode()),
        ],
    }

    async def send(message: Message) -> None:
        """Nobody is there to read it."""

    async with asyncio.timeout(60):
        request = asyncio.ensure_future(transport.app(scope, messages.get, send))
        while not small_shop.dialogue.turns:
            await asyncio.sleep(0.001)
        messages.put_nowait({"type": "http.disconnect"})
        await request
    assert small_shop.dialogue.closed_early == 1
    assert (await said(client, conversation, "lamps"))["kind"] == "recommend"


async def test_an_erased_conversation_is_gone(client: httpx.AsyncClient) -> None:
    conversation = await started(client)
    await said(client, conversation, "boots")
    assert (await client.delete(conversation)).status_code == 204
    refused(await client.get(conversation), 404, "conversation_not_found")
    refused(await client.delete(conversation), 404, "conversation_not_found")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("DELETE", "", None),
        ("POST", "/messages", {"text": "boots"}),
        ("PATCH", "/constraints", {}),
        ("POST", "/feedback", {"message_id": "m", "value": "up"}),
    ],
)
async def test_an_unknown_conversation_is_not_found(
    client: httpx.AsyncClient, method: str, path: str, body: dict[str, Any] | None
) -> None:
    answer = await client.request(method, f"/v1/conversations/nowhere{path}", json=body)
    refused(answer, 404, "conversation_not_found")


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "text"),
        ({"text": 5}, "text"),
        ({"text": None}, "text"),
        ({"text": "boots", "ids": ["x"]}, "ids"),
        (["boots"], "body"),
    ],
)
async def test_a_body_is_read_strictly(client: httpx.AsyncClient, body: Any, named: str) -> None:
    answer = await client.post(f"{await started(client)}/messages", json=body)
    assert named in refused(answer, 422, "invalid_request")


@pytest.mark.parametrize("content", [b"{", b"", b"\xff\xfe", b"[" * 50_000])
async def test_a_body_that_is_no_json_is_refused(client: httpx.AsyncClient, content: bytes) -> None:
    answer = await client.post(
        f"{await started(client)}/messages",
        content=content,
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("text", ["", " \n", "\x00", "x" * 10_000])
async def test_what_is_no_message_is_refused(client: httpx.AsyncClient, text: str) -> None:
    answer = await client.post(f"{await started(client)}/messages", json={"text": text})
    refused(answer, 422, "message_refused")


@pytest.mark.parametrize("text", ["👟", "'; drop table messages; --", "<b>boots</b>", "登山靴"])
async def test_any_text_is_a_message(client: httpx.AsyncClient, text: str) -> None:
    conversation = await started(client)
    await said(client, conversation, text)
    assert (await client.get(conversation)).json()["messages"][0]["text"] == text


@pytest.mark.parametrize(
    ("patch", "code", "named"),
    [
        ({"rejected": []}, "invalid_request", "rejected"),
        ({"price_max": "60"}, "invalid_request", "price_max"),
        ({"require": {"flavour": ["sweet"]}}, "message_refused", "flavour"),
    ],
)
async def test_an_impossible_change_is_refused(
    client: httpx.AsyncClient, patch: dict[str, Any], code: str, named: str
) -> None:
    answer = await client.patch(f"{await started(client)}/constraints", json=patch)
    assert named in refused(answer, 422, code)


async def test_feedback_is_of_known_kinds_on_own_messages(client: httpx.AsyncClient) -> None:
    conversation = await started(client)
    reply = await said(client, conversation, "boots")
    good = {"message_id": reply["message_id"], "item_id": "b1", "value": "cart"}
    assert (await client.post(f"{conversation}/feedback", json=good)).status_code == 204
    bad = good | {"value": "stolen"}
    refused(await client.post(f"{conversation}/feedback", json=bad), 422, "invalid_request")
    strange = good | {"message_id": "m"}
    answer = await client.post(f"{conversation}/feedback", json=strange)
    refused(answer, 404, "conversation_not_found")


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_too_large_is_refused(client: httpx.AsyncClient, chunked: bool) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 8192

    content = pieces() if chunked else b"x" * 200_000
    answer = await client.post(
        f"{await started(client)}/messages",
        content=content,
        headers={"Content-Type": "application/json"},
    )
    refused(answer, 413, "body_too_large")


async def test_unknown_paths_of_the_api_are_no_pages(client: httpx.AsyncClient) -> None:
    refused(await client.get("/v1/carts"), 404, "not_found")


async def test_known_paths_name_the_methods_they_take(client: httpx.AsyncClient) -> None:
    answer = await client.put("/v1/conversations/any")
    refused(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "DELETE, GET"


async def test_a_store_that_fails_tells_outsiders_no_path(
    client: httpx.AsyncClient, small_shop: SmallShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = await started(client)

    def full(conversation_id: str, text: str, key: str) -> str:
        raise StorageError("/srv/secret/conversations.db: disk full")

    monkeypatch.setattr(small_shop.store, "accept", full)
    answer = await client.post(f"{conversation}/messages", json={"text": "boots"})
    assert "secret" not in refused(answer, 507, "storage")


async def test_an_unexpected_error_shows_no_trace(
    client: httpx.AsyncClient, small_shop: SmallShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(conversation_id: str) -> None:
        raise ZeroDivisionError("in /srv/secret.py")

    monkeypatch.setattr(small_shop.store, "transcript", broken)
    answer = await client.get(await started(client))
    message = refused(answer, 500, "internal")
    assert "secret" not in message and "Zero" not in message


async def test_the_openapi_document_names_every_route(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/openapi.json")).json()["paths"]
    assert set(paths) == {
        "/healthz",
        "/readyz",
        "/widget.js",
        "/metrics",
        "/v1/visitors",
        "/v1/visitors/{visitor}",
        "/v1/catalogue/items",
        "/v1/catalogue/items/{item_id}",
        "/v1/models",
        "/v1/models/{model}",
        "/v1/chat/completions",
        "/v1/conversations",
        "/v1/conversations/{conversation_id}",
        "/v1/conversations/{conversation_id}/messages",
        "/v1/conversations/{conversation_id}/constraints",
        "/v1/conversations/{conversation_id}/stop",
        "/v1/conversations/{conversation_id}/feedback",
        "/v1/conversations/{conversation_id}/person",
        "/v1/conversations/{conversation_id}/hand-back",
    }


async def test_pictures_are_served_as_pictures_only(client: httpx.AsyncClient) -> None:
    answer = await client.get("/pictures/b1.svg")
    assert answer.status_code == 200 and answer.text == "<svg/>"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert (await client.get("/pictures/../conversations.db")).status_code == 404


async def test_ready_means_that_the_model_answered(settings: Settings, tmp_path: Path) -> None:
    gate = asyncio.Event()
    loop = asyncio.get_running_loop()
    store = SqliteConversations(tmp_path / "conversations.db")
    shop = SmallShop(store)
    shop.model.answers = True

    def build() -> SmallShop:
        asyncio.run_coroutine_threadsafe(gate.wait(), loop).result()
        return shop

    app = create_api(settings, build)
    async with app.router.lifespan_context(app), client_of(app) as client:
        assert (await client.get("/healthz")).status_code == 200
        refused(await client.get("/readyz"), 503, "starting")
        refused(await client.post("/v1/conversations"), 503, "starting")
        gate.set()
        await app.state.loading.opened()
        assert (await client.get("/readyz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 200
        assert shop.model.asked == 1
    assert shop.closed
    store.close()


async def test_a_model_that_does_not_answer_is_not_ready(
    settings: Settings, small_shop: SmallShop
) -> None:
    small_shop.model.answers = False
    failed: list[bool] = []
    app = create_api(settings, lambda: small_shop, lambda: failed.append(True))
    async with app.router.lifespan_context(app), client_of(app) as client:
        await app.state.loading.opened()
        refused(await client.get("/readyz"), 503, "starting")
    assert failed == [True]


async def test_who_asks_while_the_model_is_asked_does_not_ask_it_again(
    small_shop: SmallShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_shop.model.answers = False
    loading = Loading(lambda: small_shop, lambda: None)
    loading.start()
    await loading.opened()
    gate, asked = asyncio.Event(), 0

    async def hang(*arguments: Any, **options: Any) -> None:
        nonlocal asked
        asked += 1
        await gate.wait()
        raise EngineError("out of memory")

    monkeypatch.setattr(small_shop.model, "complete", hang)
    checks = [asyncio.create_task(loading.check()) for _ in range(5)]
    await asyncio.sleep(0)
    gate.set()
    told = await asyncio.gather(*checks, return_exceptions=True)
    assert [type(each) for each in told] == [Starting] * 5 and asked == 1
    with pytest.raises(Starting):
        await loading.check()
    assert asked == 2


async def test_stopping_does_not_wait_for_a_shop_that_is_loading(settings: Settings) -> None:
    begun, released = threading.Event(), threading.Event()

    def build() -> SmallShop:
        begun.set()
        released.wait()
        raise IndexMismatch("nobody asks any more")

    app = create_api(settings, build)
    async with asyncio.timeout(60):
        async with app.router.lifespan_context(app):
            await asyncio.to_thread(begun.wait)
    released.set()


async def test_a_shop_that_cannot_be_loaded_says_why(settings: Settings) -> None:
    def build() -> SmallShop:
        raise IndexMismatch("run `chatrec index` first")

    failed: list[bool] = []
    app = create_api(settings, build, lambda: failed.append(True))
    async with app.router.lifespan_context(app):
        await app.state.loading.opened()
    assert failed == [True]
    assert isinstance(app.state.loading.failure, IndexMismatch)


async def test_staff_speak_with_the_admin_key_and_hand_back(
    tmp_path: Path, small_shop: SmallShop
) -> None:
    settings = load_settings(data_dir=tmp_path, serve={"admin_key_hash": hashed("sesame")})
    async with served(settings, small_shop) as client:
        conversation = await started(client)
        words = {"text": "This is Ana."}
        for headers in ({}, {"Authorization": "Bearer open"}):
            answer = await client.post(f"{conversation}/person", json=words, headers=headers)
            refused(answer, 403, "forbidden")
        key = {"Authorization": "Bearer sesame"}
        answer = await client.post(f"{conversation}/person", json=words, headers=key)
        assert answer.status_code == 204
        standing = (await client.get(conversation)).json()
        assert standing["turn"] == "person"
        assert standing["messages"][-1]["reply"]["text"] == "This is Ana."
        answer = await client.post(f"{conversation}/hand-back", headers=key)
        assert answer.status_code == 204
        assert (await client.get(conversation)).json()["turn"] == "assistant"


async def test_without_an_admin_key_nobody_is_staff(client: httpx.AsyncClient) -> None:
    conversation = await started(client)
    headers = {"Authorization": "Bearer "}
    refused(await client.post(f"{conversation}/hand-back", headers=headers), 403, "forbidden")
