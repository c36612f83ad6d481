"""A shop's FAQ entries -> how many right and how many false answers each floor would bring.

A paraphrase is asked twice: of the FAQ without that paraphrase, where its entry is right, and of
the FAQ without its entry, where every answer is false, unless another entry gives the same one.
Messages that no help page answers are asked too, and whatever questions are given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from chatrec.errors import CatalogueError
from chatrec.ports import Embedder
from chatrec.types import FaqEntry
from vectorstore.faq import EmbeddedEntry
from vectorstore.faq_head import Curve, Example, background
from vectorstore.passages import faq_passages

_STEPS = 16
_WIDTH = 40


def entry_curve(entries: Sequence[FaqEntry], asked: Sequence[Example], embedder: Embedder) -> Curve:
    """The curve of these entries.

    Args:
        entries: of the FAQ.
        asked: questions; a label is the id of the entry that answers, or several with spaces
            between, any of which is right; None: none does.
        embedder: makes their vectors.

    Raises:
        CatalogueError: no entry has a paraphrase and no question is given.
        EngineError: the embedding model failed.
    """
    whole = [_embedded(entry, embedder) for entry in entries]
    told = [*_left_out(entries, whole, embedder)]
    for example in asked:
        if example.label is not None:
            told.append(_best(example.text, whole, set(example.label.split()), embedder))
    if not told:
        raise CatalogueError(
            "no entry has paraphrases to ask: add some, or give labelled --questions"
        )
    right = np.array([score for score, ok in told if ok])
    wrong = np.array([score for score, ok in told if not ok])
    near = [*_uncovered(entries, whole, embedder)]
    near += [_best(e.text, whole, set(), embedder)[0] for e in asked if e.label is None]
    far = [_best(text, whole, set(), embedder)[0] for text in background()]
    false = np.array([*near, *far], np.float64)
    counts = np.repeat([len(near) or 1, len(far)], [len(near), len(far)])
    halves = 0.5 if near else 1.0
    return Curve.of(right, wrong, false, halves / counts)


def drawn(curve: Curve) -> str:
    """The curve as a table with a bar: # right, x wrong, and what is false beside it."""
    lines = ["floor  right  wrong  false"]
    for floor in np.linspace(0.2, 0.8, _STEPS - 3):
        right, wrong, false = curve.at(float(floor))
        bar = "#" * round(right * _WIDTH) + "x" * round(wrong * _WIDTH)
        lines.append(f"{floor:5.2f}  {right:5.2f}  {wrong:5.2f}  {false:5.2f}  {bar}")
    return "\n".join(lines)


def _embedded(entry: FaqEntry, embedder: Embedder) -> EmbeddedEntry:
    return EmbeddedEntry.of(entry, embedder.embed(faq_passages(entry)))


def _best(
    question: str, faq: Sequence[EmbeddedEntry], ids: set[str], embedder: Embedder
) -> tuple[float, bool]:
    """The best score, and whether it is of one of the ids."""
    vector = embedder.embed([question])[0]
    best = max(faq, key=lambda entry: entry.nearness(vector))
    return best.nearness(vector), best.entry.id in ids


def _left_out(
    entries: Sequence[FaqEntry], whole: Sequence[EmbeddedEntry], embedder: Embedder
) -> Iterator[tuple[float, bool]]:
    """Each paraphrase, asked of the FAQ without it."""
    for place, entry in enumerate(entries):
        for text in entry.paraphrases:
            others = tuple(other for other in entry.paraphrases if other != text)
            without = _embedded(replace(entry, paraphrases=others), embedder)
            faq = [*whole[:place], without, *whole[place + 1 :]]
            yield _best(text, faq, {entry.id}, embedder)


def _uncovered(
    entries: Sequence[FaqEntry], whole: Sequence[EmbeddedEntry], embedder: Embedder
) -> Iterator[float]:
    """Each paraphrase, asked of the FAQ without all that gives its answer."""
    for entry in entries:
        faq = [other for other in whole if other.entry.answer != entry.answer]
        for text in entry.paraphrases if faq else ():
            yield _best(text, faq, set(), embedder)[0]
