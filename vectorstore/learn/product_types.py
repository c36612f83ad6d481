"""Titles and category paths of a whole catalogue -> what each item is, general names too.

A noun counts as the name of a thing when it is known as one, when the shop has it as a category,
or when enough titles end in it and descriptions speak of "this ..."; the same statistics tell a
kind ("hiking boot") from praise ("elegant boot"). Knows nothing of prices or attributes but for
the column, if any, that names the type.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache

from chatrec.types import Item
from chatrec.words import STOPWORDS, fold, tokens
from vectorstore.learn.canonical import Canonical
from vectorstore.learn.inflection import normal_stem, singular_phrase
from vectorstore.learn.lexicon import (
    Stems,
    collectives,
    families,
    label_of,
    modifiers,
    names,
    themes,
)
from vectorstore.learn.titles import runs

# "This sleek black backpack features ..." says backpack; "This backpack, made ..." too.
_SAID = re.compile(
    r"\b(?:this|these)\s+((?:[\w'’-]+,?\s+){0,6}?[\w-]+)(?=[.,;:!?]|\s+(?:is|are|was|has|have|will|"
    r"can|features?|combines?|offers?|brings?|comes?|adds?|provides?|makes?|transforms?|delivers?|"
    r"exudes?|showcases?|includes?|promises?|elevates?|blends?|ensures?|captures?|boasts?|allows?|"
    r"creates?|gives?|rests?|that|which|with|for|from|in|by|to|of|on|and|at|made|crafted|designed|"
    r"perfect|perfectly|effortlessly|seamlessly|beautifully|strikes?|evokes?|infuses?|pairs?)\b)"
)
_SAID_CHARS = 600
_TYPE_COLUMNS = ("product type", "item type", "product category", "type")

# How much evidence an unknown noun needs. Found by reading the types of four catalogues.
_SEEN_ENDS, _SEEN_SHARE = 2, 0.4
_SPOKEN_OF, _KNOWN = 8, 0.5
_BRAND_SHARE, _BRAND_ENDS = 0.9, 3
_KIND_COUNT, _KIND_SHARE = 3, 0.2
_EARLIER, _INSIDE_PHRASE, _INSIDE = 0.85, 0.6, 0.4
_SAID_BONUS = 1.5


@dataclass(slots=True)
class _Reading:
    """What one item's texts say before the catalogue is known."""

    runs: list[tuple[str, ...]]
    stems: list[Stems]
    said: frozenset[str]
    small: frozenset[str]


@dataclass(slots=True)
class _Counts:
    """Over the catalogue, by stem: titles that have it, titles with a run that ends in it."""

    titles: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    small: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    spelled: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    brands: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


@dataclass(frozen=True, slots=True)
class Types:
    """``of`` holds each item's types, the most special first; ``aliases`` other names of a type."""

    of: list[tuple[str, ...]]
    aliases: Mapping[str, tuple[str, ...]]


def learn_types(items: Sequence[Item]) -> Types:
    """The types of every item, and what else shoppers may call them."""
    readings = [_read(item) for item in items]
    counts = _count(items, readings)
    judge = _Judge(counts, _category_stems(items))
    found = [_own_types(item, r, judge) for item, r in zip(items, readings, strict=True)]
    labels = [_category_labels(item) for item in items]
    kept = _without_misfiled(found, labels, readings)
    canonical = Canonical(
        (label for types in found for label in types), (label for path in kept for label in path)
    )
    of = [canonical.closed(own, path) for own, path in zip(found, kept, strict=True)]
    return Types(of, canonical.aliases({label for types in of for label in types}))


def _read(item: Item) -> _Reading:
    found = runs(item.title, item.brand) or runs(item.description[:200], item.brand)
    said = (m[1] for m in _SAID.finditer(fold(item.description[:_SAID_CHARS])))
    heads = (re.split(r"[\s-]", phrase)[-1] for phrase in said)
    return _Reading(
        runs=found,
        stems=[tuple(map(normal_stem, run)) for run in found],
        said=frozenset(map(normal_stem, heads)),
        small=frozenset() if item.title.islower() else _small(item.title),
    )


def _small(title: str) -> frozenset[str]:
    """Stems of words that a title with capitals writes small: names of things, not of brands."""
    return frozenset(map(normal_stem, re.findall(r"(?<!\w)[a-z]{3,}(?!\w)", title)))


