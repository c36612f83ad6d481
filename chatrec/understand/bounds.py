"""Numbers of a message -> the ends that the words beside them leave open.

"under 60", "at least 30 l", "40 or more" and "around 50" are intervals whatever else a message
says, so they are read exactly, as Duckling reads them (https://github.com/facebook/duckling); the
model says whether the shopper asks for them. A number without such words stays a number, and the
model says which end it is. English only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product
from typing import Literal

from chatrec.types import Mention
from chatrec.understand.numbers import PRICE

# How far from an amount that is only meant roughly an item may be, as a share of it.
_AROUND_PRICE = 0.2
_AROUND = 0.1

Side = Literal["low", "high", "near", ""]

_LESS = r"less|fewer|cheaper|lighter|smaller|shorter|lower|thinner|narrower|slimmer|younger"
_MORE = (
    r"more|bigger|larger|greater|higher|taller|longer|wider|heavier|thicker|deeper|pricier|older"
    r"|stronger|brighter|louder"
)
_MOST = r"max(?:imum|imal)?|at (?:the )?(?:very )?most|tops"
_LEAST = r"min(?:imum|imal)?|at (?:the )?(?:very )?least|atleast"
_ROUGHLY = (
    r"around|(?<!how )(?<!what )about|ballpark|roughly|approx(?:imately)?|circa|near|close to"
    r"|in the region of|nearly|more or less"
)

# "not over", "not a single cent more", "no gram above".
_NOT_ONE = (
    r"(?:not|no|nothing|never)(?: (?:a|an|one|any|even|single|tiny|bit|cent|penny|pence|dollar"
    r"|buck|euro|pound|quid|gram|ounce|inch|mm|cm))*"
)
_QUANTITY = r"price|cost|spend|budget|weight|height|length|width|depth|size|capacity"

# Between a word of bounds and its number: "no more than about $60", "max. 60", "budget: 60".
_FILLER = r"(?:(?:\s|^)(?:a|an|the|about|around|roughly|like|maybe|say|only|just)\b)*[\s.:=~]*$"
_WORDS_BEFORE: tuple[tuple[Side, str], ...] = (
    ("high", rf"\b(?:{_LESS})(?: \w+)? than\b|<=?|≤"),
    ("low", rf"\b(?:{_MORE})(?: \w+)? than\b|>=?|≥"),
    (
        "high",
        r"\b(?:under|undr|below|beneath|within|up ?to|until|till"
        rf"|(?:{_MOST})(?:\.?(?: \w+)? of| out at| (?:{_QUANTITY}))?|capped at"
        r"|(?<!lower )limit(?:ed)?(?: (?:of|is|to))?"
        r"|budget(?:'s)?(?: (?:of|is|was|max|limit))?(?: now)?)",
    ),
    (
        "low",
        r"\b(?:over|above|beyond|exceed(?:s|ing)?|upwards? of|lower limit(?: (?:of|is))?"
        rf"|(?:{_LEAST})(?:(?: \w+)? of| (?:{_QUANTITY}))?|start(?:s|ing)? (?:at|from)|from)",
    ),
)
_BEFORE = [
    (side, re.compile(rf"(?:{words}){_FILLER}", re.IGNORECASE)) for side, words in _WORDS_BEFORE
]
_BEFORE_ROUGHLY = re.compile(rf"(?:\b(?:{_ROUGHLY})\b|[~≈])\.?(?:\s+(?:a|the))?\s*$", re.IGNORECASE)
_WORDS_AFTER: tuple[tuple[Side, str], ...] = (
    ("high", rf"(?:or|and) (?:a (?:bit|little) )?(?:under|below|{_LESS})\b"),
    (
        "low",
        rf"(?:or|and) (?:a (?:bit|little) )?(?:over|above|up|upwards?|better|{_MORE})\b"
        r"|\+(?!\s?[-/\d])",
    ),
    ("high", rf"(?:and |but )?{_NOT_ONE} (?:over|above|beyond|{_MORE})\b(?! than)"),
    ("low", rf"(?:and |but )?{_NOT_ONE} (?:under|below|{_LESS})\b(?! than)"),
    (
        "high",
        rf"(?:{_MOST}|limit|budget|(?:is|was) (?:the|my|our) (?:limit|budget|max(?:imum)?)"
        r"|is all i have|at the outside)\b",
    ),
    ("low", rf"(?:{_LEAST}|plus(?! (?:or )?minus)|upwards?)\b"),
    (
        "near",
        r"(?:ish|or so|give or take|or thereabouts|more or less|roughly|approx(?:imately)?"
        r"|plus (?:or )?minus)\b|\+ ?/? ?-|±",
    ),
)
_AFTER = [
    (side, re.compile(rf"\W{{0,2}}(?:{words})", re.IGNORECASE)) for side, words in _WORDS_AFTER
]
# What a number counts may stand before the words: "24 hours of battery or more".
_NOUNS = [re.compile(rf"(?:\s+[a-z]+){{{count}}}(?=\s)", re.IGNORECASE) for count in (1, 2)]
_JOINED = re.compile(r"\W*and\b", re.IGNORECASE)
_DIGIT = re.compile(r"\s*[$€£]?\d")
# Turns a word of bounds round: "not over", "don't want to spend more than", "skip all below".
_NOT = (
    r"\b(?:not|no|nothing|never|without|cannot|can'?t|won'?t|don'?t|doesn'?t|isn'?t|shouldn'?t"
    r"|mustn'?t|must not|couldn'?t|wouldn'?t|refuse)"
)
_NEGATION = re.compile(
    rf"(?:{_NOT}|\b(?:skip|hide|ignore|forget|exclude|leave out|rule out|drop|filter out))"
    r"(?: (?:be|is|are|costs?|costing|want|wanna|to|pay|paying|spend|spending|go|going|afford|any"
    r"|anything|everything|all|stuff|things|ones|me|us|a|cent|penny|weighs?|weighing|have|need|get"
    r"|stay|it|that|that's|thats|which|really|much|priced|show|showing|give|send|see|approve|trust"
    r"|interested|in|gonna|drop|carry|lift|hold|take|buy|buying))*\s*$",
    re.IGNORECASE,
)
_OF_MONEY = re.compile(r"\W*(?:my |our )?budget\b", re.IGNORECASE)
_OR_ELSE = re.compile(r"\W*(?:n?or|and)\s*$", re.IGNORECASE)
# "not willing to part with more than", "can't justify spending over": what one does with money.
_NO_SPENDING = re.compile(
    _NOT + r"(?: (?!(?:but|and|mind|care|matter)\b)[a-z']+){0,4}?"
    r" (?:spend|pay|go|justify|part with|fork out|stretch to|shell out|lay out)(?:ing)?"
    r"(?: (?:for|on) (?:it|this|that|them))?\s*$",
    re.IGNORECASE,
)
# Behind a bound, says that what lies beyond it is not wanted: "over 2 kg is too heavy for me".
_UNWANTED = re.compile(
    r"\s*,? ?(?:(?:it|that|they|those)(?: would|'d)?)?\s?"
    r"(?:(?:is|are|'s|'re|s|be|would be|feels|seems|looks)(?: \w+)?"
    r" (?:too|no (?:good|use)|not enough|out of (?:the )?(?:question|my)|useless|rubbish|a no)\b"
    r"|(?:won'?t|wouldn'?t|doesn'?t|will not|does not) (?:do|work|be enough)\b"
    r"|is(?: not|n'?t) enough\b|makes no sense\b|(?:i|we) (?:can'?t|cannot|won'?t|don'?t want)\b"
    r"|(?:you can|please) (?:leave out|skip|hide|ignore|forget)\b)",
    re.IGNORECASE,
)
_TURNED: dict[Side, Side] = {"low": "high", "high": "low"}


def around(mention: Mention) -> Mention:
    """The range that an amount stands for when it is only meant roughly."""
    if mention.low is None or mention.low != mention.high:
        return mention
    spread = round(mention.low * (_AROUND_PRICE if mention.facet == PRICE else _AROUND), 2)
    low, high = mention.low - spread, mention.low + spread
    return replace(mention, kind="range", low=low, high=high, rough=True)


def bounded(text: str, numbers: Iterable[Mention]) -> Iterator[Mention]:
    """The numbers, each without the end that the words beside it leave open.

    Words serve the nearest number once, from left to right: "min 40 max 60" as "40 min 60 max".
    """
    ordered = sorted(numbers, key=lambda m: m.start)
    nexts = [*(m.start for m in ordered), len(text)][1:]
    taken = 0
    refused = False
    for mention, following in zip(ordered, nexts, strict=True):
        if mention.kind == "range" or mention.low is None:
            taken = mention.end
            yield mention
            continue
        inside = "+" in text[mention.start : mention.end]  # "4+ stars"
        before = text[taken : mention.start]
        side: Side = "low" if inside else ""
        if not inside:
            side, refused = _side_before(before, refused)
        taken = mention.end
        behind = text[mention.end : following]
        of_next = mention.facet != PRICE and _OF_MONEY.match(behind)  # "2 kg budget 300"
        if side in ("", "near") and not of_next:
            after, width = _side_after(behind, text[following:])
            side = after or side
            taken += width
        if side in _TURNED and _UNWANTED.match(text, mention.end):
            side = _TURNED[side]
        yield _open(mention, side)


def end_of_bound(text: str, mention: Mention) -> int:
    """Where the words end that leave a number's end open from behind: "60 or less", "100 tops"."""
    if None not in (mention.low, mention.high):
        return mention.end
    found = (pattern.match(text, mention.end) for _, pattern in _AFTER)
    return max((match.end() for match in found if match), default=mention.end)


