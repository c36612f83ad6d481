"""Words of a reply -> the titles, brands and prices in them that nothing shown bears out.

Independent of the guard in the reply's own room, which it is there to convict: it reads the
finished text against the catalogue and knows nothing of how the text was made.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from chatrec.types import Item
from chatrec.words import Token, fold, spans

_SENTENCE = re.compile(r"(?<=[.!?])[\"')\]]*\s+|\n+")
_AMOUNT = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_PRICE = re.compile(
    rf"(?:US|CA|AU)?(?P<sign>[$€£¥₹])\s?(?P<a>{_AMOUNT})(?P<ak>k\b)?"
    rf"|\b(?P<b>{_AMOUNT})(?P<bk>k)?\s?(?P<code>USD|EUR|GBP|CHF|JPY|INR|[€£¥₹]|dollars?|euros?|bucks|quid|yen|rupees?)(?!\w)",
    re.IGNORECASE,
)
_NUMBER = re.compile(rf"(?P<n>{_AMOUNT})\s?(?P<k>k\b)?", re.IGNORECASE)
_CURRENCY = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "gbp": "GBP",
    "quid": "GBP", "chf": "CHF", "¥": "JPY", "jpy": "JPY", "yen": "JPY", "₹": "INR",
    "inr": "INR", "rupee": "INR", "rupees": "INR",
}  # fmt: skip
_DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"})
_CENT = 0.005


@dataclass(frozen=True, slots=True)
class Price:
    """An amount named in a text; ``currency`` is "$" for any dollar."""

    amount: float
    currency: str

    def is_of(self, amount: float, currency: str | None) -> bool:
        """Whether it says this amount, to the cent, and no other currency."""
        code = "$" if currency in _DOLLARS else currency
        return abs(self.amount - amount) < _CENT and (code is None or code == self.currency)


@dataclass(frozen=True, slots=True)
class Ungrounded:
    """Something named in a sentence that no fact bears out."""

    sentence: str
    what: Literal["title", "brand", "price"]
    named: str

    def __str__(self) -> str:
        return f"the {self.what} '{self.named}' is of no shown item: \"{self.sentence}\""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the words may draw on.

    ``items`` were shown; ``texts`` were said by the shopper or stand in a cited entry;
    ``bounds`` are price limits that stand or stood. Of ``nearby`` items prices and brands may be
    named: those that relaxing one constraint gives, where nothing fits, and all that fit, where
    the choices there are were asked for.
    """

    items: Sequence[Item]
    texts: Sequence[str] = ()
    bounds: Sequence[float] = ()
    nearby: Sequence[Item] = ()


