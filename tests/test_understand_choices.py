"""Questions for what there is to choose from, told apart from others with the same words."""

from __future__ import annotations

import pytest
from reading_shop import CARDS, VOCABULARY, spot

from chatrec.types import Constraints, Intent, Turn, Understanding, Vocabulary
from chatrec.understand.patch import understanding_of
from chatrec.understand.spot import Spotter


def understood(text: str, standing: Constraints | None = None, **roles: object) -> Understanding:
    kept = standing or Constraints()
    spotted = spot(text, constraints=kept)
    return understanding_of(
        {"intent": "off_topic", **roles}, spotted, Turn(text, constraints=kept), VOCABULARY
    )


@pytest.mark.parametrize(
    ("text", "facet"),
    [
        ("which brands do you have?", "brand"),
        ("what brand of boots do u sell", "brand"),
        ("what colours are there", "color"),
        ("wich colors", "color"),
        ("any other colours?", "color"),
        ("what other makes have you got", "brand"),
        ("which sizes are available", "size"),
        ("what fabrics do you have them in", "material"),
        ("what kinds of boots are there", "type"),
        ("what sort of boots do you have in red", "type"),
    ],
)
def test_values_of_a_facet(text: str, facet: str) -> None:
    asked = spot(text).choices
    assert asked is not None
    assert (asked.facet, asked.whole) == (facet, False)


@pytest.mark.parametrize(
    "text",
    [
        "what do you sell",
        "hi, what can i buy here?",
        "what kind of stuff do you sell?",
        "what categories are there",
        "which products do you have",
        "show me everything",
        "what's in your shop",
        "hi there, what do you sell",
    ],
)
def test_what_the_shop_has(text: str) -> None:
    asked = spot(text).choices
    assert asked is not None
    assert (asked.facet, asked.whole) == ("type", True)


@pytest.mark.parametrize(
    "text",
    [
        "what size is it",
        "what size do i need",
        "which brand is the best",
        "what colour would you recommend",
        "what colour is the first one",
        "which colour is the cheapest",
        "any brand will do",
        "any colour",
        "what kind of battery does it have",
        "what type of wood have you got",
        "what products do you have for dogs",
        "which boots do you have",
        "what do you have in blue",
        "what is the return policy",
    ],
)
def test_what_asks_for_something_else(text: str) -> None:
    assert spot(text, shown=CARDS).choices is None


def test_its_words_are_no_wish() -> None:
    assert [m.label for m in spot("which brands do you have?").mentions] == []


def test_the_thing_that_is_named_is_looked_for_whatever_the_model_reads() -> None:
    got = understood("what brands of boots do you have", Constraints(category=("backpack",)))
    assert got.intent is Intent.CHOICES
    assert got.constraints == Constraints(category=("boot",))


def test_what_stands_is_kept_where_nothing_is_named() -> None:
    standing = Constraints(category=("backpack",), price_max=60)
    assert understood("which brands do you have?", standing, type=None).constraints == standing
    assert understood("what do you sell?", standing).constraints == standing


def test_a_limit_beside_the_question_joins_what_stands() -> None:
    standing = Constraints(category=("backpack",))
    got = understood("which brands do you have under 60", standing, max=["60"])
    assert got.constraints == Constraints(category=("backpack",), price_max=60)


def test_what_no_listing_tells_may_be_asked_for() -> None:
    asked = Spotter(Vocabulary()).spot(Turn("what brands")).choices
    assert asked is not None and asked.facet == "brand"
