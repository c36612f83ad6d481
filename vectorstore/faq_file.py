"""A FAQ (JSONL, CSV, Markdown, HTML, or a folder of such) -> entries, and the rows that are broken.

In Markdown and HTML each heading is a question and the text under it the answer
(`vectorstore.help_pages`); the id is the question's slug. Paragraphs of an answer stay apart, as
lines: a long answer is told by paragraphs. An entry's language is what its row or its page says,
or the file's name ("faq.de.md"); an id that stands in several languages gets the language behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from chatrec.errors import CatalogueError
from chatrec.types import FaqEntry
from vectorstore.help_pages import read_html, read_markdown
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
    "language": ("language", "lang", "locale"),
}
_PARAGRAPH = re.compile(
    r"(?:\r?\n[^\S\n]*){2,}|\r?\n(?=\s*(?:[-*•]|\d+[.)])\s)|</?(?:p|li|h[1-6])\b[^>]*>"
    r"|(?:<br\s*/?>\s*){2,}",
    re.IGNORECASE,
)


def _text(value: object) -> str:
    if isinstance(value, bool | dict | list):
        raise ValueError("is not a text")
    return "" if value is None else plain_text(str(value), _TEXT_CHARS)


def _paragraphs(value: object) -> str:
    """The text with a line a paragraph."""
    if isinstance(value, bool | dict | list):
        raise ValueError("is not a text")
    parts = _PARAGRAPH.split(str("" if value is None else value)[:_TEXT_CHARS])
    return "\n".join(filter(None, map(_text, parts)))


def _language(value: object) -> str:
    """The language of a tag: "de" of "de-AT"."""
    return re.split(r"[-_]", _text(value))[0].lower()


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
    answer: Annotated[str, BeforeValidator(_paragraphs), Field(min_length=1)]
    source: Annotated[str, BeforeValidator(_text)] = ""
    paraphrases: Annotated[tuple[str, ...], BeforeValidator(_paraphrases)] = ()
    language: Annotated[str, BeforeValidator(_language), Field(max_length=3)] = ""


def faq_files(path: Path) -> list[Path]:
    """The files of a FAQ: the file itself, or those in and under the folder, in order."""
    if not path.is_dir():
        return [path]
    return sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in _READERS)


def read_faq(path: str | Path) -> Iterator[FaqEntry | RowError]:
    """Entries of the file or folder in order, and a `RowError` for each that cannot be used.

    Columns other than the known ones are left out. The first of two entries with one id is kept.

    Raises:
        CatalogueError: at once if the file is missing, binary, empty, of an unknown kind, or lacks
            a column; at the end if no entry was usable.
    """
    path = Path(path)
    files = [checked_path(file, tuple(_READERS)) for file in faq_files(path)]
    for file in files:
        if file.suffix.lower() in {".csv", ".tsv"}:
            _check_columns(file)
    return _entries(path, files)


def _check_columns(path: Path) -> None:
    names = csv_header(path)
    found = find_columns(names, _COLUMNS, {})
    if missing := [field for field in ("id", "question", "answer") if field not in found]:
        raise CatalogueError(
            f"{path}: no column for {', '.join(missing)} among {', '.join(map(repr, names))}; "
            "name the columns id, question, answer"
        )


def _entries(path: Path, files: Sequence[Path]) -> Iterator[FaqEntry | RowError]:
    places: dict[str, str] = {}
    languages: dict[str, str] = {}
    last: RowError | None = None
    for file in files:
        named = re.search(r"\.([A-Za-z]{2})$", file.stem)
        for record in _READERS[file.suffix.lower()](file):
            made = record if isinstance(record, RowError) else _entry(record)
            if isinstance(made, FaqEntry) and isinstance(record, Record):
                if not made.language and named:
                    made = replace(made, language=named[1].lower())
                if made.language != languages.setdefault(made.id, made.language):
                    made = replace(made, id=f"{made.id}.{made.language or 'any'}")
                if made.id in places:
                    reason = f"id {made.id!r} already stands in {places[made.id]}"
                    made = RowError(record.line, reason, record.raw)
                else:
                    of_file = f" of {file.name}" if len(files) > 1 else ""
                    places[made.id] = f"line {record.line}{of_file}"
            if isinstance(made, RowError):
                if len(files) > 1:
                    made = replace(made, reason=f"{file.relative_to(path)}: {made.reason}")
                last = made
            yield made
    if not places:
        why = f"line {last.line}: {last.reason}" if last else "it needs a question and its answer"
        raise CatalogueError(f"{path} has no usable entry; {why}")


def _entry(record: Record) -> FaqEntry | RowError:
    found = find_columns(tuple(record.values), _COLUMNS, {})
    fields: dict[str, Any] = {field: record.values[column] for field, column in found.items()}
    try:
        row = _Row.model_validate(fields)
    except ValidationError as exc:
        return RowError(record.line, missing_or_wrong(exc), record.raw)
    return FaqEntry(
        row.id, row.question, row.answer, row.source or None, row.paraphrases, row.language
    )


_READERS: dict[str, Reader] = {
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
}
