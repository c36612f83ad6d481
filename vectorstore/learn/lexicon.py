"""Resource files beside this module -> names of things, and words for colours, materials and more.

The files say in their first lines how they are written. Phrases are compared by stems.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from chatrec.words import fold, names_stems, stem, stems, tokens
from vectorstore.learn.inflection import singular_phrase

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """What is known of names of things, whatever the catalogue.

    ``groups`` hold names of one thing; ``similar`` pairs that may mean one thing; ``kinds`` maps
    a name to the more general names. ``labels`` are all of them, ``known`` their stems.
    """

    groups: tuple[tuple[str, ...], ...]
    similar: tuple[tuple[str, str], ...]
    kinds: Mapping[str, tuple[str, ...]]
    labels: frozenset[str]
    known: frozenset[Stems]


@dataclass(frozen=True, slots=True)
class Word:
    """A phrase to look for, and the facet values that it stands for."""

    stems: Stems
    labels: tuple[str, ...]


class Words:
    """The phrases of one facet, looked up by their first stem."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._by_first: dict[str, list[Word]] = {}
        for word in words:
            self._by_first.setdefault(word.stems[0], []).append(word)
        self.aliases = _aliases(words)
        self.single = frozenset(word.stems[0] for word in words if len(word.stems) == 1)

    def candidates(self, stemmed: Sequence[str]) -> Iterator[Word]:
        """Phrases whose first stem the text has, each once."""
        for first in dict.fromkeys(stemmed):
            yield from self._by_first.get(first, ())

    def named_in(
        self, words: list[str], stemmed: list[str], *, of_whole: bool = False
    ) -> list[Word]:
        """Phrases that the text says of the thing (`chatrec.words.names_value`)."""
        return [
            word
            for word in self.candidates(stemmed)
            if names_stems(words, stemmed, list(word.stems), of_whole=of_whole)
        ]


def _aliases(words: Sequence[Word]) -> dict[str, tuple[str, ...]]:
    """Other phrases for a label: those whose first label it is, but for the label itself."""
    found: dict[str, list[str]] = {}
    for word in words:
        phrase = " ".join(word.stems)
        if phrase != " ".join(stems(word.labels[0])):
            found.setdefault(word.labels[0], []).append(phrase)
    return {label: tuple(phrases) for label, phrases in found.items()}


def _lines(name: str) -> Iterator[str]:
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield fold(line.strip())


@cache
def names() -> Names:
    """The names of `synonyms.txt`."""
    groups: list[tuple[str, ...]] = []
    similar: list[tuple[str, str]] = []
    kinds: dict[str, list[str]] = {}
    known: set[str] = set()
    for line in _lines("synonyms.txt"):
        general, _, special = line.partition(" > ")
        if special:
            for name in _split(special):
                kinds.setdefault(label_of(name), []).append(label_of(general))
            parts = [general, *_split(special)]
        elif " ~ " in line:
            one, _, other = line.partition(" ~ ")
            parts = [one, other]
            similar.append((label_of(one), label_of(other)))
        else:
            parts = _split(line)
            groups.append(tuple(label_of(part) for part in parts))
        known.update(label_of(part) for part in parts)
    general_of = {special: tuple(general) for special, general in kinds.items()}
    known_stems = frozenset(tuple(stems(label)) for label in known)
    return Names(tuple(groups), tuple(similar), general_of, frozenset(known), known_stems)


def label_of(phrase: str) -> str:
    """A type's label: folded words, the last in the singular."""
    words = tuple(tokens(phrase))
    return singular_phrase(words) if words else ""


def _split(line: str) -> list[str]:
    return [part.strip() for part in line.split(",") if part.strip()]


@cache
def families(name: str) -> Words:
    """Colours and materials: a shade is a value beside its family ("navy": navy, blue)."""
    return Words(
        [
            Word(tuple(stems(phrase)), tuple(dict.fromkeys((label, family))))
            for line in _lines(name)
            for family, _, rest in [line.partition(":")]
            for phrase, label in [(family, family), *((s, s) for s in _split(rest))]
        ]
    )


@cache
def synonyms(name: str) -> Words:
    """Features, patterns and genders: every word of a line stands for its label alone."""
    return Words(
        [
            Word(tuple(stems(phrase)), (label,))
            for line in _lines(name)
            for label, _, rest in [line.partition(":")]
            for phrase in [label, *_split(rest)]
        ]
    )


@cache
def modifiers() -> frozenset[str]:
    """Stems that describe a thing and name none: colours, features, patterns, genders."""
    lists = [
        families("colors.txt").single,
        synonyms("features.txt").single,
        synonyms("patterns.txt").single,
        synonyms("genders.txt").single,
        frozenset(stem(word) for line in _lines("modifiers.txt") for word in line.split()),
    ]
    return frozenset().union(*lists)


@cache
def collectives() -> frozenset[str]:
    """Stems of heads that name no thing by themselves: set, kit, collection."""
    return frozenset(stem(word) for line in _lines("collectives.txt") for word in line.split())
