"""Command line -> one module per command, loaded when it is called.

A command module has one `click` command named ``command``. Nothing heavy is imported before the
command is known, so that ``chatrec --help`` answers at once.
"""

from __future__ import annotations

import importlib
import os
import sys

import click

from chatrec.background import leave
from chatrec.errors import ChatrecError

_COMMANDS = {
    "demo": "a conversation over the bundled demo shop, then its chat page",
    "index": "read a catalogue and a FAQ into the index",
    "chat": "talk in the terminal",
    "serve": "serve the chat page and the HTTP API",
    "mcp": "offer catalogue and FAQ to an agent, over standard in and out",
    "test": "run dialogue tests",
    "simulate": "let simulated shoppers talk to the shop, and measure how they fare",
    "keys": "make an admin key and a key for visitors' tokens",
    "privacy": "export or erase what is kept of a visitor, or of conversations long over",
    "models": "list, fetch and choose models",
    "tune": "train the reading adapter on a catalogue",
    "eval": "measure reading, the FAQ or search on a test set",
}


class _Lazy(click.Group):
    """A group whose commands are imported one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"chatrec.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_Lazy)
@click.version_option(package_name="chatrec")
def cli() -> None:
    """A shop assistant that a shop hosts itself."""


def main() -> None:
    """Run a command; our errors become one clear message and exit status 1, Ctrl-C 130."""
    # With a busy neighbour, spinning OpenMP threads run fifty times slower than sleeping ones.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GOMP_SPINCOUNT", "0")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        cli(standalone_mode=False)
    except click.ClickException as exc:
        exc.show()
        sys.exit(exc.exit_code)
    except ChatrecError as exc:
        click.echo(f"chatrec: {exc}", err=True)
        sys.exit(1)
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nchatrec: stopped; what was finished is kept.", err=True)
        leave(130)
