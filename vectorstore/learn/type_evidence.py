"""Titles and descriptions of a catalogue -> how surely a word or phrase names a thing in it.

A noun counts as the name of a thing when it is known as one, when the shop has it as a category,
or when enough titles end in it and descriptions speak of "this ..."; the same statistics tell a
kind ("hiking boot") from praise ("elegant boot"). Decides no item's type.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import cache

from chatrec.types import Item
from chatrec.words import STOPWORDS, fold
from vectorstore.learn.inflection import normal_stem, singular_phrase
from vectorstore.learn.lexicon import Stems, collectives, families, modifiers, names, themes
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

# How much evidence an unknown noun needs. Found by reading the types of four catalogues.
SEEN_SHARE = 0.4
"""Of the titles that have an unknown noun, those that must end in it."""
_SEEN_ENDS = 2
_SPOKEN_OF, _KNOWN = 8, 0.5
_BRAND_SHARE, _BRAND_ENDS = 0.9, 3
_KIND_COUNT, _KIND_SHARE = 3, 0.2


@dataclass(slots=True)
class Reading:
    """What one item's texts say before the catalogue is known."""

    runs: list[tuple[str, ...]]
    stems: list[Stems]
    said: frozenset[str]
    small: frozenset[str]


@dataclass(slots=True)
class Counts:
    """Over the catalogue, by stem: titles that have it, titles with a run that ends in it."""

    titles: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    small: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    spelled: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    brands: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


class Judge:
    """Which words and phrases name things in this catalogue."""

    def __init__(self, counts: Counts, categories: frozenset[Stems]) -> None:
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
        return share if ends >= _SEEN_ENDS and share >= SEEN_SHARE and spoken_of else 0.0

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


def read(item: Item) -> Reading:
    """The words of a title, or of the description where the title has none, and what is said."""
    found = runs(item.title, item.brand) or runs(item.description[:200], item.brand)
    said = (m[1] for m in _SAID.finditer(fold(item.description[:_SAID_CHARS])))
    heads = (re.split(r"[\s-]", phrase)[-1] for phrase in said)
    return Reading(
        runs=found,
        stems=[tuple(map(normal_stem, run)) for run in found],
        said=frozenset(map(normal_stem, heads)),
        small=frozenset() if item.title.islower() else _small(item.title),
    )


def _small(title: str) -> frozenset[str]:
    """Stems of words that a title with capitals writes small: names of things, not of brands."""
    return frozenset(map(normal_stem, re.findall(r"(?<!\w)[a-z]{3,}(?!\w)", title)))


def count(items: Sequence[Item], readings: Sequence[Reading]) -> Counts:
    """The readings of all items, in the items' order, counted together."""
    counts = Counts()
    for item, reading in zip(items, readings, strict=True):
        counts.titles.update({s for run in reading.stems for s in run})
        counts.said.update(reading.said)
        ends: set[str] = set()
        small: set[str] = set()
        pairs: set[tuple[str, str]] = set()
        for run, words in zip(reading.stems, reading.runs, strict=True):
            place = next(head_positions(run), None)
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


def head_positions(run: Stems) -> Iterator[int]:
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
