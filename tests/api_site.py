"""The HTTP API of a shop without a network: requests reach it in this process."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI

from chatrec.settings import Settings
from ui.app import create_api
from ui.loading import Shop


@asynccontextmanager
async def running(settings: Settings, shop: Shop) -> AsyncIterator[FastAPI]:
    """The app, its shop opened."""
    app = create_api(settings, lambda: shop)
    async with app.router.lifespan_context(app):
        await app.state.loading.opened()
        yield app


def client_of(app: FastAPI, address: str = "127.0.0.1") -> httpx.AsyncClient:
    """Who asks the app from an address; hears of unexpected errors what an outsider does."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 123))
    return httpx.AsyncClient(transport=transport, base_url="http://shop")


@asynccontextmanager
async def served(
    settings: Settings, shop: Shop, address: str = "127.0.0.1"
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the shop's API, who is nobody yet."""
    async with running(settings, shop) as app, client_of(app, address) as client:
        yield client


async def welcomed(client: httpx.AsyncClient) -> None:
    """Let the client be a visitor."""
    token = (await client.post("/v1/visitors")).json()["token"]
    client.headers["Authorization"] = f"Bearer {token}"


async def started(client: httpx.AsyncClient) -> str:
    """The path of a new conversation; the client is a visitor from then on."""
    answer = await client.post("/v1/conversations")
    assert answer.status_code == 201, answer.text
    made = answer.json()
    if made["token"]:
        client.headers["Authorization"] = f"Bearer {made['token']}"
    return f"/v1/conversations/{made['conversation_id']}"


async def said(client: httpx.AsyncClient, conversation: str, text: str) -> dict[str, Any]:
    """The whole reply."""
    answer = await client.post(f"{conversation}/messages", json={"text": text})
    assert answer.status_code == 200, answer.text
    reply: dict[str, Any] = answer.json()
    return reply


async def events_of(
    client: httpx.AsyncClient, conversation: str, text: str
) -> list[tuple[str, dict[str, Any]]]:
    """The names and documents of the reply's events."""
    answer = await client.post(
        f"{conversation}/messages", json={"text": text}, headers={"Accept": "text/event-stream"}
    )
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = []
    for block in answer.text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        events.append((fields["event"], json.loads(fields["data"])))
    return events


def refused(answer: httpx.Response, status: int, code: str) -> str:
    """What a problem document says, which has this status and code."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert set(problem) == {"type", "title", "status", "detail", "code"}
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"].endswith(f":{code}")
    detail: str = problem["detail"]
    return detail
