"""A price as shops write it ("1.299,00 €", "USD 1,299") -> amount and currency code, exactly.

Not a price: "N/A", a negative amount, two amounts. Price ranges are not guessed at.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from chatrec.units import parse_amount

_SYMBOLS = {
    "€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "rs": "INR", "₩": "KRW",
    "₺": "TRY", "₽": "RUB", "zł": "PLN", "kč": "CZK", "ft": "HUF", "us$": "USD", "a$": "AUD",
    "au$": "AUD", "c$": "CAD", "ca$": "CAD", "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "mx$": "MXN",
    "r$": "BRL", "₱": "PHP", "₫": "VND", "฿": "THB", "₴": "UAH", "₪": "ILS",
}  # fmt: skip
# Signs of several currencies: a code beside one says which of them is meant.
_SHARED = {
    "$": frozenset("USD CAD AUD NZD HKD SGD TWD MXN ARS CLP COP UYU".split()),
    "¥": frozenset({"JPY", "CNY"}),
}
_NUMBER = re.compile(
    r"\d{1,3}(?P<sep>[ .,'’])(?:\d{2,3}(?P=sep))*\d{3}(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?"
)
_AMOUNT = re.compile(r"(?P<before>[^\d.,-]*\.?) ?(?P<number>\d[\d .,'’]*)(?P<after>[^\d-]*)$")
_LONGEST = 60


def currency_code(text: str) -> str | None:
    """The three-letter code of a code or symbol, or None for anything else."""
    mark = text.strip().casefold()
    symbol = re.sub(r"\s", "", mark).removesuffix(".")  # "US $", "Rs."
    if symbol in _SYMBOLS:
        return _SYMBOLS[symbol]
    return mark.upper() if re.fullmatch("[a-z]{3}", mark) else None


def parse_price(value: object) -> tuple[float | None, str | None]:
    """Amount and, where the text says it, currency. Blank and None are an unknown price.

    A single separator before exactly three last digits parts thousands ("1.299" is 1299), unless
    the text starts with 0.

    Raises:
        ValueError: it is not one finite amount of at least 0.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None, None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"price {value!r} is not an amount")
    if isinstance(value, str):
        return _from_text(value)
    return _checked(value, str(value)), None


def _from_text(text: str) -> tuple[float, str | None]:
    plain = " ".join(text.split()).removesuffix(",-").strip()
    match = _AMOUNT.match(plain) if len(plain) <= _LONGEST else None
    if match is None:
        said = "is negative" if re.match(r"^\D{0,4}-\s*\d", plain) else "is not an amount"
        raise ValueError(f"price {text[:_LONGEST]!r} {said}")
    code = _one_currency([match["before"], match["after"]], text)
    return _checked(_number(match["number"].strip(), text), text), code


def _one_currency(sides: Sequence[str], text: str) -> str | None:
    """The currency of what stands before and behind a number: "$12 CAD" is in Canadian dollars."""
    marks = [mark for side in sides for mark in _marks(side)]
    codes = {mark: currency_code(mark) for mark in marks}
    if None in codes.values():
        raise ValueError(f"price {text!r} is not an amount")
    told = {code for mark, code in codes.items() if mark not in _SHARED}
    for sign in _SHARED.keys() & codes.keys():
        told |= set() if told & _SHARED[sign] else {codes[sign]}
    if len(told) > 1:
        raise ValueError(f"price {text!r} names two currencies")
    return next(iter(told), None)


def _marks(side: str) -> list[str]:
    """The currencies that a side of a number names: one ("US $") or each of its words."""
    return [side.strip()] if currency_code(side) else side.split()


def _number(digits: str, text: str) -> float:
    if _NUMBER.fullmatch(digits):
        return parse_amount(re.sub(r"[ '’]", "", digits))
    raise ValueError(f"price {text!r} is not an amount")


def _checked(number: float, text: str) -> float:
    try:
        amount = float(number)
    except OverflowError:
        amount = math.inf
    if not math.isfinite(amount):
        raise ValueError(f"price {text[:40]} is not a finite amount")
    if amount < 0:
        raise ValueError(f"price {text} is negative")
    return amount
