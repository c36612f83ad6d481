"""Values of the shop's facets in a message: by stem, alias and typo, and what they are not."""

from __future__ import annotations

import pytest
from reading_shop import CARDS, said, spot

from chatrec.types import Constraints, Facet, FacetValue, Turn, Vocabulary
from chatrec.understand.spot import Spotter


def values(text: str, **turn: object) -> list[tuple[str, tuple[str, ...]]]:
    return [(m.facet, m.values) for m in said(text, "value", **turn)]


@pytest.mark.parametrize(
    ("text", "facet", "value"),
    [
        ("BOOTS", "type", "boot"),
        ("hiking boots", "type", "hiking boot"),
        ("a rucksack", "type", "backpack"),
        ("back pack", "type", "backpack"),
        ("bakpack", "type", "backpack"),
        ("blck", "color", "black"),
        ("blk", "color", "black"),
        ("legings", "type", "leggings"),
        ("navy blue", "color", "navy blue"),
        ("woolen", "material", "wool"),
        ("woollen", "material", "wool"),
        ("norheim", "brand", "norrheim"),
        ("cotten", "material", "cotton"),
        ("size 42", "size", "42"),
        ("waterproof", "waterproof", "yes"),
    ],
)
def test_named(text: str, facet: str, value: str) -> None:
    assert values(text) == [(facet, (value,))]


@pytest.mark.parametrize("text", ["hiking boat", "hikng boots", "bed linnen"])
def test_the_other_words_of_a_phrase_vouch_for_one_slip(text: str) -> None:
    [(facet, _)] = values(text)
    assert facet == "type"


@pytest.mark.parametrize("text", ["red linen", "bed time", "hiking coat", "cotton boat"])
def test_they_do_not_vouch_for_another_word(text: str) -> None:
    assert "bed linen" not in str(values(text)) and "boot" not in str(values(text))


def test_a_word_of_two_facets_is_of_the_one_that_most_items_have_it_of() -> None:
    charging = (FacetValue("usb c", 30), FacetValue("wireless", 1))
    wireless = (FacetValue("yes", 16), FacetValue("no", 5))
    facets = (Facet("charging", "value", charging, count=31), Facet("wireless", "value", wireless))
    [mention] = Spotter(Vocabulary(facets)).spot(Turn("wireless")).mentions
    assert (mention.facet, mention.values) == ("wireless", ("yes",))


def test_people_are_no_colour() -> None:
    facets = (Facet("color", "value", (FacetValue("purple", 3),), count=3),)
    spotter = Spotter(Vocabulary(facets))
    assert spotter.spot(Turn("in prpl")).labels("value") == ["purple"]
    assert spotter.spot(Turn("a tent for 2 ppl")).labels("value") == []


def test_little_words_make_no_value_together() -> None:
    facets = (
        Facet("material", "value", (FacetValue("mesh", 3),), count=3),
        Facet("color", "value", (FacetValue("transparent", 3, ("clear",)), FacetValue("sand", 3))),
    )
    spotter = Spotter(Vocabulary(facets))
    assert spotter.spot(Turn("she told me she likes it")).labels("value") == []
    assert spotter.spot(Turn("steer clear of it")).labels("value") == []
    assert spotter.spot(Turn("in a s and not too big")).labels("value") == []
    assert spotter.spot(Turn("mesh, clear")).labels("value") == ["mesh", "transparent"]


def test_what_a_thing_is_like_is_no_other_thing() -> None:
    types = tuple(FacetValue(label, 3) for label in ("tent", "light"))
    spotter = Spotter(Vocabulary((Facet("type", "value", types, count=6),)))
    for text in ("a tent, light, for two", "light tent", "a tent, very light"):
        assert spotter.spot(Turn(text)).labels("value") == ["tent"]
    for text in ("a tent and light", "tents, lights", "a tent, a light"):
        assert spotter.spot(Turn(text)).labels("value") == ["tent", "light"]
    for text in ("light for camping", "tent light", "hello, light"):
        assert spotter.spot(Turn(text)).labels("value") == ["light"]


def test_a_letter_is_no_end_of_the_word_before_it() -> None:
    assert spot("waterproof e-boots").text == "[waterproof] e-[boot]"


def test_a_word_for_several_things_names_them_all() -> None:
    assert values("pants") == [("type", ("trousers", "leggings"))]


@pytest.mark.parametrize(
    "text",
    [
        "read",  # no red
        "bleak",  # no black
        "does it fit",  # no fitness
        "a dog bed",  # no bedding
        "another colour",
        "any brand",
        "100 tops",
        "50 bucks tops",
    ],
)
def test_not_named(text: str) -> None:
    assert values(text) == []


def test_what_was_asked_for_may_be_answered_in_one_number() -> None:
    assert values("42", asked="size") == [("size", ("42",))]
    assert values("yes please", asked="waterproof") == [("waterproof", ("yes",))]
    assert values("no", asked="waterproof") == []


def test_that_brand_means_the_brands_of_the_cards() -> None:
    assert values("more of that brand", shown=CARDS) == [
        ("brand", ("norrheim",)),
        ("brand", ("tarnfell",)),
    ]


def test_values_that_stand_can_be_named_again() -> None:
    standing = Constraints(require={"material": ("wool",)})
    assert ("wool", -1) in [(m.label, m.start) for m in spot("or", constraints=standing).mentions]


def test_the_longest_name_wins_and_typed_brackets_are_no_mentions() -> None:
    assert spot("[red] hiking boot").text == "([red]) [hiking boot]"
