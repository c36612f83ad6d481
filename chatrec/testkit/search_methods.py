"""A catalogue and queries -> the ranking that each way of searching makes of them.

The plain ways are what a shop could put together in a day: SQLite's FTS5 over title and
description, the embedding model alone, and the two fused by rank or by score. They see the same
items, and the dense ones the same vectors, as ours.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TypeAlias

from chatrec import retrieve
from chatrec.ports import CandidateSource, LanguageModel
from chatrec.rank import rank
from chatrec.testkit.search_set import JudgedQuery
from chatrec.types import Candidate, Constraints, Item, Turn
from chatrec.understand import Reader

BM25, DENSE, RRF, FUSION, OURS, RANKED, READ = (
    "BM25", "dense", "rank fusion", "score fusion", "ours", "ours as shown", "ours, read first"
)  # fmt: skip
"""The ways, in the order of the report."""

_DEPTH = 200
_RRF_CONSTANT = 60  # Cormack, Clarke and Buettcher 2009
_CARDS = 10

Scores: TypeAlias = Mapping[str, float]
Reading: TypeAlias = Callable[[str], Awaitable[Constraints]]


@dataclass(frozen=True, slots=True)
class Found:
    """Rankings of product ids by way of searching, best first.

    ``best`` is our best score: below the source's floor nothing in the shop is about the query.
    """

    query: JudgedQuery
    rankings: Mapping[str, Sequence[str]]
    best: float


async def searched(
    queries: Sequence[JudgedQuery], source: CandidateSource, reading: Reading | None = None
) -> AsyncIterator[Found]:
    """Every query, searched in every way; with ``reading`` through the reader too.

    Raises:
        EngineError: a model failed.
    """
    everything = await source.search("", Constraints(), source.vocabulary.size)
    with closing(_full_text([candidate.item for candidate in everything])) as words:
        for query in queries:
            ours = await source.search(query.text, Constraints(), source.vocabulary.size)
            lexical = _lexical(words, query.text)
            dense = {c.item.id: c.evidence.dense for c in ours}
            rankings: dict[str, Sequence[str]] = {
                BM25: _ordered(lexical),
                DENSE: _ordered(dense),
                RRF: _ordered(by_rank(lexical, dense)),
                FUSION: _ordered(by_score(lexical, dense)),
                OURS: [c.item.id for c in ours],
                RANKED: _shown(ours, Constraints(wish=query.text), source),
            }
            if reading:
                rankings[READ] = await _read(await reading(query.text), source)
            yield Found(query, rankings, ours[0].score if ours else 0.0)


def reading_of(source: CandidateSource, model: LanguageModel) -> Reading:
    """What the dialogue would look for when a shopper opens with the words of a query."""
    reader = Reader(source.vocabulary, model)

    async def read(text: str) -> Constraints:
        understanding, _ = await reader.understand(Turn(text))
        return await retrieve.for_anyone(understanding.constraints, source)

    return read


async def _read(constraints: Constraints, source: CandidateSource) -> Sequence[str]:
    query = retrieve.for_wish(constraints)
    found = await source.search(query.text, query.constraints, source.vocabulary.size)
    return _shown(found, constraints, source)


def _shown(
    found: Sequence[Candidate], constraints: Constraints, source: CandidateSource
) -> list[str]:
    """The order of a reply with ten cards, then the candidates that it leaves out."""
    cards = rank(found[:_DEPTH], constraints, source.vocabulary, shown=_CARDS, diverse=False)
    return list(dict.fromkeys([*(c.item.id for c in cards), *(c.item.id for c in found)]))


def _full_text(items: Sequence[Item]) -> sqlite3.Connection:
    words = sqlite3.connect(":memory:")
    words.execute("CREATE VIRTUAL TABLE items USING fts5(id UNINDEXED, text, tokenize='porter')")
    words.executemany("INSERT INTO items VALUES (?, ?)", [(i.id, i.text) for i in items])
    return words


def _lexical(words: sqlite3.Connection, text: str) -> Scores:
    """BM25 of the items that have any word of the query."""
    asked = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", text))
    if not asked:
        return {}
    rows = words.execute("SELECT id, -bm25(items) FROM items WHERE items MATCH ?", (asked,))
    return dict(rows.fetchall())


def by_rank(*sides: Scores) -> Scores:
    """Reciprocal rank fusion of the best 200 of each side."""
    fused: dict[str, float] = {}
    for side in sides:
        for place, item in enumerate(_ordered(side)[:_DEPTH], 1):
            fused[item] = fused.get(item, 0.0) + 1 / (_RRF_CONSTANT + place)
    return fused


def by_score(*sides: Scores) -> Scores:
    """The sum of the scores of the best 200 of each side, each side scaled to [0, 1]."""
    fused: dict[str, float] = {}
    for side in sides:
        best = _ordered(side)[:_DEPTH]
        if best:
            low, high = side[best[-1]], side[best[0]]
            for item in best:
                scaled = (side[item] - low) / (high - low) if high > low else 1.0
                fused[item] = fused.get(item, 0.0) + scaled
    return fused


def _ordered(scores: Scores) -> list[str]:
    return sorted(scores, key=lambda item: (-scores[item], item))
