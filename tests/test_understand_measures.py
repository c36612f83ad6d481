"""Which measure a number is of, and what it asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from reading_shop import VOCABULARY

from chatrec.types import Bounds, Constraints, Facet, FacetValue, Item, Mention, Turn, Vocabulary
from chatrec.understand.measures import meant, of_things, said_of
from chatrec.understand.spot import Spotter

_NUMBERS = ("number", "range")

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


def test_a_measure_is_told_in_the_unit_that_the_things_have() -> None:
    screen = Facet("screen size", "number", unit="inch", low=5, high=90, types=("tablet",))
    shop = replace(SHOP, facets=(*SHOP.facets, screen))
    found = of_things(number("height", 25.4, "10 inch"), ("tablet",), shop)
    assert found is not None and (found.facet, found.low, found.high) == ("screen size", 10, 10)


def test_a_measure_that_only_some_of_the_things_tell_is_one_of_theirs() -> None:
    height, length, _ = SHOP.facets
    shop = replace(SHOP, facets=(replace(height, told_by=("lamp", "lantern", "tent")), length))
    low = number("height", 30, "30 cm")
    assert of_things(low, ("lantern",), shop) == low
    assert of_things(low, ("boot",), shop) is None
    # Most tents tell their length, a few their height.
    tents = replace(length, types=("tent",), told_by=("tent",))
    found = of_things(low, ("tent",), replace(shop, facets=(*shop.facets[:1], tents)))
    assert found is not None and found.facet == "length"


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


GAMES = Vocabulary(
    facets=(
        Facet("type", "value", (FacetValue("game", 3), FacetValue("belt", 2)), count=5),
        Facet("players", "number", low=1, high=8, count=3, types=("game",), ranged=True),
        Facet("ages", "number", unit="yr", low=3, high=99, count=3, types=("game",), ranged=True),
        Facet("waist", "number", low=28, high=42, count=2, types=("belt",), ranged=True),
    ),
)


@pytest.mark.parametrize(
    ("text", "facet", "bounds"),
    [
        ("a game for 6 players", "players", Bounds(6, 6)),
        ("a game for 2-4 players", "players", Bounds(2, 4)),
        ("a game for 6 players or more", "players", Bounds(6, None)),
        ("a game for ages 8 and up", "ages", Bounds(8, None)),
        ("a game for kids aged 8-12", "ages", Bounds(8, 12)),
        ("a game for an 8 year old", "ages", Bounds(8, 8)),
        ("a belt, waist 30", "waist", Bounds(30, 30)),
        ("a belt for a waist of 30", "waist", Bounds(30, 30)),
        ("a belt in waist size 30", "waist", Bounds(30, 30)),
    ],
)
def test_of_ranges_a_number_is_asked_for_exactly(text: str, facet: str, bounds: Bounds) -> None:
    spotted = Spotter(GAMES).spot(Turn(text)).mentions
    [found] = [m for m in spotted if m.kind in _NUMBERS]
    assert {m.label for m in spotted if m.kind == "word"} <= {"kids"}
    known = of_things(found, ("game", "belt"), GAMES)
    assert known is not None
    asked = meant(known, GAMES)
    assert (asked.facet, Bounds(asked.low, asked.high)) == (facet, bounds)


@pytest.mark.parametrize("text", ["a gift for a 40 year old", "people aged 40", "belt under 30"])
def test_what_is_no_number_of_a_range(text: str) -> None:
    found = [m for m in Spotter(GAMES).spot(Turn(text)).mentions if m.kind in _NUMBERS]
    assert all(m.facet == "price" for m in found)


def test_a_range_suits_what_lies_in_it_or_holds_it() -> None:
    def fits(asked: Bounds, span: Bounds) -> bool:
        game = Item(id="g", title="Game", ranges={"players": span})
        return Constraints(numeric={"players": asked}).allows(game)

    four = Bounds(4, 4)
    assert fits(four, Bounds(2, 4)) and fits(four, Bounds(low=3)) and fits(four, Bounds(high=5))
    assert not fits(four, Bounds(5, 8)) and not fits(four, Bounds(2, 3))
    assert fits(Bounds(2, 4), Bounds(1, 6)) and fits(Bounds(1, 6), Bounds(2, 4))
    assert not fits(Bounds(2, 4), Bounds(3, 6))
    assert fits(Bounds(low=3), Bounds(3, 6)) and not fits(Bounds(low=3), Bounds(2, 6))
    assert fits(Bounds(low=3), Bounds(low=2)) and not fits(Bounds(high=3), Bounds(low=2))
    assert not fits(four, Bounds(low=5)) and not Constraints(numeric={"ages": four}).allows(
        Item(id="g", title="Game", ranges={"players": four})
    )