def _open(mention: Mention, side: Side) -> Mention:
    match side:
        case "low":
            return replace(mention, high=None)
        case "high":
            return replace(mention, low=None)
        case "near":
            return around(mention)
    return mention


def _is_negated(before: str) -> bool:
    return bool(_NEGATION.search(before) or _NO_SPENDING.search(before))


def _side_before(text: str, refused: bool) -> tuple[Side, bool]:
    """The side that words before a number tell, and whether a negation turned them round.

    ``refused``: it did so for the number before, which "not under 20 or over 60" says of both.
    """
    for side, pattern in _BEFORE:
        found = pattern.search(text)
        if found:
            before = text[: found.start()]
            turned = _is_negated(before) or (refused and bool(_OR_ELSE.fullmatch(before)))
            return (_TURNED[side] if turned else side), turned
    return ("near" if _BEFORE_ROUGHLY.search(text) else ""), False


def _side_after(text: str, rest: str) -> tuple[Side, int]:
    """The side that words behind a number tell, and how much of the text they end at."""
    for side, pattern in _AFTER:
        found = pattern.match(text)
        # In "size 43 and below 200 g" the words are the next number's.
        joined = found and _JOINED.match(text) and found.end() == len(text.rstrip())
        if found and not (joined and _DIGIT.match(rest)):
            return side, found.end()
    nouns = [noun.end() for pattern in _NOUNS if (noun := pattern.match(text))]
    for end, (side, pattern) in product(nouns, _AFTER):
        found = pattern.match(text, end)
        if found and not (found.end() == len(text.rstrip()) and _DIGIT.match(rest)):
            return side, found.end()
    return "", 0
