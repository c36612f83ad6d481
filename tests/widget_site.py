"""A shop's pages with the widget on them, and the small shop's server that it talks to.

The host pages are of another origin than the server, and come from a server of their own.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from small_shop import SmallDialogue, SmallShop

from chatrec.conversations import Conversations
from chatrec.keys import hashed
from chatrec.settings import LimitSettings, ServeSettings, Settings
from chatrec.storage import SqliteConversations
from chatrec.types import Event, Exchange, Intent, Kind, Reply, Turn, Understanding, Words
from ui.app import create_api

_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 50"><rect width="60" height="50" '
    'fill="{0}" opacity=".25"/><path d="M18 8v20c0 6 26 4 26 14H14V8z" fill="{0}"/></svg>'
)

TABLE = """Both are boots:

| | Red Hiking Boots 1 | Black Hiking Boots 2 | Blue Hiking Boots 3 |
|---|---|---|---|
| price | $59 | $89 | $129 |
| best for | short walks in the hills on dry days | long days | snow and ice |
"""

PLAIN = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><header><h1>A shop</h1></header><main><p>Boots, lamps and more.</p>
<p>{filler}</p>{body}</main>
<script async src="{api}/widget.js" {options}></script></body></html>"""

OFF = 'type="text/plain"'
"""Keeps the host page's own script tag from running."""

HOSTILE = """<!doctype html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><title>A hostile shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style nonce="n0nce">
* {{ all: unset }}
html, body, div, p, h1, main {{ display: block }}
head, style, script, title, meta {{ display: none }}
body {{ transform: translateZ(0); filter: sepia(.1); overflow: hidden }}
button, textarea, h2, h3, chatrec-widget {{ font: 40px fantasy !important; color: red !important;
  display: none !important; visibility: hidden !important; opacity: 0 !important }}
.wall {{ position: fixed; inset: 0; z-index: 2147483647; background: #fee }}
</style>
<script nonce="n0nce">
for (const name of ['map', 'filter', 'forEach', 'find', 'includes', 'join', 'reduce', 'some']) {{
  Array.prototype[name] = function () {{ throw new Error('polluted ' + name); }};
}}
Array.prototype.extra = 'polluted';
Object.prototype.extra = 'polluted';
Array.prototype.toJSON = Object.prototype.toJSON = String.prototype.toJSON = () => 'polluted';
JSON.parse = JSON.stringify = () => {{ throw new Error('polluted JSON'); }};
window.hotkeys = [];
for (const kind of ['keydown', 'keypress', 'keyup']) {{
  document.addEventListener(kind, (event) => hotkeys.push(event.key), true);
  document.addEventListener(kind, (event) => hotkeys.push(event.key));
}}
</script></head>
<body><h1>A hostile shop</h1><div class="wall"></div>{body}
<script async nonce="n0nce" src="{api}/widget.js" {options}></script></body></html>"""


class TellingDialogue(SmallDialogue):
    """Answers "compare" with a table, the rest as `SmallDialogue` does."""

    async def run(self, turn: Turn) -> AsyncGenerator[Event]:
        if "compare" not in turn.text:
            async with aclosing(super().run(turn)) as events:
                async for event in events:
                    yield event
            return
        for piece in TABLE.splitlines(keepends=True):
            yield Words(piece)
        held = turn.constraints
        reply = Reply(Kind.COMPARE, TABLE, constraints=held)
        yield Exchange(turn, Understanding(Intent.COMPARE, held), (), reply)


TOKEN_KEY = "the key that the host page's server shares"
UNLIMITED = LimitSettings(
    visitor_messages="",
    address_messages="",
    shop_messages="",
    address_tokens="",
    address_requests="",
    visitor_streams=1000,
    address_streams=1000,
    shop_streams=1000,
    visitor_conversations=1_000_000,
)


class Site:
    """The small shop's API, served, and host pages that use it."""

    def __init__(self, folder: Path) -> None:
        pictures = folder / "pictures"
        pictures.mkdir(parents=True)
        for name, color in (("b1", "crimson"), ("b2", "#333"), ("b3", "royalblue")):
            (pictures / f"{name}.svg").write_text(_PICTURE.format(color), encoding="utf-8")
        self.store = SqliteConversations(folder / "conversations.db")
        self.shop = SmallShop(self.store)
        self.shop.dialogue = TellingDialogue(self.shop.source)
        self.shop.conversations = Conversations(
            self.shop.dialogue, self.store, self.shop.source, max_chars=2000
        )
        self._pages: dict[str, tuple[bytes, str]] = {}
        self._hosting = _serve_pages(self._pages)
        self.origin = f"http://localhost:{self._hosting.server_port}"
        serve = ServeSettings(
            origins=(self.origin,), admin_key_hash=hashed("staff"), token_key=TOKEN_KEY
        )
        settings = Settings(data_dir=folder, serve=serve, limits=UNLIMITED)
        self.app = create_api(settings, lambda: self.shop)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server = uvicorn.Server(
            uvicorn.Config(self.app, log_level="error", timeout_graceful_shutdown=1)
        )
        self.loop = asyncio.new_event_loop()
        serving = self._server.serve(sockets=[self._socket])
        self._thread = threading.Thread(target=run_to_end, args=(self.loop, serving))
        self._thread.start()
        while httpx.get(f"{self.url}/readyz").status_code != 200:
            time.sleep(0.02)

    def set_gate(self, is_open: bool) -> None:
        """Let what waits go on, or wait; the gate lives in the server's thread."""
        gate = self.shop.dialogue.gate
        self.loop.call_soon_threadsafe(gate.set if is_open else gate.clear)

    def host(self, page: str = PLAIN, options: str = "", body: str = "", policy: str = "") -> str:
        """The address of a host page, under a strict policy if it is the hostile one."""
        if page == HOSTILE:
            policy = (
                "default-src 'none'; script-src 'nonce-n0nce'; style-src 'nonce-n0nce'; "
                f"connect-src {self.url}; img-src {self.url}; require-trusted-types-for 'script'"
            )
        filler = "Everything for the hills. " * 60
        text = page.format(api=self.url, options=options, body=body, filler=filler)
        path = f"/{len(self._pages)}"
        self._pages[path] = (text.encode("utf-8"), policy)
        return self.origin + path

    def lay(self, path: str, text: str) -> None:
        """Let the host answer a path with a text."""
        self._pages[path] = (text.encode("utf-8"), "")

    def written(self, snippet: str, policy: str = "") -> str:
        """The address of a page with a snippet that names the documented server."""
        return self.host(body=self.here(snippet), options=OFF, policy=self.here(policy))

    def here(self, text: str) -> str:
        """The text with this server where the documents name theirs."""
        return text.replace("https://chat.shop.example", self.url).replace(
            "localhost:8000", self.url.removeprefix("http://")
        )

    def close(self) -> None:
        self._hosting.shutdown()
        self._hosting.server_close()
        self._server.should_exit = True
        self._thread.join()
        self.store.close()


def run_to_end(loop: asyncio.AbstractEventLoop, serving: Coroutine[Any, Any, None]) -> None:
    """Run a server in a loop of its own; then end what it has left running, and close the loop."""
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(serving)


def _serve_pages(pages: dict[str, tuple[bytes, str]]) -> ThreadingHTTPServer:
    """A server of texts by path, each with its content security policy."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text, policy = pages.get(self.path, (b"", ""))
            self.send_response(200 if text else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *values: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("localhost", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
