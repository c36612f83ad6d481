"""`chatrec test`: dialogue files -> played, one line each, failures in full, totals.

Exit status 0 when all pass, 1 when one fails, 2 when a file is broken or a shop cannot be opened,
130 when stopped; what was played by then is told and written all the same.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from chatrec.background import leave
from chatrec.errors import ChatrecError
from chatrec.testkit import junit
from chatrec.testkit.errors import ScenarioError
from chatrec.testkit.reading import Located, find, load
from chatrec.testkit.report import failure_text, heading, totals
from chatrec.testkit.runner import Report
from chatrec.testkit.session import AT_ONCE, Session
from chatrec.testkit.shops import Shops


@click.command("test")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-k", "name", default="", metavar="NAME", help="Only dialogues with NAME in the id.")
@click.option(
    "--junit",
    "junit_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a JUnit XML report.",
)
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Index that dialogues without a catalogue of their own are about. [default: demo shop]",
)
@click.option(
    "--at-once",
    type=click.IntRange(min=1),
    default=AT_ONCE,
    show_default=True,
    help="Dialogues that are played at once; 1 for the times of a shopper alone.",
)
def command(
    paths: tuple[Path, ...],
    name: str,
    junit_file: Path | None,
    data_dir: Path | None,
    at_once: int,
) -> None:
    """Play the dialogues in PATHS, files or folders with *.dialogue.yaml."""
    try:
        dialogues = _selected(paths, name)
        reports = _played(dialogues, data_dir, at_once)
        for report in reports:
            if not report.passed:
                click.echo(f"\n{failure_text(report)}")
        click.echo(f"\n{totals(reports)}")
        if junit_file is not None:
            junit.write(reports, junit_file)
    except ChatrecError as exc:
        click.echo(f"chatrec: {exc}", err=True)
        sys.exit(2)
    if len(reports) < len(dialogues):
        click.echo(f"chatrec: stopped after {len(reports)} of {len(dialogues)}", err=True)
        leave(130)
    sys.exit(0 if all(report.passed for report in reports) else 1)


def _selected(paths: tuple[Path, ...], name: str) -> list[Located]:
    """The dialogues asked for; every broken file is named before any dialogue is played."""
    dialogues: list[Located] = []
    broken: list[str] = []
    for path in find(paths):
        try:
            dialogues += load(path)
        except ScenarioError as exc:
            broken.append(str(exc))
    if broken:
        raise ScenarioError("\n".join(broken))
    chosen = [one for one in dialogues if name.casefold() in one.scenario.id.casefold()]
    if not chosen:
        raise ScenarioError(f"none of {len(dialogues)} dialogues has '{name}' in its id")
    return chosen


def _played(dialogues: list[Located], data_dir: Path | None, at_once: int) -> list[Report]:
    """The reports, fewer than the dialogues when Ctrl-C came between."""
    session = Session(Shops(data_dir), at_once)
    try:
        for report in session.play_all(dialogues):
            click.echo(heading(report))
    except KeyboardInterrupt:
        return session.reports
    finally:
        session.close()
    return session.reports
