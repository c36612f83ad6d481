"""Scores of two sides -> an order, and how surely the shop has anything that was asked for.

The order is a convex combination of both sides, each divided by the best that the query finds
(Bruch, Gai and Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval"): a long
request leaves BM25 far below its bound and a short one near it, and in between fixed points the
cosines then outweigh or are outweighed. What such scaling forgets, whether the best is any good,
is told by `confidence` apart. Knows nothing of items but their ratings and stock.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from chatrec.types import Item

Scores: TypeAlias = NDArray[np.float32]

_LEXICAL_SHARE = 0.5
_FEEDBACK = 0.2
# Words that match where meaning does not ("glasses" of tempered glass) speak for little.
_AGREEING = 10
_WORDS_ALONE = 0.15
_IN_STOCK_SHARE = 0.2


def cosine(vectors: Scores, vector: Scores) -> Scores:
    """Cosine of each row to the vector, shape (n,); all of norm 1.

    One thread, without BLAS: next to a busy engine its spinning threads take a hundred times as
    long for the worst of twenty calls.
    """
    products: Scores = np.vecdot(vectors, vector)
    return products


def fused(lexical: Scores, dense: Scores) -> Scores:
    """Lexical scores and cosines, of at least one item each -> one score in [0, 1]; best is 1."""
    mixed = _LEXICAL_SHARE * _of_best(lexical) + (1 - _LEXICAL_SHARE) * _of_best(dense)
    return _of_best(mixed)


def _of_best(scores: Scores) -> Scores:
    positive = np.maximum(scores, 0.0)
    best = positive.max()
    scaled: Scores = (positive / best if best > 0 else positive).astype(np.float32)
    return scaled


def with_feedback(vector: Scores, best: Scores) -> Scores:
    """The query's vector drawn towards the mean of the items found first, of norm 1.

    Pseudo-relevance feedback (Rocchio 1971). ``best`` holds their vectors, one a row.
    """
    mean = best.mean(axis=0)
    drawn: Scores = vector + _FEEDBACK * mean / max(float(np.linalg.norm(mean)), 1e-9)
    drawn /= np.linalg.norm(drawn)
    return drawn


def confidence(lexical: Scores, dense: Scores) -> float:
    """How surely any of the items is about the query, in [0, 1], comparable between queries.

    As far as the query's words are found, what counts is the meaning of the items that have them;
    as far as they are not, of whichever item is nearest.
    """
    words = float(lexical.max())
    nearest = max(0.0, float(dense.max()))
    count = min(_AGREEING, lexical.size)
    first = np.argpartition(-lexical, count - 1)[:count]
    agreeing = dense[first[lexical[first] > 0]]
    agreed = max(0.0, float(agreeing.max())) if agreeing.size else nearest
    about = words * agreed + (1 - words) * nearest + _WORDS_ALONE * words
    return about / (1 + _WORDS_ALONE)


def preferred(score: Scores, meets: NDArray[np.bool_]) -> Scores:
    """Scores raised by the share of the wanted values that an item meets.

    ``meets`` has the shape (wanted, items). A score grows by at most its distance to 1 times
    itself: it stays in [0, 1], and what is not about the query stays below what is.
    """
    if not meets.size:
        return score
    raised: Scores = (score + meets.mean(axis=0) * score * (1 - score)).astype(np.float32)
    return raised


def popularity(items: Sequence[Item]) -> Scores:
    """How items rank when nothing is asked: by rating, then by being in stock, in [0.5, 1].

    Nothing lies lower, since every item is about an empty query. An unrated item counts as the
    shop's average, an unknown stock as in stock.
    """
    rated = [item.rating for item in items if item.rating is not None]
    average = float(np.mean(rated)) if rated else 2.5
    ratings = np.array([average if item.rating is None else item.rating for item in items])
    in_stock = np.array([item.stock is None or item.stock > 0 for item in items], np.float64)
    share = (1 - _IN_STOCK_SHARE) * ratings / 5 + _IN_STOCK_SHARE * in_stock
    return (0.5 + 0.5 * share).astype(np.float32)
