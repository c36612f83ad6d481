"""Amounts of money and measures -> figures with their currency or unit: "€59.90", "1.1 kg".

A measure is told in the unit in which it is read most easily: 840 g and not 0.84 kg. Converts no
currency and compares nothing.
"""

from __future__ import annotations

from chatrec.types import Item
from chatrec.units import STEP, symbol, unit_of
from chatrec.wording.names import readable
from chatrec.wording.nouns import is_plural, plural
from chatrec.wording.numbers import plain_number

_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "ILS": "₪"}
_BEFORE_CODE = {"CAD": "CA$", "AUD": "A$", "NZD": "NZ$", "HKD": "HK$", "SGD": "S$", "BRL": "R$"}
_CURRENCY_NAMES = {
    "EUR": "euros", "USD": "US dollars", "GBP": "pounds", "JPY": "yen", "INR": "rupees"
}  # fmt: skip
_NO_MINOR_UNIT = frozenset({"JPY", "KRW"})
_SMALLER = {"kg": "g", "l": "ml", "m": "mm"}
_CM_AS_METRES = 300
_HOURS_AS_DAYS = 72


def money(amount: float, currency: str | None) -> str:
    """€59.90, $60, 45 CHF: cents only where there are any."""
    code = (currency or "").upper()
    whole = code in _NO_MINOR_UNIT or amount == int(amount)
    number = f"{amount:,.0f}" if whole else f"{amount:,.2f}"
    symbol = _SYMBOLS.get(code) or _BEFORE_CODE.get(code)
    return f"{symbol}{number}" if symbol else f"{number} {code}".rstrip()


def price(item: Item) -> str:
    """The item's price, or "" where it has none."""
    return "" if item.price is None else money(item.price, item.currency)


def currency_name(currency: str) -> str:
    """As in "prices in euros"; the code of one that is rarely named."""
    return _CURRENCY_NAMES.get(currency, currency)


def measure(value: float, unit: str | None) -> str:
    """1.1 kg, 840 g; a bare number where the facet has no unit."""
    if not unit:
        return plain_number(value)
    smaller = _SMALLER.get(symbol(unit))
    if smaller and 0 < value < 1:
        value, unit = round(value * 1000, 6), smaller
    elif symbol(unit) == "cm" and value >= _CM_AS_METRES:
        value, unit = round(value / 100, 6), "m"
    elif symbol(unit) == "h" and 0 < value < 1:
        value, unit = round(value * 60), "min"
    elif symbol(unit) == "h" and value >= _HOURS_AS_DAYS and value % 24 == 0:
        value, unit = value / 24, "day"
    mark = symbol(unit)
    many = value != 1 and mark == unit_of(unit)  # a word, and no sign for one
    return f"{plain_number(value)} {plural(mark) if many else mark}"


def amount(name: str, value: float, unit: str | None) -> str:
    """A measure with what it is a number of, where its name says that: "1.1 kg", "4 persons"."""
    told = measure(value, unit)
    return f"{told} {readable(name)}" if is_number_of(name, unit) else told


def is_number_of(name: str, unit: str | None) -> bool:
    """Whether a numeric facet counts what its name says: "persons", "speeds"."""
    return not unit and is_plural(readable(name).rpartition(" ")[2])


def at_least(bound: float, unit: str | None) -> str:
    """A lower bound in words; a step above a rounder number it is "more than" that."""
    if rounder := _rounder(bound, -STEP):
        return f"more than {measure(rounder, unit)}"
    return f"at least {measure(bound, unit)}"


def at_most(bound: float, unit: str | None) -> str:
    """An upper bound in words; a step below a rounder number it is "less than" that."""
    if rounder := _rounder(bound, STEP):
        return f"less than {measure(rounder, unit)}"
    return f"at most {measure(bound, unit)}"


def _rounder(bound: float, step: float) -> float:
    """The number a step away if it is plainly a rounder one, else 0."""
    beside = round(bound + step, 2)
    return beside if len(plain_number(beside)) + 1 < len(plain_number(bound)) else 0.0
