"""News of the catalogue over HTTP: for whom, of what, and that the next turn knows them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from small_shop import SmallShop

from chatrec.keys import hashed
from chatrec.settings import Settings
from chatrec.types import Constraints
from ui.app import create_api
from vectorstore.hashing import HashingEmbedder
from vectorstore.index import index_catalogue
from vectorstore.live_catalogue import LiveCatalogue

STAFF = {"Authorization": "Bearer staff"}
ROWS = [
    {"id": "boot-41", "title": "Boot", "price": 80, "stock": 2, "size": "41", "parent_sku": "boot"},
    {"id": "boot-42", "title": "Boot", "price": 80, "stock": 1, "size": "42", "parent_sku": "boot"},
    {"id": "lamp", "title": "Desk lamp", "price": 25, "stock": 4},
]


class Stocked(SmallShop):
    """A shop whose shelves are a real index."""

    source: Any

    async def change(self, changes: Any) -> frozenset[str]:
        return await self.source.change(changes)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data_dir=tmp_path, serve={"admin_key_hash": hashed("staff")})
    (tmp_path / "shop.jsonl").write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    index_catalogue(settings, tmp_path / "shop.jsonl", embedder=HashingEmbedder())
    return settings


@pytest.fixture
def source(settings: Settings) -> LiveCatalogue:
    return LiveCatalogue(settings, HashingEmbedder())


@pytest.fixture
def app(settings: Settings, small_shop: SmallShop, source: LiveCatalogue) -> FastAPI:
    shop = Stocked(small_shop.store)
    shop.source = source
    return create_api(settings, lambda: shop)


@asynccontextmanager
async def opened(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with app.router.lifespan_context(app):
        await app.state.loading.opened()
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            yield client


async def put(client: httpx.AsyncClient, *items: dict[str, object]) -> httpx.Response:
    return await client.put("/v1/catalogue/items", json={"items": items}, headers=STAFF)


async def found(source: LiveCatalogue, **wanted: Any) -> list[str]:
    return [c.item.id for c in await source.search("", Constraints(**wanted), 10)]


async def test_news_stand_for_the_next_search(app: FastAPI, source: LiveCatalogue) -> None:
    news = ({"id": "lamp", "price": 15.5}, {"id": "boot-42", "stock": 0}, {"id": "nobody"})
    async with opened(app) as client:
        answer = await put(client, *news)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"changed": 2, "unknown": ["nobody"]}
    assert await found(source, price_max=16.0) == ["lamp"]
    (boot,) = await source.items(["boot-41"])
    assert boot.attributes["size"] == ("41",)


async def test_what_is_withdrawn_is_gone_until_there_are_news_of_it(
    app: FastAPI, source: LiveCatalogue
) -> None:
    async with opened(app) as client:
        answer = await client.delete("/v1/catalogue/items/lamp", headers=STAFF)
        assert answer.status_code == 204
        assert await found(source) == ["boot-41"]
        assert (await put(client, {"id": "lamp", "stock": 1})).status_code == 200
        assert sorted(await found(source)) == ["boot-41", "lamp"]
        answer = await client.delete("/v1/catalogue/items/nobody", headers=STAFF)
        assert answer.status_code == 404


async def test_only_staff_is_heard(app: FastAPI, source: LiveCatalogue) -> None:
    body = {"items": [{"id": "lamp", "price": 1.0}]}
    async with opened(app) as client:
        for headers in ({}, {"Authorization": "Bearer visitor"}):
            answer = await client.put("/v1/catalogue/items", json=body, headers=headers)
            assert answer.status_code == 403
            answer = await client.delete("/v1/catalogue/items/lamp", headers=headers)
            assert answer.status_code == 403
    assert await found(source, price_max=2.0) == []


async def test_what_makes_no_sense_changes_nothing(app: FastAPI, source: LiveCatalogue) -> None:
    senseless: list[dict[str, object]] = [
        {"id": "lamp", "price": -1.0},
        {"id": "lamp", "price": "cheap"},
        {"id": "lamp", "stock": 1.5},
        {"id": "lamp", "color": "red"},
        {"id": ""},
        {"price": 1.0},
    ]
    async with opened(app) as client:
        for item in senseless:
            answer = await put(client, {"id": "boot-41", "price": 1.0}, item)
            assert answer.status_code == 422, item
    assert await found(source, price_max=2.0) == []
