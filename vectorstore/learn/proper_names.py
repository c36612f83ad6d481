"""Titles -> words of products' names that would be values elsewhere, each beside its neighbour.

"Slate 8" is no slate-coloured tablet where the tablet's colour is grey. A word counts where the
item has the value's facet but another value, where the word beside it is none that describes the
item, and where no title has the two for what they say. A number behind a word that names no kind
of thing is a model's: "Ridge 45" costs no 45.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from chatrec.types import GENDER, TYPE, Facet, Item, in_name
from chatrec.words import STOPWORDS, tokens
from vectorstore.learn.inflection import singular

_NEVER = frozenset({"brand", GENDER, "size"})  # who asks for a brand's thing wants no other's
_YES_NO = frozenset({"yes", "no"})

_Senses = Mapping[str, Set[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class _Pair:
    """A word of a title with a neighbour on one side."""

    name: str
    word: str
    neighbour: str
    neighbour_behind: bool


def name_words(items: Sequence[Item], facets: Iterable[Facet]) -> frozenset[str]:
    """Pairs of words as `chatrec.types.in_name` writes them."""
    senses = _senses(facets)
    named: set[str] = set()
    meant: set[str] = set()
    for item in items:
        for pair in _pairs(item):
            known = senses.get(singular(pair.word), frozenset())
            if not pair.neighbour_behind:  # "fresh eggs" are eggs; what "egg pasta" is comes last
                known = {(facet, label) for facet, label in known if facet != TYPE}
            if not known:
                continue
            if any(label in item.values(facet) for facet, label in known):
                meant.add(pair.name)
            elif all(item.values(facet) for facet, _ in known) and not _describes(
                pair.neighbour, item, senses
            ):
                named.add(pair.name)
    return frozenset(named - meant) | frozenset(_models(items, senses))


def _models(items: Iterable[Item], senses: _Senses) -> Iterator[str]:
    """Names with a number behind: the 45 of "Ridge 45", not the 500 of "Puzzle 500"."""
    for item in items:
        for word, number in pairwise(tokens(item.title)):
            kinds = {facet for facet, _ in senses.get(singular(word), ())}
            if number.isdecimal() and word.isalpha() and word not in STOPWORDS | {"size"}:
                if TYPE not in kinds:
                    yield in_name(word, number, 1)


def _senses(facets: Iterable[Facet]) -> _Senses:
    """Values of one word, by it."""
    senses: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for facet in facets:
        if facet.kind != "value" or facet.name in _NEVER:
            continue
        for value in facet.values:
            if value.label not in _YES_NO and value.label.isalpha():
                senses[value.label].add((facet.name, value.label))
    return senses


def _pairs(item: Item) -> Iterator[_Pair]:
    for first, second in pairwise(tokens(item.title)):
        if first not in STOPWORDS and second not in STOPWORDS:
            yield _Pair(in_name(first, second, 0), first, second, neighbour_behind=True)
            yield _Pair(in_name(first, second, 1), second, first, neighbour_behind=False)


def _describes(word: str, item: Item, senses: _Senses) -> bool:
    return any(label in item.values(facet) for facet, label in senses.get(singular(word), ()))
