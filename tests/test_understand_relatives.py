"""Comparatives of a shop's own measures: what they are of, and what becomes of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from reading_shop import CARDS, VOCABULARY

from chatrec.types import Bounds, Constraints, Facet, FacetValue, Intent, Item, Turn, Understanding
from chatrec.understand.patch import understanding_of
from chatrec.understand.spot import Spotter
from chatrec.understand.spotted import Spotted


def _number(name: str, unit: str | None) -> Facet:
    return Facet(name, "number", unit=unit, low=1, high=9000, count=20)


TYPES = (FacetValue("lamp", 9), FacetValue("storage", 4), FacetValue("speaker", 4))
SHOP = replace(
    VOCABULARY,
    facets=(
        Facet("type", "value", (*TYPES, FacetValue("boot", 3)), count=90),
        Facet("color", "value", (FacetValue("blue", 9),), count=50),
        Facet("waterproof", "value", (FacetValue("yes", 5), FacetValue("no", 5)), count=10),
        _number("luminous flux", "lm"),
        _number("rated power", "W"),
        _number("sound pressure", "dB"),
        _number("battery life", "h"),
        _number("thickness", "mm"),
        _number("water column", "cm"),
        _number("burners", None),
        _number("storage", "GB"),
        _number("comfort temperature", "°C"),
        _number("weight", "kg"),
    ),
)
SPOTTER = Spotter(SHOP)
LAMPS = (
    Item("a", "Beam Lamp", price=20.0, types=("lamp",), measures={
        "luminous flux": 400.0, "rated power": 9.0, "sound pressure": 60.0, "battery life": 20.0,
        "thickness": 8.0, "water column": 150.0, "burners": 1.0, "storage": 64.0,
        "comfort temperature": 0.0,
    }),
    Item("b", "Stride Lamp", price=30.0, types=("lamp",), measures={
        "luminous flux": 900.0, "rated power": 12.0, "sound pressure": 50.0, "battery life": 60.0,
        "thickness": 4.0, "water column": 500.0, "burners": 2.0, "storage": 128.0,
        "comfort temperature": -5.0,
    }),
)  # fmt: skip
SEARCH = Constraints(category=("lamp",))


def spot(text: str, shown: tuple[Item, ...] = LAMPS) -> Spotted:
    return SPOTTER.spot(Turn(text, constraints=SEARCH, shown=shown))


def labels(text: str, shown: tuple[Item, ...] = LAMPS) -> list[str]:
    return [m.label for m in spot(text, shown).mentions if m.kind == "relative"]


def read(
    text: str, answer: dict[str, Any] | None = None, shown: tuple[Item, ...] = LAMPS
) -> Understanding:
    turn = Turn(text, constraints=SEARCH, shown=shown)
    return understanding_of(answer or {"intent": "refine"}, SPOTTER.spot(turn), turn, SHOP)


@pytest.mark.parametrize(
    ("text", "facet", "bounds"),
    [
        ("anything brighter?", "luminous flux", Bounds(low=900.01)),
        ("somthing brigther", "luminous flux", Bounds(low=900.01)),
        ("not bright enough", "luminous flux", Bounds(low=900.01)),
        ("more powerful ones", "rated power", Bounds(low=12.01)),
        ("too weak", "rated power", Bounds(low=12.01)),
        ("a quieter one", "sound pressure", Bounds(high=49.99)),
        ("too loud", "sound pressure", Bounds(high=49.99)),
        ("thinner", "thickness", Bounds(high=3.99)),
        ("a stronger battery", "battery life", Bounds(low=60.01)),
        ("with longer battery life", "battery life", Bounds(low=60.01)),
        ("one that lasts longer", "battery life", Bounds(low=60.01)),
        ("more waterproof", "water column", Bounds(low=500.01)),
        ("one with more burners", "burners", Bounds(low=2.01)),
        ("fewer burners", "burners", Bounds(high=0.99)),
        ("more storage please", "storage", Bounds(low=128.01)),
        ("something warmer", "comfort temperature", Bounds(high=-5.01)),
    ],
)
def test_a_comparative_is_of_the_measure_that_the_shown_items_tell(
    text: str, facet: str, bounds: Bounds
) -> None:
    got = read(text)
    assert got.constraints == replace(SEARCH, numeric={facet: bounds})
    assert got.unmeasured == ()


@pytest.mark.parametrize(
    "text",
    [
        "do you have faster delivery",
        "is there a longer warranty",
        "brighter colours please",
        "a lighter blue",
        "it can't take any longer",
        "not brighter",
        "nothing too loud",
        "brighter than 500 lumens",
        "beach lounger",
        "what if it's too small",
        "can i return it if they are too loud",
    ],
)
def test_what_compares_no_number_of_what_is_shown(text: str) -> None:
    assert labels(text) == []


def test_a_bound_of_its_own_is_no_comparison_with_the_cards() -> None:
    bounded = read("brighter than 500 lumens").constraints
    assert bounded.numeric == {"luminous flux": Bounds(low=500)}


def test_nothing_is_compared_where_nothing_is_shown() -> None:
    assert labels("anything brighter, more powerful, with more burners?", ()) == []


def test_the_name_of_a_thing_is_a_measure_only_where_the_shown_things_tell_it() -> None:
    assert labels("show me more storage") == ["with more storage"]
    assert labels("show me more storage", CARDS) == []


def test_the_card_that_is_pointed_at_is_the_measure() -> None:
    answer = {"intent": "similar", "items": ["#1"], "want": ["brighter"]}
    got = read("the first one but brighter", answer)
    assert got.constraints.numeric == {"luminous flux": Bounds(low=400.01)}


def test_without_a_number_it_is_a_wish_and_that_is_admitted() -> None:
    blank = tuple(replace(item, measures={}) for item in LAMPS)
    for text, wish, label in (
        ("anything quieter?", "quiet", "quieter"),
        ("a stronger battery", "battery", "with more battery"),
        ("more burners", "burners", "with more burners"),
    ):
        got = read(text, shown=blank)
        assert (got.constraints, got.unmeasured) == (replace(SEARCH, wish=wish), (label,))


def test_more_of_a_measure_is_no_request_for_more_results() -> None:
    got = read("more powerful ones", {"intent": "more"})
    assert got.intent is Intent.REFINE
    assert got.constraints.numeric == {"rated power": Bounds(low=12.01)}


def test_things_of_another_kind_are_no_measure() -> None:
    got = read("a heavier boot", {"intent": "new", "want": ["boot", "heavier"]}, CARDS)
    assert got.constraints == Constraints(category=("boot",), wish="heavy")
    assert got.unmeasured == ()
