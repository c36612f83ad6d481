"""Numbers as people write them: where a separator parts thousands and where decimals."""

from __future__ import annotations

import pytest

from chatrec.units import parse_amount, parse_measure


@pytest.mark.parametrize(
    ("digits", "amount"),
    [
        ("12", 12.0),
        ("12,5", 12.5),
        ("12.50", 12.5),
        ("1.299", 1299.0),
        ("1,299.00", 1299.0),
        ("1.299,00", 1299.0),
        ("1,299,000", 1_299_000.0),
        ("1,29,000", 129_000.0),
        ("0.299", 0.299),
        ("1234.567", 1234.567),
    ],
)
def test_amounts(digits: str, amount: float) -> None:
    assert parse_amount(digits) == amount


@pytest.mark.parametrize(
    ("digits", "unit", "number"),
    [
        ("2,200", "W", 2200.0),
        ("20,000", "mAh", 20_000.0),
        ("20.000", "mAh", 20_000.0),
        ("1,250.5", "g", 1250.5),
        ("1.125", "kg", 1.125),
        ("1,125", "kg", 1125.0),
        ("1.125", None, 1.125),
        ("1,5", "l", 1.5),
    ],
)
def test_measures(digits: str, unit: str | None, number: float) -> None:
    assert parse_measure(digits, unit) == number


@pytest.mark.parametrize("text", ["1,2,3", "1.2.3", "", "one"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_amount(text)