class Shelf:
    """The whole catalogue, prepared for looking its names up in a text."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.items = {item.id: item for item in items}
        self._titles: dict[str, list[tuple[tuple[str, ...], Item]]] = defaultdict(list)
        commonness: dict[str, int] = defaultdict(int)
        for item in self.items.values():
            words = _words(item.title)
            for word in set(words):
                commonness[word] += 1
            if len(words) > 1:  # a title of one word cannot be told from the word
                self._titles[words[0]].append((words, item))
        self._common = {word for word, count in commonness.items() if count > 2}
        self.currencies = {item.currency for item in self.items.values() if item.price is not None}
        self.brands = {item.brand for item in self.items.values() if item.brand}
        self.attributes = {name for item in self.items.values() for name in item.attributes}

    def titles_in(self, text: str) -> Iterator[tuple[int, int, Item]]:
        """Start, end and item of each title in the text, at word boundaries.

        A title made of words that many titles share ("ceramic mug") has to be written as the
        title is, capitals and all, before it counts as one.
        """
        found: Sequence[Token] = spans(text)
        words = tuple(token.word for token in found)
        for index, word in enumerate(words):
            for title, item in self._titles.get(word, ()):
                if words[index : index + len(title)] != title:
                    continue
                match = found[index : index + len(title)]
                if not self._common.issuperset(title) or _written(text, match) == _written(
                    item.title, spans(item.title)
                ):
                    yield match[0].start, match[-1].end, item


def _written(text: str, words: Sequence[Token]) -> list[str]:
    return [text[word.start : word.end] for word in words]


def sentences(text: str) -> list[str]:
    """The text cut after sentence ends and line breaks."""
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


def prices_in(text: str) -> Iterator[Price]:
    """Amounts that a currency marks as prices."""
    for match in _PRICE.finditer(text):
        if match["sign"]:
            number, thousands, mark = match["a"], match["ak"], match["sign"]
        else:
            number, thousands, mark = match["b"], match["bk"], match["code"].lower()
        yield Price(_value(number, thousands), _CURRENCY.get(mark, "$"))


def numbers_in(text: str) -> Iterator[float]:
    """All numbers of a text, priced or not; "1.2k" is 1200."""
    for match in _NUMBER.finditer(text):
        yield _value(match["n"], match["k"])


def _value(number: str, thousands: str | None) -> float:
    return float(number.replace(",", "")) * (1000 if thousands else 1)


def ungrounded(text: str, ground: Ground, shelf: Shelf) -> list[Ungrounded]:
    """Everything named in the text that the ground does not bear out, sentence by sentence."""
    return [
        found
        for sentence in sentences(text)
        for found in (
            *_titles(sentence, ground, shelf),
            *_brands(sentence, ground, shelf),
            *_prices(sentence, ground, shelf),
        )
    ]


def _titles(sentence: str, ground: Ground, shelf: Shelf) -> Iterator[Ungrounded]:
    shown = {item.id for item in ground.items}
    matches = list(shelf.titles_in(sentence))
    covered = [(start, end) for start, end, item in matches if item.id in shown]
    for start, end, item in matches:
        inside_shown = any(a <= start and end <= b for a, b in covered)
        if not inside_shown and not _said(item.title, ground):
            yield Ungrounded(sentence, "title", item.title)


def _brands(sentence: str, ground: Ground, shelf: Shelf) -> Iterator[Ungrounded]:
    known = {item.brand for item in (*ground.items, *ground.nearby)}
    for brand in shelf.brands - known:
        # As written, capitals and all: "Summit" is a brand and "summit" a word.
        named = re.search(rf"(?<!\w){re.escape(brand)}(?!\w)", sentence)
        if named and not _said(brand, ground):
            yield Ungrounded(sentence, "brand", brand)


def _prices(sentence: str, ground: Ground, shelf: Shelf) -> Iterator[Ungrounded]:
    for price in prices_in(sentence):
        if not _is_grounded(price, ground, shelf):
            yield Ungrounded(sentence, "price", f"{price.amount:.2f}")


def _is_grounded(price: Price, ground: Ground, shelf: Shelf) -> bool:
    priced = [i for i in (*ground.items, *ground.nearby) if i.price is not None]
    if any(price.is_of(item.price or 0.0, item.currency) for item in priced):
        return True
    shown = [(i.price, i.currency) for i in ground.items if i.price is not None]
    if any(price.is_of(abs(a - b), currency) for (a, currency), (b, _) in combinations(shown, 2)):
        return True
    listed = [p for item in ground.items for p in prices_in(item.text)]
    if any(price.is_of(p.amount, p.currency) for p in (*_said_prices(ground), *listed)):
        return True
    # A number that no currency marks is one of the shop's.
    said = [*ground.bounds, *(number for text in ground.texts for number in numbers_in(text))]
    return any(price.is_of(amount, code) for amount in said for code in shelf.currencies)


def _said_prices(ground: Ground) -> Iterator[Price]:
    return (price for text in ground.texts for price in prices_in(text))


def _said(name: str, ground: Ground) -> bool:
    """Whether the shopper, a cited entry or a shown item's own description names it."""
    wanted = _words(name)
    texts = (*ground.texts, *(item.description for item in ground.items))
    return any(_contains(_words(text), wanted) for text in texts)


def mentions(text: str, phrase: str) -> bool:
    """Whether the text has the phrase, word by word and without case."""
    return _contains(_words(text), _words(phrase))


def _contains(words: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    width = len(wanted)
    return width > 0 and any(
        words[start : start + width] == wanted for start in range(len(words) - width + 1)
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(token.word for token in spans(text))


def first_named(text: str, items: Sequence[Item]) -> Item | None:
    """Of the items the one whose title stands first in the text."""
    places = [(fold(text).find(fold(item.title)), item) for item in items]
    named = [(place, item) for place, item in places if place >= 0]
    return min(named, key=lambda pair: pair[0])[1] if named else None
