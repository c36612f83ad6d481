"""Questions on shown items are answered from their facts, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from outdoor_shop import (
    FLINT,
    LODEN,
    RIDGE,
    RIDGE_RED,
    SOLD_OUT,
    TENT,
    VOCABULARY,
    ListSource,
    played,
    wants,
)

from chatrec.respond import about, courtesy
from chatrec.respond.compare import compare
from chatrec.types import AttributeValue, Intent, Item, Kind, Variant


async def answered(text: str, *items: Item, asks: Sequence[str] = ()) -> str:
    question = about.Question(text, tuple(asks))
    return await about.answer(question, items, VOCABULARY, ListSource())


@pytest.mark.parametrize(
    ("text", "item", "said"),
    [
        ("how much is it?", RIDGE, "The Norrheim Ridge 28 costs €89."),
        ("what's the price", TENT, "The Tarnfell Skylark Tent costs €299."),
        ("is it in stock?", RIDGE, "Yes, the Norrheim Ridge 28 is in stock: 9 are left."),
        ("is it available?", SOLD_OUT, "No, the Veskar Fjord is sold out at the moment."),
        ("is it sold out?", SOLD_OUT, "Yes, the Veskar Fjord is sold out at the moment."),
        ("is it out of stock?", RIDGE, "No, the Norrheim Ridge 28 is in stock: 9 are left."),
        ("how many are left?", RIDGE, "The Norrheim Ridge 28 is in stock: 9 are left."),
        ("how is it rated?", LODEN, "The Haldrye Loden is rated 4.8 out of 5."),
        ("how good is it?", LODEN, "The Haldrye Loden is rated 4.8 out of 5."),
        (
            "how wide is it in inches?",
            LODEN,
            "The listing of the Haldrye Loden does not say how wide it is.",
        ),
        (
            "how wide are the straps of the first one",
            LODEN,
            "The listing of the Haldrye Loden does not say anything about “straps”.",
        ),
        (
            "is that wide enough for a door of 190cm",
            LODEN,
            "The listing of the Haldrye Loden does not say how wide it is.",
        ),
        ("how heavy is it?", RIDGE, "The Norrheim Ridge 28 weighs 1.1 kg."),
        ("how much does it weigh?", RIDGE, "The Norrheim Ridge 28 weighs 1.1 kg."),
        ("what does it weigh", TENT, "The Tarnfell Skylark Tent weighs 2.4 kg."),
        ("how many litres does it hold", FLINT, "The Tarnfell Flint holds 24 l."),
        (
            "how heavy is it in pounds?",
            RIDGE,
            "The Norrheim Ridge 28 weighs 1.1 kg (about 2.43 lb).",
        ),
        ("how heavy is it in g?", RIDGE, "The Norrheim Ridge 28 weighs 1.1 kg (1100 g)."),
        (
            "how much does it weigh in grams",
            replace(
                RIDGE,
                attributes={**RIDGE.attributes, "weight": "1.125 kg"},
                measures={"weight": 1.125},
            ),
            "The Norrheim Ridge 28 weighs 1.125 kg (1125 g).",
        ),
        ("how heavy is it in kg?", RIDGE, "The Norrheim Ridge 28 weighs 1.1 kg."),
        ("how heavy is it in litres?", RIDGE, "The Norrheim Ridge 28 weighs 1.1 kg."),
        (
            "how many gallons does it hold",
            FLINT,
            "The Tarnfell Flint holds 24 l (about 6.34 gal).",
        ),
        ("what is it made of?", RIDGE, "The Norrheim Ridge 28 is made of nylon."),
        ("what colour is it", RIDGE, "The Norrheim Ridge 28 comes in moss green."),
        ("is it waterproof?", RIDGE, "Yes, the Norrheim Ridge 28 is waterproof."),
        ("is it waterproof?", FLINT, "No, the Tarnfell Flint is not waterproof."),
        ("who makes it", LODEN, "The brand of the Haldrye Loden is Haldrye."),
    ],
)
async def test_facts_are_told_exactly(text: str, item: Item, said: str) -> None:
    assert await answered(text, item) == said


@pytest.mark.parametrize("asked", ["sweatproof", "sweat-proof", "sweat proof"])
@pytest.mark.parametrize("told", ["sweatproof", "sweat-proof"])
async def test_a_compound_is_found_however_it_is_written(asked: str, told: str) -> None:
    item = replace(LODEN, description=f"Warm. Light and {told} besides.")
    said = await answered(f"is it {asked}?", item, asks=asked.split())
    assert f"“Light and {told} besides.”" in said


async def test_an_unknown_quality_is_neither_yes_nor_no() -> None:
    said = await answered("is it waterproof?", LODEN, asks=["waterproof"])
    assert said == "The listing of the Haldrye Loden does not say anything about “waterproof”."


async def test_what_a_thing_is_made_of_may_be_untold() -> None:
    bare = replace(LODEN, attributes={}, facets={}, mined={}, description="Warm and light.")
    said = await answered("whats it made of", bare, asks=["made"])
    assert said.endswith(" does not say what it is made of.")


async def test_another_value_is_told_with_the_one_it_has() -> None:
    said = await answered("does it come in dark red?", LODEN, asks=["dark red"])
    assert said.startswith("The Haldrye Loden comes in black") and "dark red" in said


async def test_what_the_description_tells_is_quoted() -> None:
    said = await answered("does it have a rain cover?", RIDGE, asks=["rain cover"])
    assert "“A ridge walker with a rain cover in its base.”" in said


async def test_whatever_there_is_to_tell_is_the_description() -> None:
    said = await answered("any more info on the first one", RIDGE, asks=["info"])
    assert said == f"The listing of the Norrheim Ridge 28 says: “{RIDGE.description}”"
    assert "anything about “specs”" in await answered("specs?", Item("x", "Twin Pack"))


async def test_an_amount_of_something_else_is_no_price() -> None:
    unweighed = Item("x", "Twin Pack", price=20, currency="EUR")
    assert "20" not in await answered("how much does it weigh", unweighed)


async def test_the_best_of_several_is_told_with_their_numbers() -> None:
    said = await answered("which one is the lightest?", RIDGE, FLINT, LODEN)
    assert said.startswith("The Tarnfell Flint is the lightest of the three, at 900 g")
    assert "1.1 kg" in said and "1.4 kg" in said


async def test_a_tie_has_no_best() -> None:
    twin = Item("x", "Twin Pack", price=RIDGE.price, currency="EUR")
    assert "level, at €89" in await answered("which is cheaper?", RIDGE, twin)


async def test_nothing_is_compared_by_a_number_that_is_missing() -> None:
    unpriced = Item("x", "Twin Pack")
    said = await answered("which is cheaper?", RIDGE, unpriced)
    assert "cannot compare" in said and "Twin Pack" in said


async def test_prices_in_two_currencies_are_not_compared() -> None:
    pounds = replace(RIDGE, id="x", title="Twin Pack", currency="GBP")
    said = await answered("which is cheaper?", RIDGE, pounds)
    assert said == "I cannot compare them by price: they are priced in different currencies."


async def test_who_asks_how_it_is_sold_asks_for_no_stock() -> None:
    assert "in stock" not in await answered("is it sold in pairs?", RIDGE)


async def test_each_item_asked_about_is_answered_for() -> None:
    _, reply = await played(
        wants(Intent.ABOUT, [RIDGE, FLINT]), "are they waterproof?", shown=[RIDGE, FLINT, LODEN]
    )
    assert reply.kind is Kind.ABOUT
    assert "Yes, the Norrheim Ridge 28" in reply.text and "No, the Tarnfell Flint" in reply.text
    assert "Loden" not in reply.text


async def test_what_holds_for_all_of_one_name_is_said_once() -> None:
    assert await answered("how much is it?", RIDGE, RIDGE_RED) == "The Norrheim Ridge 28 costs €89."


async def test_two_of_one_name_that_differ_are_told_with_their_colours() -> None:
    assert await answered("how is it rated?", RIDGE, RIDGE_RED, FLINT) == (
        "The Norrheim Ridge 28 in moss green is rated 4.6 out of 5.\n\n"
        "The Norrheim Ridge 28 in dark red is rated 4.5 out of 5.\n\n"
        "The Tarnfell Flint is rated 4.2 out of 5."
    )


async def test_the_best_of_one_name_is_told_with_its_colour() -> None:
    pair = [RIDGE, RIDGE_RED]
    said = "The Norrheim Ridge 28 in moss green is the better rated of the two"
    assert (await answered("which is better rated?", *pair)).startswith(said)
    assert said in compare(pair, "which is better rated?", VOCABULARY)
    assert "take the Norrheim Ridge 28 in moss green" in compare(pair, "help", VOCABULARY)
    assert "| Norrheim Ridge 28 in moss green |" in compare(pair, "help", VOCABULARY)


async def test_a_question_on_nothing_shown_asks_which() -> None:
    _, reply = await played(wants(Intent.ABOUT), "is it waterproof?")
    assert reply.kind is Kind.CLARIFY


DESK = replace(
    TENT,
    id="d1",
    title="Pendry Rise Standing Desk",
    types=("desk", "furniture"),
    attributes={"height_adjustable": True, "dishwasher_safe": False, "microphone": True},
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("is it adjustable?", "Yes, the Pendry Rise Standing Desk is height adjustable."),
        ("is it height adjustable?", "Yes, the Pendry Rise Standing Desk is height adjustable."),
        ("can I put it in the dishwasher?", "No, the Pendry Rise Standing Desk is not dishwasher"),
        ("does it have a microphone", "Yes, the Pendry Rise Standing Desk is listed with “micro"),
    ],
)
async def test_a_yes_or_no_column_answers_though_it_is_no_facet(text: str, said: str) -> None:
    assert (await answered(text, DESK)).startswith(said)


async def test_a_column_tells_no_quality_that_shares_its_last_word() -> None:
    assert "dishwasher" not in await answered("is it safe for kids?", DESK, asks=["safe", "kids"])


def knife(number: int, **measures: float) -> Item:
    named = {name.replace("_", " "): value for name, value in measures.items()}
    return Item(f"k{number}", f"Knife {number}", price=number, currency="EUR", measures=named)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("whats the longest blade", "The Knife 2 has the longest blade length of the three, at 20"),
        (
            "which is the longest?",
            "By blade length, the Knife 2 is the longest of the three, at 20",
        ),
        ("which is the brightest?", "The listings give no number that tells which is the bright"),
        ("which weighs most?", "Of the two that tell the weight, the Knife 3 is the heavier, at 2"),
        ("which is the softest?", "The listings give no number that tells which is the softest."),
        ("which is most comfortable?", "The listings give no number that tells which is the most"),
        ("which is the lightest?", "Of the two that tell the weight, the Knife 1 is the lighter"),
        ("which sleeps the most people?", "The Knife 3 is the one for the most people of the thr"),
    ],
)
async def test_the_most_is_found_by_the_number_that_tells_it(text: str, said: str) -> None:
    knives = [
        knife(1, blade_length=9, weight=0.1, persons=1),
        knife(2, blade_length=20, persons=2),
        knife(3, blade_length=15, weight=0.2, persons=3),
    ]
    told = await answered(text, *knives)
    assert told.startswith(said)
    assert "€" not in told
    assert "I would take" not in compare(knives, text, VOCABULARY)


async def test_two_measures_of_a_kind_decide_nothing() -> None:
    knives = [knife(n, blade_length=n, handle_length=9 - n) for n in (1, 2)]
    assert "no number" in await answered("which is the longest?", *knives)


async def test_outer_dimensions_are_told_where_no_single_length_is() -> None:
    tables = [replace(knife(n), attributes={"dimensions": f"{n}40 x 70 x 72 cm"}) for n in (1, 2)]
    assert await answered("which is longer?", *tables) == (
        "I cannot tell which is the longer: the listings give dimensions 140 x 70 x 72 cm for the "
        "Knife 1 and dimensions 240 x 70 x 72 cm for the Knife 2."
    )


async def test_the_warmest_is_the_one_for_the_lowest_temperature() -> None:
    bags = [
        replace(knife(n), attributes={"comfort_temperature": f"{degrees} °C"})
        for n, degrees in enumerate(["2", "-22", "\u22123"])
    ]
    assert await answered("which is the warmest?", *bags) == (
        "The Knife 1 is the warmest of the three, at -22 °C (the Knife 0 2 °C, the Knife 2 -3 °C)."
    )


async def test_which_have_a_quality_is_told_instead_of_what_to_take() -> None:
    text = compare([RIDGE, FLINT, LODEN], "which of them are waterproof?", VOCABULARY)
    assert text.endswith(
        "The Norrheim Ridge 28 is waterproof; the Tarnfell Flint is not; "
        "the listing of the Haldrye Loden does not say."
    )
    dry = compare([FLINT, replace(FLINT, id="x")], "which are waterproof?", VOCABULARY)
    assert dry.endswith("Neither of them is waterproof.")


SHIRT = replace(
    TENT,
    id="s1",
    title="Haldrye Plain Shirt",
    types=("shirt",),
    facets={"size": ("l", "s", "m", "xl")},
    attributes={"size": ("L", "S", "M", "XL")},
    stock=12,
)
SOCKS = replace(
    SHIRT, title="Bed Socks", types=("sock",), facets={"size": ("36–39", "40–43")}, attributes={}
)


@pytest.mark.parametrize(
    ("text", "item", "said"),
    [
        (
            "is it available in XXL",
            SHIRT,
            "No, the Haldrye Plain Shirt comes in the sizes S, M, L and XL, not in XXL.",
        ),
        (
            "is it available in xl?",
            SHIRT,
            "Yes, the Haldrye Plain Shirt comes in size XL; 12 are in stock, in all sizes",
        ),
        ("does it come in m?", SHIRT, "Yes, the Haldrye Plain Shirt comes in size M."),
        (
            "do you have it in M or XXL",
            SHIRT,
            "The Haldrye Plain Shirt comes in size M, not in XXL.",
        ),
        (
            "is it available in m",
            replace(SHIRT, stock=0),
            "No, the Haldrye Plain Shirt is sold out",
        ),
        ("in size 41?", SOCKS, "Yes, the Bed Socks come in size 41."),
        ("in size 45?", SOCKS, "No, the Bed Socks come in the sizes 36–39 and 40–43, not in 45."),
        ("is it available in XXL", RIDGE, "The listing of the Norrheim Ridge 28 gives no sizes."),
        (
            "what sizes does it come in",
            SHIRT,
            "The Haldrye Plain Shirt comes in the sizes S, M, L and XL.",
        ),
    ],
)
async def test_a_size_is_answered_from_the_sizes(text: str, item: Item, said: str) -> None:
    assert (await answered(text, item)).startswith(said)


@pytest.mark.parametrize(
    ("stock", "said"),
    [(0, "No, the Haldrye Plain Shirt is sold out in size M"), (2, "comes in size M, with 2 left")],
)
async def test_what_is_left_of_a_size_is_told_by_its_variant(stock: int, said: str) -> None:
    variants = (Variant("a", ("m",), stock=stock), Variant("b", ("l",), stock=7))
    assert said in await answered("is it available in m", replace(SHIRT, variants=variants))


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({"dimensions": "4 x 7 cm"}, "The dimensions of the Tarnfell Skylark Tent are 4 x 7 cm."),
        ({"pieces": 6}, "The Tarnfell Skylark Tent has 6 pieces."),
        ({"players": "2-4"}, "The Tarnfell Skylark Tent is for 2-4 players."),
        ({"persons": 3}, "The Tarnfell Skylark Tent is for 3 persons."),
    ],
)
async def test_what_has_a_plural_name_is_told_in_the_plural(
    attributes: dict[str, AttributeValue], said: str
) -> None:
    item = replace(TENT, attributes=attributes)
    assert await answered(f"what are the {next(iter(attributes))}?", item) == said


def test_what_is_sold_out_is_not_offered_for_ordering() -> None:
    gone = replace(SOLD_OUT, url="https://shop.example/p5")
    there = replace(RIDGE, url="https://shop.example/p1")
    assert courtesy.to_order([gone]) == "The Veskar Fjord is sold out at the moment."
    assert courtesy.to_order([there, gone]) == (
        "I cannot fill your basket from here: the card of the Norrheim Ridge 28 leads to the page "
        "where it can be ordered. The Veskar Fjord is sold out at the moment."
    )
    assert "can be ordered" in courtesy.to_order([replace(gone, stock=None)])


def test_a_single_pair_is_on_show_in_the_plural() -> None:
    assert courtesy.too_few_to_compare([SOCKS]).startswith("Only the Bed Socks are on show.")


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("does the first one have a tent?", ["tent"]),
        ("is it long?", ["long"]),
        ("is it the softest", ["softest"]),
        ("is this orange", []),
        ("the skylark tent?", ["skylark tent"]),
    ],
)
async def test_its_own_name_and_its_size_are_nothing_a_listing_is_silent_on(
    text: str, asks: list[str]
) -> None:
    said = await answered(text, TENT, asks=asks)
    assert "does not say" not in said
    assert said.startswith(("The Tarnfell Skylark Tent (€299)", "Yes, the Tarnfell Skylark Tent"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("is it the cheapest?", "The Norrheim Ridge 28 costs €89."),
        ("is it the lightest?", "The Norrheim Ridge 28 weighs 1.1 kg."),
        ("is it the best rated?", "The Norrheim Ridge 28 is rated 4.6 out of 5."),
        ("is it a backpack?", "Yes, the Norrheim Ridge 28 is a backpack."),
        ("is the first one a ridge backpack", "Yes, the Norrheim Ridge 28 is a ridge backpack."),
        ("is it a bag?", "Yes, the Norrheim Ridge 28 is a bag."),
        ("is it a tent?", "The listing of the Norrheim Ridge 28 calls it a backpack, not a tent."),
    ],
)
async def test_one_is_told_by_its_number_and_by_its_kinds(text: str, said: str) -> None:
    assert await answered(text, RIDGE) == said


async def test_only_what_the_listing_is_silent_on_is_said_to_be_missing() -> None:
    said = await answered("does the first tent have a porch?", TENT)
    assert "anything about “porch”." in said
    said = await answered("tent footprint included?", TENT, asks=["tent footprint"])
    assert "anything about “tent footprint”." in said


async def test_an_amount_that_no_search_can_ask_for_is_compared_in_its_own_unit() -> None:
    small, big = (replace(knife(n), attributes={"capacity": f"{n}0,000 mAh"}) for n in (1, 2))
    assert await answered("which has the largest capacity?", small, big) == (
        "The Knife 2 is the larger of the two, at 20,000 mAh (the Knife 1 10,000 mAh)."
    )
    bottle = knife(3, capacity=2)
    assert await answered("which is larger?", small, bottle) == (
        "I cannot compare them by capacity: they are told in different units."
    )


async def test_who_asks_for_people_is_told_the_persons() -> None:
    tent = replace(TENT, attributes={"persons": 3})
    said = await answered("how many people does it sleep?", tent, asks=["people"])
    assert said == "The Tarnfell Skylark Tent is for 3 persons."


async def test_a_thing_with_more_is_no_other_kind_of_thing() -> None:
    case = replace(TENT, attributes={"wheels": 4})
    said = await answered("is it a tent with wheels?", case, asks=["wheels"])
    assert said == "The Tarnfell Skylark Tent has 4 wheels."


async def test_how_warm_is_told_by_the_temperature() -> None:
    bag = replace(TENT, attributes={"comfort_temperature": "2 °C"})
    said = await answered("is it warm?", bag, asks=["warm"])
    assert said == "The comfort temperature of the Tarnfell Skylark Tent is 2 °C."
