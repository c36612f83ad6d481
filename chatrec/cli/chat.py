"""`chatrec chat`: lines of text -> answers with cards, in the terminal.

Where the input is no terminal each of its lines is a message, so that a conversation can be
scripted.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing, suppress
from pathlib import Path
from typing import TextIO

import click
from rich.columns import Columns
from rich.console import Console, Group
from rich.markdown import Markdown
from rich.panel import Panel
from rich.text import Text

from chatrec.background import in_background
from chatrec.card import card_facts
from chatrec.cli.folder import data_dir_option, settings_in
from chatrec.conversations import Accepted, Conversations
from chatrec.errors import ChatrecError
from chatrec.types import Event, Exchange, Recommendation, Reply, Shown, Vocabulary, Words
from chatrec.wiring import build
from chatrec.wording import capital, constraint_phrases, noun, price, quality_words, readable

_CARD_WIDTH = 34
_HELP = "/new begins a new conversation, /quit leaves; Ctrl-C stops an answer"


@click.command()
@data_dir_option
def command(data_dir: Path | None) -> None:
    """Talk with the shop assistant in the terminal.

    With piped input every line is a message: echo "boots under 100" | chatrec chat
    """
    settings = settings_in(data_dir)
    console = Console(highlight=False)
    with console.status("Opening the shop …"):
        shop = in_background(lambda: build(settings)).result()
    terminal = sys.stdin.isatty()
    with asyncio.Runner() as runner:
        try:
            talk = Talk(shop.conversations, shop.source.vocabulary, console, runner)
            if terminal:
                console.print(f"{settings.shop.name}: what are you looking for?\n({_HELP})\n")
            talk.hold(_typed(console) if terminal else _piped(console, sys.stdin))
        finally:
            runner.run(shop.aclose())


class Talk:
    """A conversation held line by line."""

    def __init__(
        self,
        conversations: Conversations,
        vocabulary: Vocabulary,
        console: Console,
        runner: asyncio.Runner,
    ) -> None:
        """The runner's loop is the one that the shop lives in."""
        self._conversations = conversations
        self._vocabulary = vocabulary
        self._console = console
        self._runner = runner
        self._id = ""

    def hold(self, lines: Iterable[str]) -> None:
        """Answer each line until they end, or one says /quit, or Ctrl-C between two of them."""
        with suppress(KeyboardInterrupt):
            for line in lines:
                match line.strip():
                    case "":
                        continue
                    case "/quit":
                        break
                    case "/new":
                        self._id = ""
                        self._console.print("A new conversation.\n")
                    case command if command.startswith("/") and command[1:].isalpha():
                        self._console.print(f"{_HELP}\n")
                    case text:
                        try:
                            self.answer(text)
                        except KeyboardInterrupt:
                            self._console.print("\n(stopped)\n")

    def answer(self, text: str) -> None:
        """Answer one message; a failure is told in words.

        Raises:
            KeyboardInterrupt: Ctrl-C stopped the answer; what had been sent is kept.
        """
        try:
            self._runner.run(self._answer(text))
        except ChatrecError as exc:
            self._console.print(Text(f"\n{exc}\n", style="red"))

    async def _answer(self, text: str) -> None:
        if not self._id:
            self._id = await self._conversations.start()
        async with aclosing(self._conversations.say(self._id, text)) as events:
            await self._tell(events)

    async def _tell(self, events: AsyncGenerator[Accepted | Event]) -> None:
        async for event in events:
            match event:
                case Shown() if event.recommendations:
                    self._console.print(cards(event.recommendations))
                case Words() if event.text.startswith("|"):
                    self._console.print(Markdown(visible(event.text)))
                case Words():
                    self._console.print(Text(visible(event.text)), end="", soft_wrap=True)
                case Exchange():
                    self._console.print("\n")
                    self._after(event.reply)

    def _after(self, reply: Reply) -> None:
        """What is told below the words: where they are from, what is held, what one could say."""
        notes = [f"from our answers: {entry.question}" for entry in reply.citations]
        held = " ".join(
            [
                *quality_words(reply.constraints),
                noun(reply.constraints),
                *constraint_phrases(reply.constraints, self._vocabulary),
            ]
        )
        if held != noun(type(reply.constraints)()):
            notes.append(f"looking for: {held}")
        if reply.suggestions:
            notes.append(f"you could say: {' · '.join(reply.suggestions)}")
        for note in notes:
            self._console.print(Text(visible(note), style="dim"))
        self._console.print()


def cards(shown: Iterable[Recommendation]) -> Columns:
    """Product cards, as many beside each other as the terminal is wide."""
    return Columns([_card(each) for each in shown], padding=(0, 1))


def visible(text: str) -> str:
    """The text without what a terminal would take for a command."""
    return "".join(c for c in text if c.isprintable() or c == "\n")


def _card(shown: Recommendation) -> Panel:
    item = shown.item
    terms = Text(price(item), style="bold green")
    if item.rating is not None:
        terms.append(f"  ★ {item.rating:.1f}", style="yellow")
    lines = [Text(visible(item.title), style="bold"), terms]
    if shown.reason:
        lines.append(Text(visible(capital(shown.reason))))
    lines += [
        Text(visible(f"{readable(fact.name)}: {fact.value}"), style="dim")
        for fact in card_facts(shown)
    ]
    if item.url:
        lines.append(Text(visible(item.url), style="blue", overflow="ellipsis", no_wrap=True))
    return Panel(Group(*lines), title=str(shown.rank), title_align="left", width=_CARD_WIDTH)


def _typed(console: Console) -> Iterator[str]:
    """Lines from the keyboard, with history and editing where the system has them."""
    with suppress(ImportError):
        import readline  # noqa: F401  (loading it is what gives `input` its editing)
    with suppress(EOFError):
        while True:
            yield console.input("[bold green]you[/] > ")


def _piped(console: Console, stream: TextIO) -> Iterator[str]:
    """Lines of a file or pipe, each told before it is answered."""
    for line in stream:
        if line.strip():
            console.print(Text(visible(f"you > {line.strip()}"), style="bold green"))
        yield line
