"""Cards that a message points at, and comparatives that point at none."""

from __future__ import annotations

import pytest
from reading_shop import CARDS, said, spot


def cards(text: str) -> list[str]:
    return [m.label for m in said(text, "item", shown=CARDS)]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("the second one", ["#2"]),
        ("2nd one", ["#2"]),
        ("the last", ["#3"]),
        ("#3", ["#3"]),
        ("number 2", ["#2"]),
        ("number one", ["#1"]),
        ("option 2 or option 3", ["#2", "#3"]),
        ("like 1 but 200 at most", ["#1"]),
        ("similar to 3", ["#3"]),
        ("the first two", ["#1", "#2"]),
        ("first vs last", ["#1", "#3"]),
        ("the ridge 28", ["#1"]),
        ("tarnfell scree", ["#2"]),
        ("the gale", ["#3"]),
        ("the blue one", ["#2"]),
        ("the cheapest", ["#2"]),
        ("the most expensive", ["#3"]),
        ("the heaviest", ["#3"]),
        ("the best rated", ["#2"]),
    ],
)
def test_pointed_at(text: str, places: list[str]) -> None:
    assert cards(text) == places


@pytest.mark.parametrize(
    "text",
    [
        "the fourth one",
        "#9",
        "backpacks",
        "a blue backpack",
        "in the meantime",
        "second thoughts",
        "like 2 people",
    ],
)
def test_not_pointed_at(text: str) -> None:
    assert cards(text) == []


def test_nothing_is_pointed_at_where_nothing_is_shown() -> None:
    assert said("the second one, the cheapest", "item") == []


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("cheaper", "cheaper"),
        ("cheeper", "cheaper"),
        ("something lightr", "lighter"),
        ("something less expensive", "cheaper"),
        ("too pricey", "cheaper"),
        ("the second but not so expensive", "cheaper"),
        ("these are all way out of my league", "cheaper"),
        ("a bit above my price range", "cheaper"),
        ("too heavy", "lighter"),
        ("larger", "bigger"),
        ("better rated", "better rated"),
    ],
)
def test_comparatives(text: str, label: str) -> None:
    assert [m.label for m in said(text, "relative", shown=CARDS)] == [label]


def test_not_so_expensive_is_a_wish_where_nothing_is_shown() -> None:
    mentions = spot("not so expensive", shown=()).mentions
    assert [(m.kind, m.label) for m in mentions] == [("word", "not too expensive")]


@pytest.mark.parametrize(
    "text", ["not too expensive", "nothing too heavy", "aint too pricey", "shouldn't be so big"]
)
def test_moderation_asks_for_nothing_less_than_was_shown(text: str) -> None:
    mentions = spot(text, shown=CARDS).mentions
    assert [m.kind for m in mentions] == ["word"]
    assert mentions[0].label.startswith("not too ")


@pytest.mark.parametrize(
    ("text", "buys"),
    [
        ("add to cart", True),
        ("add it to my basket please", True),
        ("put the second one in the basket", True),
        ("how do i order this", True),
        ("where can i buy the first one?", True),
        ("i'll buy it", True),
        ("ill take the second one please", True),
        ("i will go with the first", True),
        ("i'll take it in blue", False),
        ("i'll take leather", False),
        ("i'll take the leather", False),
        ("i'll take the cheapest", True),
        ("how do i order", False),
        ("can i order that in blue", False),
        ("a basket for my cat", False),
        ("add a shopping basket for the bike", False),
        ("i want to buy boots", False),
    ],
)
def test_what_is_wanted_here_and_now(text: str, buys: bool) -> None:
    assert spot(text, shown=CARDS).buys is buys
    assert not spot(text, shown=()).buys
