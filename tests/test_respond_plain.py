"""Sentences made of facts: whole ones, whatever is known of an item."""

from __future__ import annotations

from dataclasses import replace

import pytest
from outdoor_shop import VOCABULARY

from chatrec.card import card_facts
from chatrec.rank import rank
from chatrec.respond.card import card_line
from chatrec.respond.plain import sentence, value_clause
from chatrec.respond.shortfall import shortfalls
from chatrec.respond.telling import tellings
from chatrec.types import (
    Bounds,
    Candidate,
    Constraints,
    Facet,
    FacetValue,
    Fact,
    Item,
    Recommendation,
)

BARE = Item("x", "Ridge 28 Backpack", types=("backpack",))


def told(item: Item, *reasons: Fact) -> str:
    [telling] = tellings([Recommendation(item, 1, reasons)], Constraints(), VOCABULARY)
    return sentence(telling)


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (BARE, "The Ridge 28 Backpack is in our catalogue."),
        (Item("x", "Trail Boots"), "The Trail Boots are in our catalogue."),
        (
            Item("x", "Ridge 28 Backpack", price=89.0, currency="EUR", types=("backpack",)),
            "The Ridge 28 Backpack costs €89.",
        ),
        (
            Item("x", "Ridge 28 Backpack", price=89.0, currency="EUR", stock=0),
            "The Ridge 28 Backpack (€89): it is sold out at the moment.",
        ),
    ],
)
def test_what_hardly_anything_is_known_of_is_told_in_a_sentence(item: Item, said: str) -> None:
    assert told(item) == said


def test_what_a_thing_has_is_said_apart_from_how_it_is() -> None:
    assert value_clause("feature", ["bluetooth"]) == ("comes", "with bluetooth")
    assert value_clause("feature", ["wireless"]) == ("is", "wireless")
    assert value_clause("feature", ["foldable", "bluetooth"]) == ("is", "foldable, with bluetooth")


@pytest.mark.parametrize(("kind", "said"), [("toy", "is a red toy"), ("pet", "is red")])
def test_a_theme_is_nothing_that_a_thing_is(kind: str, said: str) -> None:
    item = Item("x", "Chew Bone", f"A {kind}'s best.", types=(kind,), mined={"color": ("red",)})
    assert told(item) == f"The Chew Bone {said}."


def test_a_quote_without_a_stop_gets_one() -> None:
    assert told(BARE, Fact("listing", "Carries all you need")).endswith(": Carries all you need.")


def test_features_beside_the_one_asked_for_say_nothing_against_it() -> None:
    item = Item("x", "Ridge 28 Backpack", types=("backpack",), mined={"feature": ("padded",)})
    asked = Constraints(prefer={"feature": ("wireless",)})
    [telling] = tellings([Recommendation(item, 1, ())], asked, VOCABULARY)
    assert list(shortfalls(telling)) == ["the listing does not mention “wireless”"]


def test_a_thing_that_is_for_others_is_said_to_be() -> None:
    def short(*genders: str) -> list[str]:
        item = Item("x", "Fell Jacket", types=("jacket",), facets={"gender": genders})
        asked = Constraints(prefer={"gender": ("girls",)})
        [telling] = tellings([Recommendation(item, 1, ())], asked, VOCABULARY)
        return list(shortfalls(telling))

    assert short("men") == ["it is for men"]
    assert short("unisex", "women", "men") == ["it is unisex"]


def told_of(facet: str, label: str, item: Item) -> tuple[str, str, list[str]]:
    """Sentence, line and facts of the card where the value was asked for and is met."""
    asked = Constraints(prefer={facet: (label,)})
    [shown] = rank([Candidate(item, 1.0)], asked, VOCABULARY, shown=1, diverse=False)
    [telling] = tellings([shown], asked, VOCABULARY)
    values = [fact.value for fact in card_facts(shown) if fact.name == facet]
    return sentence(telling), card_line(telling), values


def test_what_is_for_everybody_is_told_as_its_listing_has_it() -> None:
    jacket = Item("x", "Fell Jacket", types=("jacket",), attributes={"gender": "Unisex"})
    jacket = replace(jacket, facets={"gender": ("unisex", "women", "men")})
    assert told_of("gender", "women", jacket) == (
        "The Fell Jacket is unisex.",
        "Unisex",
        ["Unisex"],
    )
    others = replace(jacket, attributes={"gender": "for everybody"})
    assert told_of("gender", "women", others)[2] == ["unisex"]


def test_a_shade_that_was_asked_for_by_its_colour_is_told_as_the_shade() -> None:
    bag = Item("x", "Fell Bag", types=("bag",), attributes={"color": "Moss green"})
    bag = replace(bag, facets={"color": ("moss green", "green")})
    assert told_of("color", "green", bag)[1:] == ("Moss green", ["Moss green"])


def test_a_size_is_called_one_on_the_line_of_a_card() -> None:
    boots = Item("x", "Fell Boots", types=("boot",), facets={"size": ("43", "44")})
    assert told_of("size", "44", boots)[1] == "In size 44"


