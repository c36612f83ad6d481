"""Python callables, LangChain tools, HTTP endpoints and MCP servers -> systems to look things up.

Each is given the slots by name and, where the host page knows the shopper, ``user_id``. Foreign
exceptions become `LookupFailed`. A system says None, 404 or an empty object where there is nothing.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from chatrec.errors import LookupFailed, SettingsError
from chatrec.lookup.service import Found, System
from chatrec.unsent import NOT_SENT

IDENTITY = "user_id"
"""What the shopper's identity is called, in the profile and to the systems."""

_SECONDS = 30.0  # the lookup's own time-out comes first
_AT_ONCE = 8
_MCP_VERSION = "2025-06-18"


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="lookup")


def _arguments(given: Mapping[str, str], identity: str) -> dict[str, str]:
    return {**given, **({IDENTITY: identity} if identity else {})}


def _found(answer: object) -> Found | None:
    """An object as it is; JSON text is parsed; nothing is None."""
    if isinstance(answer, str):
        text = answer.strip()
        try:
            answer = json.loads(text) if text else None
        except ValueError as exc:
            # What it says may be on a shopper, and this is logged.
            raise LookupFailed(f"the answer is no JSON, {len(text)} characters of text") from exc
    if isinstance(answer, Mapping):
        return answer or None
    if answer is None:
        return None
    raise LookupFailed(f"the answer is no object but a {type(answer).__name__}")


class CallableSystem:
    """A Python function of keyword arguments; it may be async, and otherwise runs in a thread.

    The threads are its own: a system that hangs keeps nobody else waiting.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._threads = _threads()

    async def ask(self, given: Mapping[str, str], identity: str) -> Found | None:
        arguments = _arguments(given, identity)
        try:
            if inspect.iscoroutinefunction(self._function):
                answer = await self._function(**arguments)
            else:
                loop = asyncio.get_running_loop()
                call = partial(self._function, **arguments)
                answer = await loop.run_in_executor(self._threads, call)
        except Exception as exc:  # foreign code raises what it likes
            raise LookupFailed(f"{type(exc).__name__}: {exc}") from exc
        return _found(answer)


class LangChainSystem:
    """A LangChain tool; one that is not async runs in threads of its own."""

    def __init__(self, tool: Any) -> None:
        self._tool = tool
        self._threads = _threads()

    async def ask(self, given: Mapping[str, str], identity: str) -> Found | None:
        arguments = _arguments(given, identity)
        try:
            if getattr(self._tool, "coroutine", self) is None:  # it would wait in common threads
                loop = asyncio.get_running_loop()
                answer = await loop.run_in_executor(self._threads, self._tool.invoke, arguments)
            else:
                answer = await self._tool.ainvoke(arguments)
        except Exception as exc:  # each tool raises its own
            raise LookupFailed(f"{type(exc).__name__}: {exc}") from exc
        return _found(answer)


class HttpSystem:
    """An endpoint that takes a JSON object by POST and answers with one; 404: nothing there."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._url = url
        self._headers = dict(headers)
        self._transport = transport

    async def ask(self, given: Mapping[str, str], identity: str) -> Found | None:
        try:
            async with httpx.AsyncClient(transport=self._transport, timeout=_SECONDS) as client:
                body = _arguments(given, identity)
                answer = await client.post(self._url, json=body, headers=self._headers)
                if answer.status_code == httpx.codes.NOT_FOUND:
                    return None
                answer.raise_for_status()
        except NOT_SENT as exc:
            raise LookupFailed(f"{self._url}: {exc!r}") from exc
        return _found(answer.text)


