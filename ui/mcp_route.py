"""The tools of `ui.mcp_server` over streamable HTTP: one route of the application.

No session is kept, so any process may answer. A browser's page gets in from the listed origins
only, which the protocol asks for (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from mcp.server import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from ui.origins import pattern
from ui.rates import rates_of
from ui.visitors import address_of

PATH = "/mcp"


class McpRoute:
    """An ASGI application that answers while `running`."""

    def __init__(self, server: MCPServer[Any], origins: Sequence[str]) -> None:
        self._server = server
        self._origins = re.compile(pattern(origins)) if origins else None

    def add_to(self, app: FastAPI) -> None:
        """Answer at `PATH` of the app."""
        methods = ["GET", "POST", "DELETE"]
        app.router.routes.append(Route(PATH, self, methods=methods, include_in_schema=False))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer until the context is left; it may be entered again."""
        self._server.streamable_http_app(  # makes a new session manager, which runs only once
            json_response=True,
            stateless_http=True,
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )
        begun, over = asyncio.Event(), asyncio.Event()

        async def run() -> None:
            # Its cancel scope has to be left in the task that entered it; a lifespan may not be.
            async with self._server.session_manager.run():
                begun.set()
                await over.wait()

        running = asyncio.create_task(run())
        beginning = asyncio.create_task(begun.wait())
        await asyncio.wait((running, beginning), return_when=asyncio.FIRST_COMPLETED)
        beginning.cancel()
        try:
            yield
        finally:
            over.set()
            await running

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = Headers(scope=scope).get("origin")
        if origin and not (self._origins and self._origins.fullmatch(origin)):
            raise HTTPException(403)
        connection = HTTPConnection(scope)
        rates_of(connection).spend("requests", address_of(connection))
        await self._server.session_manager.handle_request(scope, receive, send)
