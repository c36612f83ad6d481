"""Words beside a number -> the measure that they name.

"120 cm wide" and "width under 120 cm" are of a width, "75 high" of a height though no unit is
said, "aged 8" of an age. English only; knows no vocabulary.
"""

from __future__ import annotations

import re

from chatrec.units import unit_of
from chatrec.words import spans, stem

AGE = "age"

# What a measure is of, by words that stand beside it.
HINTS = {
    "across": "diameter", "wide": "width", "wider": "width", "tall": "height", "taller": "height",
    "high": "height", "higher": "height", "long": "length", "longer": "length", "deep": "depth",
    "thick": "thickness", "thicker": "thickness", "heavy": "weight", "weighs": "weight",
    "holds": "load", "hold": "load", "carries": "load", "carry": "load", "supports": "load",
    "support": "load",
}  # fmt: skip
MEASURES = ("weight", "height", "length", "width", "depth", "diameter", "thickness")
"""Nouns of what any thing has a number of."""

# "Higher" and "shorter" may be of a price or of several measures.
_COMPARED = {
    "taller": "height", "wider": "width", "narrower": "width", "longer": "length",
    "deeper": "depth", "thicker": "thickness", "thinner": "thickness", "heavier": "weight",
    "lighter": "weight",
}  # fmt: skip
_AGES = frozenset({"age", "ages", "aged"})
# Between the name of a measure and its number: "a height of no more than about 60".
CONNECTORS = (
    "of is a the at least most under over below above up to than less more no not max maximum min "
    "minimum about around roughly between should must be in"
).split()
_CONNECTING = frozenset(CONNECTORS)
_REACH = 6
# An adjective ends what is said of a number unless a thing follows: "75 high", not "2 high chairs".
_CLOSED = re.compile(
    r"\s*(?:$|[^\w\s'-]|(?:and|or|but|at|with|for|please|max|min|minimum|maximum|tops|is|x)\b)",
    re.IGNORECASE,
)


def measure_named(text: str, start: int, end: int) -> str:
    """The measure that the words right beside a number name, `AGE` among them, or ""."""
    after = spans(text[end:])[:1]
    hint = HINTS.get(after[0].word, "") if after else ""
    if hint and not text[end : end + after[0].start].strip(" -"):
        if _CLOSED.match(text, end + after[0].end):
            return hint
    name = _name_before(text[:start])
    return AGE if name in _AGES else name


def is_named(facet: str, measure: str) -> bool:
    """Whether a facet is of the measure: "seat height" of a height, a width of "across" too."""
    names = {token.word for token in spans(facet)}
    if measure == AGE:
        return not names.isdisjoint(_AGES)
    return measure in names or (measure == "diameter" and "width" in names)


def _name_before(text: str) -> str:
    """The measure in "a height under", "no taller than"; not in "a 5 kg weight under"."""
    before = [token.word for token in spans(text)][-_REACH:]
    if before[-1:] == ["than"] and len(before) > 1 and before[-2] in _COMPARED:
        return _COMPARED[before[-2]]
    while before and before[-1] in _CONNECTING:
        before.pop()
    measured = len(before) > 1 and (unit_of(before[-2]) is not None or before[-2][-1].isdigit())
    named = before and before[-1] in (*MEASURES, *_AGES) and not measured
    return before[-1] if named else ""


def telling_words(text: str, start: int, end: int, facet: str) -> list[tuple[int, int]]:
    """Places of the words beside a number that only say which measure it is of.

    They are nothing that is wished for: the "wide" of "120 cm wide", the battery of "20 hours of
    battery".
    """
    names = {stem(w) for w in (*(t.word for t in spans(facet)), *MEASURES, *_AGES, "size")}
    if is_named(facet, AGE):
        names |= {"old", "olds"}
    found: list[tuple[int, int]] = []
    for token in [t for t in spans(text[end:])[:2] if t.word not in _CONNECTING][:1]:
        adjective = token.word in HINTS and measure_named(text, start, end)
        if adjective or not names.isdisjoint((token.word, stem(token.word))):
            found.append((end + token.start, end + token.end))
    before = spans(text[:start])[-_REACH:]
    while before and before[-1].word in _CONNECTING:
        before.pop()
    compared = HINTS.keys() | _COMPARED.keys()
    while before and (stem(before[-1].word) in names or before[-1].word in compared):
        token = before.pop()
        found.append((token.start, token.end))
    return found
