"""The order system of tau_bench_retail's shop, as its lookups ask it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

SHARED = Path(__file__).parents[2] / "shared/data/tau_bench_retail"
LOOKUPS = {
    "order_status": {
        "system": "python:retail_orders:order_status",
        "triggers": [r"where is my order", r"status of (?:my )?order"],
        "slots": {
            "order_number": {"ask": "What is your order number?", "pattern": r"#W\d{7}\b"},
            "postcode": {"ask": "And your postcode?", "pattern": r"(?<!\d)\d{5}\b"},
        },
        "fields": {"status": "status", "items.name": "items", "items.options.color": "colours"},
    },
    "own_orders": {
        "system": "python:retail_orders:own_orders",
        "triggers": [r"(?:what|which) (?:did i|have i) order", r"my (?:last )?orders"],
        "fields": {"orders.order_id": "orders", "orders.status": "status"},
        "signed_in": True,
    },
}


@cache
def orders() -> dict[str, dict[str, Any]]:
    """Orders by number."""
    lines = (SHARED / "orders.jsonl").read_text(encoding="utf-8").splitlines()
    return {order["order_id"]: order for order in map(json.loads, lines)}


def order_status(order_number: str, postcode: str) -> dict[str, Any] | None:
    """An order, for who knows its number and postcode."""
    order = orders().get(order_number)
    return order if order and order["address"]["zip"] == postcode else None


def own_orders(user_id: str) -> dict[str, Any] | None:
    """The orders of a signed-in shopper."""
    own = [order for order in orders().values() if order["user_id"] == user_id]
    return {"orders": own} if own else None
