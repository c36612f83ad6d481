"""A table (CSV, TSV, JSONL, Excel, OpenDocument) -> its rows, each with the line it stands on.

Knows nothing of what columns mean.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from chatrec.errors import CatalogueError
from vectorstore.records import (
    Record,
    RowError,
    checked_path,
    csv_header,
    read_csv,
    read_jsonl,
)

JSON_LINES = (".jsonl", ".ndjson")
SEPARATED = (".csv", ".tsv", ".txt")
SHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
SUFFIXES = (*JSON_LINES, *SEPARATED, *SHEETS)

_RAW_CHARS = 200


def header(path: Path) -> list[str]:
    """The names of the columns; none for JSON Lines, whose rows name their own.

    Raises:
        CatalogueError: the file cannot be read as what its name says.
    """
    suffix = path.suffix.lower()
    if suffix in SHEETS:
        return _names(next(_sheet(path).iter_rows(), []))
    return [] if suffix in JSON_LINES else csv_header(checked_path(path, SEPARATED))


def rows(path: Path) -> Iterator[Record | RowError]:
    """Rows in order; blank ones are skipped.

    Raises:
        CatalogueError: as `header` does, when the first row is asked for.
    """
    suffix = path.suffix.lower()
    if suffix in SHEETS:
        return _sheet_rows(_sheet(path))
    path = checked_path(path, (*JSON_LINES, *SEPARATED))
    return read_jsonl(path) if suffix in JSON_LINES else read_csv(path)


def _sheet(path: Path) -> CalamineSheet:
    """The first sheet that is shown and has cells."""
    try:
        with load_workbook(str(path)) as book:
            for about in book.sheets_metadata:
                shown = about.visible == SheetVisibleEnum.Visible
                if shown and about.typ == SheetTypeEnum.WorkSheet:
                    sheet = book.get_sheet_by_name(about.name)
                    if sheet.end is not None:
                        return sheet
    except PasswordError as exc:
        raise CatalogueError(f"{path} has a password; save it without one") from exc
    except FileNotFoundError as exc:
        raise CatalogueError(f"there is no file {path}; check the name") from exc
    except (CalamineError, OSError) as exc:
        raise CatalogueError(f"{path} cannot be read as a spreadsheet: {exc}") from exc
    raise CatalogueError(f"{path} has no sheet with cells in it")


def _sheet_rows(sheet: CalamineSheet) -> Iterator[Record]:
    """Rows under the first that has cells, numbered as the spreadsheet numbers them."""
    top = sheet.start[0] if sheet.start else 0
    cells = sheet.iter_rows()
    names = _names(next(cells, []))
    for line, row in enumerate(cells, start=top + 2):
        values = [_plain(value) for value in row]
        if any(value != "" for value in values):
            raw = ",".join(map(str, values))[:_RAW_CHARS]
            named = zip(names, values, strict=False)
            yield Record(line, {name: value for name, value in named if name}, raw)


def _names(cells: list[Any]) -> list[str]:
    return [str(_plain(cell)).strip() for cell in cells]


def _plain(value: Any) -> Any:
    """A cell as CSV would have it: whole numbers without a point, dates as ISO 8601."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value) if isinstance(value, datetime.timedelta) else value
