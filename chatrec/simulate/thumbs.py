"""A clean message -> the message as one shopper's thumbs type it. Digits are never changed."""

from __future__ import annotations

import random
import re

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    letter: row[max(0, at - 1) : at] + row[at + 1 : at + 2]
    for row in _ROWS
    for at, letter in enumerate(row)
}
_LONG_WORD = re.compile(r"(?<![\w$€£])[a-zA-Z]{5,}(?!\w)")
_SLIPS = 0.18  # of the long words of a careless shopper


def typed(rng: random.Random, text: str, *, careless: bool) -> str:
    """The text as typed: capitals and apostrophes by habit, slips where the shopper is careless."""
    if careless:
        text = _LONG_WORD.sub(lambda m: _slip(rng, m[0]) if rng.random() < _SLIPS else m[0], text)
    if rng.random() < 0.4:
        text = text.replace("'", "")
    if rng.random() < 0.35:
        text = text[:1].upper() + text[1:]
    return text


def _slip(rng: random.Random, word: str) -> str:
    """The word with one slip behind its first letter: dropped, doubled, swapped or beside it."""
    at = rng.randrange(1, len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    slips = (
        before + after,
        before + letter + letter + after,
        before + after[0] + letter + after[1:],
        before + rng.choice(_BESIDE.get(letter.lower(), letter)) + after,
    )
    return rng.choice(slips)
