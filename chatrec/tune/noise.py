"""A clean message -> the message as typed on a phone: case, slips of the thumb."""

from __future__ import annotations

import random
from collections.abc import Set as AbstractSet

_NEIGHBOURS = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok",
    "o": "ipl", "p": "ol", "a": "qsz", "s": "adw", "d": "sfe", "f": "dgr", "g": "fht", "h": "gjy",
    "j": "hku", "k": "jli", "l": "ko", "z": "ax", "x": "zcs", "c": "xvd", "v": "cbf", "b": "vng",
    "n": "bmh", "m": "nj",
}  # fmt: skip
_SHORT = {
    "you": "u", "are": "r", "please": "pls", "because": "cuz", "your": "ur", "with": "w",
    "and": "n", "something": "smth", "thanks": "thx", "want to": "wanna", "going to": "gonna",
}  # fmt: skip


def typed(rng: random.Random, text: str, protected: AbstractSet[str]) -> str:
    """The text with the habits of one shopper; words in ``protected`` are spelt right.

    One in ten messages may also misspell a protected word: whether spotting still finds it
    decides if the turn is used.
    """
    if rng.random() < 0.3:
        text = text.replace("'", "").replace("’", "")
    if rng.random() < 0.12:
        for word, short in _SHORT.items():
            text = text.replace(f" {word} ", f" {short} ")
    if rng.random() < 0.25:
        words = text.split(" ")
        careless = rng.random() < 0.35
        places = [
            n
            for n, word in enumerate(words)
            if len(word) >= 4 and word.isalpha() and (careless or word.lower() not in protected)
        ]
        for place in rng.sample(places, k=min(len(places), rng.choice((1, 1, 2)))):
            words[place] = _slip(rng, words[place])
        text = " ".join(words)
    return _cased(rng, text)


def _slip(rng: random.Random, word: str) -> str:
    at = rng.randrange(1, len(word))
    match rng.randrange(4):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + word[at] + word[at:]
        case 2 if at + 1 < len(word):
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case _:
            near = _NEIGHBOURS.get(word[at].lower(), "e")
            return word[:at] + rng.choice(near) + word[at + 1 :]


def _cased(rng: random.Random, text: str) -> str:
    chance = rng.random()
    if chance < 0.55:
        return text
    if chance < 0.92:
        return text[:1].upper() + text[1:]
    return text.upper() if chance > 0.96 else text.title()
