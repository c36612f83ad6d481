"""Predicates over catalogue rows: each is seen to hold and not to hold."""

from __future__ import annotations

import pytest
import yaml
from testkit_stage import BOOT, LAMP, MUG, SHOE

from chatrec.testkit.predicates import describe, field_names, holds, known_fields
from chatrec.testkit.scenario import Predicate
from chatrec.types import Item

ITEMS = {item.id: item for item in (BOOT, SHOE, LAMP, MUG)}


def predicate(text: str) -> Predicate:
    return Predicate.model_validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    ("text", "passing"),
    [
        ("price_max: 60", "shoe mug"),
        ("price_max: 59.99", "mug"),
        ("price_min: 60", "boot shoe"),
        ("price_min: 60.01", "boot"),
        ("{price_min: 50, price_max: 100}", "shoe"),
        ("category_in: [boots, Kitchen]", "boot mug"),
        ("category_in: footwear", "boot shoe"),
        ("category_in: [foot]", ""),
        ("type_in: [shoe]", "shoe"),
        ("type_in: [footwear]", "boot shoe"),
        ("field: {name: color, eq: BLACK}", "boot"),
        ("field: {name: color, eq: red}", ""),
        ("field: {name: size, eq: 42}", "boot"),
        ("field: {name: size, eq: 43}", ""),
        ("field: {name: vegan, eq: true}", "shoe"),
        ("field: {name: vegan, eq: false}", ""),
        ("field: {name: stock, eq: 0}", "shoe"),
        ("field: {name: material, in: [Mesh, silk]}", "shoe"),
        ("field: {name: material, in: [silk]}", ""),
        ("field: {name: material, not_in: [mesh]}", "boot lamp mug"),
        ("field: {name: color, contains: red}", "shoe"),
        ("field: {name: color, contains: dar}", ""),
        ("field: {name: title, contains: boot}", "boot"),
        ("field: {name: color, not_contains: red}", "boot lamp mug"),
        ("field: {name: description, not_contains: red}", "shoe lamp mug"),
        ("field: {name: rating, gte: 4.5}", "boot"),
        ("field: {name: rating, lte: 4.4}", "shoe"),
        ("field: {name: height, gte: 30}", "lamp"),
        ("field: {name: height, gte: 31}", ""),
        ("field: {name: weight, lte: 500 g}", "shoe"),
        ("field: {name: weight, gte: 1.2 kg}", "boot"),
        ("field: {name: weight, gte: 1 m}", ""),
        ("field: {name: color, exists: true}", "boot shoe"),
        ("field: {name: color, exists: false}", "lamp mug"),
        ("any_of: [{price_max: 10}, {category_in: [boots]}]", "boot mug"),
        ("all_of: [{category_in: [footwear]}, {price_max: 100}]", "shoe"),
        ("not: {category_in: [footwear]}", "lamp mug"),
        ("{not: {price_max: 10}, category_in: [footwear]}", "boot shoe"),
    ],
)
def test_predicate(text: str, passing: str) -> None:
    tested = predicate(text)
    assert [name for name, item in ITEMS.items() if holds(tested, item)] == passing.split()


def test_a_missing_value_fails_every_positive_test() -> None:
    bare = Item(id="bare", title="Bare")
    for text in (
        "price_min: 0",
        "price_max: 9",
        "category_in: [x]",
        "type_in: [x]",
        "field: {name: color, eq: x}",
        "field: {name: color, in: [x]}",
        "field: {name: color, contains: x}",
        "field: {name: rating, gte: 0}",
        "field: {name: rating, lte: 5}",
        "field: {name: color, exists: true}",
    ):
        assert not holds(predicate(text), bare), text


def test_an_imitation_does_not_contain_what_it_imitates() -> None:
    vegan = Item(id="v", title="Boots", attributes={"material": "vegan leather"})
    assert not holds(predicate("field: {name: material, contains: leather}"), vegan)
    assert holds(predicate("field: {name: material, not_contains: leather}"), vegan)


def test_what_is_free_of_a_thing_does_not_contain_it() -> None:
    glove = Item(
        id="g", title="Glove", description="Nitrile glove, free of leather and free from latex."
    )
    assert holds(predicate("field: {name: description, not_contains: leather}"), glove)
    assert holds(predicate("field: {name: description, not_contains: latex}"), glove)
    assert holds(predicate("field: {name: description, contains: nitrile}"), glove)


def test_field_names_are_found_at_any_depth() -> None:
    deep = predicate(
        "{any_of: [{field: {name: a, eq: 1}}, {not: {field: {name: b, eq: 1}}}],"
        " all_of: [{field: {name: c, eq: 1}}]}"
    )
    assert sorted(field_names(deep)) == ["a", "b", "c"]


def test_known_fields_are_columns_and_attributes() -> None:
    attributes = {name for item in ITEMS.values() for name in item.attributes}
    assert {"price", "color", "size", "height"} <= known_fields(attributes)
    assert "colour" not in known_fields(attributes)


def test_a_predicate_is_told_as_it_is_written() -> None:
    assert describe(predicate("field: {name: color, in: [red]}")) == (
        "{field: {name: color, in: [red]}}"
    )
