"""Facets and measures: what columns give, what texts name, and what is left out."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from chatrec.types import AttributeValue, Bounds, Constraints, Facet, Item, Vocabulary
from vectorstore.catalogue import from_row, to_row
from vectorstore.learn import Learnt, describe, learn


def mined(title: str, description: str = "") -> dict[str, tuple[str, ...]]:
    return dict(learn([Item(id="1", title=title, description=description)]).items[0].mined)


def column(name: str, *values: AttributeValue | None) -> Learnt:
    return learn(
        [
            Item(id=str(n), title=f"Thing {n}", attributes={} if v is None else {name: v})
            for n, v in enumerate(values)
        ]
    )


def facet(vocabulary: Vocabulary, name: str) -> Facet:
    found = vocabulary.facet(name)
    assert found is not None, [f.name for f in vocabulary.facets]
    return found


@pytest.mark.parametrize(
    ("title", "description", "color"),
    [
        ("Mauve Leather Daypack", "", {"mauve", "purple"}),
        ("Navy Blue Shirt", "", {"navy", "navy blue", "blue"}),
        ("Grey Wool Hat", "", {"grey"}),
        ("Trek Backpack", "This durable beige backpack has black straps.", {"beige"}),
        ("Trek Backpack", "A gold-toned zipper and a white logo.", set()),
        ("Runner", "White shoe with a black sole.", set()),
        ("Pulse Sneaker", "White sneaker with a black sole.", {"white"}),
        ("Rustic Lamp", "Rests on a white envelope.", set()),
        ("Lamp", "With a matte black finish.", {"matte black", "black"}),
        ("Orange Juice", "", set()),
        ("Olive Oil Bottle", "", set()),
    ],
)
def test_colours_of_the_whole_are_read(title: str, description: str, color: set[str]) -> None:
    assert set(mined(title, description).get("color", ())) == color


@pytest.mark.parametrize(
    ("text", "material"),
    [
        ("Leather Bag", {"leather"}),
        ("Vegan Leather Bag", {"vegan leather"}),
        ("Faux leather bag", {"vegan leather"}),
        ("Suede Bag", {"suede", "leather"}),
        ("Wooden Bowl", {"wood"}),
        ("Cast Iron Pan", {"cast iron", "iron"}),
        ("Metallic Vase", set()),
        ("Leather-free Bag", set()),
        ("Button-Down Shirt", set()),
    ],
)
def test_materials_with_their_imitations(text: str, material: set[str]) -> None:
    assert set(mined(text).get("material", ())) == material


def test_features_patterns_and_gender() -> None:
    found = mined("Men's Striped Rain Jacket", "Waterproof, foldable, and water-repellent.")
    assert found["gender"] == ("men",)
    assert found["pattern"] == ("striped",)
    assert set(found["feature"]) == {"waterproof", "foldable", "water-resistant"}
    assert "gender" not in mined("Iron Man Figure")
    assert "feature" not in mined("Guitar", "Notes sustain for long.")


@pytest.mark.parametrize(
    ("description", "gender"),
    [
        ("Good with children, good with chocolate.", ()),
        ("Space for two adults and a child, or two adults and a dog.", ()),
        ("Room for children in the back.", ()),
        ("Cut it to size for a child.", ()),
        ("So light that children forget it. The one you had as a child.", ()),
        ("Not suitable for children under three.", ()),
        ("Roses with delicate baby's breath.", ()),
        ("Made for kids who climb.", ("kids", "girls", "boys")),
        ("The perfect companion for any child.", ("kids", "girls", "boys")),
        ("For young children and their parents.", ("kids", "girls", "boys")),
        ("For men, women and children.", ()),  # for all is for nobody
        ("Fun for boys and girls of four.", ("boys", "girls", "kids")),
        ("A navy children's tent.", ("kids", "girls", "boys")),
        ("Designed for women.", ("women",)),
    ],
)
def test_a_description_that_speaks_of_children_does_not_make_a_thing_theirs(
    description: str, gender: tuple[str, ...]
) -> None:
    assert set(mined("Trek Tent", description).get("gender", ())) == set(gender)


@pytest.mark.parametrize(
    ("category", "feature"),
    [
        (("Power Tools", "Cordless Drills"), ("wireless",)),
        (("Waterproof Jackets",), ("waterproof",)),
        (("Wireless & Bluetooth",), ()),
        (("Cordless Tools", "Batteries"), ()),
        ((), ()),
    ],
)
def test_the_last_part_of_a_category_names_features(
    category: tuple[str, ...], feature: tuple[str, ...]
) -> None:
    [item] = learn([Item(id="1", title="D18", category=category)]).items
    assert item.mined.get("feature", ()) == feature


def test_columns_give_folded_values_and_the_base_of_a_shade() -> None:
    learnt = column("Product Colour", "Navy", "navy ", "Black, Red", "Black/Red", "Red", "black")
    assert [item.facets.get("color") for item in learnt.items] == [
        ("navy", "blue"), ("navy", "blue"), ("black", "red"), ("black", "red"), ("red",),
        ("black",),
    ]  # fmt: skip
    color = facet(learnt.vocabulary, "color")
    assert not color.mined
    assert [value.label for value in color.values[:2]] == ["black", "red"]


def test_texts_fill_in_where_the_column_is_blank() -> None:
    items = [
        Item(id="1", title="Red Mug", attributes={"color": "blue"}),
        Item(id="2", title="Blue Mug", attributes={"color": "blue"}),
        Item(id="3", title="Red Mug", attributes={"color": "red"}),
        Item(id="4", title="Red Mug", attributes={"color": "red"}),
        Item(id="5", title="Red Mug"),
    ]
    learnt = learn(items)
    assert learnt.items[0].values("color") == ("blue",)
    assert learnt.items[4].mined["color"] == ("red",)
    assert not facet(learnt.vocabulary, "color").mined


def test_yes_and_no_columns() -> None:
    learnt = column("touchscreen", True, False, "Yes", "n")
    assert [item.facets["touchscreen"] for item in learnt.items] == [
        ("yes",), ("no",), ("yes",), ("no",)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("promoted", ["yes"] * 6),
        ("where_visible", ["UI", "UI", "Alexa", "UI"]),
        ("ean", ["a", "b", "a", "b"]),
        ("note", [f"A text that says something else each time, number {n}" for n in range(6)]),
        ("model", ["X1", "X2", "X3", "X4"]),
        ("released", ["2020-01-01", "2020-01-01", "2021-01-01", "2021-01-01"]),
        ("ratio", ["40 / 0", "40 / 0", "35 / 5", "35 / 5"]),
    ],
)
def test_columns_for_machines_and_free_text_are_left_out(name: str, values: list[str]) -> None:
    assert column(name, *values).vocabulary.facet(name.replace("_", " ")) is None


def test_sizes_are_values() -> None:
    learnt = column("size", "XL", "42", "M")
    assert facet(learnt.vocabulary, "size").kind == "value"
    assert learnt.items[1].facets["size"] == ("42",)


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("weight", ["1.2 kg", "800 g", "2 lb"], ("weight", "kg", 0.8, 1.2)),
        ("weight_kg", [1.2, 0.8], ("weight", "kg", 0.8, 1.2)),
        ("Screen Size", ["15.6 in", "33 cm"], ("screen size", "inch", 12.992126, 15.6)),
        ("display diagonal", [17.0, 15.6], ("display diagonal", None, 15.6, 17.0)),
        ("volume", ["1,5 l", "750 ml"], ("volume", "l", 0.75, 1.5)),
        ("cores", ["4", "8"], ("cores", None, 4.0, 8.0)),
        ("power", ["2,200 W", "900 W", "1.5 kW"], ("power", "W", 900.0, 2200.0)),
        ("battery capacity", ["20,000 mAh", "9.500 mAh"], ("battery capacity", "mAh", 9500, 20000)),
        ("load", ["1,250.5 kg", "1.125 kg"], ("load", "kg", 1.125, 1250.5)),
    ],
)
def test_measures_are_kept_in_one_unit(
    name: str, values: list[AttributeValue], expected: tuple[str, str | None, float, float]
) -> None:
    found = facet(column(name, *values).vocabulary, expected[0])
    assert found.kind == "number"
    assert (found.name, found.unit) == expected[:2]
    assert found.low == pytest.approx(expected[2])
    assert found.high == pytest.approx(expected[3])


@pytest.mark.parametrize(
    ("title", "measures"),
    [
        ("Laptop 16GB RAM 512 GB SSD", {"memory": 16.0, "storage": 512.0}),
        ("Flask 750 ml", {"capacity": 0.75}),
        ("Kettle 1.5 l 2200W", {"capacity": 1.5, "power": 2200.0}),
        ("500 Piece Jigsaw", {"pieces": 500.0}),
        ("1,000-piece Puzzle", {"pieces": 1000.0}),
        ('LG TV 68.6 cm (27")', {"screen size": 27.0}),
        ("Power Bank 20000mAh", {"battery": 20000.0}),
        ("Power Bank 20,000 mAh", {"battery": 20000.0}),
        ("Power Bank 20.000 mAh", {"battery": 20000.0}),
        ("Kettle 2,200 W", {"power": 2200.0}),
        ("Dumbbell 1.125 kg", {"weight": 1.125}),
        ("5G Phone", {}),
        ("Tray 30 cm x 20 cm", {}),
        ("Model 74014W", {}),
        ("Holder 14.171.38 cm", {}),
    ],
)
def test_measures_are_read_from_titles(title: str, measures: dict[str, float]) -> None:
    assert learn([Item(id="1", title=title)]).items[0].measures == pytest.approx(measures)


@pytest.mark.parametrize(
    ("name", "values", "unit", "ranges"),
    [
        ("players", ["2-4", "3 – 6", "2"], None, {"players": Bounds(2, 4)}),
        ("Ages", ["8 to 12", "4-7", "6+"], None, {"ages": Bounds(8, 12)}),
        ("ages", ["8-12 years", "4-7 years", "3+ years"], "yr", {"ages": Bounds(8, 12)}),
        ("height", ["70-120 cm", "60 cm - 1 m", "0.7-1.1 m"], None, {}),  # of two units is none
        ("height", ["70-120 cm", "600-900 mm", "75 cm"], "cm", {"height": Bounds(70, 120)}),
        ("waist", ["28-32", "34-30", "red"], None, {}),
        ("weight", ["1 kg", "2 kg", "3 kg", "4 kg", "2-3 kg"], "kg", {}),  # one slip of five
    ],
)
def test_columns_of_ranges(
    name: str, values: list[AttributeValue], unit: str | None, ranges: dict[str, Bounds]
) -> None:
    learnt = column(name, *values)
    assert learnt.items[0].ranges == ranges
    if ranges:
        known = facet(learnt.vocabulary, next(iter(ranges)))
        assert (known.kind, known.unit, known.ranged, known.count) == (
            "number", unit, True, len(values)
        )  # fmt: skip
    again = learn(learnt.items)
    assert again.vocabulary == learnt.vocabulary


def test_a_range_without_an_end_and_a_number_among_ranges() -> None:
    items = column("players", "2-4", "3-6", "4", "5+").items
    assert [dict(item.ranges) for item in items] == [
        {"players": Bounds(2, 4)},
        {"players": Bounds(3, 6)},
        {},
        {"players": Bounds(low=5)},
    ]
    assert items[2].measures == {"players": 4}
    [shown] = [from_row(json.loads(json.dumps(to_row(item)))) for item in items[3:]]
    assert shown == items[3]


def test_a_description_gives_a_measure_that_the_title_lacks() -> None:
    item = Item(id="1", title="Flask", description="Holds 0.5 l. Weighs 300 grams.")
    assert learn([item]).items[0].measures == {"capacity": 0.5, "weight": 0.3}


def test_vocabulary_says_prices_currency_and_brands() -> None:
    items = [
        Item(id="1", title="Mug", brand="Kiln", price=5.0, currency="EUR"),
        Item(id="2", title="Mug", brand="KILN ", price=9.5, currency="EUR"),
        Item(id="3", title="Mug", brand="Clay & Co"),
    ]
    learnt = learn(items)
    found = learnt.vocabulary
    assert (found.currency, found.price_low, found.price_high, found.size) == ("EUR", 5.0, 9.5, 3)
    brands = [(value.label, value.count) for value in facet(found, "brand").values]
    assert brands == [("kiln", 2), ("clay & co", 1)]
    assert Constraints(require={"brand": ("kiln",)}).allows(learnt.items[1])


def test_nothing_and_one_item() -> None:
    assert learn([]).vocabulary == Vocabulary()
    assert learn([Item(id="1", title="?")]).items[0] == Item(id="1", title="?")


def test_learning_again_changes_nothing() -> None:
    once = learn(
        [
            Item(id="1", title="Red Leather Boots", category=("shoes",), attributes={"size": "42"}),
            Item(id="2", title="Blue Rain Boots 0.8 kg", category=("shoes",)),
        ]
    )
    assert learn(once.items) == once


def test_the_report_tells_given_from_mined() -> None:
    items = [
        Item(id="1", title="Red Mug 0.3 l", category=("kitchen",), brand="Kiln", price=5.0),
        Item(id="2", title="Red Vase", category=("decor",), brand="Clay", price=7.0),
    ]
    unpriced = describe(learn([replace(item, price=None) for item in items]).vocabulary)
    assert f"{len(items)} items, none with a price" in unpriced
    report = describe(learn(items).vocabulary)
    given, read = report.split("read out of titles and descriptions:")
    assert "2 items, prices 5 to 7 USD" in given
    assert "brand (2 items): clay 1, kiln 1" in given
    assert "color (2 items): red 2" in read
    assert "capacity (1 items): 0.3 to 0.3 l" in read


def test_a_parts_colour_is_the_things_where_no_other_is_known() -> None:
    not_black = Constraints(exclude={"color": ("black",)})
    shades = Item("s", "Retro Sunglasses", "Featuring a sleek black frame and dark lenses.")
    assert not not_black.allows(shades)
    shoe = replace(shades, description="With black laces.", mined={"color": ("white",)})
    assert not_black.allows(shoe)
    assert not not_black.allows(replace(shoe, mined={"color": ("white", "black")}))
    assert not not_black.allows(replace(shoe, description="Black all over."))
