"""Lookups over servers that really run: an MCP server, an HTTP endpoint, a LangChain tool."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from langchain_core.tools import tool
from mcp.server import MCPServer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from chatrec.demo import orders
from chatrec.errors import LookupFailed
from chatrec.lookup.systems import LangChainSystem, open_system

GIVEN = {"order_number": "FF-10422", "postcode": "04101"}
STRANGE = {"order_number": "FF-10422", "postcode": "99999"}


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    """The app on a port of this machine; its URL."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
        running = asyncio.create_task(server.serve(sockets=[bound]))
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running


def mcp_server() -> MCPServer:
    server = MCPServer("orders")

    @server.tool()
    def order_status(order_number: str, postcode: str) -> dict[str, Any]:
        """How far an order is."""
        return orders.order_status(order_number, postcode) or {}

    @server.tool()
    def broken(order_number: str) -> dict[str, Any]:
        """Fails."""
        raise RuntimeError("no such table")

    return server


async def test_a_tool_of_a_running_mcp_server_is_asked() -> None:
    async with served(mcp_server().streamable_http_app()) as url:
        system = open_system(f"mcp+{url}/mcp#order_status", {})
        found = await system.ask(GIVEN, "")
        assert found is not None and found["status"] == "being packed"
        assert await system.ask(STRANGE, "") is None
        with pytest.raises(LookupFailed, match="broken"):
            await open_system(f"mcp+{url}/mcp#broken", {}).ask({"order_number": "1"}, "")
        with pytest.raises(LookupFailed):
            await open_system(f"mcp+{url}/mcp#unknown", {}).ask({}, "")


async def test_a_running_endpoint_is_asked_with_the_shops_key() -> None:
    async def status(request: Request) -> Response:
        if request.headers.get("Authorization") != "Bearer k":
            return Response(status_code=401)
        found = orders.order_status(**await request.json())
        return JSONResponse(found) if found else Response(status_code=404)

    async with served(Starlette(routes=[Route("/orders", status, methods=["POST"])])) as url:
        system = open_system(f"{url}/orders", {"Authorization": "Bearer k"})
        found = await system.ask(GIVEN, "")
        assert found is not None and found["status"] == "being packed"
        assert await system.ask(STRANGE, "") is None
        with pytest.raises(LookupFailed, match="401"):
            await open_system(f"{url}/orders", {}).ask(GIVEN, "")
    with pytest.raises(LookupFailed):
        await system.ask(GIVEN, "")  # it has been stopped


async def test_a_langchain_tool_is_asked_as_langchain_makes_it() -> None:
    @tool
    async def order_status(order_number: str, postcode: str) -> dict[str, Any]:
        """How far an order is."""
        return orders.order_status(order_number, postcode) or {}

    system = LangChainSystem(order_status)
    found = await system.ask(GIVEN, "")
    assert found is not None and found["status"] == "being packed"
    assert await system.ask(STRANGE, "") is None
    with pytest.raises(LookupFailed, match="postcode"):
        await system.ask({"order_number": "FF-10422"}, "")  # its own check of the arguments
