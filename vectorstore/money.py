"""A price as shops write it ("1.299,00 €", "USD 1,299") -> amount and currency code, exactly.

Not a price: "N/A", a negative amount, two amounts. Price ranges are not guessed at.
"""

from __future__ import annotations

import math
import re

from chatrec.units import parse_amount

_SYMBOLS = {
    "€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₺": "TRY",
    "₽": "RUB", "zł": "PLN", "us$": "USD", "a$": "AUD", "c$": "CAD", "r$": "BRL", "chf": "CHF",
    "₱": "PHP", "₫": "VND", "฿": "THB", "₴": "UAH", "₪": "ILS",
}  # fmt: skip
_NUMBER = re.compile(
    r"\d{1,3}(?P<sep>[ .,'’])(?:\d{2,3}(?P=sep))*\d{3}(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?"
)
_AMOUNT = re.compile(r"^(?P<before>[^\d\s.,-]*)\s*(?P<number>[\d][\d .,'’]*)\s*(?P<after>\D*)$")


def currency_code(text: str) -> str | None:
    """The three-letter code of a code or symbol, or None for anything else."""
    mark = text.strip().casefold()
    if mark in _SYMBOLS:
        return _SYMBOLS[mark]
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
    plain = text.replace("\u00a0", " ").replace("\u202f", " ").strip().removesuffix(",-").strip()
    match = _AMOUNT.match(plain)
    marks = [m for m in (match["before"], match["after"].strip()) if m] if match else []
    codes = [currency_code(mark) for mark in marks]
    if match is None or None in codes or len(codes) > 1:
        if re.match(r"^\D{0,4}-\s*\d", plain):
            raise ValueError(f"price {text!r} is negative")
        if plain.casefold() in {"nan", "inf", "infinity"} or match is None or None in codes:
            raise ValueError(f"price {text!r} is not an amount")
        raise ValueError(f"price {text!r} names two currencies")
    return _checked(_number(match["number"].strip(), text), text), next(iter(codes), None)


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
