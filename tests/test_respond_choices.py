"""The values there are to choose from: the commonest first, none made up, sizes in their order."""

from __future__ import annotations

import pytest

from chatrec.respond.choices import of_facet, of_nothing, of_shop, values_among
from chatrec.types import Constraints, Item, Vocabulary

BOOTS = Constraints(category=("boot",))
VOCABULARY = Vocabulary(size=40)


def boot(number: int, *, brand: str = "", types: tuple[str, ...] = (), **values: str) -> Item:
    facets = {name: (value,) for name, value in values.items()}
    return Item(
        id=str(number), title="Boot", brand=brand, types=(*types, "boot", "footwear"), facets=facets
    )


ITEMS = [
    boot(1, brand="Veskar", types=("rain boot",), color="red", size="xl"),
    boot(2, brand="Tarnfell", types=("hiking boot",), color="black", size="s"),
    boot(3, brand="Tarnfell", types=("hiking boot",), color="black", size="42"),
    boot(4, color="blue", size="m"),
]


@pytest.mark.parametrize(
    ("facet", "values"),
    [
        ("brand", ["Tarnfell", "Veskar"]),
        ("color", ["black", "red", "blue"]),
        ("size", ["S", "M", "XL", "42"]),
        ("type", ["hiking boot", "rain boot"]),
        ("material", []),
    ],
)
def test_values_that_items_have(facet: str, values: list[str]) -> None:
    assert values_among(facet, ITEMS, BOOTS) == values


@pytest.mark.parametrize(
    ("facet", "values", "told"),
    [
        ("brand", ["Tarnfell", "Veskar"], "Our boots up to $60 are by Tarnfell and Veskar."),
        ("color", ["black"], "Our boots up to $60 come in black."),
        ("size", ["S", "M"], "Our boots up to $60 come in the sizes S and M."),
        ("type", ["rain boot"], "Among our boots up to $60 are rain boots."),
        ("pattern", ["dots"], "As pattern, our boots up to $60 have dots."),
        ("color", [], "The listings of our boots up to $60 do not tell the colour."),
    ],
)
def test_the_sentence(facet: str, values: list[str], told: str) -> None:
    kept = Constraints(category=("boot",), price_max=60)
    assert of_facet(facet, values, kept, VOCABULARY) == told


def test_too_many_are_counted() -> None:
    told = of_facet("color", [f"shade {n}" for n in range(13)], BOOTS, VOCABULARY)
    assert told.endswith("shade 9 and three more.")


def test_the_whole_shop_by_its_kinds() -> None:
    assert "40 products: boots, tents and more." in of_shop(VOCABULARY, ["boots", "tents"])
    assert "40 products." in of_shop(VOCABULARY, [])


def test_where_nothing_fits_no_listing_is_said_to_be_silent() -> None:
    lamps = Constraints(category=("lamp",), require={"bulb": ("e27",)}, price_max=5)
    assert of_nothing(lamps, VOCABULARY).startswith("We have no lamps with bulb e27 up to $5")
