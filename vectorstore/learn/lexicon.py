"""Resource files beside this module -> names of things, and words for colours, materials and more.

The files say in their first lines how they are written. Phrases are compared by stems.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from chatrec.words import fold, names_stems, tokens
from vectorstore.learn.inflection import normal_stem, singular, singular_phrase

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """What is known of names of things, whatever the catalogue.

    ``groups`` hold names of one thing; ``similar`` pairs that may mean one thing; ``kinds`` maps
    a name to the more general names, ``denied`` one to names that its words suggest and that it
    is not. ``labels`` are all of them, ``known`` their stems.
    """

    groups: tuple[tuple[str, ...], ...]
    similar: tuple[tuple[str, str], ...]
    kinds: Mapping[str, tuple[str, ...]]
    denied: Mapping[str, tuple[str, ...]]
    labels: frozenset[str]
    known: frozenset[Stems]


@dataclass(frozen=True, slots=True)
class Word:
    """A phrase to look for, in normal form, and the facet values that it stands for.

    One that is not ``told`` by texts means the value only in the facet's own column.
    """

    phrase: Stems
    labels: tuple[str, ...]
    told: bool = True


class Words:
    """The phrases of one facet, looked up by their first word in normal form.

    The normal form is the singular and not the stem: "metallic" is no metal, "sustain" not
    sustainable.
    """

    def __init__(self, words: Sequence[Word], aliases: Mapping[str, tuple[str, ...]]) -> None:
        self._by_first: dict[str, list[Word]] = {}
        for word in words:
            self._by_first.setdefault(word.phrase[0], []).append(word)
        self.aliases = aliases
        self.single = frozenset(
            normal_stem(word.phrase[0]) for word in words if word.told and len(word.phrase) == 1
        )

    def candidates(self, normal: Sequence[str]) -> Iterator[Word]:
        """Phrases whose first word the text has, each once."""
        for first in self._by_first.keys() & set(normal):
            yield from self._by_first[first]

    def named_in(self, text: Text, *, of_whole: bool = False, column: bool = False) -> list[Word]:
        """Phrases that the text says of the thing (`chatrec.words.names_value`), in its order.

        ``column``: the text is a value of the facet's own column.
        """
        found = [
            word
            for word in self.candidates(text.normal)
            if (word.told or column)
            and names_stems(text.words, text.normal, list(word.phrase), of_whole=of_whole)
        ]
        return sorted(found, key=lambda word: text.normal.index(word.phrase[0]))


@dataclass(frozen=True, slots=True)
class Text:
    """A text's tokens, and each in normal form."""

    words: list[str]
    normal: list[str]

    @classmethod
    def of(cls, text: str) -> Text:
        """Read a text."""
        words = tokens(text)
        return cls(words, [singular(word) for word in words])


def lines(name: str) -> Iterator[str]:
    """Lines of a resource file, folded, without blank ones and comments."""
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield fold(line.strip())


@cache
def names() -> Names:
    """The names of `synonyms.txt`."""
    groups: list[tuple[str, ...]] = []
    similar: list[tuple[str, str]] = []
    general: dict[str, dict[str, list[str]]] = {" > ": {}, " ! ": {}}
    known: set[str] = set()
    for line in lines("synonyms.txt"):
        mark = next((mark for mark in (*general, " ~ ") if mark in line), None)
        one, _, rest = line.partition(mark) if mark else ("", "", line)
        others = [label_of(part) for part in _split(rest)]
        if mark is None:
            groups.append(tuple(others))
        elif mark == " ~ ":
            similar.append((label_of(one), others[0]))
        else:
            for name in others:
                general[mark].setdefault(name, []).append(label_of(one))
        known.update(filter(None, others if mark == " ! " else (label_of(one), *others)))
    kinds, denied = ({k: tuple(v) for k, v in found.items()} for found in general.values())
    known_stems = frozenset(tuple(map(normal_stem, tokens(label))) for label in known)
    return Names(tuple(groups), tuple(similar), kinds, denied, frozenset(known), known_stems)


def label_of(phrase: str) -> str:
    """A type's label: folded words, the last in the singular."""
    words = tuple(tokens(phrase))
    return singular_phrase(words) if words else ""


def _split(line: str) -> list[str]:
    return [part.strip() for part in line.split(",") if part.strip()]


@cache
def families(name: str) -> Words:
    """Colours and materials: a shade is a value beside its family ("navy": navy, blue).

    A word marked "=" is another spelling of the family; one marked "~" means a shade only where a
    column gives it: "sand" in a text is sand.
    """
    labels: dict[str, list[str]] = {}
    told: dict[str, bool] = {}
    aliases: dict[str, tuple[str, ...]] = {}
    for line in lines(name):
        family, _, rest = line.partition(":")
        parts = _split(rest)
        aliases[family] = tuple(part[1:] for part in parts if part.startswith("="))
        for spelling in (family, *aliases[family]):
            labels[spelling] = [family]
        for shade in (part for part in parts if not part.startswith("=")):
            phrase = shade.removeprefix("~")
            labels.setdefault(phrase, [phrase]).append(family)
            told[phrase] = not shade.startswith("~")
    words = [_word(p, tuple(found), told=told.get(p, True)) for p, found in labels.items()]
    return Words(words, aliases)


@cache
def synonyms(name: str) -> Words:
    """Features, patterns and genders: every word of a line stands for its label.

    A word marked "~" is what shoppers may say, and not looked for in texts.
    """
    words: list[Word] = []
    aliases: dict[str, tuple[str, ...]] = {}
    for line in lines(name):
        label, _, rest = line.partition(":")
        parts = [part for part in _split(rest) if not part.startswith("+")]
        words += [_word(p, (label,)) for p in (label, *parts) if not p.startswith("~")]
        aliases[label] = tuple(part.removeprefix("~") for part in parts)
    return Words(words, aliases)


@cache
def includes(name: str) -> Mapping[str, tuple[str, ...]]:
    """For labels of such a file the labels that they include, marked "+"."""
    split = (line.partition(":")[::2] for line in lines(name))
    return {
        label: tuple(part[1:] for part in _split(rest) if part.startswith("+"))
        for label, rest in split
        if "+" in rest
    }


def _word(phrase: str, labels: tuple[str, ...], *, told: bool = True) -> Word:
    return Word(tuple(Text.of(phrase).normal), labels, told)


@cache
def modifiers() -> frozenset[str]:
    """Stems that describe a thing and name none: colours, features, patterns, genders."""
    lists = [
        families("colors.txt").single,
        synonyms("features.txt").single,
        synonyms("patterns.txt").single,
        synonyms("genders.txt").single,
        _stems_in("modifiers.txt"),
    ]
    return frozenset().union(*lists)


@cache
def collectives() -> frozenset[str]:
    """Stems of heads that say how many or how fine: before "set" or "kit" stands the thing."""
    return frozenset(
        normal_stem(word) for line in lines("collectives.txt") for word in line.split()
    )


@cache
def themes() -> frozenset[str]:
    """Stems of heads before which stands only what it is for: "party supplies"."""
    return _stems_in("themes.txt")


def _stems_in(name: str) -> frozenset[str]:
    return frozenset(normal_stem(word) for line in lines(name) for word in line.split())
