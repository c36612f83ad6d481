"""`chatrec serve`: the chat page and the HTTP API, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import asyncio
import importlib
import os
from collections.abc import Callable
from pathlib import Path

import click

from chatrec.cli.folder import data_dir_option, settings_in
from chatrec.logs import set_up
from chatrec.settings import Settings
from chatrec.wiring import Shop, build


@click.command()
@click.option("--host", help="Address to listen on; 0.0.0.0 for all. Default: 127.0.0.1.")
@click.option("--port", type=int, help="Port to listen on. Default: 8000.")
@data_dir_option
def command(host: str | None, port: int | None, data_dir: Path | None) -> None:
    """Serve the chat page and the HTTP API."""
    where = {"host": host, "port": port}
    serve = {name: value for name, value in where.items() if value is not None}
    settings = settings_in(data_dir, **({"serve": serve} if serve else {}))
    with asyncio.Runner() as runner:
        run(settings, lambda: build(settings), runner)


def run(settings: Settings, build: Callable[[], Shop], runner: asyncio.Runner) -> None:
    """Serve until stopped.

    Args:
        settings: of the shop; `settings.serve` says where.
        build: makes the shop; blocking. The shop is closed in the end.
        runner: of the loop to serve in, the one that the shop was used in before, if it was.

    Raises:
        SettingsError: the address cannot be listened on.
        ChatrecError: the shop cannot be loaded.
    """
    set_up(settings, os.environ)
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    # The one place below the pages that knows of them: the web libraries are loaded here only.
    app = importlib.import_module("ui.app")
    runner.run(app.serve(settings, build, lambda url: _announce(settings, url)))


def _announce(settings: Settings, url: str) -> None:
    click.echo(f"{settings.shop.name}: chat page at {url}, API at {url}/openapi.json")
    click.echo("/readyz says when the model is loaded and answers. Ctrl-C stops.")
