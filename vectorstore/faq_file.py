"""A FAQ file (JSONL, CSV or Markdown) -> entries, and the rows that are broken with their reasons.

In Markdown each heading is a question and the text under it the answer; the id is the heading's
slug. A heading with nothing under it is the name of a section, and no entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from chatrec.errors import CatalogueError
from chatrec.types import FaqEntry
from chatrec.words import fold
from vectorstore.plain_text import plain_text
from vectorstore.records import (
    Reader,
    Record,
    RowError,
    checked_path,
    csv_header,
    find_columns,
    missing_or_wrong,
    read_csv,
    read_jsonl,
)

__all__ = ["RowError", "read_faq"]

_TEXT_CHARS = 8000

_COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id", "faq id", "key", "slug"),
    "question": ("question", "title", "q"),
    "answer": ("answer", "response", "text", "a"),
    "source": ("source", "url", "link"),
    "paraphrases": ("paraphrases", "variants", "alternatives"),
}


def _text(value: object) -> str:
    if isinstance(value, bool | dict | list):
        raise ValueError("is not a text")
    return "" if value is None else plain_text(str(value), _TEXT_CHARS)


def _paraphrases(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    parts = value if isinstance(value, list) else re.split(r"[|\n]", str(value))
    return tuple(filter(None, map(_text, parts)))


class _Row(BaseModel):
    """The shape of a FAQ row once its columns are found."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, BeforeValidator(_text), Field(min_length=1, max_length=200)]
    question: Annotated[str, BeforeValidator(_text), Field(min_length=1)]
    answer: Annotated[str, BeforeValidator(_text), Field(min_length=1)]
    source: Annotated[str, BeforeValidator(_text)] = ""
    paraphrases: Annotated[tuple[str, ...], BeforeValidator(_paraphrases)] = ()


def read_faq(path: str | Path) -> Iterator[FaqEntry | RowError]:
    """Entries of the file in order, and a `RowError` for each that cannot be used.

    Columns other than the known ones are left out. The first of two entries with one id is kept.

    Raises:
        CatalogueError: at once if the file is missing, a folder, binary, empty, of an unknown
            kind, or lacks a column; at the end if no entry was usable.
    """
    path = checked_path(path, tuple(_READERS))
    suffix = path.suffix.lower()
    if suffix in {".csv", ".tsv"}:
        names = csv_header(path)
        found = find_columns(names, _COLUMNS, {})
        if missing := [field for field in ("id", "question", "answer") if field not in found]:
            raise CatalogueError(
                f"{path}: no column for {', '.join(missing)} among {', '.join(map(repr, names))}; "
                "name the columns id, question, answer"
            )
    return _entries(path, _READERS[suffix](path))


def _entries(path: Path, records: Iterator[Record | RowError]) -> Iterator[FaqEntry | RowError]:
    lines: dict[str, int] = {}
    last: RowError | None = None
    for record in records:
        made = record if isinstance(record, RowError) else _entry(record)
        if isinstance(made, FaqEntry) and isinstance(record, Record):
            if made.id in lines:
                reason = f"id {made.id!r} already stands in line {lines[made.id]}"
                made = RowError(record.line, reason, record.raw)
            else:
                lines[made.id] = record.line
        if isinstance(made, RowError):
            last = made
        yield made
    if not lines:
        why = f"line {last.line}: {last.reason}" if last else "it needs a question and its answer"
        raise CatalogueError(f"{path} has no usable entry; {why}")


def _entry(record: Record) -> FaqEntry | RowError:
    found = find_columns(tuple(record.values), _COLUMNS, {})
    fields: dict[str, Any] = {field: record.values[column] for field, column in found.items()}
    try:
        row = _Row.model_validate(fields)
    except ValidationError as exc:
        return RowError(record.line, missing_or_wrong(exc), record.raw)
    return FaqEntry(row.id, row.question, row.answer, row.source or None, row.paraphrases)


def _read_markdown(path: Path) -> Iterator[Record | RowError]:
    """One record a heading that has text under it; fenced code belongs to the answer."""
    heading: tuple[int, str] | None = None
    body: list[str] = []
    fenced = False
    with path.open("rb") as file:
        for line, encoded in enumerate(file, start=1):
            try:
                text = encoded.decode("utf-8-sig" if line == 1 else "utf-8").rstrip()
            except UnicodeDecodeError as exc:
                yield RowError(line, f"not UTF-8 at byte {exc.start + 1}", "")
                continue
            if text.lstrip().startswith("```"):
                fenced = not fenced
            match = None if fenced else re.match(r"#{1,6}\s+(.*?)\s*#*$", text)
            if match:
                yield from _section(heading, body)
                heading, body = (line, match[1]), []
            elif heading:
                body.append(text)
    yield from _section(heading, body)


def _section(heading: tuple[int, str] | None, body: list[str]) -> Iterator[Record]:
    if heading and (answer := _plain("\n".join(body))):
        line, text = heading
        question = _plain(text)
        slug = "-".join(re.findall(r"[^\W_]+", fold(question)))[:80]
        yield Record(line, {"id": slug, "question": question, "answer": answer}, text)


def _plain(markdown: str) -> str:
    """Markdown's words: links by their text, without emphasis, list and quote marks."""
    text = re.sub(r"!?\[([^\]]*)\]\(([^)\s]*)[^)]*\)", r"\1", markdown)
    text = re.sub(r"(?m)^\s*(?:[-*+]|>|```.*)\s+", "", text)
    text = re.sub(r"(\*\*|__|`+)(.+?)\1", r"\2", text)
    return re.sub(r"(?<!\w)[*_](\S.*?)[*_](?!\w)", r"\1", text).strip()


_READERS: dict[str, Reader] = {
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".md": _read_markdown,
    ".markdown": _read_markdown,
}
