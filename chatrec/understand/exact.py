"""Message -> what it says beyond doubt, whatever the model makes of the rest.

"The cheapest" orders a search by price, and "in stock" leaves out what is sold out.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatrec.understand.items import NEGATIONS
from chatrec.words import SUPERLATIVES, Token

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


def only_in_stock(message: Sequence[Token]) -> bool:
    """Whether only what can be had now is asked for."""
    words = [token.word for token in message]
    return any(
        (words[at], words[at + 1]) in _IN_STOCK and not NEGATIONS & set(words[max(0, at - 2) : at])
        for at in range(len(words) - 1)
    )
