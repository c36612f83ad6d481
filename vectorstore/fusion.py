"""Scores of two sides -> an order, and how surely the shop has anything that was asked for.

The order is a convex combination of both sides, each divided by the best that the query finds
(Bruch, Gai and Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval"): a long
request leaves BM25 far below its bound and a short one near it, and in between fixed points the
cosines then outweigh or are outweighed. What such scaling forgets, whether the best is any good,
is told by `confidence` apart. Knows nothing of items but their ratings and stock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from chatrec.types import Item

Scores: TypeAlias = NDArray[np.float32]

_LEXICAL_SHARE = np.float32(0.5)
_BLOCK = 64
_FEEDBACK = 0.2
# What words alone are worth: enough for an order of what has them.
_LEAST = 1e-4
_IN_STOCK_SHARE = 0.2


def top(scores: Scores, k: int) -> NDArray[np.intp]:
    """Places of the k biggest scores, biggest first, ties by place."""
    places = reaching(scores, k)
    return places[np.argsort(-scores[places], kind="stable")][:k]


def reaching(scores: Scores, k: int, short: float = 0.0) -> NDArray[np.intp]:
    """Places, in order, of all scores that fall short of the k-th biggest by no more than this."""
    if k >= scores.size:
        return np.arange(scores.size)
    if scores.size > _BLOCK * k:
        # The k-th biggest of the blocks' best is at most the k-th biggest of all.
        blocks = scores[: scores.size // _BLOCK * _BLOCK].reshape(-1, _BLOCK).max(axis=1)
        candidates = scores[scores >= _kth(blocks, k)]
    else:
        candidates = scores
    return np.flatnonzero(scores >= _kth(candidates, k) - np.float32(short))


def _kth(scores: Scores, k: int) -> np.float32:
    kth: np.float32 = np.partition(scores, scores.size - k)[scores.size - k]
    return kth


def fused(lexical: Scores, dense: Scores) -> Scores:
    """Lexical scores and cosines, of at least one item each -> one score in [0, 1]; best is 1."""
    both = mixed(lexical, dense, Most(lexical.max(), dense.max()))
    most = both.max()
    return both / most if most > 0 else both


class Most(NamedTuple):
    """The best that a query finds on either side."""

    lexical: np.float32
    dense: np.float32

    @property
    def slope(self) -> float:
        """By how much a cosine that is 1 more raises a mixed score."""
        return float((1 - _LEXICAL_SHARE) / self.dense) if self.dense > 0 else 0.0


def mixed(lexical: Scores, dense: Scores, most: Most) -> Scores:
    """Both sides, each as a share of the best that the query finds, as one score in [0, 1]."""
    words: Scores = _LEXICAL_SHARE * _share(lexical, most.lexical)
    words += (1 - _LEXICAL_SHARE) * _share(dense, most.dense)
    return words


def _share(scores: Scores, most: np.float32) -> Scores:
    if most <= 0:
        return np.zeros_like(scores)
    return np.asarray(np.maximum(scores, np.float32(0)) / most, np.float32)


def with_feedback(vector: Scores, best: Scores) -> Scores:
    """The query's vector drawn towards the mean of the items found first, of norm 1.

    Pseudo-relevance feedback (Rocchio 1971). ``best`` holds their vectors, one a row.
    """
    mean = best.mean(axis=0)
    drawn: Scores = vector + _FEEDBACK * mean / max(float(np.linalg.norm(mean)), 1e-9)
    drawn /= np.linalg.norm(drawn)
    return drawn


class Demand(NamedTuple):
    """What a query asks of a find before it is an answer.

    ``words`` is the share of the confidence that its words have to earn, in [0, 1]; ``weight``,
    in (0, 1], is what the confidence is multiplied with.
    """

    words: float = 0.5
    weight: float = 1.0


PLAIN = Demand()


def confidence(covered: Scores, dense: Scores, words: float = PLAIN.words) -> float:
    """How surely any of the items is about the query, in [0, 1], comparable between queries.

    Of two opinions: what the nearest item means, and what the item says that both means it and
    has its words: among all phones there is none with a cord. ``covered``: the share of the query
    that each item has.
    """
    meant = np.maximum(dense, np.float32(0))
    nearest, said = float(meant.max()), float((meant * covered).max())
    least = _LEAST if covered.any() else 0.0
    return min(1.0, max(least, (1 - words) * nearest + words * said))


def preferred(score: Scores, meets: NDArray[np.bool_]) -> Scores:
    """Scores raised by the share of the wanted values that an item meets.

    ``meets`` has the shape (wanted, items). A score grows by at most its distance to 1 times
    itself: it stays in [0, 1], and what is not about the query stays below what is.
    """
    if not meets.size:
        return score
    raised: Scores = (score + meets.mean(axis=0) * score * (1 - score)).astype(np.float32)
    return raised


def average_rating(items: Iterable[Item]) -> float:
    """The average over the rated items; the middle where none is."""
    rated = [item.rating for item in items if item.rating is not None]
    return float(np.mean(rated)) if rated else 2.5


def popularity(items: Sequence[Item], average: float) -> Scores:
    """How items rank when nothing is asked: by rating, then by being in stock, in [0.5, 1].

    Nothing lies lower, since every item is about an empty query. An unrated item counts as the
    shop's ``average``, an unknown stock as in stock.
    """
    ratings = np.array([average if item.rating is None else item.rating for item in items])
    in_stock = np.array([item.stock is None or item.stock > 0 for item in items], np.float64)
    share = (1 - _IN_STOCK_SHARE) * ratings / 5 + _IN_STOCK_SHARE * in_stock
    return (0.5 + 0.5 * share).astype(np.float32)
