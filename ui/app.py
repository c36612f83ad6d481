"""Settings -> the web application: HTTP API, chat page, and the shop behind them loading.

`create_app` makes it, `create_api` without the page; `serve` runs it until it is told to stop.
"""

from __future__ import annotations

import asyncio
import logging
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from functools import partial

import uvicorn
from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from chatrec.errors import SettingsError
from chatrec.keys import kept_key
from chatrec.settings import Settings
from ui import api, catalogue, completions, errors, openapi, staff, widget_script
from ui.chat_page import mount_page
from ui.histories import Histories
from ui.limits import BodyLimit
from ui.loading import Loading, Shop, expire
from ui.mcp_route import McpRoute
from ui.mcp_server import Shelves, mcp_server
from ui.metrics import Metrics
from ui.origins import allow_origins
from ui.photos import base64_chars
from ui.rates import Rates
from ui.staff_page import mount_staff_page
from ui.under_way import UnderWay
from ui.visitors import Visitors
from vectorstore.pictures.files import SERVED

logger = logging.getLogger(__name__)

TOKEN_KEY = "token.key"
"""File in the data folder that keeps the key of visitors' tokens where the settings name none."""

_PICTURE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "public, max-age=3600",
}
_MIN_BODY_BYTES = 65536
_TAKES_PHOTOS = re.compile(r"^/v1/conversations/[^/]+/messages$|/gradio_api/queue/join$")
_MAX_HEADER_BYTES = 16384
_SHUTDOWN_SECONDS = 5


class _Pictures(StaticFiles):
    """Files that a browser shows and never runs, an SVG with a script in it neither."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(_PICTURE_HEADERS)
        return response


def create_api(
    settings: Settings,
    build: Callable[[], Shop],
    on_failure: Callable[[], None] = lambda: None,
) -> FastAPI:
    """The HTTP API. It answers at once; the shop is loaded in the background once it runs.

    Args:
        settings: of the shop.
        build: makes the shop; blocking.
        on_failure: called where that fails; ``app.state.loading.failure`` says why.
    """
    loading = Loading(build, on_failure)
    key = settings.serve.token_key.get_secret_value() or kept_key(settings.data_dir / TOKEN_KEY)
    metrics = Metrics()
    under_way = UnderWay()
    tools = McpRoute(
        mcp_server(settings, lambda: Shelves(loading.shop.source, loading.shop.faq)),
        settings.serve.origins,
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        loading.start()
        expiry = asyncio.create_task(expire(loading, settings.privacy.retention_days))
        try:
            async with tools.running():
                yield
        finally:
            expiry.cancel()
            await under_way.aclose()
            await loading.aclose()

    # The interactive docs are left out: they load their scripts from elsewhere.
    app = FastAPI(title="chatrec", version="1", docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.loading = loading
    app.state.under_way = under_way
    app.state.histories = Histories()
    app.state.settings = settings
    app.state.metrics = metrics
    app.state.visitors = Visitors(settings.serve, key)
    app.state.rates = Rates(settings.limits, metrics)
    app.state.admin_key_hash = settings.serve.admin_key_hash
    errors.install(app)
    app.add_middleware(BodyLimit, max_bytes=partial(_max_bytes, settings))
    allow_origins(app, settings.serve.origins)
    app.include_router(api.health)
    app.include_router(api.router)
    app.include_router(staff.router)
    app.include_router(catalogue.router)
    app.include_router(completions.router)
    app.include_router(widget_script.router)
    tools.add_to(app)
    openapi.close(app, "/v1")
    pictures = settings.data_dir / SERVED
    if pictures.is_dir():
        app.mount(f"/{SERVED}", _Pictures(directory=pictures), name="pictures")
    return app


def create_app(
    settings: Settings,
    build: Callable[[], Shop],
    on_failure: Callable[[], None] = lambda: None,
) -> FastAPI:
    """The HTTP API with the chat pages, at its root and for the staff; as `create_api`."""
    app = create_api(settings, build, on_failure)
    mount_staff_page(app, settings, app.state.loading, app.state.rates)
    mount_page(app, settings, app.state.loading, app.state.rates)
    return app


def _max_bytes(settings: Settings, path: str) -> int:
    """The most that a request to the path may have; photos go to few."""
    words = _MIN_BODY_BYTES + 4 * settings.serve.max_message_chars  # bytes of UTF-8
    return words + (base64_chars(settings.photos) if _TAKES_PHOTOS.search(path) else 0)


async def serve(
    settings: Settings, build: Callable[[], Shop], announce: Callable[[str], None]
) -> None:
    """Run the application until Ctrl-C or SIGTERM; turns under way get a few seconds to end.

    The signal is raised anew when all is closed, so Ctrl-C cancels this coroutine at its end.

    Args:
        settings: of the shop; `settings.serve` says where.
        build: makes the shop; blocking.
        announce: called with the URL when the port is open.

    Raises:
        SettingsError: the address cannot be listened on.
        Exception: whatever kept the shop from loading.
    """
    host, port = settings.serve.host, settings.serve.port
    with closing(_listen(host, port)) as listener:

        def stop() -> None:
            server.should_exit = True

        app = create_app(settings, build, stop)
        config = uvicorn.Config(
            app,
            log_config=None,  # its records go the way of all others
            access_log=False,
            server_header=False,
            forwarded_allow_ips=list(settings.serve.proxies),
            h11_max_incomplete_event_size=_MAX_HEADER_BYTES,
            http="h11",  # its limit holds for the headers, httptools has none
            timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        )
        server = uvicorn.Server(config)
        announce(_url(host, port))
        await server.serve(sockets=[listener])
    failure = app.state.loading.failure
    if failure is not None:
        raise failure


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as exc:
        listener.close()
        raise SettingsError(
            f"cannot listen on {host}:{port}: {exc.strerror or exc}; choose another with --port or"
            " CHATREC_SERVE__PORT, or stop the program that has this one"
        ) from exc
    return listener


def _url(host: str, port: int) -> str:
    name = "localhost" if host in ("0.0.0.0", "::", "127.0.0.1", "::1") else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
