"""Prices and availability as a row gives them -> what is asked now, and whether it can be had.

Shops write them in several columns: a price and a sale price with the days that it is good for, or
the price of today and the one before it; a number in stock, a word ("backorder"), or both. Knows
nothing of files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TypeAlias

from chatrec.types import AttributeValue
from chatrec.words import fold

Amount: TypeAlias = tuple[float | None, str | None]
"""A price and its currency, each None where it is not known (`vectorstore.money.parse_price`)."""
Period: TypeAlias = tuple[datetime | None, datetime | None]
"""From when till when, both ends within; None leaves an end open."""

ON_SALE, REGULAR_PRICE, AVAILABILITY = "on sale", "regular price", "availability"
"""Attributes that `offer` may add."""

_THERE = frozenset(
    "instock available yes true limitedavailability limitedstock lowstock onlineonly instoreonly "
    "inventory y".split()
)
_GONE = frozenset(
    "outofstock notinstock unavailable notavailable soldout discontinued reserved no false "
    "n".split()
)
_LATER = {
    "preorder": "preorder",
    "presale": "preorder",
    "backorder": "backorder",
    "onbackorder": "backorder",
    "availablefororder": "backorder",
    "madetoorder": "made to order",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """``price`` is asked now; ``stock`` is 0 for what cannot be had and None for an unknown number.

    ``attributes``: whether it is on sale, the price that it had, and when it comes if not at once.
    """

    price: float | None
    currency: str | None
    stock: int | None
    attributes: dict[str, AttributeValue]


@dataclass(frozen=True, slots=True)
class Given:
    """What a row gives; ``sale`` and ``regular`` are None where the row has no such column."""

    price: Amount
    sale: Amount | None = None
    regular: Amount | None = None
    period: Period = (None, None)
    stock: int | None = None
    availability: str = ""


def offer(given: Given, now: datetime) -> Offer:
    """The offer that stands at a moment.

    A sale price counts while its period lasts and only where it is the lower one.
    """
    price, currency = given.price
    before = given.regular[0] if given.regular else None
    if given.sale and given.sale[0] is not None and _within(now, given.period):
        if price is None or given.sale[0] < price:
            before = before if price is None else price
            price, currency = given.sale[0], given.sale[1] or currency
    attributes: dict[str, AttributeValue] = {}
    if price is not None and (given.sale or given.regular):
        reduced = before is not None and before > price
        attributes[ON_SALE] = reduced
        if reduced and before is not None:
            attributes[REGULAR_PRICE] = f"{before:.2f} {currency or ''}".strip()
    stock, note = _stock(given)
    if note:
        attributes[AVAILABILITY] = note
    return Offer(price, currency, stock, attributes)


def _stock(given: Given) -> tuple[int | None, str]:
    """How many there are, and what else is to be said of when it can be had."""
    word = re.sub(r"[^a-z0-9]", "", fold(given.availability).rpartition("schema.org/")[2])
    if word in _GONE or word == "0":
        return 0, ""
    if word in _LATER:  # it can be ordered, however many there are
        return None, _LATER[word]
    if word in _THERE or word.isdigit() or not word:
        return given.stock, ""
    return given.stock, given.availability


def period(text: str) -> Period:
    """The days or times of an ISO 8601 interval: "2026-11-20/2026-11-30T18:00+0100".

    A last day is good to its end. Times without a zone are UTC.

    Raises:
        ValueError: it is not such an interval.
    """
    start, slash, end = (part.strip() for part in text.partition("/"))
    if not start and not end:
        return None, None
    if not slash:
        raise ValueError(f"sale dates {text[:60]!r} are not START/END in ISO 8601")
    return _moment(start, time.min), _moment(end, time.max)


def _moment(text: str, of_day: time) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as exc:
        raise ValueError(f"sale date {text[:40]!r} is not an ISO 8601 date or time") from exc
    if len(text) <= len("2026-11-20"):
        moment = datetime.combine(moment, of_day)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _within(now: datetime, period: Period) -> bool:
    start, end = period
    return (start is None or start <= now) and (end is None or now <= end)
