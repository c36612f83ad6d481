"""Message -> what it says beyond doubt, whatever the model makes of the rest.

"The cheapest" orders a search by price, and "in stock" leaves out what is sold out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chatrec.types import TYPE, Mention
from chatrec.understand.items import NEGATIONS
from chatrec.words import SUPERLATIVES, Token

_TURNED_AWAY = NEGATIONS | frozenset("no without except but than instead nor neither hate".split())
_REACH = 4  # words that a negation reaches over: "not a big fan of leather"
_IN_STOCK = (("in", "stock"), ("available", "now"), ("available", "today"))


def superlatives(message: Sequence[Token]) -> tuple[str, ...]:
    """Superlatives of the message ("cheapest", "best rated"), in order, unless negated."""
    words = [token.word for token in message]
    found: list[str] = []
    for at in range(len(words)):
        for width in (2, 1):
            phrase = " ".join(words[at : at + width])
            if phrase in SUPERLATIVES and not NEGATIONS & set(words[max(0, at - 2) : at]):
                found.append(phrase)
    return tuple(dict.fromkeys(found))


def affirmed(message: Sequence[Token], values: Iterable[Mention]) -> tuple[Mention, ...]:
    """Values that nothing in the words before them turns away.

    Who says "waterproof boots" to begin a search wants them waterproof, even where the model
    gives the word no role. What a thing is, is never taken for granted so: a "laptop bag" is no
    laptop.
    """
    found = []
    for value in values:
        before = [token.word for token in message if token.end <= value.start][-_REACH:]
        if value.facet != TYPE and not _TURNED_AWAY & set(before):
            found.append(value)
    return tuple(found)


def only_in_stock(message: Sequence[Token]) -> bool:
    """Whether only what can be had now is asked for."""
    words = [token.word for token in message]
    return any(
        (words[at], words[at + 1]) in _IN_STOCK and not NEGATIONS & set(words[max(0, at - 2) : at])
        for at in range(len(words) - 1)
    )
