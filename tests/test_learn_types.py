"""Product types: what each item is, read out of titles and category paths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatrec.types import TYPE, FacetValue, Item
from vectorstore.learn import learn
from vectorstore.learn.inflection import singular


def shop(*titles: str, **columns: str) -> list[Item]:
    return [Item(id=str(n), title=title, attributes=columns) for n, title in enumerate(titles)]


def types_of(title: str, *others: str, category: tuple[str, ...] = ()) -> tuple[str, ...]:
    items = [Item(id="it", title=title, category=category), *shop(*others)]
    return learn(items).items[0].types


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Rustic Chelsea Boots", ["chelsea boot", "boot", "shoe"]),
        ("Oxblood Boots in Soft Suede", ["boot", "shoe"]),
        ("Hiking Boots for Women, Waterproof", ["hiking boot", "boot"]),
        ("Ceramic Bowl Set", ["bowl"]),
        ("Set of 4 Stoneware Mugs", ["mug", "cup"]),
        ("Gift Box Trio of Scented Candles", ["candle"]),
        ("Gibsons Stars 500 Piece Jigsaw Puzzle | Puzzle for Adults", ["jigsaw puzzle", "puzzle"]),
        ("Xerox 006R90321 toner cartridge Original Black 6 pc(s)", ["toner cartridge"]),
        ("HP Pavilion dv7 Notebook Silver 43.2 cm (17\")", ["notebook"]),
        ("Merino Jumper", ["jumper"]),
        ("Cordless Drill 18 V with Case", ["drill"]),
        ("Kitchen Knives", ["knife"]),
        ("Classic Cotton T-Shirt", ["t-shirt", "shirt"]),
    ],
)  # fmt: skip
def test_the_head_of_a_title_says_what_a_thing_is(title: str, expected: list[str]) -> None:
    types = types_of(title)
    assert set(expected) <= set(types), types


@pytest.mark.parametrize(
    ("title", "wrong"),
    [
        ("Beechwood Boot Brush", "boot"),
        ("Wine Glass Rack", "glass"),
        ("Phone Case for Hikers", "phone"),
        ("Birthday Party Supplies with Balloons", "party"),
        ("Warm Down Sleeping Bag", "bag"),
        ("Solid Wood Violin with Tuner and Book", "book"),
        ("Kids Puzzle Gifts", "gift"),
        ("Cordless Jigsaw 18 V", "puzzle"),
        ("Pressure Washer 110", "washing machine"),
    ],
)
def test_what_a_thing_is_for_is_not_what_it_is(title: str, wrong: str) -> None:
    assert wrong not in types_of(title)


def test_the_description_finds_the_name_inside_a_title() -> None:
    item = Item(
        id="1",
        title="SG Special Electric Guitar Cherry",
        description="This electric guitar is loud.",
    )
    assert learn([item]).items[0].types[:2] == ("electric guitar", "guitar")


def test_irregular_plurals_are_aliases() -> None:
    facet = learn(shop("Kitchen Knives")).vocabulary.facet(TYPE)
    assert facet is not None
    assert "knives" in next(v.aliases for v in facet.values if v.label == "knife")


@pytest.mark.parametrize(
    ("title", "category", "expected"),
    [
        ("Fell 30 L", ("Bags", "Hiking Backpacks"), ("hiking backpack", "backpack", "bag")),
        ("Slate 20 L", ("Bags", "Laptop Backpacks"), ("laptop backpack", "backpack", "bag")),
        ("Rustic Chelsea Boots", ("Footwear",), ("chelsea boot", "boot", "footwear")),
        ("Oslo", ("Home & Lighting", "Table Lamps"), ("table lamp", "lamp", "light")),
        ("Arc Floor Lamp", ("Home & Lighting",), ("floor lamp", "lamp", "light")),
        ("Ergo Office Chair", ("Furniture",), ("office chair", "chair", "furniture")),
        ("Steel Water Bottle", ("Kitchen",), ("water bottle", "bottle", "kitchen")),
        ("Drip Coffee Maker", ("Kitchen",), ("coffee maker", "appliance", "kitchen")),
        ("Warm Down Sleeping Bag", ("Camping",), ("sleeping bag", "camping")),
        ("Slim Wallet", ("Bags", "Wallets"), ("wallet", "accessory")),
        ("Rich Face Cream", ("Beauty",), ("face cream", "skincare")),
        ("Alpine 800", ("Sleeping Bags", "Mummies"), ("sleeping bag", "mummy")),
    ],
)
def test_types_go_from_the_special_to_the_general(
    title: str, category: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    types = types_of(title, category=category)
    assert types[: len(expected)] == expected
    assert not {"laptop", "maker", "cream"} & set(types)
    assert "bag" not in types or "sleeping bag" not in types


def test_a_department_is_searched_in_but_does_not_say_what_a_thing_is() -> None:
    types = types_of("Blue Mug", category=("Kitchen", "Halloween"))
    assert types[0] == "mug"
    assert set(types[-2:]) == {"kitchen", "halloween"}


def test_who_asks_for_shoes_gets_all_footwear() -> None:
    items = [
        Item(id=str(n), title=title, category=("Footwear",))
        for n, title in enumerate(["Hiking Boots", "Trail Running Shoes", "Sandals", "Loafers"])
    ]
    facet = learn([*items, Item(id="s", title="Wool Sock", category=("Clothing",))])
    types = facet.vocabulary.facet(TYPE)
    assert types is not None
    shoe = next(v for v in types.values if "shoe" in (v.label, *v.aliases))
    assert shoe.count == 4


def test_categories_are_types_too() -> None:
    types = types_of("Adventure-Ready Backpack", category=("Bags & Luggage", "Backpacks"))
    assert {"backpack", "bag", "bags and luggage"} <= set(types)


def test_a_category_that_names_nothing_is_no_type() -> None:
    assert "set" not in types_of("Precision Screwdriver Set", category=("Tools", "Sets"))


def test_a_misfiled_item_is_not_what_its_category_says() -> None:
    dresses = [
        Item(id=f"d{n}", title=f"{w} Dress", category=("apparel", "dress"))
        for n, w in enumerate(["Lace", "Silk", "Summer", "Party", "Linen"])
    ]
    belts = [
        Item(id=f"b{n}", title=f"{w} Belt", category=("apparel", "belt"))
        for n, w in enumerate(["Woven", "Wide", "Slim"])
    ]
    stray = Item(id="s", title="Festive Pleated Dress", category=("apparel", "belt"))
    learnt = learn([*dresses, *belts, stray])
    assert "belt" not in learnt.items[-1].types
    assert all("belt" in item.types for item in learnt.items[5:8])


def test_unknown_names_are_learnt_from_repetition_and_descriptions() -> None:
    items = [
        Item(id=str(n), title=f"{w} Zorblat", description=f"This {w.lower()} zorblat is sturdy.")
        for n, w in enumerate(["Green", "Oval", "Grand", "Nordic"])
    ]
    praise = [Item(id=f"p{n}", title=f"{w} Mug Bliss") for n, w in enumerate(["Red", "Tall"])]
    learnt = learn([*items, *praise])
    assert all("zorblat" in item.types for item in learnt.items[:4])
    assert learnt.items[-1].types[0] == "mug"


def test_kinds_are_told_from_praise() -> None:
    titles = [f"{w} Toner Zorblat" for w in ("Red", "Fine", "Old", "Nice")]
    praised = [f"Elegant {w}" for w in ("Mug", "Lamp", "Chair", "Boot", "Ring", "Vase", "Zorblat")]
    items = [
        Item(id=str(n), title=title, description="This zorblat is fine.")
        for n, title in enumerate([*titles, *praised])
    ]
    learnt = learn(items).items
    assert "toner zorblat" in learnt[0].types
    assert learnt[-1].types == ("zorblat",)


def test_a_brand_is_not_a_type() -> None:
    items = [
        Item(id=str(n), title=f"Pavilion {n}", brand="HP", description="This pavilion is fast.")
        for n in range(6)
    ]
    assert all(item.types == () for item in learn(items).items)


def test_synonyms_become_one_type_and_its_aliases() -> None:
    learnt = learn(shop("Velvet Sofa", "Corner Sofa", "Leather Couch"))
    facet = learnt.vocabulary.facet(TYPE)
    assert facet is not None
    assert all("sofa" in item.types for item in learnt.items)
    sofa = next(value for value in facet.values if value.label == "sofa")
    assert sofa.count == 3
    assert {"couch", "settee"} <= set(sofa.aliases)
    assert not any(value.label == "television" for value in facet.values)


@pytest.mark.parametrize(
    ("title", "other", "wrong", "general"),
    [
        ("Light Puffer Jacket", "Goose Down Jacket", "down jacket", "insulated jacket"),
        ("Leather Rain Boots", "Rubber Boots", "rubber boot", "boot"),
        ("Steel Travel Mug", "Thermos", "thermos", "mug"),
        ("Gaming Router", "Wireless Router", "wireless router", "router"),
        ("Hard Drive", "External Hard Drive", "external hard drive", "storage"),
        ("Car Charger", "Wall Charger", "wall charger", "charger"),
        ("Laptop", "Ultrabook", "ultrabook", "computer"),
    ],
)
def test_no_name_says_more_than_the_title(title: str, other: str, wrong: str, general: str) -> None:
    types = types_of(title, other, other)
    assert wrong not in types
    assert general in types


def test_a_column_can_give_the_type() -> None:
    learnt = learn(shop("WH-1000XM5 Black", "QC 45", **{"product type": "Headphones"}))
    assert all("headphones" in item.types for item in learnt.items)


def test_the_commonest_type_comes_first() -> None:
    facet = learn(shop("Red Mug", "Blue Mug", "Oak Vase")).vocabulary.facet(TYPE)
    assert facet is not None
    counts = [value.count for value in facet.values]
    assert counts == sorted(counts, reverse=True)
    assert FacetValue("vase", 1, ()) in facet.values


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("boots", "boot"), ("dresses", "dress"), ("knives", "knife"), ("berries", "berry"),
        ("cookies", "cookie"), ("watches", "watch"), ("vases", "vase"), ("boxes", "box"),
        ("jeans", "jeans"), ("scissors", "scissors"), ("glasses", "glasses"), ("bus", "bus"),
        ("tomatoes", "tomato"), ("shoes", "shoe"), ("mouse", "mouse"), ("glass", "glass"),
    ],
)  # fmt: skip
def test_singulars(plural: str, one: str) -> None:
    assert singular(plural) == one


@given(st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=8))
def test_any_titles_can_be_learnt_from_and_order_does_not_matter(titles: list[str]) -> None:
    items = [Item(id=str(n), title=title, description=title) for n, title in enumerate(titles)]
    learnt, backwards = learn(items), learn(items[::-1])
    assert [item.id for item in learnt.items] == [item.id for item in items]
    by_id = {item.id: set(item.types) for item in backwards.items}
    assert {item.id: set(item.types) for item in learnt.items} == by_id
