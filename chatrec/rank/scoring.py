"""Candidates + constraints -> candidates with one score each, the best first.

The score adds up the evidence of the search, preferences met, ratings, and how far the item is
what soft words and superlatives ask for. Knows nothing of how alike two items are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chatrec.rank.soft import soft_number, soft_words, superlatives
from chatrec.types import CHILDREN, COLOR, GENDER, Candidate, Constraints, Item
from chatrec.words import names_value

_PREFERENCE, _SOFT_WORD, _RATING, _EXTREME = 0.35, 0.6, 0.15, 3.0
_MISFIT = 10.0  # more than all else together
_OF_ANOTHER_AGE = 2
_REVIEW_COUNTS = ("reviews", "review_count", "rating_count", "ratings", "num_reviews")
_PRIOR_REVIEWS = 10.0
_BEST_RATING = 5.0
_UNKNOWN = 0.4


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate and what it is worth beside the others; no scale of its own."""

    candidate: Candidate
    score: float

    @property
    def item(self) -> Item:
        return self.candidate.item


def score(candidates: Sequence[Candidate], constraints: Constraints) -> list[Scored]:
    """The candidates, the best first and what is sold out behind all others."""
    if not candidates:
        return []
    top = max(candidate.score for candidate in candidates) or 1.0
    items = [candidate.item for candidate in candidates]
    rating = _shrunk_ratings(items)
    soft = [_percentile(items, *wanted) for wanted in soft_words(constraints.wish)]
    most = [_percentile(items, *wanted) for wanted in superlatives(constraints.wish)]
    scored = [
        Scored(
            candidate,
            candidate.score / top
            + _PREFERENCE * _preferred(candidate.item, constraints)
            + _RATING * rating(candidate.item)
            + _SOFT_WORD * sum(share(candidate.item) for share in soft) / max(len(soft), 1)
            + _EXTREME * sum(share(candidate.item) for share in most)
            - _MISFIT * _misfits(candidate.item, constraints),
        )
        for candidate in candidates
    ]
    return sorted(scored, key=lambda s: (s.item.stock == 0, -s.score))


def in_turns(scored: list[Scored], kinds: Sequence[str]) -> list[Scored]:
    """The best of each kind first where several were asked for: a tent and a sleeping bag."""
    if len(kinds) < 2:
        return scored
    best = [next((s for s in scored if kind in s.item.types), None) for kind in kinds]
    first = [s for n, s in enumerate(best) if s is not None and s not in best[:n]]
    top = max((s.score for s in scored), default=0.0)
    raised = [Scored(s.candidate, top + s.score) for s in first]
    return raised + [s for s in scored if s not in first]


def fitting(candidates: Sequence[Candidate], constraints: Constraints) -> Sequence[Candidate]:
    """Without children's things for a grown-up, and the other way round, where others are left."""
    suited = [c for c in candidates if _misfits(c.item, constraints) < _OF_ANOTHER_AGE]
    return suited or candidates


def _misfits(item: Item, constraints: Constraints) -> int:
    """How far the item is from whom it is to be for: another age is further than another gender.

    What is made for others is not hidden, and comes after all that may suit.
    """
    wanted, known = set(constraints.prefer.get(GENDER, ())), set(item.values(GENDER))
    if not wanted or not known or wanted & known:
        return 0
    same_age = wanted.isdisjoint(CHILDREN) == known.isdisjoint(CHILDREN)
    return 1 if same_age else _OF_ANOTHER_AGE


def _preferred(item: Item, constraints: Constraints) -> float:
    """Share of the preferred facets that the item meets; what is for nobody suits anybody."""
    if not constraints.prefer:
        return 0.0
    met = sum(
        meets(item, facet, values) or (facet == GENDER and not item.values(GENDER))
        for facet, values in constraints.prefer.items()
    )
    return met / len(constraints.prefer)


def meets(item: Item, facet: str, values: Sequence[str]) -> bool:
    """Whether the item has one of the values, as a facet or, where it has none, in its text."""
    known = item.values(facet)
    if known:
        return not set(values).isdisjoint(known)
    return any(names_value(item.text, value, of_whole=facet == COLOR) for value in values)


def _shrunk_ratings(items: Sequence[Item]) -> Callable[[Item], float]:
    """Ratings in [0, 1], drawn to the candidates' mean the more the fewer reviews there are.

    The Bayesian average: (prior weight x mean + reviews x rating) / (prior weight + reviews).
    Where the number of reviews is unknown it counts as the prior's.
    """
    rated = [item.rating for item in items if item.rating is not None]
    mean = sum(rated) / len(rated) if rated else 0.0

    def shrunk(item: Item) -> float:
        reviews = _reviews(item)
        if item.rating is None:
            return mean / _BEST_RATING
        total = _PRIOR_REVIEWS * mean + reviews * item.rating
        return total / (_PRIOR_REVIEWS + reviews) / _BEST_RATING

    return shrunk


def _reviews(item: Item) -> float:
    for name in _REVIEW_COUNTS:
        known = item.measure(name) or item.attributes.get(name)
        if isinstance(known, int | float):
            return float(known)
    return _PRIOR_REVIEWS


def _percentile(items: Sequence[Item], name: str, more: bool) -> Callable[[Item], float]:
    known = sorted(v for v in (soft_number(item, name) for item in items) if v is not None)

    def share(item: Item) -> float:
        value = soft_number(item, name)
        if value is None or len(known) < 2:
            return _UNKNOWN
        below = sum(v < value for v in known) / (len(known) - 1)
        return min(below, 1.0) if more else 1.0 - min(below, 1.0)

    return share
