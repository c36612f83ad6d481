"""What is learnt of a real catalogue, item by item as a person reads it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from chatrec.types import TYPE, Item
from vectorstore.catalogue import read_catalogue
from vectorstore.learn import Learnt, learn

pytestmark = pytest.mark.shared_data
CATALOGUE = Path(__file__).parents[2] / "shared/data/catalog_retail_demo_store/products.jsonl"

TYPES = {
    "Adventure-Ready Expedition Backpack": {"backpack", "bag", "accessory"},
    "Vintage Charm Digital Camera": {"digital camera", "camera", "electronics"},
    "Urban Chic Oversized Blazer": {"blazer", "jacket"},
    "Elegant Infinity Circle Pendant Necklace": {"necklace", "jewelry"},
    "Midnight Thunder Bass Guitar": {"bass guitar", "guitar", "instrument"},
    "Arco-Inspired Floor Lamp": {"floor lamp", "lamp", "light"},
    "Classic Brown Leather Oxfords": {"oxford", "footwear"},
    "Woodland Wanderer Beaded Bracelet": {"bracelet", "jewelry"},
    "Earthly Hues Eyeshadow Quad": {"eyeshadow", "makeup"},
    "Whimsical Micro-Print Button-Down Shirt": {"shirt", "top"},
    "Gourmet Peppercorn Beef Steaks": {"steak", "meat"},
    "Ocean Breeze Mirrored Sunglasses": {"sunglasses", "glasses"},
    "Graffiti Urban Messenger Bag": {"messenger bag", "bag"},
    "Beach Breeze Flip Flops": {"flip flop", "sandal", "footwear"},
    "Vintage Heart Locket Necklace": {"necklace"},
    "Rustic Roman Numeral Wall Clock": {"wall clock", "clock"},
    "Starlight Drum Kit Sensation": {"drum", "percussion"},
    "Ornate Cast Iron Teapot": {"teapot", "kitchen"},
    "Spooky Treats Halloween Mug Set": {"mug", "cup", "halloween"},
    "EcoSmile Bamboo Toothbrush Set": {"toothbrush"},
    "Farm-Fresh Serrano Peppers": {"pepper", "vegetable"},
    "Trailblazer Wheat Work Boot": {"work boot", "boot", "footwear"},
    "Deluxe Donut Assortment Box": {"donut", "bakery"},
    "Precision Pro Screwdriver Set": {"screwdriver", "tool"},
    "Dynamic Duo Wrench Set": {"wrench", "tool"},
    "Sleek Industrial Adjustable Desk Lamp": {"desk lamp", "lamp"},
    "Elegance Dinner Plate Set": {"dinner plate", "plate"},
    "ErgoFlex Pro Office Chair": {"office chair", "chair"},
    "Serenade Sonic Telecaster": {"guitar"},
    "Vintage Sailor Denim Jacket": {"denim jacket", "jacket"},
    "Marble Whisper Stud Earrings": {"earrings", "jewelry"},
    "Zen Harmony Daybed Set": {"daybed", "furniture"},
    "Elegant Flow Trench Coat": {"trench coat", "coat"},
}
COLORS = {
    "Adventure-Ready Expedition Backpack": {"beige"},
    "Mauve Leather Daypack": {"mauve", "purple"},
    "Beach Breeze Flip Flops": {"blue"},
    "Blush Horizon Minimalist Watch": {"blush", "pink"},
    "Classic Cognac Leather Oxfords": {"cognac", "brown"},
    "Urban Explorer Stealth Backpack": {"black"},
}


@pytest.fixture(scope="module")
def learnt() -> Learnt:
    if not CATALOGUE.exists():
        pytest.skip("no shared data")
    return learn([row for row in read_catalogue(CATALOGUE) if isinstance(row, Item)])


def test_types_of_hand_checked_items(learnt: Learnt) -> None:
    by_title = {item.title: item for item in learnt.items}
    wrong = {
        title: by_title[title].types
        for title, types in TYPES.items()
        if not types <= set(by_title[title].types)
    }
    assert wrong == {}


def test_colours_of_hand_checked_items(learnt: Learnt) -> None:
    by_title = {item.title: item for item in learnt.items}
    colors = {title: set(by_title[title].values("color")) for title in COLORS}
    assert colors == COLORS


def test_every_item_of_a_category_of_boots_is_a_boot(learnt: Learnt) -> None:
    filed = [item for item in learnt.items if item.category[-1] == "boot"]
    boots = [item for item in learnt.items if "boot" in item.types]
    assert len(filed) == 30
    assert all("boot" in item.types and "footwear" in item.types for item in filed)
    assert all("boot" in item.text.casefold() or item in filed for item in boots)


def test_words_of_praise_and_number_are_no_types(learnt: Learnt) -> None:
    facet = learnt.vocabulary.facet(TYPE)
    assert facet is not None and not facet.mined
    labels = {value.label for value in facet.values}
    assert labels.isdisjoint({"set", "kit", "collection", "delight", "gift", "elegance", "room"})
    assert facet.count == len(learnt.items)


def test_given_and_mined_facets(learnt: Learnt) -> None:
    mined = {facet.name: facet.mined for facet in learnt.vocabulary.facets}
    assert mined.keys() >= {"color", "material", "pattern", "feature", "gender"}
    assert mined["color"] and mined["material"] and not mined["gender"]
    assert "where visible" not in mined and "promoted" not in mined
    colors = Counter(c for item in learnt.items for c in item.values("color"))
    assert min(colors["black"], colors["white"], colors["blue"]) > 50
