"""`chatrec privacy`: what is kept of a visitor -> JSON, or erased; what is long over -> erased.

Works on the data folder, while a server runs on it or not.
"""

from __future__ import annotations

import json
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import click

from chatrec.cli.folder import settings_in
from chatrec.ports import ConversationStore
from chatrec.retention import erase_idle, erase_visitor, export_visitor
from chatrec.settings import Settings
from chatrec.wiring import open_store

_folder = click.option(
    "--data-dir", type=click.Path(path_type=Path), help="Where the conversations are kept."
)


@click.group()
def command() -> None:
    """Export or erase what is kept of shoppers."""


@command.command()
@click.argument("visitor")
@_folder
def export(visitor: str, data_dir: Path | None) -> None:
    """Print everything that is kept of a visitor, as JSON."""
    with _opened(settings_in(data_dir)) as store:
        click.echo(json.dumps(export_visitor(store, visitor), ensure_ascii=False, indent=2))


@command.command()
@click.argument("visitor")
@_folder
def erase(visitor: str, data_dir: Path | None) -> None:
    """Erase everything of a visitor."""
    with _opened(settings_in(data_dir)) as store:
        click.echo(f"{erase_visitor(store, visitor)} conversations erased")


@command.command()
@click.option("--days", type=click.FloatRange(min=0), help="Default: privacy.retention_days.")
@_folder
def expire(days: float | None, data_dir: Path | None) -> None:
    """Erase the conversations in which nothing was said for a time, as the server does hourly."""
    settings = settings_in(data_dir)
    kept = settings.privacy.retention_days if days is None else days
    if days is None and not kept:
        click.echo("privacy.retention_days is 0: conversations are kept; name --days")
        return
    with _opened(settings) as store:
        click.echo(f"{erase_idle(store, kept, time.time())} conversations erased")


@contextmanager
def _opened(settings: Settings) -> Generator[ConversationStore]:
    store = open_store(settings)
    try:
        yield store
    finally:
        store.close()
