"""Scores of two sides -> one score in [0, 1] that means the same for every query.

Both sides are scaled between fixed points, not between the best and the worst that a query
happens to find: a convex combination over theoretical bounds ranks as well (Bruch, Gai and Ingber
2023, "An Analysis of Fusion Functions for Hybrid Retrieval") and tells a poor best from a good one.
On chorus_electronics nDCG@10 is 0.67 for words alone, 0.54 for meaning alone, 0.69 for both scaled
by query and 0.69 so; over the judged products alone 0.71, 0.82, 0.78 and 0.79.
Knows nothing of items but their ratings and stock.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from chatrec.types import Item

Scores: TypeAlias = NDArray[np.float32]

# Cosines of a query to unrelated and to perfectly fitting products, as sentence encoders give them.
_UNRELATED = 0.15
_PERFECT = 0.75
_LEXICAL_SHARE = 0.5
_IN_STOCK_SHARE = 0.2


def cosine(vectors: Scores, vector: Scores) -> Scores:
    """Cosine of each row to the vector, shape (n,); all of norm 1.

    One thread, without BLAS: next to a busy engine its spinning threads take a hundred times as
    long for the worst of twenty calls.
    """
    products: Scores = np.vecdot(vectors, vector)
    return products


def fused(lexical: Scores, dense: Scores) -> Scores:
    """Lexical scores in [0, 1] and cosines -> one score in [0, 1]."""
    near = np.clip((dense - _UNRELATED) / (_PERFECT - _UNRELATED), 0.0, 1.0)
    mixed: Scores = (_LEXICAL_SHARE * lexical + (1 - _LEXICAL_SHARE) * near).astype(np.float32)
    return mixed


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
