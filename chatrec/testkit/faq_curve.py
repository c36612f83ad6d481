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
from vectorstore.curve import Curve
from vectorstore.faq import EmbeddedEntry, Faq, embedded_entry, tongues_of
from vectorstore.faq_head import Example, background

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
    shop = _Shop(entries, embedder)
    told = [*shop.left_out()]
    for example in asked:
        if example.label is not None:
            told.append(shop.best(example.text, shop.whole, set(example.label.split())))
    if not told:
        raise CatalogueError(
            "no entry has paraphrases to ask: add some, or give labelled --questions"
        )
    right = np.array([score for score, ok in told if ok])
    wrong = np.array([score for score, ok in told if not ok])
    near = [*shop.uncovered()]
    near += [shop.best(e.text, shop.whole, set())[0] for e in asked if e.label is None]
    far = [shop.best(text, shop.whole, set())[0] for text in background()]
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


class _Shop:
    """The entries, embedded once, and questions put to all or some of them."""

    def __init__(self, entries: Sequence[FaqEntry], embedder: Embedder) -> None:
        self._embedder = embedder
        self._tongues = tongues_of(entries, embedder.embed)
        self.whole = [self._embedded(entry) for entry in entries]

    def best(
        self, question: str, entries: Sequence[EmbeddedEntry], ids: set[str]
    ) -> tuple[float, bool]:
        """The best score, and whether it is of one of the ids."""
        match = Faq(entries, self._embedder, self._tongues).ranked(question)[0]
        return match.score, match.entry.id in ids

    def left_out(self) -> Iterator[tuple[float, bool]]:
        """Each paraphrase, asked of the FAQ without it."""
        for place, embedded in enumerate(self.whole):
            entry = embedded.entry
            for text in entry.paraphrases:
                others = tuple(other for other in entry.paraphrases if other != text)
                without = self._embedded(replace(entry, paraphrases=others))
                faq = [*self.whole[:place], without, *self.whole[place + 1 :]]
                yield self.best(text, faq, {entry.id})

    def uncovered(self) -> Iterator[float]:
        """Each paraphrase, asked of the FAQ without all that gives its answer."""
        for embedded in self.whole:
            entry = embedded.entry
            faq = [other for other in self.whole if other.entry.answer != entry.answer]
            for text in entry.paraphrases if faq else ():
                yield self.best(text, faq, set())[0]

    def _embedded(self, entry: FaqEntry) -> EmbeddedEntry:
        return embedded_entry(entry, self._tongues, self._embedder.embed)
