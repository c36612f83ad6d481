"""What the guard on the model's sentences stops, and what it lets through."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outdoor_shop import FLINT, ITEMS, LODEN, RIDGE, SOLD_OUT, VOCABULARY

from chatrec.respond import plain
from chatrec.respond.check import GLUE, Grounds, Lexicon, names_item, problem
from chatrec.respond.telling import tellings
from chatrec.types import (
    Constraints,
    Facet,
    FacetValue,
    Fact,
    Item,
    Recommendation,
    Vocabulary,
)
from chatrec.words import stem

SHOWN = (RIDGE, FLINT, LODEN)
LEXICON = Lexicon(VOCABULARY)


def wrong(sentence: str, item: Item = RIDGE, budget: float | None = 100.0) -> str | None:
    return problem(sentence, Grounds(item, SHOWN, Constraints(price_max=budget), LEXICON))


@pytest.mark.parametrize(
    "sentence",
    [
        "The Norrheim Ridge 28 is a moss green backpack.",
        "The Norrheim Ridge 28 is a waterproof backpack made of nylon.",
        "The Norrheim Ridge 28 costs €89 and fits your budget of €100.",
        "At €89.00 the Norrheim Ridge 28 holds 28 litres.",
        "The Norrheim Ridge 28 has a capacity of 28 l and weighs 1100 g.",
        "The Norrheim Ridge 28 is rated 4.6 out of 5 and comes with a rain cover.",
        "The Norrheim Ridge 28 has black straps and 2 pockets on the hip belt.",
        "The Norrheim Ridge 28 is in stock, 9 left.",
    ],
)
def test_a_true_sentence_passes(sentence: str) -> None:
    assert wrong(sentence) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "The Norrheim Ridge 28 costs €88.",
        "The Norrheim Ridge 28 costs $89.50.",
        "The Norrheim Ridge 28 costs €100.",
        "The Norrheim Ridge 28 is under €89.",
        "The Norrheim Ridge 28 fits your budget of €95.",
        "The Norrheim Ridge 28 costs 80 euros.",
        "The Norrheim Ridge 28 costs $89.",
        "The Norrheim Ridge 28 costs 89 dollars.",
        "The Norrheim Ridge 28 costs GBP 89.",
        "The Norrheim Ridge 28 costs €89 dollars.",
        "The Norrheim Ridge 28 fits your budget of $100.",
        "The Norrheim Ridge 28 holds 32 l.",
        "The Norrheim Ridge 28 holds 28 kg.",
        "The Norrheim Ridge 28 weighs 0.9 kg.",
        "The Norrheim Ridge 28 has 3 pockets.",
        "The Norrheim Ridge 28 has two covers.",
        "The Norrheim Ridge 28 is rated 4.9.",
        "The Norrheim Ridge 28 has 5 stars.",
        "The Norrheim Ridge 28 is in stock, 3 left.",
        "The Norrheim Ridge 28 has the A7 frame.",
    ],
)
def test_a_number_that_is_no_fact_is_stopped(sentence: str) -> None:
    assert wrong(sentence) is not None


@pytest.mark.parametrize(
    ("sentence", "item"),
    [
        ("The Norrheim Ridge 28 is a Tarnfell backpack.", RIDGE),
        ("The Norrheim Ridge 28 is a black backpack.", RIDGE),  # its straps are
        ("The Norrheim Ridge 28 is made of leather.", RIDGE),
        ("The Norrheim Ridge 28 is made for climbing.", RIDGE),  # the listing denies it
        ("The Norrheim Ridge 28 has a lifetime warranty.", RIDGE),
        ("The Norrheim Ridge 28 is like the Kaldvik Travel Mug.", RIDGE),
        ("The Norrheim Ridge 28 is not waterproof.", RIDGE),
        ("The Norrheim Ridge 28 comes without a rain cover.", RIDGE),
        ("The Norrheim Ridge 28 is a tent.", RIDGE),
        ("The Tarnfell Flint is waterproof.", FLINT),
        ("The Haldrye Loden is waterproof.", LODEN),
        ("The Norrheim Ridge 28 is moss green, see https://shop.example.", RIDGE),
        ("The Veskar Fjord is in stock.", SOLD_OUT),
        ("The Norrheim Ridge 28 is *moss green*.", RIDGE),
        ("Norrheim Ridge 28: backpack; moss green; nylon.", RIDGE),
        ("The Norrheim Ridge 28 is a backpack made of", RIDGE),
        ("The Norrheim Ridge 28 is a nylon backpack and a nylon backpack and a nylon.", RIDGE),
    ],
)
def test_a_claim_that_is_no_fact_is_stopped(sentence: str, item: Item) -> None:
    assert wrong(sentence, item) is not None


def test_what_is_for_everybody_is_not_said_to_be_for_one_gender() -> None:
    genders = ("unisex", "women", "men")
    item = replace(RIDGE, facets={**RIDGE.facets, "gender": genders})
    values = tuple(FacetValue(label, 1) for label in genders)
    shop = replace(VOCABULARY, facets=(*VOCABULARY.facets, Facet("gender", "category", values)))
    grounds = Grounds(item, SHOWN, Constraints(), Lexicon(shop))
    assert problem("The Norrheim Ridge 28 is a unisex backpack.", grounds) is None
    assert problem("The Norrheim Ridge 28 is a backpack for women.", grounds) is not None


@pytest.mark.parametrize(
    ("item", "claim", "true"),
    [
        (FLINT, "the cheapest of the three", True),
        (RIDGE, "the cheapest of the three", False),
        (FLINT, "the lightest of the three", True),
        (RIDGE, "lighter", False),
        (LODEN, "the best rated of the three", True),
        (RIDGE, "the highest rated of the three", False),
        (LODEN, "the largest of the three", True),
        (FLINT, "the largest of the three", False),
        (LODEN, "the most expensive of the three", True),
        (FLINT, "the cheapest of the five", False),
        (FLINT, "the warmest of the three", False),
        (FLINT, "the most durable of the three", False),
    ],
)
def test_comparisons_are_exact(item: Item, claim: str, true: bool) -> None:
    name = " ".join(item.title.split(",")[:1])
    assert (wrong(f"The {name} is {claim}.", item) is None) is true


@pytest.mark.parametrize(
    ("currency", "amount", "true"),
    [
        ("USD", "$89", True),
        ("USD", "89 bucks", True),
        ("USD", "US$89", True),
        ("USD", "CA$89", False),
        ("CAD", "CA$89", True),
        ("CAD", "$89", True),
        ("CHF", "89 CHF", True),
        ("CHF", "€89", False),
        (None, "€89", True),  # the currency of the shop's other prices
        (None, "$89", False),
    ],
)
def test_an_amount_is_in_the_items_currency(currency: str | None, amount: str, true: bool) -> None:
    item = replace(RIDGE, currency=currency)
    assert (wrong(f"The Norrheim Ridge 28 costs {amount}.", item) is None) is true


def test_a_comparison_does_not_hold_for_a_tie() -> None:
    twin = Item("x", "Twin", price=RIDGE.price, currency="EUR")
    grounds = Grounds(RIDGE, (RIDGE, twin), Constraints(), LEXICON)
    assert problem("The Norrheim Ridge 28 is the cheaper of the two.", grounds) is not None


def test_the_shoppers_own_words_prove_nothing() -> None:
    grounds = Grounds(LODEN, SHOWN, Constraints(wish="waterproof climbing"), LEXICON)
    assert problem("The Haldrye Loden is good for climbing.", grounds) is not None


def test_no_budget_is_kept_where_none_was_named() -> None:
    assert wrong("The Norrheim Ridge 28 fits your budget.", budget=None) is not None


def test_an_item_is_named_with_or_without_its_brand() -> None:
    assert names_item("Meet the Ridge 28 today.", RIDGE) == (2, 4)
    assert names_item("Meet the Norrheim Ridge 28.", RIDGE) == (2, 5)
    assert names_item("Meet the Ridge.", RIDGE) is None


@given(st.floats(1, 500).map(lambda x: round(x, 2)), st.sampled_from(SHOWN))
def test_no_price_passes_but_the_items_own(amount: float, item: Item) -> None:
    name = item.title.split(",")[0]
    found = wrong(f"The {name} costs €{amount:.2f}.", item)
    assert (found is None) is (amount == item.price)


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=12))
def test_no_unknown_word_passes(word: str) -> None:
    unrated = replace(RIDGE, rating=None)
    grounds = Grounds(unrated, SHOWN, Constraints(), LEXICON)
    passes = wrong(f"The Norrheim Ridge 28 is {word}.", unrated) is None
    assert not passes or word in GLUE or stem(word) in grounds.affirmed


def test_what_is_said_in_plain_words_would_pass_the_guard_but_for_quotations() -> None:
    """Two ways to the same facts: the plain sentences hold before the check of the model's."""
    for item in (i for i in ITEMS if not i.description and i.stock):
        recommendation = Recommendation(item, 1)
        told = tellings([recommendation], Constraints(), VOCABULARY)
        sentence = plain.sentence(told[0])
        assert problem(sentence, Grounds(item, (item,), Constraints(), LEXICON)) is None, sentence


