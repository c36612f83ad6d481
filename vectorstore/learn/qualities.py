"""Yes-or-no columns of a shop -> the features that they tell, and what else those are called.

Where a shop has a column "noise cancelling", "noise-canceling" asks for that column, and no text
is read for it: a column speaks of the whole thing, a text may praise its liner ("a waterproof
liner").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from chatrec.types import Labels
from chatrec.words import tokens
from vectorstore.learn.lexicon import synonyms

YES, NO = "yes", "no"


def is_yes_or_no(labels: Iterable[str]) -> bool:
    """Whether a column's values, of which there are some, are nothing but yes and no."""
    found = set(labels)
    return bool(found) and found <= {YES, NO}


def names_of_quality(facet: str) -> Labels:
    """A yes-or-no column's name and what else that quality is called, whatever the catalogue."""
    return tuple(dict.fromkeys((facet, *_groups().get(_key(facet), ()))))


def told_by_columns(given: Sequence[Mapping[str, Labels]]) -> frozenset[str]:
    """Features, as texts are read for them, that a yes-or-no column of the items tells."""
    labels: defaultdict[str, set[str]] = defaultdict(set)
    for facets in given:
        for name, values in facets.items():
            labels[name].update(values)
    return frozenset(
        group[0]
        for name, found in labels.items()
        if is_yes_or_no(found) and (group := _groups().get(_key(name)))
    )


@cache
def _groups() -> Mapping[str, Labels]:
    """By each name of a feature all its names, the label first."""
    groups = [(label, *others) for label, others in synonyms("features.txt").aliases.items()]
    return {_key(name): group for group in groups for name in group}


def _key(name: str) -> str:
    """Equal for names that differ in hyphens alone."""
    return " ".join(tokens(name))
