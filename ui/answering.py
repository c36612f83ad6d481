"""A turn's events -> its reply as one document, or as events of a stream (server-sent events).

What is refused is refused before a stream begins. A client that leaves stops its turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from pydantic import BaseModel

from chatrec.conversations import Accepted
from chatrec.errors import EngineError
from chatrec.types import Exchange, Shown, Words
from ui.errors import public
from ui.openapi import EVENT_STREAM
from ui.schema import ItemsDocument, ReplyDocument, TokenDocument
from ui.under_way import Events

_CLIENT_CLOSED_REQUEST = 499
"""What nginx logs for a client that has left; nobody reads it."""


async def answer(request: Request, events: Events, accept: str) -> ReplyDocument | Response:
    """The reply, or its stream where the client accepts one."""
    message_id = await accepted(events)
    if EVENT_STREAM in accept:
        return streamed(_stream(message_id, events))
    exchange = await whole(request, events)
    return left() if exchange is None else ReplyDocument.of(message_id, exchange)


async def accepted(events: Events) -> str:
    """The id under which the message is stored, which is the first event.

    Raises:
        EngineError: the server stops, and the answer with it.
    """
    async for first in events:
        assert isinstance(first, Accepted)
        return first.message_id
    raise _broken_off()


async def whole(request: Request, events: Events) -> Exchange | None:
    """What the events end with; None where the client has left, which stops them.

    Raises:
        EngineError: as `accepted`.
    """
    last = asyncio.ensure_future(_last(events))
    gone = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait((last, gone), return_when=asyncio.FIRST_COMPLETED)
        return last.result() if last.done() else None
    finally:
        last.cancel()  # closes the events, which stops the model and keeps what was said
        gone.cancel()
        await asyncio.gather(last, gone, return_exceptions=True)


def left() -> Response:
    """The answer to a client that is not there any more."""
    return Response(status_code=_CLIENT_CLOSED_REQUEST)


def streamed(chunks: AsyncIterator[bytes]) -> Response:
    """A stream that no cache keeps and no proxy holds back."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(chunks, media_type=EVENT_STREAM, headers=headers)


async def _last(events: Events) -> Exchange:
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Exchange):
                return event
    raise _broken_off()


def _broken_off() -> EngineError:
    return EngineError("an answer was broken off, for the server stops")


async def _disconnected(request: Request) -> None:
    """Return when the client has left; its body has been read by now."""
    while (await request.receive())["type"] != "http.disconnect":
        continue


async def _stream(message_id: str, events: Events) -> AsyncIterator[bytes]:
    try:
        async with aclosing(events):
            async for event in events:
                match event:
                    case Shown():
                        yield _sse("items", ItemsDocument.of(message_id, event))
                    case Words():
                        yield _sse("token", TokenDocument(text=event.text))
                    case Exchange():
                        yield _sse("reply", ReplyDocument.of(message_id, event))
    except Exception as exc:
        yield _sse("error", public(exc).document)


def _sse(name: str, data: BaseModel) -> bytes:
    # Some readers of events take every line break of Unicode for the end of a line.
    return format_sse_event(event=name, data_str=data.model_dump_json(ensure_ascii=True))
