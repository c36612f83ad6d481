"""Scored candidates -> the few that are shown: good ones that differ from one another.

What differs from one chosen in colour or size alone is its twin, and waits until nothing else is
left. Of what was asked for it knows the scores alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chatrec.rank.scoring import Scored
from chatrec.sizes import LETTERS, SIZE, WORDS
from chatrec.types import COLOR, Item, Vocabulary
from chatrec.words import stem, stems, tokens

_POOL = 30
_POOL_SHARE = 0.6
_SAME_TITLE = 0.75
_OF_SIZE = frozenset({*LETTERS, *map(stem, WORDS), SIZE})


def choose(
    scored: Sequence[Scored], vocabulary: Vocabulary, shown: int, diversity: float
) -> list[Scored]:
    """At most ``shown`` of those that come best first, in the order in which they are chosen.

    Each is the one of maximal marginal relevance (Carbonell and Goldstein 1998), with
    ``diversity`` in [0, 1] as the weight of being unlike those already chosen.
    """
    best = max((s.score for s in scored), default=0.0)
    pool = [s for s in scored[:_POOL] if s.score >= _POOL_SHARE * best] if diversity else scored
    rest, chosen = list(pool), list[Scored]()
    colours = _colours(vocabulary)
    while rest and len(chosen) < shown:
        fresh = [
            s for s in rest if not any(_twins(s.item, c.item, colours) for c in chosen)
        ] or rest
        pick = max(fresh, key=lambda s: _marginal(s, chosen, diversity))
        chosen.append(pick)
        rest.remove(pick)
    spare = [s for s in scored if s not in chosen]
    return chosen + spare[: shown - len(chosen)]


def _marginal(scored: Scored, chosen: Sequence[Scored], diversity: float) -> float:
    nearest = max((_likeness(scored.item, c.item) for c in chosen), default=0.0)
    sold_out = 2.0 if scored.item.stock == 0 else 0.0
    return (1.0 - diversity) * scored.score - diversity * nearest - sold_out


def _likeness(one: Item, other: Item) -> float:
    """How alike two items are, in [0, 1]: by type first, then by title and brand."""
    types = _jaccard(set(one.types), set(other.types))
    titles = _jaccard(set(stems(one.title)), set(stems(other.title)))
    brand = float(one.brand is not None and one.brand == other.brand)
    return 0.6 * types + 0.25 * titles + 0.15 * brand


def _jaccard(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


def _colours(vocabulary: Vocabulary) -> frozenset[str]:
    facet = vocabulary.facet(COLOR)
    labels = [value.label for value in facet.values] if facet else []
    return frozenset(stem(word) for label in labels for word in tokens(label))


def _twins(one: Item, other: Item, colours: frozenset[str]) -> bool:
    """Whether two items are one product, or told apart by colour or size alone."""
    if one.group and one.group == other.group:
        return True
    if one.brand != other.brand:
        return False
    first, second = _name(one, colours), _name(other, colours)
    return bool(first) and (first == second or _jaccard(first, second) >= _SAME_TITLE)


def _name(item: Item, colours: frozenset[str]) -> set[str]:
    """The stems of a title without colours, sizes and what stands in brackets."""
    words = stems(re.sub(r"\([^)]*\)", " ", item.title))
    return {word for word in words if word not in colours and word not in _OF_SIZE}
