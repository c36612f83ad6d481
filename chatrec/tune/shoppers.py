"""Catalogue -> what a shopper could say of it: situations, values and amounts with their wording.

Draws from one shop; knows no sentences.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from chatrec.types import TYPE, Bounds, Constraints, Facet, Item, Vocabulary
from chatrec.understand.numbers import CURRENCY_SIGNS, PRICE, plain
from chatrec.understand.values import NO, YES
from chatrec.units import symbol, unit_of

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()

_MONEY_FORMS = (
    ("{n}", 8),
    ("{sign}{n}", 6),
    ("{n}{sign}", 1),
    ("{n} {sign}", 1),
    ("{n} {word}", 4),
    ("{sign}{n}.00", 1),
    ("{words}", 2),
    ("{words} {word}", 2),
    ("{n} {code}", 1),
    ("{k}", 3),
)
_MONEY_WORDS = {
    "USD": ("dollars", "dollar", "bucks", "usd"),
    "EUR": ("euros", "euro", "bucks", "eur"),
    "GBP": ("pounds sterling", "quid", "gbp", "bucks"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet in a shopper's wording."""

    facet: str
    value: str
    surface: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, or a range of numbers, in a shopper's wording; in the facet's unit."""

    facet: str
    low: float
    high: float
    surface: str


@dataclass(frozen=True, slots=True)
class Shop:
    """A catalogue to draw from."""

    items: tuple[Item, ...]
    vocabulary: Vocabulary
    questions: tuple[str, ...] = ()

    @property
    def sign(self) -> str:
        """The sign of the shop's currency."""
        return CURRENCY_SIGNS.get(self.vocabulary.currency, "$")


def number_words(number: int) -> str:
    """A whole number below 10,000 in English words."""
    if number < 20:
        return _ONES[number]
    if number < 100:
        ten, one = divmod(number, 10)
        return _TENS[ten - 2] + (f" {_ONES[one]}" if one else "")
    if number < 1000:
        hundred, rest = divmod(number, 100)
        return f"{_ONES[hundred]} hundred" + (f" {number_words(rest)}" if rest else "")
    thousand, rest = divmod(number, 1000)
    return f"{number_words(thousand)} thousand" + (f" {number_words(rest)}" if rest else "")


def plural(phrase: str) -> str:
    """The English plural of a product type, by ending."""
    if phrase.endswith(("s", "x", "ch", "sh")):
        return phrase if phrase.endswith("s") else phrase + "es"
    if phrase.endswith("y") and phrase[-2:-1] not in "aeiou":
        return phrase[:-1] + "ies"
    return phrase + "s"


def pick_value(rng: random.Random, shop: Shop, facet: Facet, item: Item | None = None) -> Value:
    """A value of the facet: the item's own where it has one, or any that the shop has."""
    own = [label for label in (item.values(facet.name) if item else ()) if label != NO]
    known = {v.label: v for v in facet.values if v.label != NO}
    label = rng.choice(own) if own and rng.random() < 0.7 else rng.choice(list(known))
    surface = label
    if label in known and known[label].aliases and rng.random() < 0.25:
        surface = rng.choice(known[label].aliases)
    if label == YES:
        surface = facet.name
    if facet.name == TYPE and rng.random() < 0.55:
        surface = plural(surface)
    return Value(facet.name, label, surface)


def value_facets(shop: Shop) -> list[Facet]:
    """Facets that shoppers name values of, types aside."""
    return [
        f
        for f in shop.vocabulary.facets
        if f.kind == "value" and f.name != TYPE and 2 <= len(f.values) and f.count >= 5
    ]


def number_facets(shop: Shop) -> list[Facet]:
    """Numeric facets with a unit that shoppers can say."""
    return [
        f
        for f in shop.vocabulary.facets
        if f.kind == "number"
        and (f.unit or unit_of(f.name))
        and f.count >= 5
        and f.low is not None
        and f.high
    ]


def pick_amount(rng: random.Random, shop: Shop, *, facet: Facet | None = None) -> Amount:
    """A round amount that someone would name: money, or a measure of the facet."""
    if facet is None:
        value = _round_money(rng, shop)
        return Amount(PRICE, value, value, money_surface(rng, value, shop))
    low, high = float(facet.low or 0), float(facet.high or 1)
    raw = rng.uniform(low, min(high, max(low * 4, low + 1)))
    value = float(f"{raw:.1g}") if rng.random() < 0.6 else round(raw, 1) or 1.0
    value = value if facet.unit else float(round(value) or 1)
    gap = rng.choice(("", " ", " "))
    return Amount(facet.name, value, value, f"{plain(value)}{gap}{_unit_word(rng, facet)}")


