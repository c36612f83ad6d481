"""One label for a value, however it is spelt, and what a value includes."""

from __future__ import annotations

import pytest

from chatrec.types import Constraints, FacetValue, Item
from vectorstore.learn import Learnt, learn


def column(name: str, *values: str) -> Learnt:
    """A shop with a column that has each value twice, as the values of a facet repeat."""
    cells = enumerate((*values, *values))
    return learn([Item(id=str(n), title=f"Thing {n}", attributes={name: v}) for n, v in cells])


def value(learnt: Learnt, facet: str, label: str) -> FacetValue:
    found = learnt.vocabulary.facet(facet)
    assert found is not None
    return next(v for v in found.values if v.label == label)


@pytest.mark.parametrize(
    ("name", "values", "label", "alias"),
    [
        ("color", ("Grey", "gray", "grey", "red"), "grey", "gray"),
        ("color", ("Gray", "grey", "Gray", "red"), "gray", "grey"),
        ("color", ("slate grey", "slate gray", "slate grey", "red"), "slate grey", "slate gray"),
        ("color", ("multi-coloured", "multicolour", "multicolour", "red"),
         "multicolour", "multi-coloured"),
        ("color", ("transparent", "transparent", "clear", "red"), "transparent", "clear"),
        ("color", ("dark-brown", "dark brown", "dark brown", "red"), "dark brown", ""),
        ("material", ("aluminium", "Aluminum", "aluminium", "wood"), "aluminium", "aluminum"),
        ("material", ("wood", "wooden", "wood", "steel"), "wood", "wooden"),
        ("color", ("clear", "clear", "transparent", "red"), "clear", "see-through"),
        ("style", ("jewellery", "jewelry", "jewellery", "art"), "jewellery", "jewelry"),
        ("gender", ("male", "Men's", "mens", "female"), "men", "male"),
        ("Sex", ("Ladies", "female", "Women", "men"), "women", "ladies"),
    ],
)  # fmt: skip
def test_spellings_are_one_value(
    name: str, values: tuple[str, ...], label: str, alias: str
) -> None:
    facet = {"Sex": "gender"}.get(name, name)
    learnt = column(name, *values)
    assert all(label in item.facets[facet] for item in learnt.items[:3])
    assert value(learnt, facet, label).count == 6
    assert not alias or alias in value(learnt, facet, label).aliases


def test_texts_and_columns_use_the_spelling_of_the_shop() -> None:
    items = [
        Item(id="1", title="Grey Mug", description="A grey mug."),
        Item(id="2", title="Gray Mug"),
        Item(id="3", title="Grey Vase"),
    ]
    learnt = learn(items)
    assert [item.mined["color"] for item in learnt.items] == [("grey",)] * 3
    assert "gray" in value(learnt, "color", "grey").aliases


@pytest.mark.parametrize(
    ("shade", "basic"),
    [
        ("Navy", "blue"), ("teal", "blue"), ("teal", "green"), ("rust", "orange"),
        ("charcoal", "gray"), ("cognac", "brown"), ("tan", "brown"), ("oatmeal", "beige"),
        ("sand", "beige"), ("burgundy", "red"), ("lilac", "purple"), ("sage", "green"),
        ("moss", "green"), ("olive", "green"), ("mint", "green"), ("signal orange", "orange"),
    ],
)  # fmt: skip
def test_who_asks_for_a_basic_colour_finds_the_shade(shade: str, basic: str) -> None:
    learnt = column("Colour", shade, shade, "white", "gray")
    assert Constraints(require={"color": (basic,)}).allows(learnt.items[0])
    assert learnt.items[0].facets["color"][0] == shade.casefold()


def test_sand_in_a_text_is_sand() -> None:
    item = learn([Item(id="1", title="Sand Toy", description="A copper sand bucket.")]).items[0]
    assert "color" not in item.mined


def test_unisex_is_for_women_and_for_men() -> None:
    learnt = column("gender", "unisex", "women", "men", "kids", "girls")
    assert learnt.items[0].facets["gender"] == ("unisex", "women", "men")
    allowed = [Constraints(require={"gender": (g,)}) for g in ("women", "men")]
    assert [[c.allows(item) for item in learnt.items[:5]] for c in allowed] == [
        [True, True, False, False, False],
        [True, False, True, False, False],
    ]


def test_a_thing_for_girls_is_for_kids_and_not_for_boys() -> None:
    title = "Kids Raincoat for Girls"
    learnt = learn([Item(id="1", title=title), Item(id="2", title="Kids Hat")])
    assert learnt.items[0].mined["gender"] == ("kids", "girls")
    assert set(learnt.items[1].mined["gender"]) == {"kids", "girls", "boys"}


def test_brands_and_sizes_are_left_as_they_are() -> None:
    items = [
        Item(id=str(n), title="Hat", brand="Gray & Co", attributes={"size": size})
        for n, size in enumerate(["grey", "grey", "10-12", "10/12"])
    ]
    learnt = learn(items)
    assert learnt.items[0].facets["brand"] == ("gray & co",)
    assert [item.facets["size"][0] for item in learnt.items[2:]] == ["10-12", "10/12"]


def test_learning_again_changes_nothing() -> None:
    once = column("gender", "unisex", "male", "women", "male")
    assert learn(once.items) == once
