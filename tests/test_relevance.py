"""With the real embedding model: what is sold reaches the floor, what is not stays below."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chatrec.settings import load_settings
from chatrec.types import Bounds, Constraints
from vectorstore.index import index_catalogue
from vectorstore.source import Catalogue, open_index

pytestmark = pytest.mark.model

PRODUCTS = {
    "Trail running shoes": "Light shoes with a grippy sole for muddy paths.",
    "Leather office chair": "A swivel chair with lumbar support.",
    "Cast iron skillet": "A heavy pan for searing steaks.",
    "Wool winter scarf": "Soft and warm, knitted in Ireland.",
    "Bluetooth speaker": "Portable music for twelve hours.",
    "Stoneware teapot": "Holds one litre and keeps tea hot.",
}
FAQ = [
    {
        "id": "returns",
        "question": "What is your return policy?",
        "answer": "Return any item within 30 days for a full refund.",
    },
    {"id": "shipping", "question": "How long does shipping take?", "answer": "Three days."},
]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    folder = tmp_path_factory.mktemp("shop")
    rows = [
        json.dumps({"id": title, "title": title, "description": text, "price": 20, "rating": 0})
        for title, text in PRODUCTS.items()
    ]
    (folder / "shop.jsonl").write_text("\n".join(rows), encoding="utf-8")
    (folder / "faq.jsonl").write_text("\n".join(map(json.dumps, FAQ)), encoding="utf-8")
    settings = load_settings(data_dir=Path(folder) / "data")
    index_catalogue(settings, folder / "shop.jsonl", faq=folder / "faq.jsonl")
    return open_index(settings)


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("shoes for jogging in the woods", "Trail running shoes"),
        ("something to fry a steak in", "Cast iron skillet"),
        ("i need a seat for my desk", "Leather office chair"),
        ("scarfs", "Wool winter scarf"),
        ("blutooth speeker", "Bluetooth speaker"),
        ("teepot", "Stoneware teapot"),
    ],
)
async def test_what_is_sold_is_found(source: Catalogue, query: str, title: str) -> None:
    best = (await source.search(query, Constraints(), 1))[0]
    assert best.item.title == title
    assert best.score >= source.relevance_floor


@pytest.mark.parametrize(
    "query", ["asdkjh qwe", "car insurance", "flights to london", "🙂🙂🙂", "12345 67890"]
)
async def test_what_is_not_sold_stays_under_the_floor(source: Catalogue, query: str) -> None:
    best = (await source.search(query, Constraints(prefer={"color": ("red",)}), 1))[0]
    assert best.score < source.relevance_floor


async def test_everything_is_about_an_empty_query(source: Catalogue) -> None:
    found = await source.search("", Constraints(numeric={"rating": Bounds(high=1)}), 10)
    assert len(found) == len(PRODUCTS)
    assert min(candidate.score for candidate in found) >= source.relevance_floor


async def test_a_question_finds_its_faq_entry_or_none(source: Catalogue) -> None:
    best = (await source.faq.search("how can i return something?", 2))[0]
    assert best.entry.id == "returns"
    assert best.score >= source.faq.floor
    unrelated = await source.faq.search("who won the world cup", 2)
    assert all(match.score < source.faq.floor for match in unrelated)
    assert await source.faq.search(" ", 2) == await source.faq.search("returns", 0) == []


async def test_a_shop_of_many_types_sets_its_own_floor(tmp_path: Path) -> None:
    """All but few of the things that a shop sells reach the floor when they are asked for."""
    names = (
        "sofa armchair bookcase wardrobe lamp mirror carpet curtain pillow blanket kettle toaster "
        "blender saucepan skillet teapot knife spoon plate bowl hammer drill wrench screwdriver "
        "ladder shovel rake hose bucket broom"
    ).split()
    rows = [json.dumps({"id": n, "title": f"{n.title()} {k}", "category": [n]})
            for n in names for k in ("one", "two")]  # fmt: skip
    (tmp_path / "shop.jsonl").write_text(
        "\n".join(row.replace('"id": "', f'"id": "{n}-') for n, row in enumerate(rows)),
        encoding="utf-8",
    )
    settings = load_settings(data_dir=tmp_path / "data")
    index_catalogue(settings, tmp_path / "shop.jsonl")
    source = open_index(settings)
    reached = 0
    for name in names:
        best = (await source.search(name, Constraints(), 1))[0]
        reached += best.score >= source.relevance_floor
    assert reached >= 0.9 * len(names)
    for unsold in ("asdkjh qwe", "car insurance", "flights to london"):
        best = (await source.search(unsold, Constraints(), 1))[0]
        assert best.score < source.relevance_floor
