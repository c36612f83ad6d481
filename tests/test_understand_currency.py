"""Amounts in a currency that the shop does not sell in: read as its own, and told."""

from __future__ import annotations

import pytest

from chatrec.understand.currency import is_foreign


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("boots under $50", "EUR"),
        ("50 dollars max", "GBP"),
        ("between 40 and 60 €", "USD"),
        ("£20", "EUR"),
        ("twenty quid, 20 quid", "USD"),
    ],
)
def test_another_currency(text: str, currency: str) -> None:
    assert is_foreign(text, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("boots under $50", "USD"),
        ("boots under $50", "CAD"),
        ("50 bucks", "EUR"),
        ("under 50", "EUR"),
        ("20 pounds of flour", "USD"),
        ("a euro pallet", "USD"),
    ],
)
def test_the_shops_own_or_none(text: str, currency: str) -> None:
    assert not is_foreign(text, currency)
