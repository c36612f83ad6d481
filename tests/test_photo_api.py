"""Photos over HTTP: taken where the shop has a model for them, refused clearly, kept nowhere."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_site import events_of, refused, said, served, started
from made_pictures import drawn, encoded
from PIL import Image
from small_shop import SmallShop
from tiny_clip import saved

from chatrec.settings import PhotoSettings, Settings, load_settings
from chatrec.testkit.scripted import ScriptedModel
from chatrec.wiring import build
from vectorstore.index import index_catalogue

MOST = 50_000
PHOTO = encoded(drawn(1))


def in_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


@pytest.fixture
async def client(tmp_path: Path, small_shop: SmallShop) -> AsyncIterator[httpx.AsyncClient]:
    small_shop.source.takes_photos = True
    photos = PhotoSettings(model="any", max_bytes=MOST)
    async with served(Settings(data_dir=tmp_path, photos=photos), small_shop) as opened:
        yield opened


async def sent(client: httpx.AsyncClient, conversation: str, **body: str) -> httpx.Response:
    return await client.post(f"{conversation}/messages", json=body)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
async def test_a_photo_reaches_the_dialogue_as_a_picture(
    client: httpx.AsyncClient, small_shop: SmallShop, form: str
) -> None:
    photo = in_base64(encoded(drawn(1, 600), form))
    answer = await sent(client, await started(client), text="red boots", photo=photo)
    assert answer.status_code == 200 and answer.json()["items"]
    turn = small_shop.dialogue.turns[-1]
    assert turn.text == "red boots" and turn.photo is not None
    assert (turn.photo.width, turn.photo.height) == (448, 448)


async def test_a_photo_needs_no_words(client: httpx.AsyncClient, small_shop: SmallShop) -> None:
    answer = await sent(client, await started(client), photo=in_base64(PHOTO))
    assert answer.status_code == 200
    assert small_shop.dialogue.turns[-1].text == ""


async def test_events_come_for_photos_too(client: httpx.AsyncClient) -> None:
    conversation = await started(client)
    answer = await client.post(
        f"{conversation}/messages",
        json={"photo": in_base64(PHOTO)},
        headers={"Accept": "text/event-stream"},
    )
    names = [line[7:] for line in answer.text.splitlines() if line.startswith("event: ")]
    assert names[0] == "items" and names[-1] == "reply"
    assert await events_of(client, conversation, "boots")


async def test_nothing_is_kept_of_a_photo_but_that_there_was_one(
    client: httpx.AsyncClient, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    conversation = await started(client)
    photo = in_base64(PHOTO)
    await sent(client, conversation, text="red boots", photo=photo)
    await sent(client, conversation, photo=photo)
    transcript = (await client.get(conversation)).json()
    assert [m["text"] for m in transcript["messages"]] == ["[photo] red boots", "[photo]"]
    pixels = drawn(1).tobytes()
    for file in tmp_path.rglob("*"):
        kept = file.read_bytes() if file.is_file() else b""
        for trace in (PHOTO[50:80], photo[60:90].encode(), pixels[:30]):
            assert trace not in kept, file
    assert photo[60:90] not in caplog.text


async def test_a_repeated_request_is_answered_once(
    client: httpx.AsyncClient, small_shop: SmallShop
) -> None:
    conversation, body = await started(client), {"photo": in_base64(PHOTO)}
    for _ in range(2):
        headers = {"Idempotency-Key": "one"}
        answer = await client.post(f"{conversation}/messages", json=body, headers=headers)
        assert answer.status_code == 200
    assert len(small_shop.dialogue.turns) == 1


@pytest.mark.parametrize(
    ("photo", "told"),
    [
        ("!!", "base64"),
        ("é", "base64"),
        (in_base64(b"no picture"), "JPEG, PNG or WebP"),
        (in_base64(PHOTO[:60]), "JPEG, PNG or WebP"),
        (in_base64(encoded(drawn(1), "GIF")), "JPEG, PNG or WebP"),
        (in_base64(encoded(Image.new("1", (6000, 6000)))), "million pixels"),
        (in_base64(b"x" * (MOST + 1)), "bytes"),
    ],
)
async def test_what_is_no_photo_is_refused_and_not_stored(
    client: httpx.AsyncClient, photo: str, told: str
) -> None:
    conversation = await started(client)
    answer = await sent(client, conversation, text="like this", photo=photo)
    assert told in refused(answer, 422, "message_refused")
    assert (await client.get(conversation)).json()["messages"] == []


async def test_only_messages_may_be_as_large_as_a_photo(client: httpx.AsyncClient) -> None:
    large = "x" * (4 * MOST // 3 + 80_000)
    conversation = await started(client)
    refused(await sent(client, conversation, photo=large), 413, "body_too_large")
    large = large[: 4 * MOST // 3 + 20_000]
    assert (await sent(client, conversation, photo=large)).status_code == 422
    answer = await client.post(f"{conversation}/feedback", json={"message_id": large})
    refused(answer, 413, "body_too_large")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid_request"),
        ({"photo": ""}, "invalid_request"),
        ({"text": ""}, "message_refused"),
        ({"text": " ", "photo": ""}, "message_refused"),
        ({"text": "\u200b", "photo": in_base64(PHOTO)}, "message_refused"),
    ],
)
async def test_neither_words_nor_photo_is_no_message(
    client: httpx.AsyncClient, body: dict[str, str], code: str
) -> None:
    refused(await sent(client, await started(client), **body), 422, code)


async def test_without_a_model_a_photo_is_refused_and_it_says_what_to_set(
    tmp_path: Path, small_shop: SmallShop
) -> None:
    async with served(Settings(data_dir=tmp_path), small_shop) as client:
        conversation = await started(client)
        answer = await sent(client, conversation, text="boots", photo=in_base64(PHOTO))
        assert "photos.model" in refused(answer, 422, "message_refused")
        large = in_base64(b"x" * 200_000)
        refused(await sent(client, conversation, photo=large), 413, "body_too_large")
        assert (await said(client, conversation, "boots"))["items"]


async def test_the_whole_way_from_a_catalogue_to_the_card(tmp_path: Path) -> None:
    """A real index with a real, if untaught, CLIP; nothing stands in but for the language model."""
    rows = [
        {"id": f"n{n}", "title": f"Lamp {n}", "image_url": f"{n}.webp", "price": 10 + n}
        for n in range(8)
    ]
    for n in range(8):
        (tmp_path / f"{n}.webp").write_bytes(encoded(drawn(n), "WEBP"))
    catalogue = tmp_path / "products.jsonl"
    catalogue.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    settings = load_settings(
        data_dir=tmp_path / "data",
        embedder="made_embeddings:Unscaled",
        photos=PhotoSettings(model=str(saved(tmp_path / "clip"))),
    )
    index_catalogue(settings, catalogue)
    model: Any = ScriptedModel()
    model.lay(['"ok"'])
    async with served(settings, build(settings, model)) as client:
        conversation = await started(client)
        for n in (3, 6):
            photo = in_base64(encoded(drawn(n).resize((90, 90)), "JPEG"))
            answer = await sent(client, conversation, photo=photo)
            assert answer.status_code == 200, answer.text
            assert answer.json()["items"][0]["id"] == f"n{n}"
            assert answer.json()["kind"] == "recommend"
        patch = {"price_max": 12}
        await client.patch(f"{conversation}/constraints", json=patch)
        answer = await sent(client, conversation, photo=in_base64(encoded(drawn(6))))
        assert answer.json()["items"]
        assert all(item["price"] <= 12 for item in answer.json()["items"])
