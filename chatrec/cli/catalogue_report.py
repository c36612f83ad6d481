"""`chatrec index --report`: the index -> a table for the terminal and a page for the browser."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from rich.table import Table

from chatrec.errors import SetupError, StorageError
from chatrec.settings import Settings
from vectorstore.audit import Audit, Level, audit
from vectorstore.audit.page import page, percent
from vectorstore.disk import IndexFolder
from vectorstore.records import RowError
from vectorstore.store import Store

FILE_NAME = "catalogue-report.html"

_STYLES = {Level.SERIOUS: "bold red", Level.NOTABLE: "yellow", Level.MINOR: "dim"}
_EXAMPLES, _EXAMPLE_CHARS = 2, 44


def audit_index(settings: Settings, errors: Sequence[RowError] = ()) -> Audit:
    """What is wrong with the catalogue that is indexed, and with rows that were left out.

    Raises:
        SetupError: there is no index.
        StorageError: it cannot be read.
    """
    contents = Store(IndexFolder.of(settings.data_dir)).read()
    if contents is None or not contents.items:
        raise SetupError(f"no catalogue is indexed in {settings.data_dir}: name one to index")
    return audit([stored.item for stored in contents.items], contents.vocabulary, errors)


def findings_table(audited: Audit) -> Table:
    """One line for each finding, the worst first."""
    table = Table(
        title=f"{len(audited.items):,} products, {percent(audited.sound)} of them with kind, "
        "price, picture and description",
        title_justify="left",
    )
    table.add_column("what hurts")
    table.add_column("products", justify="right")
    table.add_column("part", justify="right")
    table.add_column("such as")
    for finding in audited.findings:
        shown = [example.note or example.title for example in finding.examples[:_EXAMPLES]]
        table.add_row(
            finding.name,
            f"{finding.count:,}",
            percent(finding.share),
            " · ".join(text[:_EXAMPLE_CHARS] for text in shown),
            style=_STYLES[finding.level],
        )
    return table


def write_page(audited: Audit, settings: Settings) -> Path:
    """Write the page into the data folder; where it lies.

    Raises:
        StorageError: it cannot be written.
    """
    path = settings.data_dir / FILE_NAME
    try:
        path.write_text(page(audited, settings.shop.name, datetime.now()), encoding="utf-8")
    except OSError as exc:
        raise StorageError(f"{path} cannot be written: {exc}") from exc
    return path
