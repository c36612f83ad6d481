"""A customer-service question -> the FAQ entries nearest in meaning.

How near an entry is: the mean of three cosines, to the nearest of its questions, to all of them
on average, and to the sentence of its answer that says most about it. The nearest alone takes
much for an answer that one phrase happens to resemble: the right entry comes first for 74 % of the
demo shop's paraphrases, with the nearest question alone for 63 %. Words in common, weighed by their
rarity, help the nearest question (69 %) and not the mean (71 %), so they are left out
(`tests/benchmarks/faq.py` prints all four). Knows nothing of products.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chatrec.ports import Embedder
from chatrec.types import FaqEntry, FaqMatch
from vectorstore.disk import IndexFolder
from vectorstore.fill import load
from vectorstore.fusion import cosine
from vectorstore.passages import faq_passages, faq_questions
from vectorstore.store import Contents

FAQ_FLOOR = 0.42
"""A score below this: no entry is about the question. Measured for MiniLM.

The curve of `python tests/benchmarks/faq.py`: from here on 7 % of 80 questions that a FAQ does not
cover get an answer, and 1 % of those out of scope, while 66 % of the demo shop's paraphrases, each
left out of the index in turn, and 78 % of 60 questions to ecommerce_faq get their own entry (22 and
3 % another one). At 0.36 it is 24 % of the uncovered for 69 and 83 % right.
"""
# As near as this the shopper asks in the entry's own words.
_OWN_WORDS = 0.95

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EmbeddedEntry:
    """An entry, the vectors of its questions and of its answer's sentences, one a row."""

    entry: FaqEntry
    questions: Vectors
    sentences: Vectors

    @classmethod
    def of(cls, entry: FaqEntry, vectors: Vectors) -> EmbeddedEntry:
        """``vectors``: one a passage of the entry (`faq_passages`), in their order."""
        asked = len(faq_questions(entry))
        return cls(entry, vectors[:asked], vectors[asked:])

    def nearness(self, vector: Vectors) -> float:
        """How near the entry is to a question, in [0, 1]."""
        asked = np.clip(cosine(self.questions, vector), 0.0, 1.0)
        told = np.clip(cosine(self.sentences, vector), 0.0, 1.0)
        nearest = float(asked.max())
        if nearest >= _OWN_WORDS:
            return nearest
        return float(nearest + asked.mean() + told.max(initial=0.0)) / 3


class Faq:
    """A `FaqSource` over the entries of an index. Safe to use from several threads."""

    floor = FAQ_FLOOR

    def __init__(self, entries: Sequence[EmbeddedEntry], embedder: Embedder) -> None:
        self._entries = tuple(entries)
        self._embedder = embedder

    @classmethod
    def of(cls, entries: Sequence[FaqEntry], embedder: Embedder) -> Faq:
        """Entries that lie in no index, embedded now.

        Raises:
            EngineError: the embedding model failed.
        """
        embedded = [EmbeddedEntry.of(e, embedder.embed(faq_passages(e))) for e in entries]
        return cls(embedded, embedder)

    @classmethod
    def load(cls, folder: IndexFolder, contents: Contents, embedder: Embedder) -> Faq:
        """The entries with their vectors out of the index folder."""
        entries = contents.entries
        found = load(folder, "faq", contents.faq_texts, embedder) if entries else {}
        return cls(
            [
                EmbeddedEntry.of(stored.entry, np.stack([found[key] for key in stored.vector_ids]))
                for stored in entries
            ],
            embedder,
        )

    async def search(self, question: str, k: int) -> list[FaqMatch]:
        """At most k entries, nearest first.

        Raises:
            EngineError: the embedding model failed.
        """
        if k <= 0 or not self._entries or not question.strip():
            return []
        return await asyncio.to_thread(self._search, question, k)

    def _search(self, question: str, k: int) -> list[FaqMatch]:
        vector = self._embedder.embed([question])[0]
        matches = [FaqMatch(e.entry, e.nearness(vector)) for e in self._entries]
        return sorted(matches, key=lambda match: -match.score)[:k]