def _head_positions(run: Stems) -> Iterator[int]:
    """Places where the name may end: the last word, and left of words that name nothing."""
    empty = _empty()
    for place in range(len(run) - 1, -1, -1):
        if run[place] in themes():
            return
        is_empty = run[place] in empty
        if not is_empty or _known_phrase(run, place, names().known):
            yield place
        if not is_empty and run[place] not in families("materials.txt").single:
            return


@cache
def _empty() -> frozenset[str]:
    return modifiers() | collectives()


def _known_phrase(run: Stems, place: int, known: Set[Stems]) -> int:
    """Length of the longest known name of several words that ends at the place, or 0."""
    lengths = (n for n in (4, 3, 2) if place + 1 >= n)
    return next((n for n in lengths if run[place + 1 - n : place + 1] in known), 0)


def _count(items: Sequence[Item], readings: Sequence[_Reading]) -> _Counts:
    counts = _Counts()
    for item, reading in zip(items, readings, strict=True):
        counts.titles.update({s for run in reading.stems for s in run})
        counts.said.update(reading.said)
        ends: set[str] = set()
        small: set[str] = set()
        pairs: set[tuple[str, str]] = set()
        for run, words in zip(reading.stems, reading.runs, strict=True):
            place = next(_head_positions(run), None)
            if place is None:
                continue
            ends.add(run[place])
            counts.spelled[run[place]][words[place]] += 1
            if run[place] in reading.small:
                small.add(run[place])
            if place:
                pairs.add((run[place - 1], run[place]))
        counts.ends.update(ends)
        counts.small.update(small)
        counts.pairs.update(pairs)
        if item.brand:
            for end in ends:
                counts.brands[end][item.brand] += 1
    return counts


class _Judge:
    """Which words and phrases name things in this catalogue."""

    def __init__(self, counts: _Counts, categories: frozenset[Stems]) -> None:
        self._counts = counts
        self._known = names().known | categories
        self._never = collectives() | themes() | STOPWORDS

    def head(self, word: str) -> float:
        """How surely the word names a thing, in [0, 1]; 0 if nothing supports it."""
        titles, ends = self._counts.titles[word], self._counts.ends[word]
        share = ends / (titles + 1)
        if word in self._never:
            return 0.0
        if (word,) in self._known:
            return max(_KNOWN, share)
        if word in modifiers() or len(word) < 3 or not ends:
            return 0.0
        if self.spelled(word).endswith(("ing", "ed")) or self._belongs_to_a_brand(word):
            return 0.0  # "painted" and "included" end titles too
        spoken_of = (self._counts.said[word] + self._counts.small[word]) * _SPOKEN_OF >= ends
        return share if ends >= _SEEN_ENDS and share >= _SEEN_SHARE and spoken_of else 0.0

    def _belongs_to_a_brand(self, word: str) -> bool:
        by_brand = self._counts.brands.get(word)
        if not by_brand or by_brand.total() < _BRAND_ENDS:
            return False
        return by_brand.most_common(1)[0][1] >= _BRAND_SHARE * by_brand.total()

    def seen(self, word: str) -> bool:
        """Whether some title ends in the word."""
        return self._counts.ends[word] > 0

    def spelled(self, word: str) -> str:
        """The label of a stem: its commonest spelling in titles, in the singular."""
        return singular_phrase((self._counts.spelled[word].most_common(1)[0][0],))

    def known_phrase(self, run: Stems, place: int) -> int:
        """Length of the longest known name that ends at the place, or 0."""
        return _known_phrase(run, place, self._known)

    def kind(self, before: str, head: str) -> bool:
        """Whether ``before`` makes a kind of the head rather than praising it."""
        if (
            before == head
            or before in modifiers()
            or before in families("materials.txt").single
            or len(before) < 3
        ):
            return False
        pair = self._counts.pairs[before, head]
        return pair >= _KIND_COUNT and pair >= _KIND_SHARE * self._counts.titles[before]


def _own_types(item: Item, reading: _Reading, judge: _Judge) -> tuple[str, ...]:
    """Types that the item's own column, title or description names, the most special first."""
    given = _from_column(item, judge)
    sure, number, place = max(_scored(reading, judge), default=(0.0, 0, 0))
    if sure:
        named = _phrases(reading.runs[-number], reading.stems[-number], place, judge)
        return tuple(dict.fromkeys((*given, *named)))
    return given or _from_description(reading, judge)


