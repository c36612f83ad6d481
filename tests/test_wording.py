"""How numbers, names and constraints are said."""

from __future__ import annotations

import pytest
from outdoor_shop import RIDGE, VOCABULARY

from chatrec import wording
from chatrec.types import Bounds, Constraints, Item


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        (59.9, "EUR", "€59.90"),
        (60.0, "USD", "$60"),
        (1299.0, "USD", "$1,299"),
        (45.5, "CHF", "45.50 CHF"),
        (1500.0, "JPY", "¥1,500"),
        (12.0, None, "12"),
    ],
)
def test_money_is_written_as_its_currency_is(
    amount: float, currency: str | None, said: str
) -> None:
    assert wording.money(amount, currency) == said


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (1.1, "kg", "1.1 kg"),
        (0.84, "kg", "840 g"),
        (0.35, "l", "350 ml"),
        (3.0, None, "3"),
        (11.0, "inch", "11 inches"),
        (1.0, "inch", "1 inch"),
        (3.0, "day", "3 days"),
        (20.0, "celsius", "20 °C"),
        (8.0, "floz", "8 fl oz"),
        (30.0, "minute", "30 min"),
        (1 / 3, "h", "20 min"),
        (672, "h", "28 days"),
        (48, "h", "48 h"),
    ],
)
def test_measures_have_their_unit(value: float, unit: str | None, said: str) -> None:
    assert wording.measure(value, unit) == said


@pytest.mark.parametrize(
    ("noun", "many"),
    [
        ("backpack", "backpacks"),
        ("hiking boots", "hiking boots"),
        ("dress", "dresses"),
        ("knife", "knives"),
        ("battery", "batteries"),
        ("toy", "toys"),
        ("torch", "torches"),
        ("garden furniture", "garden furniture"),
        ("headphones", "headphones"),
    ],
)
def test_plurals(noun: str, many: str) -> None:
    assert wording.plural(noun) == many


@pytest.mark.parametrize(
    ("number", "label", "said"),
    [
        (3, "tent", "three tents"),
        (1, "tent", "one tent"),
        (2, "hiking boot", "two pairs of hiking boots"),
        (1, "sock", "one pair of socks"),
        (2, "garden furniture", "two pieces of garden furniture"),
        (12, "mug", "12 mugs"),
        (3, "camping", "three camping products"),
        (1, "waterproof kitchen", "one waterproof kitchen product"),
        (3, "home and lighting", "three home and lighting products"),
        (3, "camping stove", "three camping stoves"),
        (3, "garden chair", "three garden chairs"),
    ],
)
def test_things_are_counted_as_one_counts_them(number: int, label: str, said: str) -> None:
    assert wording.counted(number, label) == said


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("backpack", "a backpack"),
        ("umbrella", "an umbrella"),
        ("unisex bag", "a unisex bag"),
        ("uninsulated mug", "an uninsulated mug"),
        ("hourglass", "an hourglass"),
    ],
)
def test_articles_go_by_the_sound(phrase: str, said: str) -> None:
    assert wording.article(phrase) == said


def test_a_title_is_said_without_the_colour_behind_its_comma() -> None:
    assert wording.title(RIDGE) == "Norrheim Ridge 28"
    assert wording.title(Item("x", "Salt, Pepper")) == "Salt, Pepper"


def test_a_very_long_title_is_said_to_its_first_break() -> None:
    long = "Rover Beta Series Cargo Carrier - universal fit for sedans, hatchbacks and lorries, new"
    assert wording.title(Item("x", long)) == "Rover Beta Series Cargo Carrier"


def test_plural_titles_are_spoken_of_in_the_plural() -> None:
    assert wording.speaks_of_many(Item("x", "Trail Running Shoes", types=("running shoe",)))
    assert wording.speaks_of_many(Item("x", "Wired Headphones, Black", types=("headphones",)))
    assert not wording.speaks_of_many(Item("x", "Canvas Dress with Pockets", types=("dress",)))
    assert not wording.speaks_of_many(Item("x", "Twin Peaks 28", types=("backpack",)))
    assert wording.speaks_of_many(Item("x", "Pool Slides, Navy", types=("sandal",)))


