"""A query's words -> the shop's own: typos, words written together, other names of what it sells.

Only words that the shop has nowhere are touched. A typo is taken for one only when English does
not know the word either, and never in its first letter: "adiddas" is adidas, a kayak no "layak".
Knows no scores.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from chatrec.types import TYPE, Item, Vocabulary
from chatrec.units import symbol, unit_of
from chatrec.words import STOPWORDS, english, spans, tokens
from vectorstore.lexical import Lexicon
from vectorstore.passages import terms

_SHORTEST, _SHORTEST_PART, _LONG, _LONGEST = 4, 3, 7, 40


class Rewording:
    """The words of one shop. Safe to use from several threads."""

    def __init__(self, items: Iterable[Item], vocabulary: Vocabulary, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        names = (f"{item.title} {item.brand or ''} {' '.join(item.types)}" for item in items)
        self._counts = Counter(word for name in names for word in tokens(name) if word.isalpha())
        self._by_letter: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(self._counts):
            if len(word) >= _SHORTEST:
                self._by_letter[word[0]].append(word)
        types = vocabulary.facet(TYPE)
        self._names = {
            alias: value.label
            for value in reversed(types.values if types else ())
            for alias in value.aliases
        }

    def reworded(self, query: str) -> str:
        """The query with each word that the shop does not know in the shop's own, if it has one."""
        pieces: list[str] = []
        at = 0
        for token in spans(query):
            if token.word in STOPWORDS or any(t in self._lexicon for t in terms(token.word)):
                continue
            pieces += [query[at : token.start], self._own(token.word)]
            at = token.end
        return "".join([*pieces, query[at:]]) if pieces else query

    def _own(self, word: str) -> str:
        if word in self._names:
            return self._names[word]
        if unit_of(word):
            return symbol(word)
        if not word.isalpha() or not _SHORTEST <= len(word) <= _LONGEST:
            return word
        return self._parted(word) or (word if word in english() else self._corrected(word))

    def _parted(self, word: str) -> str:
        """The word as two of the shop's, the commonest that make it up: "powerbank"."""
        cuts = range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)
        parts = [(word[:cut], word[cut:]) for cut in cuts]
        known = [pair for pair in parts if all(part in self._counts for part in pair)]
        best = max(known, key=lambda pair: min(self._counts[p] for p in pair), default=())
        return " ".join(best)

    def _corrected(self, word: str) -> str:
        near = process.extract(
            word,
            self._by_letter.get(word[0], ()),
            scorer=DamerauLevenshtein.distance,
            score_cutoff=1 if len(word) < _LONG else 2,
            limit=None,
        )
        best = min(near, key=lambda each: (each[1], -self._counts[each[0]]), default=(word,))
        return str(best[0])