def _scored(reading: _Reading, judge: _Judge) -> Iterator[tuple[float, int, int]]:
    """Score, negative number of the run, and place of each word that may be the head.

    A head stands at the end of its run. Inside one only what the description calls the thing, or
    the title writes small, is considered: "Electric Guitar Cherry", "Stickers Waterproof Gifts".
    """
    for number, run in enumerate(reading.stems):
        ends = set(_head_positions(run))
        for place, word in enumerate(run):
            phrase = judge.known_phrase(run, place)
            sure = 1.0 if phrase else judge.head(word)
            if place not in ends:
                called = word in reading.said or word in reading.small
                sure *= (_INSIDE_PHRASE if phrase else _INSIDE) if called else 0.0
            sure *= _EARLIER**number * (_SAID_BONUS if word in reading.said else 1.0)
            yield sure, -number, place


def _phrases(run: tuple[str, ...], stems_: Stems, place: int, judge: _Judge) -> Iterator[str]:
    length = judge.known_phrase(stems_, place)
    if length:
        yield singular_phrase(run[place + 1 - length : place + 1])
        return
    if place and judge.kind(stems_[place - 1], stems_[place]):
        if place > 1 and judge.kind(stems_[place - 2], stems_[place - 1]):
            yield singular_phrase(run[place - 2 : place + 1])
        yield singular_phrase(run[place - 1 : place + 1])
    yield singular_phrase(run[place : place + 1])


def _from_column(item: Item, judge: _Judge) -> tuple[str, ...]:
    for column in _TYPE_COLUMNS:
        value = item.attributes.get(column)
        if isinstance(value, str) and value.replace(" ", "").replace("-", "").isalpha():
            run = tuple(tokens(value))
            stems_ = tuple(map(normal_stem, run))
            if run and (
                judge.known_phrase(stems_, len(run) - 1) == len(run) or judge.head(stems_[-1])
            ):
                return (singular_phrase(run),)
    return ()


def _from_description(reading: _Reading, judge: _Judge) -> tuple[str, ...]:
    sure = [(judge.head(word), word) for word in reading.said if judge.seen(word)]
    best = max(sure, default=(0.0, ""))
    return (judge.spelled(best[1]),) if best[0] >= _SEEN_SHARE else ()


def _category_stems(items: Sequence[Item]) -> frozenset[Stems]:
    labels = {label for item in items for label in item.category}
    return frozenset(tuple(map(normal_stem, tokens(label))) for label in labels)


def _category_labels(item: Item) -> tuple[str, ...]:
    """The category path as types, the general first; a label such as "set" names nothing."""
    labels = (label_of(label.replace("&", " and ")) for label in item.category)
    return tuple(
        dict.fromkeys(
            label
            for label in labels
            if label and not set(map(normal_stem, label.split())) <= collectives()
        )
    )


def _without_misfiled(
    found: Sequence[tuple[str, ...]],
    labels: Sequence[tuple[str, ...]],
    readings: Sequence[_Reading],
) -> list[tuple[str, ...]]:
    """Category labels but for a last one that the item's title contradicts.

    A dress filed under belts is no belt: its title does not say belt, and the things that are
    called what it is called stand elsewhere.
    """
    filed: dict[str, Counter[str]] = defaultdict(Counter)
    sizes: Counter[str] = Counter()
    for types, path in zip(found, labels, strict=True):
        if types and path:
            filed[types[-1]][path[-1]] += 1
            sizes[path[-1]] += 1
    kept: list[tuple[str, ...]] = []
    for types, path, reading in zip(found, labels, readings, strict=True):
        last = path[-1] if path else ""
        others = filed[types[-1]] if types else Counter()
        title = {s for run in reading.stems for s in run}
        # "halloween" is a category that no title ends in, so that no other name contradicts it.
        is_name = filed[last][last] >= 0.2 * sizes[last]
        elsewhere = is_name and others.total() >= 5 and others[last] <= 0.2 * others.total()
        said = set(map(normal_stem, last.split())) & (title | reading.said)
        kept.append(path[:-1] if len(path) > 1 and elsewhere and not said else path)
    return kept
