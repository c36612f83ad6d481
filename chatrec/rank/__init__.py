"""Candidates + constraints -> recommendations: which items are shown, in which order, and why.

Evidence becomes features, features one score. Reasons are facts of the item that answer
something the shopper asked for. Ranking writes no prose and does not search.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatrec.rank.choosing import choose
from chatrec.rank.reasons import reasons_of, telling_sentence
from chatrec.rank.scoring import fitting, in_turns, score
from chatrec.rank.soft import soft_words
from chatrec.types import Candidate, Constraints, Recommendation, Vocabulary

__all__ = ["rank", "soft_words", "telling_sentence"]

_DIVERSITY = 0.35


def rank(
    candidates: Sequence[Candidate],
    constraints: Constraints,
    vocabulary: Vocabulary,
    *,
    shown: int,
    diverse: bool,
) -> tuple[Recommendation, ...]:
    """At most ``shown`` recommendations, best first.

    What is sold out comes last. Items that differ from one already chosen in colour or size
    alone wait until nothing else is left. With ``diverse`` the choice is by maximal marginal
    relevance (Carbonell and Goldstein 1998).
    """
    scored = score(fitting(candidates, constraints), constraints)
    scored = in_turns(scored, constraints.category)
    chosen = choose(scored, vocabulary, shown, _DIVERSITY if diverse else 0.0)
    chosen.sort(key=lambda s: s.item.stock == 0)
    return tuple(
        Recommendation(s.item, place, tuple(reasons_of(s.candidate, constraints, vocabulary)))
        for place, s in enumerate(chosen, 1)
    )
