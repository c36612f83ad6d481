"""Items -> the kinds of things that go with them.

What goes with what is told by the catalogue's own texts (a drill bit "fits every cordless drill", a
guitar "needs an amplifier") and by a list of things that people use together. Where neither tells,
things of other departments that are near in meaning stand in. Things of the same kind are
alternatives and no companions. Knows no purchases.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import resources

from chatrec.ports import CandidateSource
from chatrec.retrieve.queries import Query, hiding, portrait
from chatrec.types import COLOR, GENDER, TYPE, Candidate, Constraints, FacetValue, Item, Vocabulary
from chatrec.words import stem, stems, tokens

_LOOKED_AT = 80
_MOST_KINDS = 3
_PARTICULAR = 0.4  # rarer types say what a thing is, commoner ones on which shelf it stands
_LISTED, _LISTED_STEP = 1.5, 0.1
_OTHER_NAME, _IN_PASSING, _NAMED_HERE = 0.7, 0.4, 0.8
_NEAR, _SAME_BRAND, _SAME_COLOR = 0.5, 0.15, 0.1
_TOLD = 0.5  # more than a name in passing
_NEAR_ENOUGH = 2.0  # times the floor of what a search takes for relevant
_REACH = 4
_PAIRING = frozenset(
    "for with fit fits suit suits hook hooks clip clips needs need takes through onto every any "
    "spare goes go matches match beside attaches connects compatible worn used".split()
)


async def with_companions(
    items: Sequence[Item], constraints: Constraints, source: CandidateSource, *, floor: float
) -> Constraints:
    """The constraints with the kinds of things that go with the items for a category.

    Kinds that the shopper names are kept, what the items are stands in for a wish, and whom they
    are for is preferred where nobody was named. Without a category in what comes back, nothing in
    the shop goes with the items. ``floor`` is the relevance floor of the source.
    """
    named = " ".join(dict.fromkeys(item.types[0] for item in items if item.types))
    wished = replace(constraints, wish=constraints.wish or named)
    whom = [gender for gender in items[0].values(GENDER) if _all_for(gender, items)]
    told = any(GENDER in each for each in (wished.require, wished.prefer, wished.exclude))
    if len(whom) == 1 and not told:
        wished = replace(wished, prefer={**wished.prefer, GENDER: tuple(whom)})
    if constraints.category:
        return wished
    types = _Types(source.vocabulary)
    found: dict[str, float] = {}
    for item in items:
        for kind, score in (await _kinds_with(item, constraints, source, types, floor)).items():
            found[kind] = max(score, found.get(kind, 0.0))
    best = sorted(found, key=lambda kind: -found[kind])[:_MOST_KINDS]
    return replace(wished, category=tuple(best))


def _all_for(gender: str, items: Sequence[Item]) -> bool:
    return all(gender in item.values(GENDER) for item in items)


def for_companions(items: Sequence[Item], constraints: Constraints) -> Query:
    """The search among the kinds that go with the items, which themselves stay out."""
    hidden = hiding(constraints, [item.id for item in items])
    text = " ".join([constraints.wish, *constraints.category])
    return Query(text, hidden, by_meaning=False)


@dataclass(frozen=True)
class _Types:
    """The kinds of things that the shop has."""

    vocabulary: Vocabulary

    @cached_property
    def values(self) -> Sequence[FacetValue]:
        facet = self.vocabulary.facet(TYPE)
        return facet.values if facet else ()

    @cached_property
    def counts(self) -> Mapping[str, int]:
        return {value.label: value.count for value in self.values}

    @cached_property
    def by_name(self) -> Mapping[tuple[str, ...], str]:
        """Stems of every label and other name -> the label."""
        other = {tuple(stems(a)): value.label for value in self.values for a in value.aliases}
        return other | {tuple(stems(value.label)): value.label for value in self.values}

    def rarity(self, kind: str) -> float:
        """1 for a type that one item has, 0 for one that all have.

        Inverse document frequency (Sparck Jones 1972), scaled to [0, 1].
        """
        size = max(self.vocabulary.size, 2)
        return math.log(size / max(self.counts.get(kind, 1), 1)) / math.log(size)

    def particular(self, item: Item) -> list[str]:
        """The item's types that say what it is, the most telling first."""
        return [kind for kind in item.types if self.rarity(kind) >= _PARTICULAR]

    def listed_with(self, item: Item) -> dict[str, float]:
        """The shop's kinds that the list has for the item's, each with its score."""
        found: dict[str, float] = {}
        for kind in item.types:
            for place, name in enumerate(_used_together().get(tuple(stems(kind)), ())):
                label = self.by_name.get(name)
                if label is not None and label not in item.types:
                    found.setdefault(label, _LISTED - place * _LISTED_STEP)
        return found


