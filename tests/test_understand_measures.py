"""Which measure a number is of, and what it asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from reading_shop import VOCABULARY

from chatrec.types import Bounds, Facet, Mention, Vocabulary
from chatrec.understand.measures import meant, of_things, said_of

SHOP = Vocabulary(
    facets=(
        Facet("height", "number", unit="cm", low=12, high=165, count=33, types=("lamp",)),
        Facet("length", "number", unit="cm", low=20, high=120, count=11, types=("trousers",)),
        Facet("persons", "number", low=1, high=6, count=15, types=("tent",)),
    ),
)


def number(facet: str, value: float, label: str = "") -> Mention:
    return Mention("number", label or f"{value:g}", 0, 2, facet, value, value)


def test_a_measure_is_one_that_the_things_have() -> None:
    inches = number("height", 81.3, "32 inch")
    for category, facet in ((("trousers",), "length"), (("lamp",), "height"), ((), "height")):
        found = of_things(inches, category, SHOP)
        assert found is not None and found.facet == facet


def test_what_the_things_do_not_tell_is_no_measure_of_theirs() -> None:
    persons = number("persons", 6, "6 person")
    assert of_things(persons, ("lamp",), SHOP) is None
    assert said_of(persons) == "for 6 persons"
    assert said_of(number("brightness", 100, "100 lm")) == "of 100 lm"
    money = number("price", 60)
    assert of_things(money, ("lamp",), SHOP) == money


def test_a_measure_that_the_words_name_is_no_other() -> None:
    blade = Facet("blade length", "number", unit="cm", low=8, high=30, count=4, types=("knife",))
    shop = replace(SHOP, facets=(*SHOP.facets, blade))
    tall = replace(number("height", 80, "80 cm"), named=True)
    assert of_things(tall, ("lamp",), shop) == tall
    assert of_things(tall, ("trousers",), shop) is None
    long = replace(number("length", 20, "20 cm"), named=True)
    found = of_things(long, ("knife",), shop)
    assert found is not None and found.facet == "blade length"
    wide = replace(number("width", 80, "80 cm"), named=True)  # which nothing in the shop tells
    assert of_things(wide, ("lamp",), shop) is None
    assert of_things(wide, (), shop) is None


@pytest.mark.parametrize(
    ("facet", "value", "bounds"),
    [
        ("rating", 4, Bounds(low=4)),
        ("persons", 4, Bounds(low=4)),
        ("burners", 2, Bounds(2, 2)),
        ("weight", 2, Bounds(1.8, 2.2)),
        ("price", 50, Bounds(40, 60)),
    ],
)
def test_what_an_amount_asks_for(facet: str, value: float, bounds: Bounds) -> None:
    asked = meant(number(facet, value), VOCABULARY)
    assert Bounds(asked.low, asked.high) == bounds
