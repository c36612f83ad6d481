"""What a message says beyond doubt holds, though the answer is silent on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from reading_shop import CARDS, SPOTTER, VOCABULARY, said, spot

from chatrec.types import Bounds, Constraints, Facet, FacetValue, Intent, Turn
from chatrec.understand.patch import understanding_of
from chatrec.understand.schema import answer_schema, check_answer
from chatrec.understand.spot import Spotter


def new(text: str, **answer: Any) -> Constraints:
    turn = Turn(text)
    spotted = spot(text)
    return understanding_of({"intent": "new", **answer}, spotted, turn, VOCABULARY).constraints


def test_of_a_compound_the_last_word_is_the_thing() -> None:
    [head] = [m.label for m in said("boot backpack, red", "value") if m.facet == "type"]
    assert head == "backpack"
    both = [m.label for m in said("a boot or a backpack", "value")]
    assert both == ["boot", "backpack"]
    assert new("boot backpack", want=["backpack"]).wish == "boot"


def test_words_right_before_a_thing_are_wished_for() -> None:
    assert new("i need warm trail boots", want=["boot"]).wish == "warm trail"
    assert new("warm, boots", want=["boot"]).wish == ""


@pytest.mark.parametrize("text", ["not bulky boots", "no flashy boots please"])
def test_words_that_are_turned_away_are_not(text: str) -> None:
    assert new(text, want=["boot"]).wish == ""


def test_a_value_that_is_asked_for_is_wanted_unless_it_is_only_nice_to_have() -> None:
    assert new("boots in leather", want=["boot"], wish=["leather"]).require == {
        "material": ("leather",)
    }
    nice = new("boots, leather would be nice", want=["boot"], wish=["leather"])
    assert (nice.require, nice.prefer) == ({}, {"material": ("leather",)})


def test_a_no_reaches_no_further_than_what_it_turns_down() -> None:
    got = new("boots not leather by norrheim", want=["boot"], avoid=["leather"], wish=["norrheim"])
    assert got.require == {"brand": ("norrheim",)} and not got.prefer
    unsaid = new("boots, not by norrheim", want=["boot"], wish=["norrheim"])
    assert unsaid.require == {}


def test_a_range_holds_though_it_was_not_read() -> None:
    got = new("boots between $40 and 60", want=["boot"])
    assert (got.price_min, got.price_max) == (40, 60)
    assert new("boots for kids 4-6", want=["boot"]).price_max is None
    read = new("boots for 50, between 1 and 2 kg", want=["boot"], max=["50"])
    assert (read.price_max, read.numeric["weight"]) == (50, Bounds(1, 2))


def test_what_stands_behind_a_no_is_never_wished_for() -> None:
    got = new("boots, no laces", want=["boot"], wish=["laces"])
    assert (got.wish, got.exclude) == ("", {"any": ("laces",)})
    assert new("boots, no, laces", want=["boot"], wish=["laces"]).wish == "laces"
    assert new("boots no taller than 1 m", want=["boot"], wish=["taller"]).exclude == {}
    assert new("boots, not too heavy", want=["boot"], wish=["not too heavy"]).exclude == {}


def test_a_word_of_refusal_is_nothing_that_is_refused() -> None:
    assert new("boots, forget laces", want=["boot"], avoid=["forget", "laces"]).exclude == {
        "any": ("laces",)
    }


def test_of_values_with_an_or_between_them_none_is_left_out() -> None:
    got = new("norrheim or tarnfell boots", want=["boot", "tarnfell"])
    assert got.require == {"brand": ("tarnfell", "norrheim")}
    assert new("black or red boots", want=["boot", "red"]).prefer == {"color": ("red", "black")}
    assert new("black, red boots", want=["boot", "red"]).prefer == {"color": ("red",)}


def test_a_measure_without_a_role_is_one_to_be_near_to() -> None:
    assert new("a 30 l backpack", want=["backpack"]).numeric == {"capacity": Bounds(27, 33)}
    assert new("a backpack for 30", want=["backpack"]) == Constraints(category=("backpack",))


def test_what_stands_in_a_row_behind_a_no_is_refused_with_it() -> None:
    got = new("boots, no wool or leather", want=["boot"], wish=["leather"])
    assert got.exclude == {"material": ("leather", "wool")}
    assert new("boots, no more black ones", want=["boot"], wish=["black"]).prefer == {}
    kept = new("boots, no leather needed", want=["boot"])
    assert (kept.require, kept.exclude) == ({}, {})


def test_an_amount_behind_a_not_bounds_nothing() -> None:
    assert "1000" not in spot("20 l not 1000").amounts("min", ())
    assert spot("no 20 l").amounts("near", ()) == ["20 l"]


def test_a_measure_that_a_change_names_is_near_too() -> None:
    standing = Constraints(category=("backpack",), numeric={"capacity": Bounds(None, 20)})
    turn = Turn("30 l", constraints=standing)
    got = understanding_of({"intent": "refine"}, spot("30 l"), turn, VOCABULARY).constraints
    assert got.numeric == {"capacity": Bounds(27, 33)}


def test_a_bare_number_may_be_a_size_or_an_amount() -> None:
    assert new("boots in a 43", want=["boot", "43"]).require == {"size": ("43",)}
    assert new("boots for 43", want=["boot"], max=["43"]) == Constraints(
        category=("boot",), price_max=43
    )
    assert new("boots for 44", want=["boot"]).require == {}


@pytest.mark.parametrize("text", ["not leather, something light", "boots, no no not leather"])
def test_a_refused_value_without_a_role_is_avoided(text: str) -> None:
    assert new(text).exclude == {"material": ("leather",)}


@pytest.mark.parametrize(
    "text",
    [
        "why not leather",
        "if not leather then wool",
        "with or without leather",
        "can't do without leather",
        "if it's not leather i don't want it",
    ],
)
def test_some_nots_refuse_nothing(text: str) -> None:
    assert new(text).exclude == {}


@pytest.mark.parametrize("text", ["you don't have any leather boots?", "u dont have leather"])
def test_what_the_shop_is_said_to_lack_is_not_avoided(text: str) -> None:
    assert new(text, avoid=["leather"]).exclude == {}


def test_what_is_refused_is_never_wanted() -> None:
    assert new("boots, nothing in leather", want=["boot", "leather"]) == Constraints(
        category=("boot",), exclude={"material": ("leather",)}
    )
    assert new("no boots", want=["boot"]).category == ()


def test_a_value_stands_in_for_the_one_that_is_refused_beside_it() -> None:
    standing = Constraints(category=("boot",), prefer={"color": ("blue",)})
    text = "no wait, red not blue"
    turn = Turn(text, constraints=standing)
    got = understanding_of({"intent": "refine"}, spot(text, constraints=standing), turn, VOCABULARY)
    assert got.constraints.prefer == {"color": ("red",)}
    assert got.constraints.exclude == {"color": ("blue",)}


def test_a_bare_number_is_of_the_measure_that_stands_alone() -> None:
    standing = Constraints(numeric={"capacity": Bounds(27, 33)})
    [number] = [m for m in spot("no, 50", constraints=standing).mentions if m.kind == "number"]
    assert (number.facet, number.low) == ("capacity", 50)
    priced = Constraints(price_max=20, numeric={"capacity": Bounds(27, 33)})
    [number] = [m for m in spot("no, 50", constraints=priced).mentions if m.kind == "number"]
    assert number.facet == "price"


def test_between_two_cards_is_no_price() -> None:
    shown = spot("difference between 1 and 2", shown=CARDS)
    assert [m.label for m in shown.mentions if m.kind == "item"] == ["#1", "#2"]
    [amount] = [m for m in spot("between 1 and 2").mentions if m.kind == "range"]
    assert amount.facet == "price"


def test_a_thing_named_for_its_own_sake_is_looked_for() -> None:
    assert new("a laptop", wish=["laptop"]).category == ("laptop",)
    assert new("something for my laptop", wish=["laptop"]).category == ()
    assert new("a backpack for a laptop", want=["backpack"], wish=["laptop"]).category == (
        "backpack",
    )


def test_no_free_word_is_avoided_where_no_word_turns_anything_down() -> None:
    assert new("trail boots", want=["boot"], avoid=["trail"]).wish == "trail"
    assert new("trail boots, ugh", want=["boot"], avoid=["trail"]).exclude == {"any": ("trail",)}


def test_a_value_without_a_reason_is_asked_for() -> None:
    def after(text: str) -> Constraints:
        turn = Turn(text, constraints=Constraints(category=("boot",)))
        answer = {"intent": "refine", "avoid": ["black"]}
        return understanding_of(answer, spot(text), turn, VOCABULARY).constraints

    assert after("the black one").exclude == {}
    assert "black" in after("the black one").prefer["color"]
    assert after("black shows dirt").exclude == {"color": ("black",)}


def test_a_search_turns_a_value_down_by_a_reason_alone() -> None:
    for text in ("boots, tarnfell is off the menu", "boots, tarnfell ones fell apart on me"):
        assert new(text, want=["boot"], avoid=["tarnfell"]).exclude == {"brand": ("tarnfell",)}


def test_the_only_thing_that_is_named_is_not_turned_down_without_a_word_for_it() -> None:
    assert new("sturdy boots", avoid=["boot"]).category == ("boot",)
    got = new("backpacks, boots bore me", want=["backpack"], avoid=["boot"])
    assert (got.category, got.exclude) == (("backpack",), {"type": ("boot",)})


def test_what_is_joined_to_the_thing_is_not_turned_down_without_a_word_for_it() -> None:
    got = new("a backpack from tarnfell", want=["backpack"], avoid=["tarnfell"])
    assert (got.require, got.exclude) == ({"brand": ("tarnfell",)}, {})
    bounded = new("boots for less than $80 from tarnfell", want=["boot"], avoid=["tarnfell"])
    assert (bounded.require, bounded.exclude) == ({"brand": ("tarnfell",)}, {})
    for text in ("boots, tarnfell is out", "boots, i hate tarnfell"):
        assert new(text, want=["boot"], avoid=["tarnfell"]).exclude == {"brand": ("tarnfell",)}


def test_nothing_does_without_brands_or_colours() -> None:
    text = "i know nothing about brands, boots without laces"
    assert new(text, want=["boot"], avoid=["brands", "laces"]).exclude == {"any": ("laces",)}


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("price low to high", "cheapest"),
        ("sort by price pls", "cheapest"),
        ("sort them by price, highest first", ""),
        ("high to low", "most expensive"),
        ("order by rating", "best rated"),
        ("sort by rating high to low", "best rated"),
    ],
)
def test_an_order_is_a_wish_for_what_comes_first_in_it(text: str, wish: str) -> None:
    turn = Turn(text, constraints=Constraints(category=("boot",)), shown=CARDS)
    spotted = Spotter(VOCABULARY).spot(turn)
    got = understanding_of({"intent": "about"}, spotted, turn, VOCABULARY)
    told = (Intent.REFINE, wish) if wish else (Intent.ABOUT, "")
    assert (got.intent, got.constraints.wish) == told


@pytest.mark.parametrize("read", ["about", "similar", "compare", "more"])
def test_the_most_of_all_that_the_shop_has_is_searched_for(read: str) -> None:
    def after(text: str) -> tuple[Intent, str]:
        turn = Turn(text, constraints=Constraints(category=("boot",)), shown=CARDS)
        answer = {"intent": read, "items": ["#1"]}
        got = understanding_of(answer, spot(text, shown=CARDS), turn, VOCABULARY)
        return got.intent, got.constraints.wish

    assert after("whats the cheapest u got") == (Intent.REFINE, "cheapest")
    assert after("the lightest you have") == (Intent.REFINE, "lightest")
    assert after("is that the cheapest you have?")[0] is Intent(read)


def test_down_is_what_a_jacket_is_filled_with() -> None:
    assert "down" in spot("i'm allergic to down").labels("word")
    assert dict(new("boots, no down", want=["boot"], avoid=["down"]).exclude) == {"any": ("down",)}
    assert "down" not in spot("scroll down, no, down to 50").labels("word")


def test_a_reason_alone_turns_down_a_value_of_what_is_looked_for() -> None:
    text = "tarnfell let my mother down"
    turn = Turn(text, constraints=Constraints(category=("boot",)))
    answer = {"intent": "refine", "avoid": ["tarnfell"]}
    got = understanding_of(answer, spot(text), turn, VOCABULARY).constraints
    assert (got.require, got.exclude) == ({}, {"brand": ("tarnfell",)})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("size isnt important, its a present", ["present"]),
        ("the size doesn't matter", []),
        ("i don't really mind what colour", []),
        ("any brand will do", []),
        ("a big size is important", ["big", "size", "important"]),
    ],
)
def test_what_does_not_matter_is_no_wish(text: str, words: list[str]) -> None:
    assert [m.label for m in said(text, "word")] == words


@pytest.mark.parametrize(
    "text",
    [
        "boots, size 43",
        "boots in a 43",
        "i wear a 43 in boots",
        "boots just not in red & size m",
        "boots not red, size: 42",
        "nothing with heels. boots, size 43",
        "boots for no more than 100 and in size 43",
        "boots that cost less than 100$ and in size 43",
        "boots, my size is 43",
    ],
)
@pytest.mark.parametrize("role", ["", "avoid"])
def test_a_value_under_its_name_is_wanted_whatever_the_answer_makes_of_it(
    text: str, role: str
) -> None:
    size = "m" if text.endswith(" m") else text[-2:] if text[-1].isdigit() else "43"
    answer = {role: [size]} if role else {}
    assert new(text, want=["boot"], **answer).require == {"size": (size,)}


@pytest.mark.parametrize(
    "text", ["boots, any size but size 43", "boots, not in size 43", "forget size 43, boots"]
)
def test_a_value_under_its_name_that_is_turned_down_is_not(text: str) -> None:
    assert new(text, want=["boot"]).require == {}


def test_of_two_values_under_one_name_the_one_that_was_read_holds() -> None:
    assert new("boots size 42, i mean size 43", want=["boot", "43"]).require == {"size": ("43",)}


def test_what_does_not_stand_may_be_let_go() -> None:
    standing = Constraints(category=("backpack",))
    turn = Turn("the height isn't important any more", constraints=standing)
    spotted = spot(turn.text)
    schema = answer_schema(spotted, standing, ())
    assert {"height", "type"} <= schema["properties"].keys()
    assert "weight" not in schema["properties"]
    check_answer({"intent": "refine", "height": None}, schema)
    answer = {"intent": "refine", "height": None}
    assert understanding_of(answer, spotted, turn, VOCABULARY).constraints == standing


def test_a_wish_holds_neither_the_kind_of_thing_nor_a_dislike() -> None:
    answer = {"want": ["boot"], "wish": ["boot", "hates", "rain"], "avoid": ["leather"]}
    got = new("boots for rain, she hates leather", **answer)
    assert (got.category, got.wish, got.exclude) == (("boot",), "rain", {"material": ("leather",)})


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("boots size 140", "140"),
        ("boots in a m and under $60", "m"),
        ("boots in xl", "xl"),
        ("boots in m", "m"),
        ("boots, M", "m"),
        ("boots M under 100", "m"),
        ("boots, mens M", "m"),
        ("boots, sz 43", "43"),
        ("boots in XXL", "xxl"),
        ("boots in a medium", "m"),
    ],
)
def test_a_size_is_one_whether_the_shop_has_it_or_not(text: str, size: str) -> None:
    assert new(text, want=["boot"]).require == {"size": (size,)}
    number = [label for label in (size,) if label in spot(text).labels("number")]
    if number:
        got = new(text, want=["boot"], max=number)
        assert (dict(got.require), got.price_max) == ({"size": (size,)}, None)


@pytest.mark.parametrize("text", ["socks 39-42", "socks in a 39–42", "socks, 39 - 42 please"])
def test_a_range_that_is_one_of_the_sizes_is_a_size(text: str) -> None:
    sizes = Facet("size", "value", (FacetValue("39–42", 9), FacetValue("43–46", 9)), count=40)
    kinds = Facet("type", "value", (FacetValue("sock", 9),), count=40)
    shop = replace(VOCABULARY, facets=(kinds, sizes))
    spotted = Spotter(shop).spot(Turn(text))
    assert (spotted.labels("value"), spotted.labels("range")) == (["sock", "39–42"], [])


def test_a_range_that_is_no_size_is_an_amount() -> None:
    assert not said("socks 39-42", "value")[1:]
    assert new("boots 42-60", want=["boot"], near=["42-60"]).price_max == 60


@pytest.mark.parametrize(
    "text",
    [
        "a size 20 l pack",
        "boots in 2 sizes",
        "in small steps",
        "in use",
        "boots for M. Smith",
        "a boot, L shaped",
    ],
)
def test_what_only_looks_like_a_size_is_none(text: str) -> None:
    assert new(text).require == {}


def test_sizes_that_no_listing_tells_are_said_to_be_untold() -> None:
    shop = replace(VOCABULARY, facets=tuple(f for f in VOCABULARY.facets if f.name != "size"))
    spotted = Spotter(shop).spot(Turn("boots size 44"))
    answer = {"intent": "new", "want": ["boot"]}
    got = understanding_of(answer, spotted, Turn("boots size 44"), shop)
    assert (dict(got.constraints.require), got.unmeasured) == ({}, ("of size 44",))


def test_a_value_right_before_the_thing_is_wanted_in_a_change_too() -> None:
    turn = Turn("leather boots", constraints=Constraints(category=("boot",)))
    answer = {"intent": "refine", "want": ["boot"]}
    got = understanding_of(answer, spot(turn.text), turn, VOCABULARY).constraints
    assert got.require == {"material": ("leather",)}


def test_a_card_that_is_compared_with_is_not_turned_down() -> None:
    turn = Turn("a cheaper one than the third", constraints=Constraints(), shown=CARDS)
    answer = {"intent": "refine", "avoid": ["#3"], "want": ["cheaper"]}
    got = understanding_of(answer, spot(turn.text, shown=CARDS), turn, VOCABULARY).constraints
    assert got.price_max == pytest.approx(199.99) and not got.rejected


def test_an_amount_to_compare_with_is_a_bound_of_its_own() -> None:
    spotted = spot("bigger than 20 litres", shown=CARDS)
    assert spotted.labels("relative") == []
    assert spot("bigger", shown=CARDS).labels("relative") == ["bigger"]


def test_what_is_spoken_of_is_not_looked_for_in_place_of_what_is_refused() -> None:
    got = new(
        "boots, no backpacks, i look like trousers in those", want=["boot"], avoid=["backpack"]
    )
    assert got.category == ("boot",)
    assert got.exclude == {"type": ("backpack",)}


@pytest.mark.parametrize("read", ["refine", "new", "more", "about"])
@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("42", "42"),
        ("in a 43 pls", "43"),
        ("uk 43", "43"),
        ("m", "m"),
        ("XL please", "xl"),
        ("45", "44-46"),
    ],
)
def test_a_message_that_is_a_size_of_what_is_shown_asks_for_it(
    read: str, text: str, size: str
) -> None:
    sizes = ("42", "43", "m", "xl", "44-46")
    shown = tuple(replace(card, facets={**card.facets, "size": sizes}) for card in CARDS)
    turn = Turn(text, constraints=Constraints(category=("boot",)), shown=shown)
    spotted = SPOTTER.spot(turn)
    answer = {"intent": read, "max": [text] if text in spotted.labels("number") else []}
    got = understanding_of(answer, spotted, turn, VOCABULARY)
    assert got.intent is Intent.REFINE
    assert got.constraints == replace(turn.constraints, require={"size": (size,)})


@pytest.mark.parametrize("text", ["47", "42 dollars", "under 42", "xxl", "the first"])
def test_what_is_no_size_of_what_is_shown_is_none(text: str) -> None:
    shown = tuple(replace(card, facets={"size": ("42", "44-46")}) for card in CARDS)
    assert not spot(text, shown=shown).only_size


def test_a_number_that_answers_the_question_for_a_budget_is_no_size() -> None:
    shown = tuple(replace(card, facets={"size": ("42",)}) for card in CARDS)
    assert not spot("42", shown=shown, asked="budget").only_size
    assert spot("42", shown=shown).only_size
