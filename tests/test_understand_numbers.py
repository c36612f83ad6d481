"""Amounts in a message: what they are of, in the shop's units; what is no amount at all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from reading_shop import SPOTTER, VOCABULARY, said, spot

from chatrec.types import Bounds, Constraints, Facet, FacetValue, Turn, Vocabulary
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
        ("4hundred", 400, 400),
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
        ("btwn 40 n 60", 40, 60),
        ("between $40 & $60", 40, 60),
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


def test_a_falling_range_is_two_amounts_unless_it_is_opened() -> None:
    assert amounts("100-60") == [("price", 100, 100), ("price", 60, 60)]
    assert amounts("between 100 and 60") == [("price", 60, 100)]
    assert amounts("from $100 to $60") == [("price", 60, 100)]


def test_the_ends_of_a_range_are_compared_in_one_unit() -> None:
    for text in ("500 g to 1 kg", "from 1 kg to 500 g", "between 500 g and 1 kg"):
        assert amounts(text) == [("weight", 0.5, 1)]


@pytest.mark.parametrize(
    ("text", "facet", "value"),
    [
        ("½ kg", "weight", 0.5),
        ("1½ l", "capacity", 1.5),
        ("1 ½ l", "capacity", 1.5),
        ("1/2 kg", "weight", 0.5),
        ("1 1/2 litres", "capacity", 1.5),
        ("60″ high", "height", 152.4),
    ],
)
def test_fractions(text: str, facet: str, value: float) -> None:
    assert amounts(f"a box, {text}") == [(facet, value, value)]


def test_of_two_that_will_do_the_first_has_the_unit_of_the_second() -> None:
    assert amounts("26 or 24 cm") == [("height", 24, 26)]
    assert amounts("2 kg or 4 kg") == [("weight", 2, 4)]
    assert amounts("60 or 3 kg") == [("price", 60, 60), ("weight", 3, 3)]
    assert amounts("42 or 43") == [("price", 42, 42), ("price", 43, 43)]
    assert amounts("$20 or 2 kg") == [("price", 20, 20), ("weight", 2, 2)]


def test_higher_is_of_the_height_that_stands() -> None:
    tall = Constraints(category=("lamp",), price_max=90, numeric={"height": Bounds(low=40)})
    found = said("no higher than 60", "number", constraints=tall)
    assert [(m.facet, m.low, m.high) for m in found] == [("height", None, 60)]


def test_a_stroke_between_counts_is_no_fraction() -> None:
    assert amounts("for 2/3 people") == [("price", 2, 2), ("persons", 3, 3)]


@pytest.mark.parametrize(
    "text",
    [
        "30x40 cm",
        "30 x 40 cm",
        "at least 200 x 140 cm",
        "30×40",
        "2 m by 1.40 m",
        "20 x 30 x 40 cm",
        '8x10" in wool',
        "aged 8-12",
        "for ages 8 to 12",
    ],
)
def test_what_is_no_single_measure_bounds_nothing(text: str) -> None:
    assert amounts(f"a box, {text}") == []


def test_a_count_of_measures_is_no_row_of_extents() -> None:
    assert amounts("2 x 500 ml")[1:] == [("capacity", 0.5, 0.5)]
    assert amounts("2 x 20 dollars")[1:] == [("price", 20, 20)]


def test_extents_name_the_value_that_the_shop_has_for_them() -> None:
    frames = Facet("size", "value", (FacetValue("20x30 cm", 4), FacetValue("30x40 cm", 3)))
    spotter = Spotter(Vocabulary(facets=(frames,)))
    for text in ("30 x 40 cm", "40x30cm", "30×40 cm", "30 cm by 40 cm"):
        [found, *_] = spotter.spot(Turn(f"a frame of {text}")).mentions
        assert (found.kind, found.facet, found.values) == ("value", "size", ("30x40 cm",)), text
    [other, *_] = spotter.spot(Turn("a frame of 30 x 50 cm")).mentions
    assert (other.kind, other.label) == ("word", "30 x 50 cm")


@pytest.mark.parametrize(
    ("text", "facet", "low", "high"),
    [
        ("at least 75 high", "height", 75, None),
        ("120 cm wide and 75 high", "width", 120, 120),
        ("a height under 80", "height", None, 80),
        ("weight of no more than 3", "weight", None, 3),
        ("width max 90", "width", None, 90),
        ("75 high chairs", "price", 75, 75),
        ("no taller than 90", "height", None, 90),
        ("longer than 30", "length", 30, None),
        ("no higher than 90", "price", None, 90),
        ("a 10 kg weight under 50", "price", None, 50),
    ],
)
def test_words_beside_a_number_say_what_it_measures(
    text: str, facet: str, low: float | None, high: float | None
) -> None:
    assert (facet, low, high) in amounts(f"a box, {text}")


@pytest.mark.parametrize(
    ("text", "facet"),
    [
        ("weigt under 2 kg", "weight"),
        ("wieght 2 kg", "weight"),
        ("hight 30 cm", "height"),
        ("diamter 30 cm", "diameter"),
        ("a lenght of at most 30 cm", "length"),
    ],
)
def test_a_misspelt_measure_is_of_its_number_and_no_wish(text: str, facet: str) -> None:
    found = said(f"a box, {text}", "number", "word", "value")
    assert [m.facet for m in found if m.kind == "number"] == [facet]
    assert [m.label for m in found if m.kind != "number"] == ["box"]


@pytest.mark.parametrize(
    "text",
    [
        "about 80 cm tall",
        "a max load of 90 kg",
        "no taller than 90 cm",
        "60 or less",
        "60 max",
        "rated 4.5 or higher",
        "2 burners",
        "aged 9",
    ],
)
def test_words_that_say_what_a_number_is_are_no_wish(text: str) -> None:
    words = [m.label for m in said(f"a box, {text}", "word")]
    assert [word for word in words if not word[0].isdigit()] == ["box"]


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
