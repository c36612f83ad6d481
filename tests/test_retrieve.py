"""Which query an understanding becomes, and when nothing is better than something."""

from __future__ import annotations

from dataclasses import replace

import pytest
from outdoor_shop import FLINT, MUGS, RIDGE, TENT, VOCABULARY, ListSource

from chatrec import retrieve
from chatrec.types import Candidate, Constraints, Evidence, Facet, FacetValue, Item
from chatrec.words import tokens


def test_the_query_has_the_wish_the_category_and_the_values_each_once() -> None:
    wanted = Constraints(
        wish="green rainy",
        category=("backpack",),
        require={"waterproof": ("yes",)},
        prefer={"color": ("green",), "vegan": ("no",)},
    )
    query = retrieve.for_wish(wanted)
    assert tokens(query.text) == ["green", "rainy", "backpack", "waterproof"]
    assert query.constraints == wanted and not query.by_meaning


@pytest.mark.parametrize(
    ("wish", "text"),
    [
        ("gift", ""),
        ("birthday present wife", ""),
        ("mum loves gardening", "gardening"),
        ("present 3 year old", "kids toy"),
        ("5 yr old", "kids toy"),
        ("housewarming", ""),
        ("fathers day camps", "camps"),
        ("gift 40 year old", ""),
        ("game 8-12 years old", "game kids toy"),
        ("gift daughter", "kids toy"),
        ("gift 3-year-old nephew", "nephew kids toy"),
        ("5 yr olds bike", "bike kids toy"),
        ("5 gifts 30 year old", "5"),
        ("30 year old son", "son"),
        ("coffee", "coffee"),
    ],
)
def test_occasions_and_persons_are_not_searched_for(wish: str, text: str) -> None:
    query = retrieve.for_wish(Constraints(wish=wish))
    assert query.text == text
    assert query.by_meaning is bool(text)


@pytest.mark.parametrize(
    ("wish", "kind", "words"),
    [
        ("12 year old whisky", "", {"12", "year", "old", "whisky"}),
        ("gift dad 18-year-old scotch", "", {"18", "year", "old", "scotch"}),
        ("12 years old", "whisky", {"12", "years", "old", "whisky"}),
        ("2 year old cheddar", "", {"2", "year", "old", "cheddar"}),
    ],
)
def test_the_age_of_what_is_sold_by_it_is_searched_for(
    wish: str, kind: str, words: set[str]
) -> None:
    wanted = Constraints(wish=wish, category=(kind,) if kind else ())
    assert set(tokens(retrieve.for_wish(wanted).text)) == words


def test_a_kind_of_thing_for_a_child_is_no_toy() -> None:
    wanted = Constraints(wish="5 year old", category=("boot",))
    assert retrieve.for_wish(wanted).text == "kids boot"


def test_what_was_seen_is_hidden_from_this_search_alone() -> None:
    wanted = Constraints(category=("mug",))
    query = retrieve.for_more(wanted, {MUGS[0].id})
    assert query.constraints.rejected == {MUGS[0].id}
    assert not wanted.rejected


def test_likeness_is_looked_for_among_the_same_kind_without_the_model_itself() -> None:
    query = retrieve.like(Constraints(price_max=80.0), [RIDGE], "lighter")
    assert query.text.startswith("lighter Norrheim Ridge 28")
    assert query.constraints.category == ("backpack",)
    assert query.constraints.rejected == {RIDGE.id} and query.constraints.price_max == 80.0


def test_likeness_to_two_kinds_asks_for_neither() -> None:
    assert retrieve.like(Constraints(), [RIDGE, TENT]).constraints.category == ()


async def test_below_the_floor_nothing_is_found_where_meaning_alone_decides() -> None:
    source = ListSource()
    wish = retrieve.for_wish(Constraints(wish="coffee insurance policy form"))
    found = await retrieve.candidates(wish, source, 5, relevance_floor=0.3)
    assert found == []
    typed = retrieve.for_wish(Constraints(wish="insurance policy form", category=("tent",)))
    found = await retrieve.candidates(typed, source, 5, relevance_floor=0.9)
    assert [c.item.id for c in found] == [TENT.id]