@cache
def _used_together() -> Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Stems of a kind -> those of what is used with it, the likeliest first."""
    text = (resources.files(__package__) / "used_together.txt").read_text(encoding="utf-8")
    found: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
    for line in text.splitlines():
        kinds, colon, others = line.partition(":")
        if colon and not line.startswith("#"):
            wanted = tuple(tuple(stems(other)) for other in others.split(","))
            found.update((tuple(stems(kind)), wanted) for kind in kinds.split(","))
    return found


async def _kinds_with(
    item: Item,
    constraints: Constraints,
    source: CandidateSource,
    types: _Types,
    floor: float,
) -> dict[str, float]:
    """The kinds of what goes with one item, each with the score of its best item."""
    own = types.particular(item)
    alike = (*constraints.exclude.get(TYPE, ()), *own[:1])
    others = replace(constraints, exclude={**constraints.exclude, TYPE: alike}, wish="")
    listed = types.listed_with(item)
    near: dict[str, Candidate] = {}
    for text in (" ".join([*own, *listed]), portrait(item)):
        found = await source.search(text, hiding(others, [item.id]), _LOOKED_AT)
        near.update((candidate.item.id, candidate) for candidate in found)
    kinds: dict[str, float] = {}
    for candidate in near.values():
        other = candidate.item
        told = _named(item, other, types)
        kind = next((k for k in other.types if k in listed), None)
        if kind is None and not set(own) & set(other.types):
            apart = not _shelves(item) & _shelves(other)
            least = _NEAR_ENOUGH * floor if told < _TOLD else floor
            if candidate.score >= least and (apart or told >= _TOLD):
                kind = next(iter(types.particular(other)), None)
        if kind is not None:
            score = listed.get(kind, 0.0) + told + _NEAR * candidate.score + _style(item, other)
            kinds[kind] = max(score, kinds.get(kind, 0.0))
    return kinds


def _named(item: Item, other: Item, types: _Types) -> float:
    """How plainly one listing names what the other thing is; 0 where neither does."""
    of_other = [w * _mention(other.text, name) for name, w in _names(item, types)]
    of_item = [_mention(item.description, k) for k in types.particular(other)[:1]]
    return max(of_other, default=0.0) + _NAMED_HERE * max(of_item, default=0.0)


def _names(item: Item, types: _Types) -> Iterator[tuple[str, float]]:
    """What the thing is called, each name with its weight.

    Its particular types, the first weighing most, and the last word of that one ("mower" for a
    lawn mower) unless this names another kind of thing ("bag" for a sleeping bag).
    """
    own = types.particular(item)
    for place, kind in enumerate(own):
        yield kind, 1.0 if place == 0 else _OTHER_NAME
    head = own[0].rpartition(" ")[2] if own else ""
    if head and (head,) not in types.by_name and (stem(head),) not in types.by_name:
        yield head, _OTHER_NAME


def _mention(text: str, name: str) -> float:
    """1 where the text says that the thing is for the named one, less where it only names it."""
    words, wanted = tokens(text), stems(name)
    stemmed = [stem(word) for word in words]
    places = [
        at for at in range(len(words) - len(wanted) + 1) if stemmed[at : at + len(wanted)] == wanted
    ]
    if not places:
        return 0.0
    paired = any(not _PAIRING.isdisjoint(words[max(0, at - _REACH) : at]) for at in places)
    return 1.0 if paired else _IN_PASSING


def _shelves(item: Item) -> frozenset[str]:
    """Stems of the words for the item's department."""
    return frozenset(stems(item.category[0])) if item.category else frozenset()


def _style(item: Item, other: Item) -> float:
    same_brand = item.brand is not None and item.brand == other.brand
    same_color = not set(item.values(COLOR)).isdisjoint(other.values(COLOR))
    return _SAME_BRAND * same_brand + _SAME_COLOR * same_color