def test_a_measure_that_is_told_is_not_said_to_be_missing() -> None:
    battery = Facet("battery", "number", unit="h", low=1, high=90)
    lamp = Item("x", "Beam Lamp", types=("lamp",), measures={"battery": 40.0})
    other = replace(lamp, id="y", title="Stride Lamp", description="The battery sits behind.")
    wish = Constraints(wish="battery")
    cards = [
        Recommendation(lamp, 1, ()),
        Recommendation(other, 2, (Fact("wish", "battery"),)),
    ]
    shop = replace(VOCABULARY, facets=(*VOCABULARY.facets, battery))
    assert list(shortfalls(tellings(cards, wish, shop)[0])) == []
    bare = [replace(cards[0], item=replace(lamp, measures={})), cards[1]]
    assert list(shortfalls(tellings(bare, wish, shop)[0])) == [
        "the listing does not mention “battery”"
    ]


def short_of_feature(item: Item, label: str) -> list[str]:
    asked = Constraints(prefer={"feature": (label,)})
    [telling] = tellings([Recommendation(item, 1, ())], asked, VOCABULARY)
    return list(shortfalls(telling))


def test_a_feature_that_a_column_or_text_tells_is_not_said_to_be_missing() -> None:
    boots = replace(BARE, title="Alder Boots", attributes={"vegan": True})
    assert short_of_feature(boots, "vegan") == []
    assert (
        short_of_feature(replace(BARE, attributes={"height_adjustable": True}), "adjustable") == []
    )
    assert short_of_feature(replace(BARE, description="Of vegan leather."), "vegan") == []
    assert short_of_feature(replace(BARE, attributes={"vegan": False}), "vegan") == [
        "it is not vegan"
    ]
    assert short_of_feature(BARE, "vegan") == ["the listing does not mention “vegan”"]


def test_a_wished_quality_that_a_column_tells_is_not_said_to_be_missing() -> None:
    boots = replace(BARE, title="Alder Boot", attributes={"vegan": True})
    other = replace(BARE, id="y", title="Rowan Boot", description="Vegan through and through.")
    cards = [Recommendation(boots, 1, ()), Recommendation(other, 2, (Fact("wish", "vegan"),))]
    vegan = Facet("feature", "value", (FacetValue("vegan", 2),), mined=True)
    shop = replace(VOCABULARY, facets=(*VOCABULARY.facets, vegan))
    assert list(shortfalls(tellings(cards, Constraints(wish="vegan"), shop)[0])) == []


def test_sizes_in_letters_are_told_in_upper_case_and_in_their_order() -> None:
    assert value_clause("size", ["xl", "s"]) == ("comes", "in the sizes S and XL")
    assert value_clause("size", ["xxl"]) == ("comes", "in size XXL")
    shirt = replace(BARE, facets={"size": ("m", "s")})
    asked = Constraints(prefer={"size": ("xl",)})
    [telling] = tellings([Recommendation(shirt, 1, ())], asked, VOCABULARY)
    assert list(shortfalls(telling)) == ["it comes in the sizes S and M, not in XL"]


def test_what_is_made_in_no_sizes_lacks_none() -> None:
    asked = Constraints(prefer={"size": ("43",)})
    shirt = replace(BARE, id="shirt", facets={"size": ("m",)})
    alone = tellings([Recommendation(BARE, 1, ())], asked, VOCABULARY)
    assert list(shortfalls(alone[0])) == []
    beside = tellings([Recommendation(each, 1, ()) for each in (BARE, shirt)], asked, VOCABULARY)
    assert list(shortfalls(beside[0])) == ["the listing does not give the size"]


def test_another_brand_than_the_preferred_one_is_written_as_the_shop_writes_it() -> None:
    item = Item(id="a", title="Flint", brand="BjornKit", facets={"brand": ("bjornkit",)})
    preferred = Constraints(prefer={"brand": ("norrheim",)})
    [telling] = tellings([Recommendation(item, 1, ())], preferred, VOCABULARY)
    assert list(shortfalls(telling)) == ["it is by BjornKit, not Norrheim"]


def test_a_unit_that_is_its_name_is_said_once() -> None:
    pieces = Facet("pieces", "number", unit="piece", low=1, high=9)
    shop = replace(VOCABULARY, facets=(*VOCABULARY.facets, pieces))
    cups = replace(BARE, measures={"pieces": 6.0})
    asked = Constraints(numeric={"pieces": Bounds(low=4)})
    [telling] = tellings([Recommendation(cups, 1, ())], asked, shop)
    assert sentence(telling) == "The Ridge 28 Backpack has 6 pieces."


def short_of_colour(item: Item, label: str) -> list[str]:
    asked = Constraints(prefer={"color": (label,)})
    [telling] = tellings([Recommendation(item, 1, ())], asked, VOCABULARY)
    return list(shortfalls(telling))


def test_a_listing_that_names_a_colour_is_not_said_to_give_none() -> None:
    sofa = replace(BARE, description="Luxurious green velvet on brass.")
    assert short_of_colour(BARE, "red") == ["the listing does not give the colour"]
    assert short_of_colour(sofa, "red") == ["the listing does not mention red"]
    assert short_of_colour(replace(sofa, mined={"color": ("green",)}), "red") == [
        "the listing mentions green, not red"
    ]
    straps = replace(BARE, description="With red straps.")
    assert short_of_colour(straps, "red") == []
    assert short_of_colour(replace(straps, mined={"color": ("green",)}), "red") == [
        "the listing mentions green"
    ]