STRAPPED = Item(
    id="c",
    title="Fern Canvas Pack",
    description="A canvas pack with leather straps, worn with a striped top.",
    price=40.0,
    currency="EUR",
    types=("pack",),
    mined={"material": ("canvas", "leather"), "pattern": ("striped",)},
)
TEXTILES = Vocabulary(
    (
        Facet("material", "value", (FacetValue("canvas", 1), FacetValue("leather", 1)), mined=True),
        Facet("pattern", "value", (FacetValue("striped", 1),), mined=True),
    )
)


@pytest.mark.parametrize(
    ("sentence", "true"),
    [
        ("The Fern Canvas Pack has leather straps.", True),
        ("The Fern Canvas Pack is made of leather.", False),
        ("The Fern Canvas Pack is a leather pack.", False),
    ],
)
def test_what_a_text_says_of_a_part_is_not_said_of_the_whole(sentence: str, true: bool) -> None:
    grounds = Grounds(STRAPPED, (STRAPPED,), Constraints(), Lexicon(TEXTILES))
    assert (problem(sentence, grounds) is None) is true


def test_plain_words_say_no_more_of_it_either() -> None:
    wanted = Constraints(prefer={"material": ("leather",)})
    reasons = (Fact("material", "leather"), Fact("price", "€40"))
    told = tellings([Recommendation(STRAPPED, 1, reasons)], wanted, TEXTILES)
    assert "leather" not in plain.sentence(told[0])
    assert "made of" not in plain.sentence(told[0])
