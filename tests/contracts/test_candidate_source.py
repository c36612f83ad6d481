"""What every candidate source has to do: show what is allowed, all of it, and nothing else."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from in_memory import InMemorySource
from made_shop import random_constraints, random_items

from chatrec.ports import CandidateSource
from chatrec.settings import load_settings
from chatrec.types import Bounds, Constraints, Item, Vocabulary
from vectorstore.changes import Change
from vectorstore.disk import IndexFolder
from vectorstore.hashing import HashingEmbedder
from vectorstore.index import write_index
from vectorstore.live_catalogue import LiveCatalogue
from vectorstore.source import open_index
from vectorstore.store import Contents, Meta, StoredItem

ITEMS = random_items(random.Random(7), 150)
IDS = [item.id for item in ITEMS]
EVERYTHING = 10_000
VOCABULARY = Vocabulary(currency="EUR", price_high=120.0, size=len(ITEMS))


@pytest.fixture(scope="module", params=["list in memory", "index", "changed", "live"])
def source(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    embedder = HashingEmbedder()
    if request.param == "list in memory":
        return InMemorySource(ITEMS, VOCABULARY, embedder)
    data_dir = tmp_path_factory.mktemp("data")
    settings = load_settings(data_dir=data_dir)
    if request.param == "index":
        index(IndexFolder.of(data_dir), ITEMS, embedder)
        return open_index(settings, embedder)
    index(IndexFolder.of(data_dir), [*map(other_then, ITEMS), *GONE], embedder)
    live = LiveCatalogue(settings, embedder)
    assert asyncio.run(live.change(NEWS | {"nobody": Change(price=1.0)})) == {"nobody"}
    return live if request.param == "live" else open_index(settings, embedder)


def index(folder: IndexFolder, items: Sequence[Item], embedder: HashingEmbedder) -> None:
    stored = tuple(StoredItem.of(item, embedder.name) for item in sorted(items, key=lambda i: i.id))
    with folder.writing():
        contents = Contents(Meta(embedder.name), VOCABULARY, stored, ())
        write_index(folder, contents, embedder, lambda *_: None)


def other_then(item: Item) -> Item:
    """The item as it was before the news."""
    price = None if item.price is None else 200.0 - item.price
    return replace(item, price=price, stock=None if item.stock is None else 7 - item.stock)


NEWS = {item.id: Change(item.price, item.stock) for item in ITEMS}
GONE = [replace(item, id=f"gone-{item.id}") for item in ITEMS[:20]]
NEWS |= {item.id: Change(gone=True) for item in GONE}


def allowed_ids(constraints: Constraints) -> set[str]:
    return {item.id for item in ITEMS if constraints.allows(item)}


def made_constraints(seed: int, count: int) -> list[Constraints]:
    rng = random.Random(seed)
    return [random_constraints(rng, IDS) for _ in range(count)]


async def test_search_without_a_cut_finds_exactly_what_is_allowed(source: CandidateSource) -> None:
    filtered = 0
    for constraints in made_constraints(1, 300):
        expected = allowed_ids(constraints)
        found = [c.item.id for c in await source.search("black boot", constraints, EVERYTHING)]
        assert sorted(found) == sorted(expected), constraints
        filtered += 0 < len(expected) < len(ITEMS)
    assert filtered > 100  # the constraints are worth the name


async def test_count_is_the_number_of_allowed_items(source: CandidateSource) -> None:
    for constraints in made_constraints(2, 300):
        assert await source.count(constraints) == len(allowed_ids(constraints)), constraints


async def test_the_cut_comes_after_the_constraints(source: CandidateSource) -> None:
    for constraints in made_constraints(3, 100):
        for k in (0, 1, 5, -1):
            found = await source.search("red leather bag", constraints, k)
            assert len(found) == min(max(k, 0), len(allowed_ids(constraints)))
            assert all(constraints.allows(c.item) for c in found)


async def test_bigger_scores_come_first_and_lie_between_0_and_1(source: CandidateSource) -> None:
    for query in ("desk lamp", "", "zzz", "a black boot in soft leather"):
        scores = [c.score for c in await source.search(query, Constraints(), EVERYTHING)]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)


async def test_a_smaller_k_gives_the_beginning_of_the_longer_list(source: CandidateSource) -> None:
    for query in ("desk lamp", ""):
        longer = await source.search(query, Constraints(), 50)
        shorter = await source.search(query, Constraints(), 7)
        assert [c.item.id for c in shorter] == [c.item.id for c in longer[:7]]


async def test_the_cut_changes_nothing_under_constraints(source: CandidateSource) -> None:
    for constraints in made_constraints(6, 60):
        longer = await source.search("black leather boot", constraints, EVERYTHING)
        shorter = await source.search("black leather boot", constraints, 4)
        assert shorter == longer[:4], constraints


async def test_what_is_asked_for_comes_first(source: CandidateSource) -> None:
    best = (await source.search("navy blue desk lamp", Constraints(), 3))[0].item
    assert "lamp" in best.title.casefold() or "navy" in best.text.casefold()


async def test_an_empty_query_goes_by_rating(source: CandidateSource) -> None:
    in_stock = Constraints(numeric={"stock": Bounds(low=1), "rating": Bounds(low=0)})
    for query in ("", "  \n"):
        ratings = [c.item.rating for c in await source.search(query, in_stock, EVERYTHING)]
        assert ratings and ratings == sorted(ratings, reverse=True)


async def test_a_preference_lifts_and_never_filters(source: CandidateSource) -> None:
    wish = Constraints(prefer={"material": ("suede",)})
    plain = await source.search("bag", Constraints(), EVERYTHING)
    lifted = await source.search("bag", wish, EVERYTHING)
    assert {c.item.id for c in lifted} == {c.item.id for c in plain}
    before = {c.item.id: c.score for c in plain}
    for candidate in lifted:
        meets = "suede" in candidate.item.values("material")
        assert candidate.evidence.meets == ((("material", "suede"),) if meets else ())
        score = before[candidate.item.id]
        assert candidate.score > score if meets and 0 < score < 1 else candidate.score == score


async def test_evidence_names_the_words_that_match(source: CandidateSource) -> None:
    found = await source.search("lamps travel", Constraints(), EVERYTHING)
    for candidate in found:
        if "travel" in candidate.item.text:
            assert "travel" in candidate.evidence.words
        assert set(candidate.evidence.words) <= {"lamps", "travel"}


async def test_items_come_whole_in_the_order_asked_for(source: CandidateSource) -> None:
    asked = ["i0009", "nobody", "i0001", "i0009", ""]
    found = await source.items(asked)
    by_id = {item.id: item for item in ITEMS}
    assert found == [by_id["i0009"], by_id["i0001"], by_id["i0009"]]
    assert await source.items([]) == []
    assert {item.id for item in await source.items(IDS)} == set(IDS)


async def test_relevance_is_a_cosine(source: CandidateSource) -> None:
    same, other = await source.relevance("black boot", ["black boot", "kitchen sink"])
    assert same == pytest.approx(1.0, abs=1e-3)
    assert -1 <= other < same <= 1
    assert await source.relevance("black boot", []) == []


@pytest.mark.parametrize(
    "query",
    [
        '"AND OR NEAR(*', "NOT", "* OR 1=1 --", "'; DROP TABLE items; --", "col:val^2", "(((",
        "\x00", "🙂🙃", "ألف ليلة", "靴子", "\ud800", "a" * 10_000, "red boot " * 2_000,
        "\u202e\u200b",
    ],
    ids=lambda query: ascii(query[:12]),
)  # fmt: skip
async def test_no_query_is_too_strange(source: CandidateSource, query: str) -> None:
    cheap = Constraints(price_max=50.0)
    found = await source.search(query, cheap, 5)
    assert len(found) == 5
    assert all(cheap.allows(c.item) for c in found)


async def test_the_vocabulary_is_the_catalogues(source: CandidateSource) -> None:
    assert source.vocabulary == VOCABULARY


async def test_searches_at_once_do_not_mix(source: CandidateSource) -> None:
    asked = [(c, q) for c in made_constraints(4, 10) for q in ("boot", "lamp", "")]
    alone = [await source.search(q, c, 5) for c, q in asked]
    together = await asyncio.gather(*(source.search(q, c, 5) for c, q in asked))
    assert [[c.item.id for c in found] for found in together] == [
        [c.item.id for c in found] for found in alone
    ]


async def test_relaxing_what_stands_never_loses_items(source: CandidateSource) -> None:
    for constraints in made_constraints(5, 60):
        count = await source.count(constraints)
        for _, relaxed in constraints.standing():
            assert await source.count(relaxed) >= count


def test_items_are_frozen_values() -> None:
    """Equality is by value, or comparing stored items with made ones proves nothing."""
    assert isinstance(ITEMS[0], Item)
    assert replace(ITEMS[0]) == ITEMS[0]
    assert replace(ITEMS[0], title="other") != ITEMS[0]
