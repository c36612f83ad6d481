"""A ranking and ratings -> nDCG, recall and reciprocal rank; two lists of them -> an interval.

Gains are exponential, ``2 ** rating - 1``, discounted by ``log2(place + 1)`` (Burges et al. 2005);
the ideal order is that of the judged products. Products that nobody judged count as bad, or, with
"judged only", as if they were not in the ranking: the first measure rewards what resembles the
searches whose results were judged, the second what people liked.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from chatrec.testkit.search_set import JudgedQuery

_CUT = 10
_DEEP = 50
_RESAMPLES = 10_000
_SEED = 20


@dataclass(frozen=True, slots=True)
class Marks:
    """How well one ranking answers its query; each in [0, 1]."""

    ndcg: float
    judged: float
    recall: float
    rr: float


MEASURES: Mapping[str, str] = {
    "ndcg": "nDCG@10",
    "judged": "judged only",
    "recall": "Recall@50",
    "rr": "MRR",
}
"""Names of the marks as reports print them."""


def marked(ranking: Sequence[str], query: JudgedQuery) -> Marks:
    """The marks of a ranking of product ids, best first, for a query that has good answers."""
    known = [product for product in ranking if product in query.ratings]
    first = next((place for place, p in enumerate(ranking, 1) if p in query.good), None)
    return Marks(
        ndcg=_ndcg(ranking, query.ratings),
        judged=_ndcg(known, query.ratings),
        recall=len(query.good.intersection(ranking[:_DEEP])) / len(query.good),
        rr=1 / first if first else 0.0,
    )


def _ndcg(ranking: Sequence[str], ratings: Mapping[str, float]) -> float:
    gained = _dcg([ratings.get(product, 0.0) for product in ranking[:_CUT]])
    return gained / _dcg(sorted(ratings.values(), reverse=True)[:_CUT])


def _dcg(ratings: Sequence[float]) -> float:
    return sum((2**rating - 1) / math.log2(place + 1) for place, rating in enumerate(ratings, 1))


def gained(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float, float]:
    """Mean difference of paired marks and its 95 % interval.

    The interval is the percentile bootstrap over queries (Sakai 2006), resampled 10,000 times.
    """
    differences = np.asarray(ours, np.float64) - np.asarray(theirs, np.float64)
    rng = np.random.default_rng(_SEED)
    drawn = rng.integers(differences.size, size=(_RESAMPLES, differences.size))
    low, high = np.percentile(differences[drawn].mean(axis=1), [2.5, 97.5])
    return float(differences.mean()), float(low), float(high)
