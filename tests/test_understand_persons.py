"""Whom a thing is for: a preference for what is made for them, and no more than that."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from reading_shop import VOCABULARY

from chatrec.types import Constraints, Facet, FacetValue, Intent, Turn, Understanding
from chatrec.understand.patch import understanding_of
from chatrec.understand.persons import persons
from chatrec.understand.spot import Spotter

GENDERS = ("women", "men", "unisex", "girls", "boys", "kids")
GENDER = Facet(
    "gender",
    "value",
    tuple(
        FacetValue(label, 5, aliases)
        for label, aliases in (
            ("women", ("wife", "ladies")),
            ("men", ("dad", "husband")),
            ("unisex", ()),
            ("girls", ("girl", "daughter")),
            ("boys", ("boy", "son")),
            ("kids", ("kid", "child", "children")),
        )
    ),
    count=60,
)
SHOP = replace(VOCABULARY, facets=(*VOCABULARY.facets, GENDER))
SPOTTER = Spotter(SHOP)


def read(text: str, answer: dict[str, Any], standing: Constraints | None = None) -> Understanding:
    turn = Turn(text, constraints=standing or Constraints())
    return understanding_of(answer, SPOTTER.spot(turn), turn, SHOP)


@pytest.mark.parametrize(
    ("text", "genders"),
    [
        ("jacket for my gf", ("women",)),
        ("jacket for my wife", ("women",)),
        ("my boyfriends birthday", ("men",)),
        ("my boyfriend's bday is on friday", ("men",)),
        ("something for her", ("women",)),
        ("a gift for him, up to 50", ("men",)),
        ("present idea, my dad loves hiking", ("men",)),
        ("for my 6 year old daughter", ("girls",)),
        ("my daughter, 6, needs boots for school", ("girls",)),
        ("a gift for my daughter, 6", ("girls",)),
        ("for my 30 year old daughter", ("women",)),
        ("gift for my son who just turned 25", ("men",)),
        ("boots for a 6yo", ("kids",)),
        ("a coat for my 5 year old", ("kids",)),
        ("for my little sister", ("girls",)),
        ("for my sister", ("women",)),
        ("shoes for my kids", ("kids",)),
        ("for my parents", ("women", "men")),
        ("my wife needs a coat", ("women",)),
        ("my wife", ("women",)),
        ("boots for me and my wife", ("women", "men")),
    ],
)
def test_whom_it_is_for(text: str, genders: tuple[str, ...]) -> None:
    assert tuple(value for m in persons(text, GENDERS) for value in m.values) == genders


@pytest.mark.parametrize(
    "text",
    [
        "my wife says that it is too small for the hallway",
        "my husband told me to look here first",
        "i bought it with my brother last year in june",
        "her order never came and she is angry",
        "not for my wife, for me",
        "shoes for kids",
        "a 12 year old whisky",
        "my dad needs to return it before friday",
    ],
)
def test_who_is_only_spoken_of(text: str) -> None:
    assert persons(text, GENDERS) == ()


def test_a_shop_whose_things_are_for_no_gender_has_things_for_nobody_in_particular() -> None:
    assert persons("jacket for my gf", ()) == ()
    assert persons("for my daughter", ("women", "men")) == ()
    assert persons("for my daughter", ("women", "men", "kids"))[0].values == ("kids",)


@pytest.mark.parametrize("role", ["want", "must", "wish", "avoid"])
def test_a_person_is_a_preference_whatever_the_model_makes_of_it(role: str) -> None:
    answer = {"intent": "new", "want": ["boot"]}
    answer[role] = [*answer.get(role, []), "women"]
    got = read("boots without laces for my wife", answer).constraints
    assert (dict(got.prefer), dict(got.require), got.exclude) == ({"gender": ("women",)}, {}, {})


def test_a_person_that_the_model_is_silent_on_is_a_preference() -> None:
    got = read("boots for my gf", {"intent": "new", "want": ["boot"]}).constraints
    assert (dict(got.prefer), dict(got.require)) == ({"gender": ("women",)}, {})


def test_a_person_is_no_quality_of_a_thing() -> None:
    answer = {"intent": "new", "want": ["boot"], "wish": ["gf", "winter"]}
    got = read("winter boots for my gf", answer).constraints
    assert (got.wish, dict(got.prefer)) == ("winter", {"gender": ("women",)})


def test_who_is_only_spoken_of_asks_for_nothing() -> None:
    answer = {"intent": "new", "want": ["boot", "women"]}
    got = read("my wife says boots, they are for the trip in june", answer).constraints
    assert (dict(got.require), dict(got.prefer)) == ({}, {})


def test_what_is_said_outright_is_held_to_beside_a_person() -> None:
    answer = {"intent": "new", "want": ["boot", "women"]}
    assert read("ladies boots", answer).constraints.require == {"gender": ("women",)}
    answer = {"intent": "new", "want": ["boot", "boys"]}
    got = read("boys boots for my daughter", answer).constraints
    assert (dict(got.require), dict(got.prefer)) == ({"gender": ("boys",)}, {})


def test_another_person_takes_the_place_of_the_first() -> None:
    standing = Constraints(category=("boot",), prefer={"gender": ("women",)})
    got = read("actually for my dad", {"intent": "refine", "want": ["women"]}, standing)
    assert got.constraints == replace(standing, prefer={"gender": ("men",)})


def test_a_person_takes_the_place_of_what_was_required_before() -> None:
    standing = Constraints(category=("boot",), require={"gender": ("men",)})
    got = read("now the same for my wife", {"intent": "refine"}, standing).constraints
    assert (dict(got.require), dict(got.prefer)) == ({}, {"gender": ("women",)})


def test_a_person_alone_goes_on_with_the_search() -> None:
    standing = Constraints(category=("boot",))
    got = read("for my gf", {"intent": "new"}, standing)
    assert got.intent is Intent.REFINE
    assert got.constraints.category == ("boot",)


def test_the_liking_of_one_person_is_not_anothers() -> None:
    hers = Constraints(wish="gardening", price_max=50, prefer={"gender": ("women",)})
    got = read("what about for my dad", {"intent": "refine"}, hers).constraints
    assert got == Constraints(price_max=50, prefer={"gender": ("men",)})
    assert read("a gift for my wife too", {"intent": "refine"}, hers).constraints == hers
    boots = replace(hers, category=("boot",))
    got = read("and for my dad", {"intent": "refine"}, boots).constraints
    assert got == replace(boots, prefer={"gender": ("men",)})
    assert read("now for me", {"intent": "refine"}, boots).constraints == replace(boots, prefer={})
    assert read("for me to choose", {"intent": "refine"}, boots).constraints == boots


def test_the_age_of_a_child_is_no_price() -> None:
    def most(text: str, number: str) -> float | None:
        answer = {"intent": "refine", "max": [number]}
        return read(text, answer, Constraints(category=("boot",))).constraints.price_max

    assert most("anything for my kids? 5 and 7", "7") is None
    assert most("for my nephew, hes 9", "9") is None
    assert most("for my nephew, under 9", "9") == 9
    assert most("for my nephew, 40", "40") == 40
    assert most("for my dad, 9", "9") == 9


def test_what_a_person_does_is_wished_for() -> None:
    answer = {"intent": "new", "max": ["50"]}
    assert read("gift for my dad, he camps a lot, 50", answer).constraints.wish == "camps"
    assert read("tell me who camps a lot, 50", answer).constraints.wish == ""
