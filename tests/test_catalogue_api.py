"""The shop's system tells of prices and stocks, and the next turn knows them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_site import served
from small_shop import SmallShop

from chatrec.keys import hashed
from chatrec.settings import load_settings
from chatrec.types import Exchange, Item

ITEMS = "/v1/catalogue/items"


@pytest.fixture
async def client(tmp_path: Path, small_shop: SmallShop) -> AsyncIterator[httpx.AsyncClient]:
    settings = load_settings(data_dir=tmp_path, serve={"admin_key_hash": hashed("sesame")})
    async with served(settings, small_shop) as opened:
        opened.headers["Authorization"] = "Bearer sesame"
        yield opened


async def shown(shop: SmallShop, text: str) -> list[Item]:
    conversation = await shop.conversations.start()
    [exchange] = [
        event
        async for event in shop.conversations.say(conversation, text)
        if isinstance(event, Exchange)
    ]
    return [each.item for each in exchange.reply.recommendations]


async def test_the_next_turn_knows_the_news(
    client: httpx.AsyncClient, small_shop: SmallShop
) -> None:
    assert [item.id for item in await shown(small_shop, "boots under 60")] == ["b1"]
    news = [{"id": "b1", "price": 61.5}, {"id": "b2", "price": 49.0, "stock": 3}]
    answer = await client.put(ITEMS, json={"items": [*news, {"id": "b9", "stock": 1}]})
    assert answer.json() == {"changed": 2, "unknown": ["b9"]}
    [item] = await shown(small_shop, "boots under 60")
    assert (item.id, item.price, item.stock) == ("b2", 49.0, 3)


async def test_what_is_taken_off_is_shown_no_more_until_there_is_news(
    client: httpx.AsyncClient, small_shop: SmallShop
) -> None:
    assert (await client.delete(f"{ITEMS}/b1")).status_code == 204
    assert [item.id for item in await shown(small_shop, "boots")] == ["b2", "b3"]
    await client.put(ITEMS, json={"items": [{"id": "b1", "stock": 2}]})
    assert [item.id for item in await shown(small_shop, "boots")] == ["b1", "b2", "b3"]
    answer = await client.delete(f"{ITEMS}/a/b 9")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "news",
    [
        {"items": []},
        {"items": [{"id": "b1", "price": -1}]},
        {"items": [{"id": "b1", "price": "59"}]},
        {"items": [{"id": "b1", "title": "Free boots"}]},
        {"items": [{"id": "b1"}] * 501},
    ],
)
async def test_only_prices_and_stocks_are_news(
    client: httpx.AsyncClient, news: dict[str, Any]
) -> None:
    answer = await client.put(ITEMS, json=news)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_none_but_staff_brings_news(client: httpx.AsyncClient) -> None:
    client.headers["Authorization"] = "Bearer visitor"
    assert (await client.put(ITEMS, json={"items": [{"id": "b1"}]})).status_code == 403
    assert (await client.delete(f"{ITEMS}/b1")).status_code == 403