def money_surface(rng: random.Random, value: float, shop: Shop) -> str:
    """Money as people write it."""
    forms, weights = zip(*_MONEY_FORMS, strict=True)
    form = rng.choices(forms, weights)[0]
    if form == "{k}" and (value % 100 or value < 1000):
        form = "{n}"
    if "words" in form and (value % 1 or value >= 10000):
        form = "{n}"
    if ".00" in form and value % 1:
        form = "{sign}{n}"
    word = rng.choice(_MONEY_WORDS.get(shop.vocabulary.currency, ("bucks", "dollars")))
    digits = f"{value:,.0f}" if value >= 1000 and rng.random() < 0.3 else plain(value)
    return str(form).format(
        n=digits,
        sign=shop.sign,
        word=word,
        code=shop.vocabulary.currency.lower(),
        words=number_words(int(value)) if value < 10000 else digits,
        k=f"{plain(value / 1000)}k",
    )


def _round_money(rng: random.Random, shop: Shop) -> float:
    base = rng.choice(shop.items).price or 50.0
    value = base * rng.uniform(0.6, 1.8)
    if rng.random() < 0.12:
        return round(value, 2) or 1.0
    step = 1 if value < 10 else 5 if value < 60 else 10 if value < 200 else 50
    return float(max(step, round(value / step) * step))


def _unit_word(rng: random.Random, facet: Facet) -> str:
    short = symbol(facet.unit or unit_of(facet.name) or "")
    names = {
        "kg": ("kg", "kg", "kilos", "kilo", "kgs"),
        "l": ("l", "l", "litres", "liters", "L"),
        "GB": ("gb", "GB", "gig", "gigs"),
        "inch": ("inch", "inches", '"'),
        "cm": ("cm", "cm", "centimeters"),
        "W": ("w", "W", "watts", "watt"),
        "piece": ("pieces", "pcs", "piece"),
        "person": ("people", "persons", "person"),
        "h": ("hours", "h", "hrs"),
    }
    return str(rng.choice(names.get(short, (short,))))


def pick_constraints(rng: random.Random, shop: Shop, item: Item) -> Constraints:
    """Constraints that could stand before a turn, met by the item more often than not."""
    category = (rng.choice(item.types),) if item.types and rng.random() < 0.85 else ()
    low = high = None
    if rng.random() < 0.55:
        high = _round_money(rng, shop)
    if rng.random() < 0.15:
        low = _round_money(rng, shop)
        high = max(low, high) if high else None
    soft: dict[str, tuple[str, ...]] = {}
    hard: dict[str, tuple[str, ...]] = {}
    exclude: dict[str, tuple[str, ...]] = {}
    for facet in rng.sample(value_facets(shop), k=min(2, len(value_facets(shop)))):
        chance = rng.random()
        value = pick_value(rng, shop, facet, item).value
        if chance < 0.3:
            (soft if facet.mined else hard)[facet.name] = (value,)
        elif chance < 0.45 and value not in (YES, NO):
            exclude[facet.name] = (value,)
    numeric: dict[str, Bounds] = {}
    if number_facets(shop) and rng.random() < 0.1:
        facet = rng.choice(number_facets(shop))
        amount = pick_amount(rng, shop, facet=facet).low
        numeric[facet.name] = rng.choice((Bounds(amount, None), Bounds(None, amount)))
    wish = rng.choice(("", "", "hiking", "light comfortable", "gift mum", "small kitchen"))
    return Constraints(
        wish=wish,
        category=category,
        price_min=low,
        price_max=high,
        require=hard,
        exclude=exclude,
        prefer=soft,
        numeric=numeric,
    )


def pick_shown(rng: random.Random, shop: Shop, constraints: Constraints) -> tuple[Item, ...]:
    """Items that could be on the cards: mostly of one type."""
    pool: Sequence[Item] = shop.items
    if constraints.category:
        alike = [i for i in shop.items if set(i.types) & set(constraints.category)]
        pool = alike if len(alike) >= 2 else pool
    count = min(len(pool), rng.choice((1, 2, 3, 3, 3, 3, 3, 4)))
    return tuple(rng.sample(list(pool), k=count))
