"""The index -> candidates for a query under hard constraints, and items by id.

Everything lies in memory from the moment the index is opened: columns, postings, vectors. So
constraints apply before anything is ranked, every allowed item gets an exact score from both
sides, and a later indexing run does not disturb a catalogue that is open. Chroma keeps the vectors
between runs; `tests/benchmarks/indexing.py` times its own filtered query beside this search.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from chatrec.errors import IndexMismatch, SetupError
from chatrec.ports import Embedder, PictureEmbedder
from chatrec.settings import Settings
from chatrec.types import (
    NOTHING,
    Candidate,
    Constraints,
    Evidence,
    Item,
    Picture,
    Vocabulary,
)
from chatrec.words import stem
from vectorstore.certainty import Certainty
from vectorstore.changes import Change, changed, ids_of
from vectorstore.columns import Columns
from vectorstore.disk import IndexFolder
from vectorstore.embed import embedder_name, open_embedder
from vectorstore.fill import load
from vectorstore.fusion import average_rating, popularity, preferred, top
from vectorstore.hybrid import Hybrid, Ranked
from vectorstore.lexical import Lexicon
from vectorstore.live_faq import LiveFaq
from vectorstore.passages import FIELD_WEIGHTS, query_terms, query_words
from vectorstore.pictures.embed import picture_embedder
from vectorstore.pictures.search import (
    NOTHING_LIKE_IT,
    Pictures,
    by_likeness,
    load_pictures,
    with_likeness,
)
from vectorstore.rewording import Rewording
from vectorstore.scan import Scan, cosine
from vectorstore.store import Store, StoredItem


class Catalogue:
    """A `CandidateSource` over an index. Safe to use from several threads and event loops."""

    def __init__(
        self,
        stored: Sequence[StoredItem],
        vectors: NDArray[np.float32],
        vocabulary: Vocabulary,
        embedder: Embedder,
        faq: LiveFaq,
        pictures: Pictures | None = None,
    ) -> None:
        """``vectors``: shape (len(stored), dimension), rows of norm 1; rows as in ``stored``.

        Raises:
            EngineError: the embedding model failed.
        """
        self._items = self._given = tuple(s.item for s in stored)
        self._holders = _holders(self._given)
        self._changes: Mapping[str, Change] = NOTHING
        self._vocabulary = vocabulary
        self._embedder = embedder
        self._lexicon = Lexicon([s.terms for s in stored], FIELD_WEIGHTS)
        self._rewording = Rewording(self._items, vocabulary, self._lexicon)
        self._columns = Columns(self._items, self._lexicon)
        self._average_rating = average_rating(self._items)
        self._popularity = popularity(self._items, self._average_rating)
        self._hybrid = Hybrid(self._lexicon, Scan(vectors))
        self._certainty = Certainty(vocabulary, self._lexicon, self._sureness)
        self._faq = faq
        self._pictures = pictures

    def changed(self, changes: Mapping[str, Change]) -> Catalogue:
        """This catalogue with all changes of price and stock since it was indexed.

        Only what is news to it is worked out; texts and vectors are shared.
        """
        known = self._changes
        news = {key for key in {*changes, *known} if changes.get(key) != known.get(key)}
        rows = {row for key in news for row in self._holders.get(key, ())}
        after = {row: changed(self._given[row], changes) for row in rows}
        new = copy.copy(self)
        items = list(self._items)
        for row, item in after.items():
            items[row] = item or self._given[row]
        new._items = tuple(items)
        new._changes = dict(changes)
        new._columns = self._columns.with_items(after)
        new._popularity = self._popularity.copy()
        new._popularity[list(after)] = popularity(
            [items[row] for row in after], self._average_rating
        )
        return new

    def knows(self, item_id: str) -> bool:
        """Whether news can come under this id: of an item, a variant, or a group of them."""
        return item_id in self._holders

    @property
    def vocabulary(self) -> Vocabulary:
        """What the catalogue can be asked for."""
        return self._vocabulary

    @property
    def embedder(self) -> Embedder:
        """What queries are embedded with."""
        return self._embedder

    @property
    def takes_photos(self) -> bool:
        """Whether it can be searched by a photo."""
        return self._pictures is not None

    @property
    def picture_embedder(self) -> PictureEmbedder | None:
        """What photos are looked at with."""
        return self._pictures.embedder if self._pictures else None

    @property
    def faq(self) -> LiveFaq:
        """The customer-service entries of the same index."""
        return self._faq

    @property
    def relevance_floor(self) -> float:
        """The score below which nothing in the shop is about a query."""
        return self._certainty.floor

    async def search(
        self, query: str, constraints: Constraints, k: int, photo: Picture | None = None
    ) -> list[Candidate]:
        """At most k allowed items, best first; ties in the order of ids.

        With a photo only items whose picture was looked at are found.

        Raises:
            EngineError: the embedding model, or that for pictures, failed.
            ModelUnavailable: that for pictures cannot be had.
        """
        return await asyncio.to_thread(self._search, query, constraints, k, photo)

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

    def _search(
        self, query: str, constraints: Constraints, k: int, photo: Picture | None
    ) -> list[Candidate]:
        rows = np.flatnonzero(self._columns.allowed(constraints))
        like = None
        if photo is not None:
            like = self._pictures.likeness(photo, rows) if self._pictures else NOTHING_LIKE_IT
            rows = like.rows
        if k <= 0 or not rows.size:
            return []
        query = self._rewording.reworded(query)
        wanted = [(f, value) for f, values in constraints.prefer.items() for value in values]
        meets = np.zeros((len(wanted), rows.size), np.bool_)
        for place, (facet, value) in enumerate(wanted):
            meets[place] = self._columns.having(facet, value)[rows]
        if query.strip():
            found = self._by_words(query, rows, meets, k if like is None else rows.size)
            found = found if like is None else with_likeness(found, like, k)
        elif like is not None:
            found = by_likeness(like, meets, k)
        else:
            found = self._by_popularity(rows, meets, k)
        return self._candidates(found, query_words(query), wanted)

    def _by_words(
        self, query: str, rows: NDArray[np.intp], meets: NDArray[np.bool_], k: int
    ) -> Ranked:
        vector = self._embedder.embed([query])[0]
        demand = self._certainty.demand(query)
        return self._hybrid.ranked(query_terms(query), vector, rows, meets, k, demand)

    def _sureness(self, texts: Sequence[str], words: float) -> list[float]:
        """How sure the shop is to have anything of what each text asks for, in [0, 1]."""
        vectors = self._embedder.embed(texts)
        return [
            self._hybrid.sureness(query_terms(text), vector, words)
            for text, vector in zip(texts, vectors, strict=True)
        ]

    def _by_popularity(self, rows: NDArray[np.intp], meets: NDArray[np.bool_], k: int) -> Ranked:
        scores = preferred(self._popularity[rows], meets)
        best = top(scores, k)
        nothing = np.zeros(best.size, np.float32)
        return Ranked(rows[best], scores[best], nothing, nothing)

    def _candidates(
        self, found: Ranked, words: Sequence[str], wanted: Sequence[tuple[str, str]]
    ) -> list[Candidate]:
        matches = [(word, self._lexicon.has(stem(word), found.rows)) for word in words]
        meets = [(pair, self._columns.having(*pair)[found.rows]) for pair in wanted]
        numbers = zip(
            found.rows.tolist(),
            found.scores.tolist(),
            found.lexical.tolist(),
            np.maximum(found.dense, 0.0).tolist(),
            [None] * found.rows.size if found.pictures is None else found.pictures.tolist(),
            strict=True,
        )
        return [
            Candidate(
                self._items[row],
                score,
                Evidence(
                    words=tuple(word for word, has in matches if has[place]),
                    lexical=lexical,
                    dense=dense,
                    meets=tuple(pair for pair, met in meets if met[place]),
                    picture=picture,
                ),
            )
            for place, (row, score, lexical, dense, picture) in enumerate(numbers)
        ]


def _holders(items: Sequence[Item]) -> dict[str, list[int]]:
    """For each id under which news can come the rows that it concerns."""
    rows: dict[str, list[int]] = {}
    for row, item in enumerate(items):
        for key in ids_of(item):
            rows.setdefault(key, []).append(row)
    return rows


def open_index(
    settings: Settings,
    embedder: Embedder | None = None,
    faq: LiveFaq | None = None,
    pictures: PictureEmbedder | None = None,
) -> Catalogue:
    """The catalogue, and its FAQ as ``.faq``, that the data folder holds.

    ``faq``: the FAQ of the same index where it is open already; ``embedder`` and ``pictures`` stand
    in for those that the settings name.

    Raises:
        SetupError: there is no index yet.
        IndexMismatch: it was built with another model, for texts or pictures, or by another
            chatrec.
        StorageError: it cannot be read.
        ModelUnavailable: the embedding model cannot be had.
        EngineError: it failed.
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
    looks = pictures or picture_embedder(settings)
    if looks is not None and contents.meta.picture_model != looks.name:
        before = contents.meta.picture_model
        raise IndexMismatch(
            f"photos.model is {looks.name!r}, and the pictures in the index in "
            f"{settings.data_dir} were looked at by {repr(before) if before else 'none'}: run "
            "`chatrec index CATALOGUE` again, or set CHATREC_PHOTOS__MODEL back"
        )
    embedder = embedder or open_embedder(settings)
    found = load(folder, "products", contents.product_texts, embedder)
    vectors = np.empty((len(contents.items), embedder.dimension), np.float32)
    for row, stored in enumerate(contents.items):
        vectors[row] = found[stored.vector_id]
    faq = faq or LiveFaq(folder, contents.entries, embedder)
    seen = load_pictures(folder, contents.items, looks) if looks else None
    catalogue = Catalogue(contents.items, vectors, contents.vocabulary, embedder, faq, seen)
    return catalogue.changed(contents.changes) if contents.changes else catalogue
