"""A file of labelled messages (JSONL or CSV) -> examples, and the rows that are broken.

The columns are found by name: the message, and the label of what answers it. A label that says
that nothing does (`NO_LABEL`) is read as None. Knows nothing of FAQ entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from chatrec.errors import CatalogueError
from chatrec.words import fold
from vectorstore.faq_head import Example
from vectorstore.plain_text import plain_text
from vectorstore.records import (
    Reader,
    Record,
    RowError,
    checked_path,
    find_columns,
    read_csv,
    read_jsonl,
)

NO_LABEL = frozenset({"", "-", "none", "null", "oos", "out_of_scope", "no_nodes_detected"})
"""Labels, in lower case, of messages that nothing answers."""

_TEXT_CHARS = 2000
_COLUMNS = {
    "text": ("text", "message", "question", "utterance", "query"),
    "label": ("label", "intent", "id", "faq id", "faq", "answer"),
}
_READERS: dict[str, Reader] = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
}


def read_examples(path: str | Path) -> Iterator[Example | RowError]:
    """Examples of the file in order, and a `RowError` for each that cannot be used.

    Raises:
        CatalogueError: at once if the file cannot be used; at the end if no row was usable.
    """
    path = checked_path(path, tuple(_READERS))
    return _examples(path, _READERS[path.suffix.lower()](path))


def _examples(path: Path, records: Iterator[Record | RowError]) -> Iterator[Example | RowError]:
    usable = 0
    for record in records:
        made = record if isinstance(record, RowError) else _example(record)
        usable += isinstance(made, Example)
        yield made
    if not usable:
        raise CatalogueError(
            f"{path} has no usable example; give columns `text` and `label`, the label being the "
            "id of the FAQ entry that answers, or - where none does"
        )


def _example(record: Record) -> Example | RowError:
    found = find_columns(tuple(record.values), _COLUMNS, {})
    if missing := [name for name in _COLUMNS if name not in found]:
        return RowError(record.line, f"{' and '.join(missing)} missing", record.raw)
    text = plain_text(str(record.values[found["text"]] or ""), _TEXT_CHARS)
    if not text:
        return RowError(record.line, "text is empty", record.raw)
    label = " ".join(str(record.values[found["label"]] or "").split())
    return Example(text, None if fold(label) in NO_LABEL else label)
