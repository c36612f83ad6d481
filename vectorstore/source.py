"""The index -> candidates for a query under hard constraints, and items by id.

Everything lies in memory from the moment the index is opened: columns, postings, vectors. So
constraints apply before anything is ranked, every allowed item gets an exact score from both
sides, and a later indexing run does not disturb a catalogue that is open. Chroma keeps the vectors
between runs; `tests/benchmarks/indexing.py` times its own filtered query beside this search.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from chatrec.errors import IndexMismatch, SetupError
from chatrec.ports import Embedder
from chatrec.settings import Settings
from chatrec.types import Candidate, Constraints, Evidence, Item, Vocabulary
from chatrec.words import stem
from vectorstore.columns import Columns
from vectorstore.disk import IndexFolder
from vectorstore.embed import embedder_name, open_embedder
from vectorstore.fill import load
from vectorstore.fusion import cosine, fused, popularity, preferred
from vectorstore.lexical import Lexicon
from vectorstore.live_faq import LiveFaq
from vectorstore.passages import query_terms, query_words
from vectorstore.store import Store, StoredItem

RELEVANCE_FLOOR = 0.24
"""A score below this: nothing in the shop is about the query. Measured for MiniLM.

Over catalog_retail_demo_store the best of 36 sensible queries ("dog bed", "i need a present for a
baby", "sofa for a small living room") scores 0.33 to 0.91, but for "vacum cleaner", which it does
not sell; the best of 32 senseless or unsold ones ("asdkjh qwe", "car insurance", "iphone 15 pro
max", "lawn mower") 0.00 to 0.20, but for seven that come near something sold ("concrete mixer" a
concrete planter, 0.39; "plane tickets to london" a poster, 0.24). Over the demo shop 22 of 25
wishes by meaning reach it ("bbq", "keep my drink hot") and 15 of 23 unsold ones do not
("chainsaws", "kayak"). A match in meaning alone, without one common word, reaches it at a cosine
of 0.44.
"""


class Catalogue:
    """A `CandidateSource` over an index. Safe to use from several threads and event loops."""

    relevance_floor = RELEVANCE_FLOOR

    def __init__(
        self,
        stored: Sequence[StoredItem],
        vectors: NDArray[np.float32],
        vocabulary: Vocabulary,
        embedder: Embedder,
        faq: LiveFaq,
    ) -> None:
        """``vectors``: shape (len(stored), dimension), rows of norm 1."""
        self._items = tuple(s.item for s in stored)
        self._vectors = vectors
        self._vocabulary = vocabulary
        self._embedder = embedder
        self._lexicon = Lexicon([s.terms for s in stored])
        self._columns = Columns(self._items, self._lexicon)
        self._popularity = popularity(self._items)
        self._faq = faq

    @property
    def vocabulary(self) -> Vocabulary:
        """What the catalogue can be asked for."""
        return self._vocabulary

    @property
    def faq(self) -> LiveFaq:
        """The customer-service entries of the same index."""
        return self._faq

    async def search(self, query: str, constraints: Constraints, k: int) -> list[Candidate]:
        """At most k allowed items, best first; ties in the order of ids.

        Raises:
            EngineError: the embedding model failed.
        """
        return await asyncio.to_thread(self._search, query, constraints, k)

    async def count(self, constraints: Constraints) -> int:
        """How many items satisfy the constraints."""
        mask = await asyncio.to_thread(self._columns.allowed, constraints)
        return int(mask.sum())

    async def items(self, ids: Sequence[str]) -> list[Item]:
        """Items by id, in the order asked for; unknown ids are left out."""
        rows = (self._columns.row(item_id) for item_id in ids)
        return [self._items[row] for row in rows if row is not None]

    async def relevance(self, query: str, texts: Sequence[str]) -> list[float]:
        """Cosine of the query to each text, in [-1, 1].

        Raises:
            EngineError: the embedding model failed.
        """
        vectors = await asyncio.to_thread(self._embedder.embed, [query, *texts])
        return [float(c) for c in np.clip(cosine(vectors[1:], vectors[0]), -1.0, 1.0)]

    def _search(self, query: str, constraints: Constraints, k: int) -> list[Candidate]:
        rows = np.flatnonzero(self._columns.allowed(constraints))
        if k <= 0 or not rows.size:
            return []
        if query.strip():
            lexical = self._lexicon.scores(query_terms(query))[rows]
            dense = self._cosines(query, rows)
            base = fused(lexical, dense)
        else:
            lexical = dense = np.zeros(rows.size, np.float32)
            base = self._popularity[rows]
        wanted = [(f, value) for f, values in constraints.prefer.items() for value in values]
        meets = np.array([self._columns.having(f, value)[rows] for f, value in wanted], np.bool_)
        score = preferred(base, meets)
        best = _best(score, k)
        words = self._matched(query_words(query), rows[best])
        return [
            Candidate(
                self._items[rows[i]],
                float(score[i]),
                Evidence(
                    words=matched,
                    lexical=float(lexical[i]),
                    dense=max(0.0, float(dense[i])),
                    meets=tuple(pair for pair, met in zip(wanted, meets, strict=True) if met[i]),
                ),
            )
            for i, matched in zip(best, words, strict=True)
        ]

    def _cosines(self, query: str, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        vector = self._embedder.embed([query])[0]
        # Picking rows copies them; past a quarter the whole product is cheaper.
        if rows.size * 4 > len(self._vectors):
            cosines = cosine(self._vectors, vector)[rows]
        else:
            cosines = cosine(self._vectors[rows], vector)
        return np.clip(cosines, -1.0, 1.0)

    def _matched(self, words: Sequence[str], rows: NDArray[np.int64]) -> list[tuple[str, ...]]:
        """For each row the words whose stem its text or labels have."""
        has = [np.isin(rows, self._lexicon.rows(stem(word)), assume_unique=True) for word in words]
        return [
            tuple(word for word, there in zip(words, has, strict=True) if there[place])
            for place in range(rows.size)
        ]


def _best(score: NDArray[np.float32], k: int) -> NDArray[np.intp]:
    """Places of the k biggest scores, biggest first, ties by place."""
    if k < score.size:
        # All that reach the k-th biggest score, so that ties at the cut go by place too.
        threshold = np.partition(score, score.size - k)[score.size - k]
        places = np.flatnonzero(score >= threshold)
    else:
        places = np.arange(score.size)
    return places[np.argsort(-score[places], kind="stable")][:k]


def open_index(settings: Settings, embedder: Embedder | None = None) -> Catalogue:
    """The catalogue, and its FAQ as ``.faq``, that the data folder holds.

    Raises:
        SetupError: there is no index yet.
        IndexMismatch: it was built with another embedding model or by another chatrec.
        StorageError: it cannot be read.
        ModelUnavailable: the embedding model cannot be had.
    """
    folder = IndexFolder.of(settings.data_dir)
    contents = Store(folder).read()
    if contents is None:
        raise SetupError(
            f"there is no finished index in {settings.data_dir}: run `chatrec index CATALOGUE`"
        )
    name = embedder.name if embedder else embedder_name(settings)
    if contents.meta.embedder != name:
        raise IndexMismatch(
            f"the index in {settings.data_dir} was built with the embedder "
            f"{contents.meta.embedder!r}, the settings ask for {name!r}: run `chatrec index "
            "CATALOGUE` again, or set CHATREC_EMBEDDER back"
        )
    embedder = embedder or open_embedder(settings)
    found = load(folder, "products", contents.product_texts, embedder)
    vectors = np.empty((len(contents.items), embedder.dimension), np.float32)
    for row, stored in enumerate(contents.items):
        vectors[row] = found[stored.vector_id]
    faq = LiveFaq(folder, contents.entries, embedder)
    return Catalogue(contents.items, vectors, contents.vocabulary, embedder, faq)
