"""`chatrec models`: which models are known, which would be used here and why, and fetching them."""

from __future__ import annotations

import click
import rich.progress
from rich.console import Console
from rich.table import Table

from chatrec.fetch import is_fetched
from chatrec.llm.machine import this_machine
from chatrec.llm.models import (
    KNOWN_MODELS,
    Choice,
    KnownModel,
    adapter_folder,
    choose,
    is_tuned,
    prepare,
)
from chatrec.settings import Settings, load_settings


@click.group("models", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """List, fetch and choose models; without a command, which one would be used here."""
    if context.invoked_subcommand is None:
        context.invoke(which)


@command.command("list")
def list_models() -> None:
    """Models that are known to do the job; any GGUF file or hub id can be named besides."""
    settings = load_settings()
    chosen = choose(settings, this_machine()).model
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("  model", "4 bits", "needs", "context", "licence", "from"):
        table.add_column(heading, no_wrap=True)
    for known in KNOWN_MODELS:
        table.add_row(
            f"{'*' if known.name == chosen else ' '} {known.name}",
            f"{known.weights_gb:g} GB",
            f"{known.needs_gb:g} GB {'GPU' if isinstance(known.source, str) else 'RAM'}",
            f"{known.context // 1024}k",
            known.licence,
            _origin(known, settings),
        )
    Console().print(table)
    click.echo('* would be used here. Name another in chatrec.toml: [model] name = "..."')


@command.command("which")
def which() -> None:
    """Which engine, model and adapter would be used here, and why."""
    settings, machine = load_settings(), this_machine()
    choice = choose(settings, machine)
    click.echo(f"machine  {machine}")
    click.echo(f"engine   {choice.engine}")
    click.echo(f"model    {choice.model}")
    click.echo(f"adapter  {_adapter(settings, choice)}")
    click.echo(f"why      {choice.reason}")


@command.command("fetch")
def fetch_models() -> None:
    """Fetch and convert the models that would be used here; what is there already is kept."""
    from vectorstore.embed import open_embedder  # loads OpenVINO, which no other command needs

    settings = load_settings()
    with rich.progress.Progress(
        rich.progress.TextColumn("{task.description}"),
        rich.progress.BarColumn(),
        rich.progress.TaskProgressColumn(),
        rich.progress.TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as bars:
        language = bars.add_task("language model", total=None)
        choice = prepare(
            settings, lambda done, total: bars.update(language, completed=done, total=total)
        )
        bars.update(language, completed=1, total=1)
        embedding = bars.add_task("embedding model", total=None)
        embedder = open_embedder(
            settings, lambda done, total: bars.update(embedding, completed=done, total=total)
        )
        bars.update(embedding, completed=1, total=1)
    click.echo(
        f"ready: {choice.model} on {choice.engine}, {embedder.name}; in {settings.cache_dir}"
    )


def _origin(known: KnownModel, settings: Settings) -> str:
    if isinstance(known.source, str):
        return "hub"
    return "fetched" if is_fetched(known.source, settings.cache_dir) else "PyPI"


def _adapter(settings: Settings, choice: Choice) -> str:
    folder = adapter_folder(settings, choice.known)
    if folder is None or choice.engine == "langchain":
        return "none"
    return f"{folder.name} ({'tuned for chatrec' if is_tuned(folder) else 'not made by chatrec'})"
