"""A file of labelled example questions -> the head in the index folder, and what to expect of it.

Each entry that has an example gives its own questions too. Loads no PyTorch.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from chatrec.errors import CatalogueError, SetupError
from chatrec.ports import Embedder
from chatrec.settings import Settings
from vectorstore.disk import IndexFolder
from vectorstore.embed import open_embedder
from vectorstore.example_file import read_examples
from vectorstore.faq_head import MOST_EXAMPLES, Example, fit_head
from vectorstore.records import RowError
from vectorstore.store import Store

_ERRORS_SHOWN = 20


def tune_head(settings: Settings, path: Path, embedder: Embedder | None = None) -> Iterator[str]:
    """Fit the head on the file's examples and keep it; yields lines that say how it went.

    Raises:
        SetupError: there is no index with FAQ entries yet.
        CatalogueError: the file cannot be used, or an example's label is the id of no entry.
        StorageError: the index folder cannot be written.
    """
    folder = IndexFolder.of(settings.data_dir)
    read = Store(folder).read_faq()
    if read is None or not read[1]:
        raise SetupError("there is no FAQ in the index: run `chatrec index --faq FILE` first")
    rows = list(read_examples(path))
    broken = [row for row in rows if isinstance(row, RowError)]
    yield from (f"line {row.line} was left out: {row.reason}" for row in broken[:_ERRORS_SHOWN])
    if len(broken) > _ERRORS_SHOWN:
        yield f"and {len(broken) - _ERRORS_SHOWN} more lines"
    examples = [row for row in rows if isinstance(row, Example)]
    entries = {stored.entry.id: stored.entry for stored in read[1]}
    labels = {e.label for e in examples if e.label is not None}
    if unknown := sorted(labels - entries.keys()):
        raise CatalogueError(
            f"no entry of the indexed FAQ has the id {', '.join(map(repr, unknown[:5]))}; the "
            "label of an example is the id of the entry that answers it, or - where none does"
        )
    for label in sorted(labels):
        entry = entries[label]
        examples += [Example(text, label) for text in (entry.question, *entry.paraphrases)]
    started = time.perf_counter()
    fitted = fit_head(examples, embedder or open_embedder(settings))
    with folder.writing():
        fitted.head.save(folder.faq_head)
    right, wrong, false = fitted.curve.at(fitted.head.threshold)
    seconds = time.perf_counter() - started
    thinned = f", at most {MOST_EXAMPLES} are used" if fitted.examples == MOST_EXAMPLES else ""
    yield f"{fitted.examples} examples of {len(labels)} entries{thinned}, {seconds:.1f} s"
    yield (
        f"expected by cross-validation: {right:.0%} get their own answer, {wrong:.0%} another; "
        f"{false:.0%} of questions that nothing answers get one"
    )
    if missing := len(entries) - len(labels):
        yield f"{missing} entries have no example; they are found by their own words as before"
