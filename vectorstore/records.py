"""A JSONL or CSV file -> its records, one at a time, each with the line it starts on.

Knows nothing of products or questions: `vectorstore.catalogue` and `vectorstore.faq_file` turn
records into values. What is wrong with one record is a `RowError`; what is wrong with the file as
a whole raises `CatalogueError`.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from chatrec.errors import CatalogueError
from chatrec.words import fold

_RAW_CHARS = 200
_SNIFFED_BYTES = 8192
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that cannot be used: its line (from 1), why, and how it begins."""

    line: int
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Record:
    """One row as the file has it. ``line`` is where it starts, from 1."""

    line: int
    values: dict[str, Any]
    raw: str


Reader: TypeAlias = Callable[[Path], Iterator[Record | RowError]]


def checked_path(path: str | Path, suffixes: Sequence[str]) -> Path:
    """The path, once it is sure to be a text file of a known kind.

    Raises:
        CatalogueError: no such file, a folder, unreadable, empty, binary, or an unknown suffix.
    """
    path = Path(path)
    try:
        if path.is_dir():
            raise CatalogueError(f"{path} is a folder; name the file inside it")
        with path.open("rb") as file:
            head = file.read(_SNIFFED_BYTES)
    except FileNotFoundError as exc:
        raise CatalogueError(f"there is no file {path}; check the name") from exc
    except (OSError, ValueError) as exc:  # ValueError: a NUL in the name
        raise CatalogueError(f"{path} cannot be read: {exc}") from exc
    if path.suffix.lower() not in suffixes:
        raise CatalogueError(
            f"{path.name}: files ending in {path.suffix or 'nothing'!r} are not known; "
            f"save it as one of {', '.join(suffixes)}"
        )
    if not head.strip():
        raise CatalogueError(f"{path} is empty; the index needs at least one row")
    if b"\0" in head:
        raise CatalogueError(f"{path} is not a text file; save it as UTF-8 text")
    return path


def read_jsonl(path: Path) -> Iterator[Record | RowError]:
    """One JSON object a line; blank lines are skipped."""
    with path.open("rb") as file:
        for line, encoded in enumerate(file, start=1):
            if line == 1:
                encoded = encoded.removeprefix(b"\xef\xbb\xbf")
            encoded = encoded.strip()
            if encoded:
                yield _json_record(line, encoded)


def _json_record(line: int, encoded: bytes) -> Record | RowError:
    raw = encoded[: 4 * _RAW_CHARS].decode("utf-8", "replace")[:_RAW_CHARS]
    try:
        values = json.loads(encoded.decode("utf-8"))
    except UnicodeDecodeError as exc:
        return RowError(line, f"not UTF-8 at byte {exc.start + 1}", raw)
    except json.JSONDecodeError as exc:
        return RowError(line, f"not JSON: {exc.msg} at character {exc.pos + 1}", raw)
    except (ValueError, RecursionError) as exc:  # a number of 5,000 digits, nesting without end
        return RowError(line, f"not usable JSON: {exc}", raw)
    if not isinstance(values, dict):
        return RowError(line, "not a JSON object", raw)
    return Record(line, values, raw)


def read_csv(path: Path) -> Iterator[Record | RowError]:
    """A header and rows; quoted fields may hold line breaks. The delimiter is the header's."""
    # Undecodable bytes pass as lone surrogates, so that they spoil their own row only.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        lines = iter(file)
        first = next(lines, "")
        delimiter = max(_DELIMITERS, key=first.count)
        header = csv_header(path)
        rows = csv.reader(_chain(first, lines), delimiter=delimiter)
        start = 1
        is_header = True
        while True:
            try:
                fields = next(rows)
            except StopIteration:
                return
            except csv.Error as exc:
                yield RowError(start, f"not CSV: {exc}", "")
            else:
                if fields and not is_header:
                    yield _csv_record(start, header, fields)
                is_header = False
            start = rows.line_num + 1


def csv_header(path: Path) -> list[str]:
    """The column names of a CSV file, stripped."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        first = next(iter(file), "")
        file.seek(0)
        try:
            fields = next(csv.reader(file, delimiter=max(_DELIMITERS, key=first.count)), [])
        except csv.Error as exc:
            raise CatalogueError(f"{path}: the header line is not CSV: {exc}") from exc
    return [name.strip() for name in fields]


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _csv_record(line: int, header: list[str], fields: list[str]) -> Record | RowError:
    raw = ",".join(fields)[:_RAW_CHARS]
    if _has_surrogates(raw) or any(_has_surrogates(field) for field in fields):
        return RowError(line, "not UTF-8", raw.encode("utf-8", "replace").decode())
    if len(fields) > len(header):
        reason = f"has {len(fields)} fields, the header names {len(header)}: a quote is missing?"
        return RowError(line, reason, raw)
    return Record(line, dict(zip(header, fields, strict=False)), raw)


def _has_surrogates(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text)


@lru_cache(maxsize=65536)
def plain_name(name: str) -> str:
    """A column's name folded, its words parted by single spaces: "Body (HTML)" -> "body html"."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.findall(r"[^\W_]+", fold(split)))


def find_columns(
    names: Sequence[str], known: dict[str, tuple[str, ...]], mapping: dict[str, str]
) -> dict[str, str]:
    """For each field that can be found its column.

    ``mapping`` ({field: column}) goes before the ``known`` names, which are tried in order.

    Raises:
        CatalogueError: the mapping names a field or a column that does not exist.
    """
    if unknown := set(mapping) - set(known):
        raise CatalogueError(
            f"the mapping has unknown fields {sorted(unknown)}; the fields are {sorted(known)}"
        )
    by_plain = {plain_name(name): name for name in reversed(names)}
    found: dict[str, str] = {}
    for field, candidates in known.items():
        if field in mapping:
            column = mapping[field] if mapping[field] in names else None
            column = column or by_plain.get(plain_name(mapping[field]))
            if column is None:
                raise CatalogueError(
                    f"the mapping sends {field!r} to a column {mapping[field]!r}, but the columns "
                    f"are {', '.join(map(repr, names))}"
                )
            found[field] = column
            continue
        taken = set(found.values()) | set(mapping.values())
        free = (by_plain[c] for c in candidates if c in by_plain and by_plain[c] not in taken)
        if column := next(free, None):
            found[field] = column
    return found


def missing_or_wrong(exc: ValidationError) -> str:
    """What is wrong with a row's fields, each said once: "title is missing; price -1 is ..."."""
    return "; ".join(dict.fromkeys(_reason(error) for error in exc.errors()))


def _reason(error: ErrorDetails) -> str:
    field = ".".join(map(str, error["loc"]))
    if error["type"] in {"missing", "too_short", "string_too_short"}:
        return f"{field} is missing"
    message = str(error["msg"]).removeprefix("Value error, ")
    return message if message.startswith(field) else f"{field} {message}"
