"""A title -> runs of words, any of which may end in the name of the thing.

"Xerox 006R90321 toner cartridge Original Black" is cut at the number; "Jigsaw Puzzle | Puzzle for
Adults" at the bar and at "for". Knows words, not what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chatrec.units import unit_of
from chatrec.words import tokens

# Between phrases: what follows a separator may be the name, what follows "for" or "with" is not,
# and after "of" it is again ("Set of 4 Mugs").
_CUT = re.compile(
    r"(?:\s[-–—|/~•+]+\s|[|,;:()\[\]{}•!]|[-–—]\s|\b(?:of|in|on|to|from|inspired|made)\b)|"
    r"\b(w/|(?:for|with|by|featuring|feat|including|includes|without|compatible|fits|"
    r"that|which|plus(?! size))\b)",
    re.IGNORECASE,
)
_RUNS_AT_MOST = 6


def runs(title: str, brand: str | None = None) -> list[tuple[str, ...]]:
    """Runs of folded words between separators and numbers, at most 6, in order.

    The brand is taken out, a unit behind a number, and what a preposition adds to a first run.
    """
    names = tuple(tokens(brand)) if brand else ()
    found: list[tuple[str, ...]] = []
    segments = [None, *_CUT.split(title)]
    for preposition, segment in zip(segments[::2], segments[1::2], strict=True):
        if segment and not segment.isspace() and not (preposition and found):
            found += _split_at_numbers(_without(tokens(segment), names))
        if len(found) >= _RUNS_AT_MOST:
            break
    return found[:_RUNS_AT_MOST]


def _without(words: list[str], name: tuple[str, ...]) -> list[str]:
    width = len(name)
    for start in range(len(words) - width + 1 if name else 0):
        if tuple(words[start : start + width]) == name:
            return words[:start] + words[start + width :]
    return words


def _split_at_numbers(words: Sequence[str]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    run: list[str] = []
    after_number = False
    for word in words:
        if any(c.isdigit() for c in word):
            if run:
                found.append(tuple(run))
            run, after_number = [], True
        elif after_number and unit_of(word):
            after_number = False
        else:
            run.append(word)
            after_number = False
    return [*found, tuple(run)] if run else found
