"""`chatrec index`: a catalogue and a FAQ -> the index, with progress and an account at the end."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from chatrec.cli.catalogue_report import audit_index, findings_table, write_page
from chatrec.cli.folder import data_dir_option, settings_in
from chatrec.errors import ChatrecError
from chatrec.settings import Settings
from vectorstore.catalogue import Reading
from vectorstore.formats import FORMATS
from vectorstore.index import Changes, IndexReport, index_catalogue
from vectorstore.index import Progress as OnProgress
from vectorstore.learn import describe
from vectorstore.records import RowError
from vectorstore.watching import turns

_ERRORS_SHOWN = 20


@click.command()
@click.argument("catalogue", required=False, type=click.Path(path_type=Path))
@click.option(
    "--faq", type=click.Path(path_type=Path), help="FAQ: JSONL, CSV, Markdown, HTML, or a folder."
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="FIELD=COLUMN|FILE",
    help="Say which column holds a field, as in --map price=MSRP, or name a TOML file of such "
    'lines (price = "MSRP"). May be repeated.',
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    help="How the catalogue is read; else by its name and its columns.",
)
@click.option("--currency", default="", help="Currency of prices that name none, as in EUR.")
@click.option("--site", default="", help="The shop's address, for links that leave it out.")
@click.option(
    "--report",
    is_flag=True,
    help="Say what in the catalogue hurts recommendations, here and as a page in the data folder.",
)
@click.option(
    "--watch",
    is_flag=True,
    help="Stay, and index again whenever the files change; a running server follows.",
)
@data_dir_option
def command(
    catalogue: Path | None,
    faq: Path | None,
    mapping: tuple[str, ...],
    form: str | None,
    currency: str,
    site: str,
    report: bool,
    watch: bool,
    data_dir: Path | None,
) -> None:
    """Read CATALOGUE and a FAQ into the index.

    CATALOGUE is a product export of Shopify or WooCommerce, a Google Merchant feed (XML, TSV), a
    folder of saved product pages, or a table (CSV, JSONL, Excel).

    A second run touches only what changed in the files. With --faq alone the products stay as they
    are. A run that was stopped goes on where it was when it is started again.
    """
    if catalogue is None and faq is None and not report:
        raise click.UsageError("name a CATALOGUE, a --faq file, or both")
    if watch and not (catalogue or faq):
        raise click.UsageError("name what is to be watched")
    settings = settings_in(data_dir)
    reading = Reading(form or "", _mapping(mapping), currency, site)
    job = _Job(settings, catalogue, faq, reading, report)
    job.run()
    if watch:
        job.follow()


@dataclass(frozen=True, slots=True)
class _Job:
    """What is to be indexed, how, and whether it is reported on."""

    settings: Settings
    catalogue: Path | None
    faq: Path | None
    reading: Reading
    report: bool

    def run(self, *, again: bool = False) -> None:
        """Index once, and say what was done; ``again``: where that is nothing, say nothing."""
        errors: tuple[RowError, ...] = ()
        if self.catalogue or self.faq:
            with shown_progress() as on_progress:
                done = index_catalogue(
                    self.settings,
                    self.catalogue,
                    faq=self.faq,
                    reading=self.reading,
                    progress=on_progress,
                )
            if done.same and again:
                return
            errors = done.errors
            for line in _lines(done, self.catalogue, self.faq):
                click.echo(line)
        if self.report:
            audited = audit_index(self.settings, errors)
            Console().print(findings_table(audited))
            click.echo(f"the whole report: {write_page(audited, self.settings)}")

    def follow(self) -> None:
        """Index whenever the files change, until Ctrl-C. What goes wrong once is only told."""
        paths = [path for path in (self.catalogue, self.faq) if path]
        for turn, _ in enumerate(turns(paths)):
            try:
                self.run(again=True)
            except ChatrecError as exc:
                click.echo(f"chatrec: {exc}", err=True)
            if turn == 0:
                click.echo(f"watching {' and '.join(path.name for path in paths)}; Ctrl-C stops")


def _mapping(pairs: Sequence[str]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for pair in pairs:
        if "=" not in pair and pair.endswith(".toml"):
            mapping |= _mapping_file(Path(pair))
            continue
        field, equals, column = pair.partition("=")
        if not (field and equals and column):
            raise click.BadParameter(f"{pair!r} is not FIELD=COLUMN", param_hint="--map")
        mapping[field.strip()] = column.strip()
    return mapping


def _mapping_file(path: Path) -> dict[str, str]:
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise click.BadParameter(f"{path} cannot be read: {exc}", param_hint="--map") from exc
    if wrong := [field for field, column in read.items() if not isinstance(column, str)]:
        raise click.BadParameter(f"{path}: {wrong[0]} is not a column's name", param_hint="--map")
    return read


class _Rate(ProgressColumn):
    """How many a second; nothing until it is known."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None or not task.total else f"{speed:,.0f}/s")


@contextmanager
def shown_progress() -> Iterator[OnProgress]:
    """A callback that draws one bar for the stage at hand, on standard error."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        drawn = ""

        def on_progress(stage: str, done: int, total: int) -> None:
            nonlocal drawn
            if stage != drawn:
                for task in bars.task_ids:
                    bars.remove_task(task)
                bars.add_task(stage)
                drawn = stage
            bars.update(bars.task_ids[-1], completed=done, total=total or None)

        yield on_progress


def _lines(report: IndexReport, catalogue: Path | None, faq: Path | None) -> Iterator[str]:
    if report.same:
        files = " and ".join(path.name for path in (catalogue, faq) if path)
        yield f"{files}: nothing changed since the last run"
        return
    if catalogue:
        yield f"{catalogue.name}: read as {report.format}; --format says otherwise"
        if report.vocabulary.price_high and not report.currency_named:
            yield f"no price names its currency, {report.vocabulary.currency} is taken: --currency"
    yield from _broken(catalogue, report.errors)
    yield from _broken(faq, report.faq_errors)
    if report.items is not None:
        yield describe(report.vocabulary)
        yield f"products: {_counts(report.items)}"
    if report.faq is not None:
        yield f"FAQ entries: {_counts(report.faq)}"
    yield from _pictures(report)
    yield f"{report.embedded} texts embedded, {report.seconds:.1f} s in all"


def _broken(path: Path | None, errors: Sequence[RowError]) -> Iterator[str]:
    if path is None or not errors:
        return
    yield f"{path.name}: {len(errors)} rows were left out"
    for error in errors[:_ERRORS_SHOWN]:
        yield f"  line {error.line}: {error.reason}"
    if len(errors) > _ERRORS_SHOWN:
        yield f"  and {len(errors) - _ERRORS_SHOWN} more"


def _pictures(report: IndexReport) -> Iterator[str]:
    """What came of the pictures, where photos are taken."""
    seen = report.pictures
    if seen is None:
        return
    yield (
        f"pictures: {len(seen.vector_ids)} products can be compared with a photo, "
        f"{seen.looked_at} pictures looked at now"
    )
    if seen.missed:
        yield f"{len(seen.missed)} products cannot, for their picture"
    for missed in seen.missed[:_ERRORS_SHOWN]:
        yield f"  {missed.item_id}: {missed.link} {missed.reason}"
    if len(seen.missed) > _ERRORS_SHOWN:
        yield f"  and {len(seen.missed) - _ERRORS_SHOWN} more"


def _counts(changes: Changes) -> str:
    return (
        f"{changes.added} added, {changes.changed} changed, {changes.removed} removed, "
        f"{changes.unchanged} unchanged"
    )
