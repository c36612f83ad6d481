"""A turn with a photo -> what it means.

A photo says what is wanted whatever stands beside it, unless that is customer service or a person
is asked for. Nothing here looks at the photo: what is in it nobody knows, and nothing is read out
of it.
"""

from __future__ import annotations

from dataclasses import replace

from chatrec.types import Constraints, Intent, Turn, Understanding
from chatrec.words import STOPWORDS, stem, tokens

_SAYS_WHAT = frozenset({Intent.NEW, Intent.REFINE, Intent.MORE, Intent.SIMILAR, Intent.RESTART})
_ELSEWHERE = frozenset({Intent.FAQ, Intent.HUMAN})
# "like this, in black" names no thing, and is read as small talk without one.
_THING = "a product. "
_AFRESH = frozenset({Intent.NEW, Intent.RESTART})
# Words that only point at the photo: no product is found by them.
_POINTING = frozenset(
    stem(word)
    for word in "photo picture image pic pics photograph snapshot screenshot attached uploaded "
    "product something anything thing one like alike similar same look looks looking resembling "
    "resembles closest nearest find search show see get match matching sell".split()
)


def wordless(turn: Turn) -> Understanding:
    """What a photo without a word means: something like it, under the constraints that stand."""
    return Understanding(Intent.REFINE, turn.constraints)


def is_request(understood: Understanding) -> bool:
    """Whether what was read says what is wanted, or that it is no product."""
    return understood.readable and understood.intent in _SAYS_WHAT | _ELSEWHERE


def as_request(turn: Turn) -> Turn:
    """The turn with a thing named in it, so that what is said of the photo is read as wanted."""
    return replace(turn, text=f"{_THING}{turn.text}")


def of_request(understood: Understanding) -> Understanding:
    """What was read of `as_request`, its mentions where they stand in the shopper's own text."""
    before = len(_THING)
    mentions = tuple(
        replace(each, start=each.start - before, end=each.end - before)
        for each in understood.mentions
        if each.start >= before
    )
    return replace(understood, mentions=mentions)


def with_photo(understood: Understanding) -> Understanding:
    """What was read beside a photo, as a search for things like it unless a person is wanted."""
    if understood.intent is Intent.HUMAN:
        return understood
    kept = Constraints() if understood.intent is Intent.RESTART else understood.constraints
    kept = replace(kept, wish=_beside_photo(kept.wish))
    intent = Intent.NEW if understood.intent in _AFRESH else Intent.REFINE
    return replace(understood, intent=intent, constraints=kept, about=(), readable=True)


def _beside_photo(wish: str) -> str:
    """The wish without words that point at the photo; nothing where those were all that it says."""
    kept = [word for word in wish.split() if not set(map(stem, tokens(word))) <= _POINTING]
    says = any(not set(tokens(word)) <= STOPWORDS for word in kept)
    return " ".join(kept) if says else ""
