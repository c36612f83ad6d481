"""The bundled demo shop is large, varied and free of contradictions."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from chatrec.demo import catalogue_path, faq_path, pictures_path
from chatrec.words import names_value, stems

Row = dict[str, Any]

WEIGHT = re.compile(r"(\d+(?:\.\d+)?) (g|kg)")
SVG = "{http://www.w3.org/2000/svg}"


def read(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def text_of(row: Row) -> str:
    return f"{row['title']}. {row['description']}"


@pytest.fixture(scope="module")
def products() -> list[Row]:
    return read(catalogue_path())


@pytest.fixture(scope="module")
def entries() -> list[Row]:
    return read(faq_path())


def test_shop_is_as_large_as_a_small_real_one(products: list[Row]) -> None:
    assert len(products) >= 260
    assert len({row["category"][0] for row in products}) >= 10
    assert len({row["brand"] for row in products}) >= 20


def test_main_types_have_enough_items_to_choose_among(products: list[Row]) -> None:
    sizes = Counter(tuple(row["category"]) for row in products)
    assert sum(size >= 6 for size in sizes.values()) >= 40


def test_ids_titles_and_descriptions_are_unique(products: list[Row]) -> None:
    for column in ("id", "title", "description", "url", "image_url"):
        assert len({row[column] for row in products}) == len(products), column


def test_no_sentence_is_used_twice(products: list[Row]) -> None:
    sentences = Counter(
        sentence
        for row in products
        for sentence in re.split(r"(?<=[.!?])\s+", row["description"])
        if len(stems(sentence)) > 3
    )
    assert [sentence for sentence, uses in sentences.items() if uses > 1] == []


def test_prices_reach_from_3_to_2000_in_one_currency(products: list[Row]) -> None:
    prices = [row["price"] for row in products]
    assert 3 <= min(prices) < 5
    assert 1500 < max(prices) <= 2000
    assert {row["currency"] for row in products} == {"USD"}


def test_stock_and_ratings_have_gaps_as_in_a_real_shop(products: list[Row]) -> None:
    ratings = [row["rating"] for row in products if "rating" in row]
    assert all(1 <= rating <= 5 and rating == round(rating, 1) for rating in ratings)
    assert 10 <= len(products) - len(ratings) <= 30
    assert sum(row["stock"] == 0 for row in products) >= 8
    assert all(row["stock"] >= 0 for row in products)


def test_titles_begin_with_the_brand(products: list[Row]) -> None:
    assert [row["id"] for row in products if not row["title"].startswith(f"{row['brand']} ")] == []


def test_some_items_differ_only_in_colour(products: list[Row]) -> None:
    variants = Counter(
        row["title"].rpartition(", ")[0] for row in products if "color" in row["attributes"]
    )
    assert sum(size > 1 for size in variants.values()) >= 30


def test_colour_stands_in_title_or_description(products: list[Row]) -> None:
    unnamed = [
        row["id"]
        for row in products
        if "color" in row["attributes"]
        and not names_value(text_of(row), row["attributes"]["color"], of_whole=True)
    ]
    assert unnamed == []


def test_weights_can_be_read(products: list[Row]) -> None:
    weights = {
        row["id"]: row["attributes"]["weight"] for row in products if "weight" in row["attributes"]
    }
    assert 200 < len(weights) < len(products) - 10, "some listings leave the weight out"
    for item, weight in weights.items():
        found = WEIGHT.fullmatch(weight)
        assert found, (item, weight)
        kilograms = float(found[1]) / (1000 if found[2] == "g" else 1)
        assert 0.001 < kilograms < 100, (item, weight)


def test_number_in_the_name_of_a_bag_or_tent_is_its_capacity(products: list[Row]) -> None:
    checked = 0
    for row in products:
        number = re.search(r"\b(\d{1,2}) ", row["title"].partition(",")[0] + " ")
        if number is None:
            continue
        if row["category"][1] in ("Hiking Backpacks", "Laptop Backpacks", "Suitcases"):
            assert row["attributes"]["capacity"] == f"{number[1]} l", row["id"]
        elif row["category"][1] == "Tents":
            assert row["attributes"]["persons"] == int(number[1]), row["id"]
        else:
            continue
        checked += 1
    assert checked >= 20


def test_storage_and_brightness_agree_with_the_text(products: list[Row]) -> None:
    for row in products:
        for unit, name in (("GB", "storage"), ("TB", "storage"), ("lm", "brightness")):
            for figure in re.findall(rf"\b(\d+) {unit}\b", text_of(row)):
                assert row["attributes"][name] == f"{figure} {unit}", row["id"]
        for figure in re.findall(r"\b(\d+)-lumen\b", text_of(row)):
            assert row["attributes"]["brightness"] == f"{figure} lm", row["id"]


def test_text_does_not_call_waterproof_what_is_not(products: list[Row]) -> None:
    wrong = [
        row["id"]
        for row in products
        if row["attributes"].get("waterproof") is False
        and names_value(text_of(row), "waterproof")
        and "not waterproof" not in row["description"]
    ]
    assert wrong == []


def test_vegan_items_name_no_leather_or_down(products: list[Row]) -> None:
    vegan = [row for row in products if row["attributes"].get("vegan")]
    assert len(vegan) >= 10
    for row in vegan:
        assert not names_value(text_of(row), "leather"), row["id"]
        assert not names_value(row["attributes"].get("fill", ""), "down"), row["id"]
    imitation = [row for row in products if row["attributes"].get("material") == "vegan leather"]
    assert all(row["attributes"].get("vegan") for row in imitation)


def test_wired_and_wireless_agree_with_the_title(products: list[Row]) -> None:
    for row in products:
        if "Wireless" in row["title"]:
            assert row["attributes"]["wireless"] is True, row["id"]
        elif "Wired" in row["title"]:
            assert row["attributes"]["wireless"] is False, row["id"]


def test_each_product_has_its_picture_and_no_picture_is_left_over(products: list[Row]) -> None:
    named = {row["image_url"].removeprefix("/pictures/") for row in products}
    assert named == {path.name for path in pictures_path().iterdir()}


def test_pictures_are_small_plain_drawings(products: list[Row]) -> None:
    drawn = {"title", "rect", "circle", "ellipse", "path", "g", "text", "svg"}
    for row in products:
        path = pictures_path() / f"{row['id']}.svg"
        assert path.stat().st_size <= 2048, path.name
        root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
        assert root.tag == f"{SVG}svg"
        assert root.findtext(f"{SVG}title") == row["title"]
        for element in root.iter():
            assert element.tag.removeprefix(SVG) in drawn, path.name
            assert not [name for name in element.attrib if name.startswith("on") or "href" in name]


def test_faq_covers_service_with_sources_and_paraphrases(entries: list[Row]) -> None:
    assert len(entries) >= 30
    assert len({entry["id"] for entry in entries}) == len(entries)
    asked = [q for entry in entries for q in (entry["question"], *entry["paraphrases"])]
    assert len(set(asked)) == len(asked)
    for entry in entries:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", entry["id"])
        assert entry["source"].startswith("https://shop.example/help/")
        assert 2 <= len(entry["paraphrases"]) <= 3
        assert len(entry["answer"]) >= 80


def test_faq_entries_agree_on_the_return_period(entries: list[Row]) -> None:
    answers = {entry["id"]: entry["answer"] for entry in entries}
    for entry in ("returns", "exchange"):
        assert "within 60 days of delivery" in answers[entry]
    assert "60-day return period" in answers["loyalty"]