class McpSystem:
    """A tool of a Model Context Protocol server over streamable HTTP.

    A session is opened for each call: initialize, initialized, tools/call
    (modelcontextprotocol.io, revision 2025-06-18).
    """

    def __init__(
        self,
        url: str,
        tool: str,
        headers: Mapping[str, str],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._url = url
        self._tool = tool
        self._headers = {**headers, "Accept": "application/json, text/event-stream"}
        self._transport = transport

    async def ask(self, given: Mapping[str, str], identity: str) -> Found | None:
        try:
            async with httpx.AsyncClient(
                transport=self._transport, timeout=_SECONDS, headers=self._headers
            ) as client:
                result = await self._call(client, _arguments(given, identity))
        except NOT_SENT as exc:
            raise LookupFailed(f"{self._url}: {exc!r}") from exc
        if result.get("isError"):
            raise LookupFailed(f"the tool {self._tool} failed: {_text(result)[:200]}")
        structured = result.get("structuredContent")
        return _found(structured if structured is not None else _text(result))

    async def _call(
        self, client: httpx.AsyncClient, arguments: Mapping[str, str]
    ) -> Mapping[str, Any]:
        client_info = {"name": "chatrec", "version": "1"}
        start = {"protocolVersion": _MCP_VERSION, "capabilities": {}, "clientInfo": client_info}
        opened = await self._post(client, "initialize", start, 1)
        if session := opened.headers.get("Mcp-Session-Id"):
            client.headers["Mcp-Session-Id"] = session
        client.headers["MCP-Protocol-Version"] = str(
            _result(opened, 1).get("protocolVersion", _MCP_VERSION)
        )
        await self._post(client, "notifications/initialized", None, None)
        call = {"name": self._tool, "arguments": dict(arguments)}
        return _result(await self._post(client, "tools/call", call, 2), 2)

    async def _post(
        self,
        client: httpx.AsyncClient,
        method: str,
        params: Mapping[str, Any] | None,
        number: int | None,
    ) -> httpx.Response:
        message: dict[str, Any] = {"jsonrpc": "2.0", "method": method}
        if params is not None:
            message["params"] = params
        if number is not None:
            message["id"] = number
        answer = await client.post(self._url, json=message)
        answer.raise_for_status()
        return answer


def _result(answer: httpx.Response, number: int) -> Mapping[str, Any]:
    """The result of a JSON-RPC request, out of a JSON body or a stream of events."""
    texts = [answer.text]
    if answer.headers.get("Content-Type", "").startswith("text/event-stream"):
        blocks = answer.text.replace("\r\n", "\n").split("\n\n")
        texts = [
            "\n".join(
                line.removeprefix("data:").strip()
                for line in block.split("\n")
                if line.startswith("data:")
            )
            for block in blocks
        ]
    for text in filter(None, texts):
        try:
            message = json.loads(text)
        except ValueError as exc:
            raise LookupFailed("the server's message is no JSON") from exc
        if isinstance(message, dict) and message.get("id") == number:
            if "error" in message:
                raise LookupFailed(f"the server refused: {str(message['error'])[:200]}")
            result = message.get("result")
            if isinstance(result, dict):
                return result
    raise LookupFailed("the server gave no result")


def _text(result: Mapping[str, Any]) -> str:
    parts = [part.get("text", "") for part in result.get("content", ()) if isinstance(part, dict)]
    return "".join(map(str, parts))


def _import_from(folder: Path) -> None:
    if str(folder) not in sys.path:
        sys.path.append(str(folder))


def open_system(spec: str, headers: Mapping[str, str]) -> System:
    """The system that a setting names.

    Args:
        spec: "python:module:function", "langchain:module:tool", "mcp+https://host/path#tool" or
            an http(s) URL. Modules that lie in the working folder, beside `chatrec.toml`, are
            found too.
        headers: sent with every HTTP request, for a key of the shop's own.

    Raises:
        SettingsError: it names nothing that can be used.
    """
    kind, _, rest = spec.partition(":")
    if kind in ("http", "https"):
        return HttpSystem(spec, headers)
    if kind in ("mcp+http", "mcp+https"):
        url, _, tool = spec.removeprefix("mcp+").partition("#")
        if not tool:
            raise SettingsError(f"lookup {spec!r} names no tool: write mcp+https://host/path#tool")
        return McpSystem(url, tool, headers)
    if kind in ("python", "langchain"):
        module, _, name = rest.partition(":")
        _import_from(Path.cwd())
        try:
            found = getattr(importlib.import_module(module), name)
        except Exception as exc:  # importing runs foreign code
            raise SettingsError(f"lookup {spec!r} cannot be imported: {exc}") from exc
        return CallableSystem(found) if kind == "python" else LangChainSystem(found)
    raise SettingsError(
        f"lookup {spec!r} is of no known kind: python:module:function, langchain:module:tool, "
        "mcp+https://host/path#tool, or an http(s) URL"
    )
