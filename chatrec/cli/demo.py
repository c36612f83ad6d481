"""`chatrec demo`: the bundled shop, indexed; a conversation in the terminal; then its chat page."""

from __future__ import annotations

import asyncio
import shutil
import tomllib

import click
from rich.console import Console
from rich.text import Text

from chatrec import demo
from chatrec.background import in_background
from chatrec.cli import serve
from chatrec.cli.chat import Talk
from chatrec.settings import Settings, load_settings
from chatrec.wiring import Shop, build
from vectorstore.index import index_catalogue

_SHOP = "Fjord & Field"
_SCRIPT = (
    "I need waterproof hiking boots under 200",
    "nothing in brown, and at most 150 please",
    "is the first one vegan?",
    "how long do I have to return them?",
    "what about a tent for two people?",
    "and where is my order FF-10417?",
    "80202",
)


@click.command()
@click.option("--no-serve", is_flag=True, help="Stop after the conversation.")
def command(no_serve: bool) -> None:
    """Show what chatrec does, with a shop that comes with it."""
    base = load_settings()
    settings = load_settings(
        data_dir=base.data_dir / "demo",
        shop=base.shop.model_copy(update={"name": _SHOP}),
        **tomllib.loads(demo.lookups_path().read_text(encoding="utf-8")),
    )
    console = Console(highlight=False)
    _prepare(settings, console)
    with console.status("Opening the shop …"):
        shop = in_background(lambda: build(settings)).result()
    with asyncio.Runner() as runner:
        try:
            _play(shop, console, runner)
            if not no_serve:
                serve.run(settings, lambda: shop, runner)
        finally:
            runner.run(shop.aclose())


def _prepare(settings: Settings, console: Console) -> None:
    """Index the shop where that has not been done, and lay its pictures beside the index."""
    with console.status("Indexing the demo shop …") as status:

        def on_progress(stage: str, done: int, total: int) -> None:
            status.update(f"Indexing the demo shop: {stage} {done}/{total}" if total else stage)

        report = index_catalogue(
            settings, demo.catalogue_path(), faq=demo.faq_path(), progress=on_progress
        )
    shutil.copytree(demo.pictures_path(), settings.data_dir / "pictures", dirs_exist_ok=True)
    console.print(f"{_SHOP}: {report.vocabulary.size} products, indexed in {settings.data_dir}\n")


def _play(shop: Shop, console: Console, runner: asyncio.Runner) -> None:
    talk = Talk(shop.conversations, shop.source.vocabulary, console, runner)
    for message in _SCRIPT:
        console.print(Text(f"you > {message}", style="bold green"))
        talk.answer(message)
