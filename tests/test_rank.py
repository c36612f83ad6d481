"""In which order candidates are shown, and the reasons they come with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from outdoor_shop import FLINT, ITEMS, LODEN, MUGS, RIDGE, RIDGE_RED, SOLD_OUT, TENT, VOCABULARY

from chatrec.rank import rank, soft_words, telling_sentence
from chatrec.types import Bounds, Candidate, Constraints, Evidence, Fact, Item


def ranked(
    items: Sequence[Item], constraints: Constraints | None = None, *, shown: int = 3,
    diverse: bool = False, scores: Sequence[float] | None = None,
) -> list[str]:  # fmt: skip
    weights = scores or [1.0] * len(items)
    found = [Candidate(item, score) for item, score in zip(items, weights, strict=True)]
    wanted = constraints or Constraints()
    chosen = rank(found, wanted, VOCABULARY, shown=shown, diverse=diverse)
    assert [r.rank for r in chosen] == list(range(1, len(chosen) + 1))
    return [r.item.id for r in chosen]


def test_the_more_relevant_comes_first() -> None:
    assert ranked([FLINT, TENT], scores=[0.2, 0.9]) == [TENT.id, FLINT.id]


def test_of_equals_the_better_rated_comes_first() -> None:
    assert ranked([FLINT, LODEN]) == [LODEN.id, FLINT.id]


def test_few_reviews_count_for_less_than_many() -> None:
    praised = replace(TENT, id="few", rating=5.0, attributes={"reviews": 1.0})
    proven = replace(LODEN, id="many", rating=4.8, stock=9, attributes={"reviews": 900.0})
    middling = [replace(mug, rating=3.0, attributes={"reviews": 50.0}) for mug in MUGS]
    assert ranked([praised, proven, *middling], shown=2) == ["many", "few"]


def test_what_is_sold_out_comes_last_whatever_its_score() -> None:
    assert ranked([SOLD_OUT, FLINT, TENT], scores=[1.0, 0.5, 0.4])[-1] == SOLD_OUT.id
    assert SOLD_OUT.id not in ranked([SOLD_OUT, FLINT, TENT, LODEN])


def test_a_preferred_value_lifts_an_item_and_filters_none() -> None:
    wanted = Constraints(prefer={"color": ("slate grey",)})
    assert ranked([LODEN, FLINT], wanted) == [FLINT.id, LODEN.id]


def test_what_is_for_nobody_in_particular_suits_anybody() -> None:
    wanted = Constraints(prefer={"gender": ("men",)})
    shirt = replace(FLINT, facets={**FLINT.facets, "gender": ("men",)})
    assert ranked([shirt, TENT], wanted, scores=[0.5, 0.6]) == [TENT.id, shirt.id]
    dress = replace(shirt, facets={**FLINT.facets, "gender": ("women",)})
    assert ranked([dress, TENT], wanted, scores=[0.6, 0.5]) == [TENT.id, dress.id]


def test_a_childs_thing_is_nothing_for_a_grown_up_and_the_other_way_round() -> None:
    def made_for(item_id: str, *genders: str) -> Item:
        return replace(FLINT, id=item_id, title=f"Coat {item_id}", facets={"gender": genders})

    hers, his, girls = made_for("a", "women"), made_for("b", "men"), made_for("c", "kids", "girls")
    coats, scores = [girls, his, hers], [1.0, 0.9, 0.2]

    def best_for(gender: str, items: list[Item] = coats) -> list[str]:
        return ranked(items, Constraints(prefer={"gender": (gender,)}), scores=scores[: len(items)])

    assert best_for("women") == [hers.id, his.id]
    assert best_for("girls") == [girls.id]
    assert best_for("boys", [his, hers]) == [his.id, hers.id]  # soft: nothing else is there
    cheapest = Constraints(wish="cheapest", prefer={"gender": ("women",)})
    assert ranked([replace(girls, price=1.0), his, hers], cheapest) == [hers.id, his.id]


def test_colours_of_one_thing_are_not_shown_side_by_side() -> None:
    shown = ranked([RIDGE, RIDGE_RED, FLINT, TENT], scores=[1.0, 0.99, 0.5, 0.4])
    assert not {RIDGE.id, RIDGE_RED.id} <= set(shown)


def test_sizes_of_one_thing_are_not_shown_side_by_side() -> None:
    for sizes in (("XXS", "XXXL"), ("m", "Size L"), ("Small", "Large")):
        tents = [replace(TENT, id=size, title=f"Tent Kit {size}") for size in sizes]
        assert ranked([*tents, FLINT], scores=[0.9, 0.9, 0.1], shown=2) == [sizes[0], FLINT.id]


def test_colours_of_one_thing_are_shown_where_there_is_nothing_else() -> None:
    assert set(ranked([RIDGE, RIDGE_RED])) == {RIDGE.id, RIDGE_RED.id}


def test_a_vague_wish_gets_different_kinds_and_an_exact_one_the_best() -> None:
    items = [RIDGE, FLINT, LODEN, TENT, MUGS[0]]
    scores = [1.0, 0.99, 0.98, 0.9, 0.9]
    kinds = {item.id: item.types for item in ITEMS}
    diverse = ranked(items, diverse=True, scores=scores)
    assert len({kinds[item_id] for item_id in diverse}) == 3
    assert set(ranked(items, scores=scores)) == {RIDGE.id, FLINT.id, LODEN.id}


@pytest.mark.parametrize(
    ("wish", "meant"),
    [
        ("cheap", [("price", False)]),
        ("not too expensive", [("price", False)]),
        ("light but highly rated", [("weight", False), ("rating", True)]),
        ("not too heavy", [("weight", False)]),
        ("big", [("size", True)]),
        ("least expensive big", [("price", False), ("size", True)]),
        ("for hiking", []),
    ],
)
def test_soft_words_say_what_there_should_be_more_or_less_of(
    wish: str, meant: list[tuple[str, bool]]
) -> None:
    assert soft_words(wish) == meant


@pytest.mark.parametrize(
    ("wish", "first"), [("cheap", FLINT), ("premium", LODEN), ("light", FLINT), ("big", LODEN)]
)
def test_soft_words_order_by_the_number_they_speak_of(wish: str, first: Item) -> None:
    assert ranked([RIDGE, FLINT, LODEN], Constraints(wish=wish))[0] == first.id


@pytest.mark.parametrize(("wish", "first"), [("cheapest", MUGS[2]), ("lightest", FLINT)])
def test_who_asks_for_the_most_gets_it_first_however_relevant_the_rest(
    wish: str, first: Item
) -> None:
    items = [RIDGE, LODEN, first]
    assert ranked(items, Constraints(wish=wish), scores=[1.0, 1.0, 0.5])[0] == first.id


def test_reasons_are_facts_that_answer_what_was_asked() -> None:
    wanted = Constraints(
        wish="rain", require={"waterproof": ("yes",)}, prefer={"color": ("green", "red")},
        numeric={"weight": Bounds(high=1.5)},
    )  # fmt: skip
    found = [Candidate(RIDGE, 1.0, Evidence(words=("rain", "snow")))]
    reasons = rank(found, wanted, VOCABULARY, shown=1, diverse=False)[0].reasons
    assert Fact("waterproof", "yes") in reasons
    assert [fact.value for fact in reasons if fact.name == "color"] == ["moss green"]
    assert Fact("weight", "1.1 kg") in reasons
    assert Fact("wish", "rain") in reasons
    assert Fact("price", "€89") in reasons
    assert Fact("listing", "A ridge walker with a rain cover in its base.") in reasons


def test_nothing_is_quoted_that_is_too_long_to_quote() -> None:
    long = replace(FLINT, description="word " * 40)
    assert telling_sentence(long, "word") == ""


def test_no_candidates_give_no_cards() -> None:
    assert ranked([]) == []
