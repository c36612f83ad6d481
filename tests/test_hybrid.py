"""The best of many rows are those that scoring every row exactly gives."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from vectorstore.fusion import (
    Demand,
    confidence,
    fused,
    preferred,
    reaching,
    top,
    with_feedback,
)
from vectorstore.hybrid import Hybrid
from vectorstore.lexical import Lexicon
from vectorstore.scan import Scan, cosine

WORDS = [f"w{n}" for n in range(40)]
FETCH, SCAN = 0, 10**9
"""Shares of the rows up to which they are fetched one by one: always, and never."""


def made_vectors(rng: np.random.Generator, size: int, dimension: int = 48) -> np.ndarray:
    """Clusters, near-duplicates and exact ones, as catalogues have them."""
    centres = rng.standard_normal((8, dimension))
    vectors = centres[rng.integers(8, size=size)] + 0.4 * rng.standard_normal((size, dimension))
    vectors[size // 2 :: 3] = vectors[0]
    vectors[1::7] += 1e-4 * rng.standard_normal(vectors[1::7].shape)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32)


def made_lexicon(rng: np.random.Generator, size: int) -> Lexicon:
    return Lexicon([" ".join(rng.choice(WORDS, rng.integers(0, 9))) for _ in range(size)])


def by_definition(
    lexicon: Lexicon,
    vectors: np.ndarray,
    terms: list[str],
    vector: np.ndarray,
    rows: np.ndarray,
    meets: np.ndarray,
    k: int,
    demand: Demand,
) -> tuple[np.ndarray, np.ndarray]:
    allowed = vectors[rows]
    lexical = lexicon.scores(terms)[rows]
    dense = np.clip(cosine(allowed, vector), -1, 1)
    drawn = with_feedback(vector, allowed[top(fused(lexical, dense), 15)])
    again = np.clip(cosine(allowed, drawn), -1, 1)
    sure = demand.weight * confidence(lexicon.covered(terms)[rows], dense, demand.words)
    scores = preferred(sure * fused(lexical, again), meets)
    best = np.argsort(-scores, kind="stable")[:k]
    return rows[best], scores[best]


@pytest.mark.parametrize("gathered", [FETCH, SCAN, 8], ids=["fetched", "scanned", "either"])
def test_either_way_finds_what_the_definition_says(gathered: int) -> None:
    rng = np.random.default_rng(3)
    size = 3000
    vectors, lexicon = made_vectors(rng, size), made_lexicon(rng, size)
    hybrid = Hybrid(lexicon, Scan(vectors), gathered)
    for share, k, wanted in product((1.0, 0.5, 0.05, 0.001), (1, 7, 60, size), (0, 2)):
        vector = made_vectors(rng, 8)[3]
        terms = list(rng.choice([*WORDS, "unknown"], rng.integers(0, 5)))
        rows = np.flatnonzero(rng.random(size) <= share)
        meets = rng.random((wanted, rows.size)) < 0.3
        demand = Demand(*rng.random(2).round(2))
        found = hybrid.ranked(terms, vector, rows, meets, k, demand)
        expected, scores = by_definition(lexicon, vectors, terms, vector, rows, meets, k, demand)
        assert found.scores == pytest.approx(scores, abs=1e-5)
        settled = np.abs(np.diff(scores, append=-1)) > 1e-5
        settled[1:] &= settled[:-1]
        assert (found.rows[settled] == expected[settled]).all()
        assert set(found.rows) <= set(rows) and len(set(found.rows)) == min(k, rows.size)
        assert found.dense == pytest.approx(cosine(vectors[found.rows], vector), abs=1e-6)
        assert (found.lexical == lexicon.scores(terms)[found.rows]).all()


def test_no_near_cosine_is_further_off_than_it_says() -> None:
    rng = np.random.default_rng(4)
    for dimension in (1, 7, 48, 384, 385):
        vectors = made_vectors(rng, 300, dimension)
        scan = Scan(vectors)
        for vector in made_vectors(rng, 20, dimension):
            near = scan.near(vector)
            off = np.abs(near.cosines - cosine(vectors, vector)).max()
            assert off <= near.slack
            assert near.slack < 0.05


def test_what_falls_short_by_little_is_reached() -> None:
    rng = np.random.default_rng(5)
    for size in (1, 10, 63, 64, 65, 5000):
        scores = rng.random(size).astype(np.float32).round(2)
        for k in (1, 3, 64, 10_000):
            least = np.sort(scores)[-min(k, size)]
            assert (reaching(scores, k) == np.flatnonzero(scores >= least)).all()
            assert set(np.flatnonzero(scores >= least - 0.04)) <= set(reaching(scores, k, 0.05))
            assert (top(scores, k) == np.argsort(-scores, kind="stable")[:k]).all()


def test_opposite_meanings_alone_rank_by_words() -> None:
    vectors = np.array([[1, 0], [0.8, 0.6], [0.6, 0.8]], np.float32)
    lexicon = Lexicon(["lamp", "boot", "boot lamp"])
    for gathered in (FETCH, SCAN):
        hybrid = Hybrid(lexicon, Scan(vectors), gathered)
        away = np.array([-1, 0], np.float32)
        found = hybrid.ranked(["boot"], away, np.arange(3), np.zeros((0, 3), np.bool_), 3)
        assert found.rows.tolist() == [1, 2, 0]
        assert found.scores[0] > 0
