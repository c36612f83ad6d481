"""Message -> values of the shop's own facets in it, typos and split compounds included.

"blck hiking boots" has the colour black and the type hiking boot. Longest match first, compared
by stems. A word is taken for a typo only when neither the shop nor English knows it, and never in
its first letter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from chatrec.sizes import SIZE
from chatrec.types import COLOR, TYPE, Facet, FacetValue, Mention, Vocabulary, in_name
from chatrec.units import unit_of
from chatrec.words import STOPWORDS, Token, english, stem, stems, tokens

_FIRST = (TYPE, "brand", COLOR, "material", "gender")
_LONGEST = 5  # tokens of a value that is looked for in messages
YES, NO = "yes", "no"
_NAMES_OF_FACETS = frozenset("color colour coloured colored brand material size type".split())
_DERIVED = ("ness", "ful", "ized", "ised", "less", "ment", "ing")
_JOINING = frozenset({"and", "or"})
_IDIOMS = frozenset({("clear", "of")})  # "steer clear of" names no look
_MONEY = frozenset("dollar dollars bucks usd euro euros eur quid pounds gbp rupees".split())
_MADE_OF = frozenset({"material", COLOR})
_VOWELS = frozenset("aeiou")


@dataclass(frozen=True, slots=True)
class Sense:
    """What a phrase means: values of a facet, the first one named by it best."""

    facet: str
    values: tuple[str, ...]

    @property
    def label(self) -> str:
        """The canonical name; a yes/no attribute is asked for by its own."""
        return self.facet if self.values[0] == YES else self.values[0]


class Lexicon:
    """Every way to name a value of the vocabulary, by its stems."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._senses: dict[tuple[str, ...], Sense] = {}  # by stems
        self._exact: dict[tuple[str, ...], Sense] = {}  # glass is a material, glasses are things
        self._name_words = vocabulary.name_words
        self._gapped: dict[tuple[str, ...], set[str]] = {}  # phrases with a word left out, and it
        self._words: Counter[str] = Counter()  # with how many items have them
        # Of facets that share a word, the one that most items have it of: headphones are wireless
        # more often than something's charging is.
        ranked = sorted(
            ((f, value) for f in vocabulary.facets if f.kind == "value" for value in f.values),
            key=lambda each: (_place(each[0]), each[0].mined, -each[1].count),
        )
        for facet, value in ranked:
            surface = facet.name if value.label == YES else value.label
            self._add(surface, facet.name, value)
            if facet.name == SIZE:  # a bare 42 may be anything, "size 42" may not
                self._add(f"{SIZE} {surface}", facet.name, value)
        for facet, value in ranked:
            for alias in value.aliases:
                self._add(alias, facet.name, value)
        colors = vocabulary.facet(COLOR)
        self._colors = [v.label for v in colors.values if v.label.isalpha()] if colors else []
        self._forms = {_form(word) for word in self._words}
        self._correctable: dict[str, list[str]] = {}
        for word in sorted(self._words):
            if len(word) >= 4:
                self._correctable.setdefault(word[0], []).append(word)

    def _add(self, surface: str, facet: str, value: FacetValue) -> None:
        """Let a phrase mean a value; within a facet it may mean several."""
        words = tokens(surface)
        if not words or len(words) > _LONGEST or not any(_tells(word) for word in words):
            return
        if surface != facet and surface in _NAMES_OF_FACETS:
            return  # "another colour" names no colour
        key = tuple(_form(word) for word in words)
        for senses, form in ((self._senses, key), (self._exact, tuple(words))):
            known = senses.get(form, Sense(facet, ()))
            if known.facet == facet and value.label not in known.values:
                senses[form] = Sense(facet, (*known.values, value.label))
        for place, word in enumerate(words):
            self._words[word] += value.count
            if len(words) > 1:
                self._gapped.setdefault(_without(key, place), set()).add(word)

    def sense(self, words: Sequence[str]) -> Sense | None:
        """What these words name, or None."""
        sense = self._exact.get(tuple(words)) or self._senses.get(tuple(map(_form, words)))
        if sense is None and len(words) == 1 and (bare := _bare_adjective(words[0])):
            made_of = self._senses.get((_form(bare),))
            sense = made_of if made_of and made_of.facet in _MADE_OF else None
        return sense

    def sense_of_slip(self, words: Sequence[str]) -> Sense | None:
        """What a phrase names with a slip in one of its words: "angel grinder", "yoga matt".

        The others vouch for it, so that even an English word is taken for the slip; a word that
        the shop knows is not.
        """
        key = tuple(_form(word) for word in words)
        for place, word in enumerate(words):
            if len(word) < 4 or word in STOPWORDS or _form(word) in self._forms:
                continue
            forms = {word, word.removesuffix("s")}
            for meant in sorted(self._gapped.get(_without(key, place), ())):
                near = any(DamerauLevenshtein.distance(form, meant) == 1 for form in forms)
                if meant[0] == word[0] and near:
                    return self.sense([*words[:place], meant, *words[place + 1 :]])
        return None

    def is_name(self, words: Sequence[str], at: int) -> bool:
        """Whether the word at a place is part of a product's name: the slate of "slate 8"."""
        behind = at + 1 < len(words) and in_name(words[at], words[at + 1], 0) in self._name_words
        return behind or (at > 0 and in_name(words[at - 1], words[at], 1) in self._name_words)

    def corrected(self, word: str) -> str:
        """The word of the shop's that a typo stands for, or the word itself."""
        if color := self._written_out(word):
            return color
        if (
            len(word) < 4
            or not word.isalpha()
            or _form(word) in self._forms
            or _form(_bare_adjective(word)) in self._forms
            or word in english()
            or word in STOPWORDS
        ):
            return word
        allowed = 1 if len(word) < 7 else 2
        near = process.extract(
            word,
            self._correctable.get(word[0], ()),
            scorer=DamerauLevenshtein.distance,
            score_cutoff=allowed,
            limit=None,
        )
        best = min(near, key=lambda each: (each[1], -self._words[each[0]]), default=(word,))
        return str(best[0])

    def _written_out(self, word: str) -> str:
        """The colour whose vowels were left out ("blk", "gry"), or nothing."""
        if not 3 <= len(word) <= 5 or not word.isalpha() or _VOWELS & set(word) or unit_of(word):
            return ""  # "ppl" are people and no purple
        meant = [
            color
            for color in self._colors
            if color[0] == word[0]
            and color.rstrip("aeiou")[-1:] == word[-1]
            and re.search(".*".join(word), color)
        ]
        return meant[0] if len(meant) == 1 and word not in self._words else ""


