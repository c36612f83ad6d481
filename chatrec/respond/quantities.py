"""Text -> the quantities in it, and which of them no fact supports.

A quantity is a number with what it counts: a currency, a unit, or the next word. "3" is true of an
item only together with that: 3 pockets are not 3 left in stock, and $89 are not €89.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from chatrec.respond.facts import texts
from chatrec.types import Constraints, Item, Vocabulary
from chatrec.units import convert, unit_of
from chatrec.wording import sentences
from chatrec.words import stem, tokens

_DOLLARS = {
    "us$": "USD", "ca$": "CAD", "c$": "CAD", "a$": "AUD", "au$": "AUD", "nz$": "NZD",
    "hk$": "HKD", "s$": "SGD", "mx$": "MXN", "r$": "BRL",
}  # fmt: skip
_SIGNS = "€$£¥₹₩₪"
_PREFIX = f"(?:{'|'.join(sign.removesuffix('$') for sign in _DOLLARS)})"
_NUMBER = re.compile(
    rf"(?P<sign>(?:(?<!\w){_PREFIX})?\$|[{_SIGNS}])?\s?(?<![\w.,])(?P<number>\d[\d,]*(?:\.\d+)?)"
    rf"\s?(?P<after>[{_SIGNS}%]|[-\s]?[^\W\d_]+|\"|″)?",
    re.IGNORECASE,
)
_CODED = re.compile(r"\b(?=\w*\d)(?=\w*[^\W\d_])\w+\b")  # "A7", "X100"; "16GB" is read as a unit
_RATING = re.compile(
    r"(?:(?:rated|rating(?:\s+of)?|scored?)\s+(?P<of>\d(?:\.\d+)?)|(?P<stars>\d(?:\.\d+)?)[\s-]*stars?"
    r"|(?P<share>\d(?:\.\d+)?)\s*(?:/|out of)\s*(?:5|10))"
    r"(?:\s*(?:/|out of)\s*(?:5|10))?(?:\s*stars?)?",
    re.IGNORECASE,
)
_LIMIT_BEFORE = re.compile(
    r"(?:under|below|within|up to|less than|budget of|limit of|your)\s*(?:your|the|a)?\s*"
    r"(?:budget of|limit of)?\s*$",
    re.IGNORECASE,
)
_ANY_DOLLAR = frozenset(_DOLLARS.values())
_CODES = "aud brl cad chf cny czk dkk eur gbp hkd ils inr jpy krw mxn nok nzd pln sek sgd try usd"
# A sign or word, as it is written in lower case -> the currencies that it may mean.
_CURRENCIES: Mapping[str, frozenset[str]] = {
    **{code: frozenset({code.upper()}) for code in _CODES.split()},
    **{sign: frozenset({code}) for sign, code in _DOLLARS.items()},
    **dict.fromkeys("$ dollar dollars buck bucks".split(), _ANY_DOLLAR),
    **dict.fromkeys("€ euro euros".split(), frozenset({"EUR"})),
    **dict.fromkeys("£ pound pounds quid".split(), frozenset({"GBP"})),
    **dict.fromkeys("¥ yen".split(), frozenset({"JPY", "CNY"})),
    **dict.fromkeys("₹ rupee rupees".split(), frozenset({"INR"})),
    "₩": frozenset({"KRW"}),
    "₪": frozenset({"ILS"}),
}
NUMBER_WORDS = {
    w: float(n)
    for n, w in enumerate("zero one two three four five six seven eight nine ten".split())
}
_SAME = 1e-6


class Quantity(NamedTuple):
    """A number and what it counts: a currency, a unit's one name, "%", or the stem of a word."""

    number: float
    of: str


def _found(text: str) -> Iterator[tuple[re.Match[str], Quantity]]:
    for match in _NUMBER.finditer(text):
        after = (match["after"] or "").strip(" -").casefold()
        number = float(match["number"].replace(",", ""))
        marks = [m for m in ((match["sign"] or "").casefold(), after) if m in _CURRENCIES]
        for mark in marks:  # both where there are two: "$20 euros" is in neither
            yield match, Quantity(number, mark)
        if not marks:
            yield match, Quantity(number, unit_of(after) or stem(after) if after else "")


@lru_cache(maxsize=4096)
def _of_text(text: str) -> frozenset[Quantity]:
    found = {quantity for _, quantity in _found(text)}
    words = tokens(text)
    found |= {
        Quantity(NUMBER_WORDS[word], unit_of(after) or stem(after))
        for word, after in pairwise(words)
        if word in NUMBER_WORDS
    }
    return frozenset(found)


def unsupported(
    sentence: str, item: Item, constraints: Constraints, vocabulary: Vocabulary
) -> str | None:
    """The first quantity in the sentence that no fact of the item supports, as it is written."""
    for match in _RATING.finditer(sentence):
        told = float(match["of"] or match["stars"] or match["share"])
        if item.rating is None or abs(told - item.rating) > _SAME:
            return match.group()
    rest = _RATING.sub(" ", sentence)
    known = {word for text in texts(item) for word in tokens(text)}
    for match in _CODED.finditer(rest):
        if match.group().casefold() not in known and not _NUMBER.fullmatch(match.group()):
            return match.group()
    for match, quantity in _found(rest):
        before = rest[: match.start()]
        if not _supported(quantity, before, item, constraints, vocabulary):
            return match.group().strip()
    return None


def _supported(
    quantity: Quantity, before: str, item: Item, constraints: Constraints, vocabulary: Vocabulary
) -> bool:
    if quantity.of in _CURRENCIES:
        if (item.currency or vocabulary.currency) not in _CURRENCIES[quantity.of]:
            return False
        if _LIMIT_BEFORE.search(before):
            limit = constraints.price_max
            return limit == quantity.number and item.price is not None and item.price <= limit
        return item.price == quantity.number
    if quantity.of in ("left", "avail", "in"):
        return item.stock is not None and item.stock == quantity.number
    if any(quantity in _of_text(sentence) for text in texts(item) for sentence in sentences(text)):
        return quantity.of != ""
    return any(
        _same(quantity, value, facet.unit)
        for name, value in item.measures.items()
        if (facet := vocabulary.facet(name)) is not None
    )


def _same(quantity: Quantity, value: float, unit: str | None) -> bool:
    if not unit or unit_of(quantity.of) is None:
        return False
    converted = convert(quantity.number, quantity.of, unit)
    return converted is not None and abs(converted - value) <= _SAME * max(1.0, abs(value))


def without_quantities(sentence: str) -> str:
    """The sentence without ratings, amounts and numbers; the word that a number counts stays."""

    def keep_counted(match: re.Match[str]) -> str:
        after = (match["after"] or "").strip(" -")
        known = unit_of(after) is not None or after.casefold() in _CURRENCIES
        return " " if known or not after.isalpha() else f" {after} "

    return _NUMBER.sub(keep_counted, _RATING.sub(" ", sentence))
