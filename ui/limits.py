"""Requests -> requests whose body is no larger than allowed; others get 413 and are not read."""

from __future__ import annotations

from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.errors import public


class BodyLimit:
    """ASGI middleware. Counts the bytes that come, whatever the request's headers promise."""

    def __init__(self, app: ASGIApp, max_bytes: Callable[[str], int]) -> None:
        """``max_bytes``: of a request to a path."""
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        max_bytes = self._max_bytes(scope["path"])
        promised = dict(scope["headers"]).get(b"content-length", b"0")
        if not promised.isdigit() or int(promised) > max_bytes:
            await public(HTTPException(413)).response(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > max_bytes:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)
