"""A query -> what it asks of a find, so that one floor tells whether the shop has anything of it.

The floor is what messages about other things reach: the more a shop sells, the nearer anything is.
A wish ("long flights") never comes as near to a product's text as the name of a thing does, and a
thing that the shop lacks is named all over the products made for it: cases for a phone, bags for
a laptop. So who names a thing that is none of the shop's kinds has to be answered as surely as
nearly all of these kinds are when they are asked for by name. How sure that is depends on the
embedding model and on how the shop writes: the shop is asked for its own kinds. Words that neither
the shop nor English knows halve what a find counts: gibberish is near to something too. Who names
a thing has said its words, who has a wish may have found others: of a name the words count more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from chatrec.types import TYPE, Vocabulary
from chatrec.words import STOPWORDS, english, stem, stems, tokens
from vectorstore.faq_head import background
from vectorstore.fusion import Demand
from vectorstore.learn.lexicon import names
from vectorstore.lexical import Lexicon

_ASKED, _FEW, _MISSED = 200, 20, 0.1
_UNRELATED, _REACHED, _FLOOR_RANGE = 100, 0.9, (0.1, 0.4)
_NAME_WORDS = 4
_WISH, _NAME = 1 / 2, 2 / 3  # what words count for


class Certainty:
    """What one shop can be asked for by name, and how surely it then answers."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        lexicon: Lexicon,
        sureness: Callable[[Sequence[str], float], Sequence[float]],
    ) -> None:
        """``sureness``: how sure the shop is of anything that texts ask for, each in [0, 1].

        It is told what words count for, and asked for 500 texts at most. A shop of few kinds tells
        too little about itself: there names count as much as wishes.
        """
        unrelated = background()
        reached = sureness(unrelated[:: len(unrelated) // _UNRELATED], _WISH)
        self.floor = float(np.clip(np.quantile(reached, _REACHED), *_FLOOR_RANGE))
        self._lexicon = lexicon
        facet = vocabulary.facet(TYPE)
        kinds = [value for value in facet.values if value.count > 1] if facet else []
        self._kinds = {tuple(stems(name)) for kind in kinds for name in (kind.label, *kind.aliases)}
        self._weight = 1.0
        if len(kinds) >= _FEW:
            asked = [kind.label for kind in kinds[:: max(1, len(kinds) // _ASKED)]]
            usual = float(np.quantile(sureness(asked, _NAME), _MISSED))
            self._weight = self.floor / max(usual, self.floor)

    def demand(self, query: str) -> Demand:
        """What a find has to bring before it is an answer to the query."""
        words = tokens(query)
        unknown = sum(map(self._is_unknown, words)) / max(1, len(words))
        known = 1 - unknown / 2
        if _names_thing(words) and tuple(map(stem, words)) not in self._kinds:
            return Demand(_NAME, self._weight * known)
        return Demand(_WISH, known)

    def _is_unknown(self, word: str) -> bool:
        return word.isalpha() and word not in english() and stem(word) not in self._lexicon


def _names_thing(words: Sequence[str]) -> bool:
    """Whether these words are a thing's name and no wish: "phone cord", "iphone 7"."""
    if not 0 < len(words) <= _NAME_WORDS or not STOPWORDS.isdisjoint(words):
        return False
    return stem(words[-1]) in _heads() or any(c.isdigit() for word in words for c in word)


@cache
def _heads() -> frozenset[str]:
    """Last words of names of things, whatever the catalogue: "cord" of "power cord"."""
    return frozenset(stem(tokens(label)[-1]) for label in names().labels)
