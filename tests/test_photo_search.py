"""A search by photo, with and without words: the order, and the constraints that hold whatever."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from outdoor_shop import ListFaq
from photo_shop import COLORS, ITEMS, KINDS, SEEN, opened, plain

from chatrec.types import Candidate, Constraints, Picture
from vectorstore.changes import Change
from vectorstore.hybrid import Ranked
from vectorstore.pictures.search import Likeness, by_likeness, with_likeness
from vectorstore.source import Catalogue


@pytest.fixture(scope="module")
def shop() -> Catalogue:
    return opened(ListFaq())


async def found(
    shop: Catalogue, query: str, constraints: Constraints, photo: Picture, k: int = 99
) -> Sequence[Candidate]:
    return await shop.search(query, constraints, k, photo)


async def test_a_photo_alone_ranks_by_pictures(shop: Catalogue) -> None:
    blue = await found(shop, "", Constraints(), plain(10, 10, 200))
    assert {c.item.facets["color"][0] for c in blue[:6]} == {"blue"}
    scores = [c.score for c in blue]
    assert scores == sorted(scores, reverse=True) and scores[0] == 1 and scores[-1] >= 0
    cosines = [c.evidence.picture for c in blue]
    assert all(cosine is not None and -1 <= cosine <= 1 for cosine in cosines)
    assert cosines == sorted(cosines, reverse=True)


async def test_words_and_photo_are_fused(shop: Catalogue) -> None:
    both = await found(shop, "lamp", Constraints(), plain(10, 200, 10))
    assert [c.item.facets["color"][0] for c in both[:2]] == ["green", "green"]
    assert {c.item.types[0] for c in both[:2]} == {"lamp"}
    words = await shop.search("lamp", Constraints(), 9)
    assert {c.item.types[0] for c in words} == {"lamp"} and words[0].evidence.picture is None
    assert both[0].evidence.words == ("lamp",) and both[0].evidence.lexical > 0


async def test_only_what_has_a_picture_is_found(shop: Catalogue) -> None:
    for query in ("", "red boot"):
        ids = {c.item.id for c in await found(shop, query, Constraints(), plain(9, 9, 9))}
        assert ids == {ITEMS[number].id for number in SEEN}
    bare = Constraints(price_max=0)  # the first item alone, which has none
    assert await shop.count(bare) == 1
    assert await found(shop, "", bare, plain(9, 9, 9)) == []


async def test_the_best_are_the_first_of_all(shop: Catalogue) -> None:
    for query in ("", "blue chair"):
        every = await found(shop, query, Constraints(), plain(200, 60, 90))
        few = await found(shop, query, Constraints(), plain(200, 60, 90), k=4)
        assert [c.item.id for c in few] == [c.item.id for c in every[:4]]
        assert await found(shop, query, Constraints(), plain(9, 9, 9), k=0) == []


async def test_preferences_raise_what_meets_them(shop: Catalogue) -> None:
    grey = plain(100, 100, 100)
    before = [c.item.id for c in await found(shop, "", Constraints(), grey)]
    wish = Constraints(prefer={"color": ("red",)})
    after = await found(shop, "", wish, grey)
    reds = [c for c in after if c.evidence.meets]
    assert {c.item.facets["color"][0] for c in reds} == {"red"}
    places = [c.item.id for c in after]
    raised = [before.index(c.item.id) - places.index(c.item.id) for c in reds]
    assert min(raised) >= 0 and max(raised) > 0


amounts = st.none() | st.floats(0, 110, allow_nan=False)
subsets = st.lists(st.sampled_from(COLORS), max_size=2, unique=True).map(tuple)


@st.composite
def constraints(draw: st.DrawFn) -> Constraints:
    require, exclude = draw(subsets), draw(subsets)
    return Constraints(
        category=tuple(draw(st.lists(st.sampled_from(KINDS), max_size=2, unique=True))),
        price_min=draw(amounts),
        price_max=draw(amounts),
        require={"color": require} if require else {},
        exclude={"color": exclude} if exclude else {},
        rejected=frozenset(draw(st.lists(st.sampled_from([i.id for i in ITEMS]), max_size=5))),
    )


@settings(max_examples=150, deadline=None)
@given(
    held=constraints(),
    query=st.sampled_from(["", "lamp", "red boot", "anything at all", "chair under 10"]),
    color=st.tuples(*[st.integers(0, 255)] * 3),
    k=st.integers(1, 30),
)
def test_a_photo_lets_nothing_through(
    shop: Catalogue, held: Constraints, query: str, color: tuple[int, int, int], k: int
) -> None:
    got = asyncio.run(shop.search(query, held, k, plain(*color)))
    allowed = [n for n in SEEN if held.allows(ITEMS[n])]
    assert all(held.allows(candidate.item) for candidate in got)
    assert len(got) == min(k, len(allowed))
    assert len({candidate.item.id for candidate in got}) == len(got)
    assert all(0 <= candidate.score <= 1 for candidate in got)
    scores = [candidate.score for candidate in got]
    assert scores == sorted(scores, reverse=True)


unit = st.floats(0, 1, width=32)


@given(data=st.data(), size=st.integers(1, 12))
def test_fusing_keeps_what_each_row_was_given(data: st.DataObject, size: int) -> None:
    """Against the definition, row by row: half words, half photo, each as a share of its best."""

    def column() -> NDArray[np.float32]:
        return np.asarray(data.draw(st.lists(unit, min_size=size, max_size=size)), np.float32)

    rows = np.sort(np.asarray(data.draw(st.permutations(range(40)))[:size], np.intp))
    order = np.asarray(data.draw(st.permutations(range(size))), np.intp)
    like, words, lexical, dense = Likeness(rows, column(), column()), column(), column(), column()
    ranked = Ranked(rows[order], words[order], lexical[order], dense[order])
    fused = with_likeness(ranked, like, size)
    share = [part / part.max() if part.max() > 0 else 0 * part for part in (words, like.near)]
    both = (share[0] + share[1]) / 2
    expected = both / both.max() if both.max() > 0 else both
    for place, row in enumerate(fused.rows):
        at = int(np.searchsorted(rows, row))
        assert fused.scores[place] == pytest.approx(expected[at], abs=1e-5)
        assert fused.lexical[place] == lexical[at] and fused.dense[place] == dense[at]
        assert fused.pictures is not None and fused.pictures[place] == like.cosines[at]
    assert sorted(fused.rows) == list(rows)


def test_equally_near_rows_stand_in_their_order() -> None:
    rows = np.asarray([2, 5, 9], np.intp)
    same = np.ones(3, np.float32)
    ranked = by_likeness(Likeness(rows, same, same), np.zeros((0, 3), np.bool_), 2)
    assert list(ranked.rows) == [2, 5]


async def test_news_of_prices_hold_for_photos_too(shop: Catalogue) -> None:
    dear = ITEMS[26]
    cheap = Constraints(price_max=1)
    assert await found(shop, "", cheap, plain(9, 9, 9)) == []
    changed = shop.changed({dear.id: Change(price=0.5)})
    assert [c.item for c in await found(changed, "", cheap, plain(9, 9, 9))] == [
        replace(dear, price=0.5)
    ]
