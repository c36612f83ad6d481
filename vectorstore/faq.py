"""A customer-service question -> the FAQ entries nearest in meaning.

An entry is as near as the nearest of its texts: its question, each paraphrase, and the question
with its answer. Knows nothing of products.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from chatrec.ports import Embedder
from chatrec.types import FaqMatch
from vectorstore.disk import IndexFolder
from vectorstore.fill import load
from vectorstore.fusion import cosine
from vectorstore.store import Contents, StoredEntry

FAQ_FLOOR = 0.35
"""A score below this: no entry is about the question. Measured for MiniLM.

Over ecommerce_faq, 83 % of 250 customers' questions (bitext_customer_support) reach it, some of
them on things that no entry answers, and 4 % of 200 questions out of scope (clinc150).
"""


class Faq:
    """A `FaqSource` over the entries of an index. Safe to use from several threads."""

    floor = FAQ_FLOOR

    def __init__(
        self,
        entries: Sequence[StoredEntry],
        vectors: NDArray[np.float32],
        owners: NDArray[np.intp],
        embedder: Embedder,
    ) -> None:
        """``vectors``: shape (texts, dimension); ``owners``: for each the place of its entry."""
        self._entries = tuple(stored.entry for stored in entries)
        self._vectors = vectors
        self._owners = owners
        self._embedder = embedder

    @classmethod
    def load(cls, folder: IndexFolder, contents: Contents, embedder: Embedder) -> Faq:
        """The entries with their vectors out of the index folder."""
        entries = contents.entries
        found = load(folder, "faq", contents.faq_texts, embedder) if entries else {}
        keys = [(place, key) for place, stored in enumerate(entries) for key in stored.vector_ids]
        vectors = np.empty((len(keys), embedder.dimension), np.float32)
        for row, (_, key) in enumerate(keys):
            vectors[row] = found[key]
        return cls(entries, vectors, np.array([place for place, _ in keys], np.intp), embedder)

    async def search(self, question: str, k: int) -> list[FaqMatch]:
        """At most k entries, nearest first; the score is the cosine, nothing below 0.

        Raises:
            EngineError: the embedding model failed.
        """
        if k <= 0 or not self._entries or not question.strip():
            return []
        return await asyncio.to_thread(self._search, question, k)

    def _search(self, question: str, k: int) -> list[FaqMatch]:
        cosines = np.clip(cosine(self._vectors, self._embedder.embed([question])[0]), 0.0, 1.0)
        nearness = np.zeros(len(self._entries), np.float32)
        np.maximum.at(nearness, self._owners, cosines)
        best = np.argsort(-nearness, kind="stable")[:k]
        return [FaqMatch(self._entries[place], float(nearness[place])) for place in best]