def names_facet(word: str) -> bool:
    """Whether it names what every thing has some of: "colours" are nothing to do without."""
    return word.removesuffix("s") in _NAMES_OF_FACETS


def _place(facet: Facet) -> int:
    return _FIRST.index(facet.name) if facet.name in _FIRST else len(_FIRST)


def _without(key: Sequence[str], place: int) -> tuple[str, ...]:
    return (*key[:place], "", *key[place + 1 :])


def _form(word: str) -> str:
    """The stem with what makes another word of it: "fits" is no "fitness", "beds" no "bedding"."""
    if word in STOPWORDS:  # "ones" stands for things, "one size" is a size
        return word
    bare = word.removesuffix("s") if word.endswith("ings") else word
    suffix = next((end for end in _DERIVED if bare.endswith(end)), "")
    return f"{stem(bare)}{suffix}"


def _bare_adjective(word: str) -> str:
    """The material of an adjective: "woollen" and "woolen" are of wool; else nothing."""
    bare = word.removesuffix("en").replace("ll", "l") if len(word) > 5 else word
    return "" if bare == word else bare


def _tells(word: str) -> bool:
    return word not in STOPWORDS and not word.isdigit() and len(word) > 1


def spot_values(
    message: Sequence[Token], lexicon: Lexicon, *, typos: bool = True
) -> Iterator[Mention]:
    """Values named by the message's tokens, in order, without overlaps.

    Words of a language that is not the shop's are taken as they are, without ``typos``.
    """
    words = [lexicon.corrected(token.word) if typos else token.word for token in message]
    at = 0
    while at < len(words):
        width, sense = _longest(words, at, lexicon, typos)
        bound = at > 0 and words[at] == "tops" and _ends_amount(words[at - 1])  # "100 tops"
        name = width == 1 and lexicon.is_name(words, at)
        idiom = tuple(words[at : at + 2]) in _IDIOMS
        if sense is not None and not bound and not name and not idiom:
            start, end = message[at].start, message[at + width - 1].end
            yield Mention("value", sense.label, start, end, sense.facet, values=sense.values)
        at += width


def _ends_amount(word: str) -> bool:
    return word[-1].isdigit() or word in _MONEY


def _longest(words: list[str], at: int, lexicon: Lexicon, typos: bool) -> tuple[int, Sense | None]:
    for width in range(min(_LONGEST, len(words) - at), 0, -1):
        window = words[at : at + width]
        sense = lexicon.sense(window)
        if sense is None and width == 2 and _compounded(window):
            sense = lexicon.sense(["".join(window)])
        if sense is None and width > 1 and typos:
            sense = lexicon.sense_of_slip(window)
        if sense is not None:
            return width, sense
    return 1, None


def _compounded(pair: Sequence[str]) -> bool:
    """Whether two words may be one that was written apart: "back pack", "t shirt".

    Not "s and", nor the "waterproof e" of "waterproof e-readers".
    """
    return len(pair[1]) > 1 and not STOPWORDS.issuperset(pair) and _JOINING.isdisjoint(pair)


def value_of_that(
    message: Sequence[Token], facets: Sequence[str]
) -> Iterator[tuple[str, int, int]]:
    """Facets pointed at by "that brand", "the same colour": (facet, start, end)."""
    names = {stems(facet)[0]: facet for facet in facets if stems(facet)}
    names.setdefault(stem("colour"), COLOR)
    for before, token in pairwise(message):
        facet = names.get(stem(token.word))
        if facet and before.word in {"that", "this", "same", "these", "those"}:
            yield facet, before.start, token.end
