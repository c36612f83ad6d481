"""Amounts in a message: what they are of, in the shop's units; what is no amount at all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from reading_shop import SPOTTER, VOCABULARY, said, spot

from chatrec.types import Turn
from chatrec.understand.spot import Spotter


def amounts(text: str) -> list[tuple[str, float | None, float | None]]:
    return [(m.facet, m.low, m.high) for m in said(text, "number", "range")]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("60", 60, 60),
        ("$60", 60, 60),
        ("60$", 60, 60),
        ("60 bucks", 60, 60),
        ("EUR 60", 60, 60),
        ("12,50 euros", 12.5, 12.5),
        ("$1,299.00", 1299, 1299),
        ("1.299,00 €", 1299, 1299),
        ("1.5k", 1500, 1500),
        ("a grand", 1000, 1000),
        ("two grand", 2000, 2000),
        ("half a grand", 500, 500),
        ("3 hundred", 300, 300),
        ("a hunderd", 100, 100),
        ("fourty five", 45, 45),
        ("2 thousand", 2000, 2000),
        ("two hundred dollars", 200, 200),
        ("a hundred and fifty", 150, 150),
        ("twenty-five", 25, 25),
        ("fifty-ish", 40, 60),
        ("40ish", 32, 48),
        ("40-60", 40, 60),
        ("$40 - $60", 40, 60),
        ("between 40 and 60", 40, 60),
        ("from 40 to 60 dollars", 40, 60),
        ("1-2k", 1000, 2000),
        ("one fifty", 150, 150),
        ("two twenty-five", 225, 225),
        ("one hundred fifty", 150, 150),
        ("two thousand", 2000, 2000),
    ],
)
def test_money(text: str, low: float, high: float) -> None:
    assert amounts(f"boots, {text}") == [("price", low, high)]


def test_two_amounts_joined_by_and_are_two_unless_between_says_a_range() -> None:
    assert amounts("one for 40 and 60 for the other") == [("price", 40, 40), ("price", 60, 60)]


def test_a_falling_range_is_two_amounts() -> None:
    assert amounts("100-60") == [("price", 100, 100), ("price", 60, 60)]


@pytest.mark.parametrize(
    ("text", "facet", "value"),
    [
        ("1.2 kilos", "weight", 1.2),
        ("500 g", "weight", 0.5),
        ("3 lbs", "weight", 1.36077711),
        ("two kilos", "weight", 2),
        ("one kilo", "weight", 1),
        ("two and a half kilos", "weight", 2.5),
        ("2.5 kg", "weight", 2.5),
        ("thirty litres", "capacity", 30),
        ("half a litre", "capacity", 0.5),
        ("a litre and a half", "capacity", 1.5),
        ("750ml", "capacity", 0.75),
        ("1.2 m tall", "height", 120),
        ("28 cm across", "diameter", 28),
        ("a diameter of 28 cm", "diameter", 28),
        ("16 gigs", "memory", 16),
        ("4 people", "persons", 4),
        ("3 burners", "burners", 3),
        ("a cup of 12 oz", "capacity", 0.354882355),
        ("12 oz", "weight", 0.340194278),
    ],
)
def test_measures_are_in_the_unit_of_the_facet(text: str, facet: str, value: float) -> None:
    [(got_facet, low, high)] = amounts(text)
    assert (got_facet, low, high) == (facet, pytest.approx(value), pytest.approx(value))


def test_a_range_shares_the_unit_that_is_said_once() -> None:
    assert amounts("from 2 to 3 kg") == [("weight", 2, 3)]


@pytest.mark.parametrize("text", ["at least 4 stars", "rated 4 or better", "4+ stars"])
def test_ratings(text: str) -> None:
    assert amounts(text) == [("rating", 4, None)]


def test_the_best_rated_of_three_asks_for_no_three_stars() -> None:
    assert amounts("the best rated of the three") == [("price", 3, 3)]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20",
        "the XR500",
        "dv7-1211ea",
        "20% off",
        "a 1.2.3 release",
        "one in black",
        "the second one",
        "these two",
    ],
)
def test_no_amounts(text: str) -> None:
    assert amounts(text) == []


def test_the_model_sees_the_amount_under_its_canonical_label() -> None:
    assert spot("under two hundred bucks or 1,5 kilo").text == "under [$200] or [1.5 kg]"


@pytest.mark.parametrize(
    ("language", "text", "low", "high"),
    [
        ("de", "Stiefel unter fünfzig Euro", 50, 50),
        ("de", "zwischen 40 und 60 €", 40, 60),
        ("de", "höchstens 1.200,50 €", 1200.5, 1200.5),
        ("es", "botas hasta cien dólares", 100, 100),
        ("es", "entre 40 y 60 €", 40, 60),
        ("es", "de 40 a 60 euros", 40, 60),
        ("fr", "jusqu'à cent euros", 100, 100),
        ("fr", "environ 1 200,50 €", 1200.5, 1200.5),
        ("fr", "entre 40 et 60", 40, 60),
        ("zh", "50元以下的背包", 50, 50),
        ("zh", "不超过一百元", 100, 100),
        ("zh", "三千五百块的相机", 3500, 3500),
        ("zh", "40到60元之间", 40, 60),
        ("zh", "大约两百欧元", 200, 200),
        ("zh", "一亿二千万元", 120e6, 120e6),
        ("zh", "￥300以内", 300, 300),
    ],
)
def test_money_in_other_languages(language: str, text: str, low: float, high: float) -> None:
    [amount] = [
        m for m in SPOTTER.spot(Turn(text), language).mentions if m.kind in ("number", "range")
    ]
    assert (amount.facet, amount.low, amount.high) == ("price", low, high)


@pytest.mark.parametrize(
    ("language", "text", "facet", "value"),
    [
        ("de", "mindestens 1,5 Liter", "capacity", 1.5),
        ("de", "ein Zelt für vier Personen", "persons", 4),
        ("es", "al menos 1,5 litros", "capacity", 1.5),
        ("fr", "moins de deux kilos", "weight", 2),
        ("zh", "至少1.5升", "capacity", 1.5),
        ("zh", "四人帐篷", "persons", 4),
        ("zh", "不到两公斤", "weight", 2),
    ],
)
def test_measures_in_other_languages(language: str, text: str, facet: str, value: float) -> None:
    [amount] = [m for m in SPOTTER.spot(Turn(text), language).mentions if m.kind == "number"]
    assert (amount.facet, amount.low) == (facet, value)


def test_a_chinese_numeral_that_counts_nothing_is_a_word() -> None:
    assert [m for m in SPOTTER.spot(Turn("一双靴子"), "zh").mentions if m.kind == "number"] == []


def test_pounds_are_money_only_where_the_shop_sells_for_them() -> None:
    assert amounts("boots under 4 pounds") == [("weight", None, pytest.approx(1.81437))]
    british = Spotter(replace(VOCABULARY, currency="GBP"))
    [amount] = [m for m in british.spot(Turn("boots, 40 pounds")).mentions if m.kind == "number"]
    assert (amount.facet, amount.low) == ("price", 40)
