"""The specification of a candidate source: a list, filtered by `Constraints.allows`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chatrec.ports import Embedder
from chatrec.types import Candidate, Constraints, Evidence, Item, Vocabulary
from chatrec.words import stems


class InMemorySource:
    """Scores are the cosine of the item's text to the query, or the rating for an empty query."""

    def __init__(self, items: Sequence[Item], vocabulary: Vocabulary, embedder: Embedder) -> None:
        self._items = sorted(items, key=lambda item: item.id)
        self._vocabulary = vocabulary
        self._embedder = embedder
        self._vectors = dict(
            zip(
                (item.id for item in self._items),
                embedder.embed([item.text for item in self._items]),
                strict=True,
            )
        )

    @property
    def vocabulary(self) -> Vocabulary:
        return self._vocabulary

    async def search(self, query: str, constraints: Constraints, k: int) -> list[Candidate]:
        allowed = [item for item in self._items if constraints.allows(item)]
        wished = [(f, value) for f, values in constraints.prefer.items() for value in values]
        query_vector = self._embedder.embed([query])[0]
        query_words = [(word, set(stems(word))) for word in dict.fromkeys(query.split())]
        found = []
        for item in allowed:
            cosine = float(np.clip(query_vector @ self._vectors[item.id], 0.0, 1.0))
            base = cosine if query.strip() else 0.5 + (item.rating or 0.0) / 10
            meets = tuple((f, value) for f, value in wished if value in item.values(f))
            score = base + (1 - base) * base * len(meets) / max(1, len(wished))
            item_stems = set(stems(item.text))
            words = tuple(word for word, stemmed in query_words if stemmed & item_stems)
            found.append(Candidate(item, score, Evidence(words, 0.0, base, meets)))
        return sorted(found, key=lambda candidate: -candidate.score)[: max(0, k)]

    async def count(self, constraints: Constraints) -> int:
        return sum(constraints.allows(item) for item in self._items)

    async def items(self, ids: Sequence[str]) -> list[Item]:
        by_id = {item.id: item for item in self._items}
        return [by_id[item_id] for item_id in ids if item_id in by_id]

    async def relevance(self, query: str, texts: Sequence[str]) -> list[float]:
        vectors = self._embedder.embed([query, *texts])
        return [float(c) for c in vectors[1:] @ vectors[0]]