async def test_a_present_may_be_further_from_what_is_said_than_a_thing_that_is_asked_for() -> None:
    source = ListSource()
    present = retrieve.for_wish(Constraints(wish="gift for somebody who hikes with a tent"))
    best = (await source.search(present.text, present.constraints, 1))[0].score
    asked = replace(present, for_occasion=False)
    assert present.for_occasion and best > 0
    assert await retrieve.candidates(present, source, 5, relevance_floor=1.4 * best)
    assert not await retrieve.candidates(asked, source, 5, relevance_floor=1.4 * best)
    assert not await retrieve.candidates(present, source, 5, relevance_floor=1.6 * best)


def test_vague_is_a_wish_without_a_kind_or_a_value() -> None:
    assert retrieve.is_vague(Constraints(wish="a gift", price_max=20.0))
    assert not retrieve.is_vague(Constraints(category=("tent",)))
    assert not retrieve.is_vague(Constraints(prefer={"color": ("red",)}))
    assert retrieve.is_empty(Constraints(rejected=frozenset({FLINT.id})))


class GenderedSource(ListSource):
    """Backpacks for anyone, and one shoe for women."""

    def __init__(self) -> None:
        gender = Facet("gender", "value", (FacetValue("women", 1),))
        super().__init__(
            (RIDGE, Item("s1", "Shoe", types=("shoe",), facets={"gender": ("women",)})),
            replace(VOCABULARY, facets=(*VOCABULARY.facets, gender)),
        )


async def test_gender_is_a_preference_where_no_product_of_the_kind_has_one() -> None:
    wanted = Constraints(category=("backpack",), require={"gender": ("women",)})
    asked = await retrieve.for_anyone(wanted, GenderedSource())
    assert (dict(asked.require), dict(asked.prefer)) == ({}, {"gender": ("women",)})


async def test_gender_is_a_preference_where_no_kind_is_named() -> None:
    gift = Constraints(require={"gender": ("women",)})
    asked = await retrieve.for_anyone(gift, GenderedSource())
    assert (dict(asked.require), dict(asked.prefer)) == ({}, {"gender": ("women",)})


async def test_gender_is_required_where_products_of_the_kind_have_one() -> None:
    wanted = Constraints(category=("shoe",), require={"gender": ("men",)})
    assert await retrieve.for_anyone(wanted, GenderedSource()) == wanted


@pytest.mark.parametrize(
    ("kind", "before", "left"),
    [
        ("tent", Constraints(exclude={"type": ("backpack",)}), {}),
        ("pack", Constraints(exclude={"type": ("backpack",)}), {"type": ("backpack",)}),
        ("tent", Constraints(), {"type": ("backpack",)}),  # said with the kind: it is told
    ],
)
async def test_a_kind_turned_down_is_let_go_where_nothing_of_a_new_kind_is_of_it(
    kind: str, before: Constraints, left: dict[str, tuple[str, ...]]
) -> None:
    things = [Item("1", "Pack", types=("pack", "backpack")), Item("2", "Tent", types=("tent",))]
    red = {"color": ("red",)}
    wanted = Constraints(category=(kind,), exclude={"type": ("backpack",), **red})
    kept = await retrieve.without_moot_kinds(wanted, before, ListSource(things))
    assert kept == replace(wanted, exclude={**left, **red})


def test_a_present_of_which_nothing_is_known_is_none_of_the_dearer_half() -> None:
    things = [Item(f"{price}", "Thing", price=price) for price in (900.0, 20, 40, 60)]
    found = [Candidate(thing, 1.0, Evidence()) for thing in things]
    given = retrieve.as_presents(found, Constraints(wish="gift"))
    assert [c.item.price for c in given] == [20, 40]
    assert retrieve.as_presents(found, Constraints(wish="gift", price_max=1000)) == found


def test_whom_it_is_for_is_left_to_the_ranking() -> None:
    def text(gender: str, wish: str = "", *kinds: str) -> str:
        wanted = Constraints(wish=wish, category=kinds, prefer={"gender": (gender,)})
        return retrieve.for_wish(wanted).text

    assert text("women") == "women"
    assert text("women", "gardening") == "gardening"
    assert text("girls") == "kids toy"
    assert text("boys", "nephew trains") == "trains kids toy"
    assert text("girls", "", "coat") == "kids coat"


def test_what_a_person_likes_has_to_be_what_is_found() -> None:
    hers = Constraints(wish="gardening", prefer={"gender": ("women",)})
    query = retrieve.for_wish(hers)
    assert query.by_meaning and query.for_occasion
    assert not retrieve.for_wish(replace(hers, wish="")).by_meaning
    assert not retrieve.for_wish(replace(hers, category=("coat",))).by_meaning
