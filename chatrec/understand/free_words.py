"""Message -> the words that nothing was spotted in, each once: what a wish can be made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chatrec.types import Mention
from chatrec.understand.relatives import NEGATIONS
from chatrec.words import STOPWORDS, Token

# "not too expensive" is one wish, never a wish for what is expensive.
NOT_TOO = "not too "
_DEGREES = frozenset({"too", "very", "so", "overly", "that"})
_OF_STUFF = frozenset("no not without with of to in any real goose duck hate like want".split())
_LINKS = frozenset({"be", "is", "look", "feel", "get"})


def free_words(message: Sequence[Token], found: Sequence[Mention]) -> Iterator[Mention]:
    """The words, in order. "Not too heavy" is one of them."""
    seen: set[str] = set()
    for at, token in enumerate(message):
        covered = any(m.start <= token.start and token.end <= m.end for m in found)
        if _not_too([t.word for t in message[max(0, at - 3) : at]]):
            if not covered:
                yield Mention("word", f"{NOT_TOO}{token.word}", token.start, token.end)
            seen.add(token.word)
            continue
        little = token.word in STOPWORDS and not _is_stuff(message, at)
        empty = little or token.word in NEGATIONS or len(token.word) < 2
        if covered or empty or token.word in seen:
            continue
        seen.add(token.word)
        yield Mention("word", token.word, token.start, token.end)


def _is_stuff(message: Sequence[Token], at: int) -> bool:
    """Whether it is the down of a jacket: "allergic to down", not "down to 50"."""
    before, after = (message[n].word if 0 <= n < len(message) else "" for n in (at - 1, at + 1))
    return message[at].word == "down" and before in _OF_STUFF and after != "to"


def _not_too(before: Sequence[str]) -> bool:
    """Whether words end in "not too", "shouldn't be so" or their like."""
    *earlier, degree = before or [""]
    while earlier and earlier[-1] in _LINKS:
        earlier = earlier[:-1]
    return degree in _DEGREES and bool(earlier) and earlier[-1] in NEGATIONS