def test_constraints_are_said_after_their_noun() -> None:
    held = Constraints(
        category=("backpack",),
        price_min=40.0,
        price_max=60.0,
        require={"waterproof": ("yes",), "color": ("green",), "brand": ("norrheim",)},
        exclude={"material": ("leather",)},
        numeric={"capacity": Bounds(low=20), "weight": Bounds(high=0.9)},
    )
    assert wording.quality_words(held) == ["waterproof"]
    assert list(wording.constraint_phrases(held, VOCABULARY)) == [
        "in green",
        "by Norrheim",
        "without leather",
        "with a capacity of at least 20 l",
        "with a weight of at most 900 g",
        "from €40 to €60",
    ]


@pytest.mark.parametrize(
    ("name", "bounds", "unit", "said"),
    [
        ("persons", Bounds(high=4), None, "for at most 4 persons"),
        ("persons", Bounds(low=2, high=4), None, "for 2 to 4 persons"),
        ("speeds", Bounds(low=3), None, "with at least 3 speeds"),
        ("power", Bounds(low=3), None, "with a power of at least 3"),
        ("diameter", Bounds(low=28.01), "cm", "with a diameter of more than 28 cm"),
        ("weight", Bounds(high=1.99), "kg", "with a weight of less than 2 kg"),
        ("weight", Bounds(high=1.25), "kg", "with a weight of at most 1.25 kg"),
        ("rating", Bounds(low=4), None, "rated at least 4"),
        ("capacity", Bounds(0.45, 0.55), "l", "with a capacity of 450 to 550 ml"),
        ("capacity", Bounds(0.5, 1.5), "l", "with a capacity of 500 ml to 1.5 l"),
        ("weight", Bounds(1, 2), "kg", "with a weight of 1 to 2 kg"),
        ("ages", Bounds(5, 5), None, "for age 5"),
        ("ages", Bounds(8, 12), None, "for ages 8 to 12"),
        ("age", Bounds(low=4), None, "for ages of at least 4"),
    ],
)
def test_numbers_of_things_are_said_as_such(
    name: str, bounds: Bounds, unit: str | None, said: str
) -> None:
    assert wording.bounds_phrase(name, bounds, unit) == said


def test_whom_a_thing_is_for_is_said_so() -> None:
    assert wording.exclusion_phrase("gender", ["women"]) == "not for women"
    assert wording.exclusion_phrase("type", ["glove", "scarf"]) == "other than gloves or scarves"
    assert wording.exclusion_phrase("pattern", ["striped"]) == "that are not striped"
    assert wording.exclusion_phrase("any", ["plug"]) == "that do not mention “plug”"
    assert wording.exclusion_phrase("waterproof", ["yes"]) == "that are not waterproof"
    assert wording.bounds_phrase("stock", Bounds(low=1), None) == "in stock"


def test_an_amount_says_what_it_counts() -> None:
    assert wording.amount("persons", 2, None) == "2 persons"
    assert wording.amount("weight", 1.1, "kilogram") == "1.1 kg"


def test_sentences_end_where_they_end() -> None:
    told = wording.sentences("Weighs 1.5 kg. Great!\nTwo lines? (Yes.) e.g. this")
    assert told == ["Weighs 1.5 kg.", "Great!", "Two lines?", "(Yes.) e.g. this"]


def test_what_things_are_for_is_no_thing() -> None:
    assert wording.counted(3, "camping") == "three camping products"
    assert wording.counted(1, "travel") == "one travel product"
    assert wording.noun(Constraints(category=("camping",))) == "camping products"
    assert wording.counted(2, "camping stove") == "two camping stoves"
