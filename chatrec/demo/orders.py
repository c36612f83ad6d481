"""The order system of the demo shop: what its lookups ask. Every order in it is invented.

Plain functions of what the shopper gave, as a shop writes them for its own database; None means
that there is no such thing, or that it is somebody else's.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "orders.json"


@cache
def _data() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return read


def order_status(order_number: str, postcode: str) -> dict[str, Any] | None:
    """An order with its parcels, for who knows its number and postcode."""
    order: dict[str, Any] | None = _data()["orders"].get(order_number.upper())
    return order if order is not None and order["postcode"] == postcode else None


def return_status(order_number: str) -> dict[str, Any] | None:
    """How far the return of an order is; it names nobody."""
    found: dict[str, Any] | None = _data()["returns"].get(order_number.upper())
    return found


def store_stock(article: str, store: str) -> dict[str, Any] | None:
    """How many pieces of an article a store has."""
    pieces = _data()["stores"].get(store.casefold(), {}).get(article.casefold())
    return None if pieces is None else {"store": store.title(), "pieces": pieces}


def loyalty_points(user_id: str) -> dict[str, Any] | None:
    """The points of a signed-in shopper."""
    found: dict[str, Any] | None = _data()["members"].get(user_id)
    return found
