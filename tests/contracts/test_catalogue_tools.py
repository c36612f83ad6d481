"""What an agent demands of products holds for all that its tool is told, whatever the demands."""

from __future__ import annotations

import random
from typing import Any

import pytest
from in_memory import InMemorySource
from made_shop import COLORS, MATERIALS, TYPES, random_items
from mcp import Client

from chatrec.ports import FaqSource
from chatrec.settings import Settings
from chatrec.types import Facet, FacetValue, FaqMatch, Vocabulary
from ui.mcp_server import Shelves, mcp_server
from vectorstore.hashing import HashingEmbedder


class NoFaq(FaqSource):
    async def search(self, question: str, k: int) -> list[FaqMatch]:
        return []


def facet(name: str, labels: tuple[str, ...]) -> Facet:
    return Facet(name, "value", tuple(FacetValue(label, 1) for label in labels))


VOCABULARY = Vocabulary(
    facets=(
        facet("type", TYPES),
        facet("color", COLORS),
        facet("material", MATERIALS),
        Facet("weight", "number", unit="kg"),
    )
)


def some_demands(rng: random.Random) -> dict[str, Any]:
    return {
        "product_types": rng.sample(TYPES, rng.randint(0, 2)),
        "price_max": rng.choice([10, 49.99, 200]),
        "require": {"color": rng.sample(COLORS, 2)} if rng.random() < 0.5 else {},
        "exclude": {"material": rng.sample(MATERIALS, 1)} if rng.random() < 0.5 else {},
        "numeric": {"weight": {"max": 1.0}} if rng.random() < 0.3 else {},
    }


@pytest.mark.parametrize("seed", range(3))
async def test_no_product_breaks_a_demand(seed: int) -> None:
    rng = random.Random(seed)
    source = InMemorySource(random_items(rng, 80), VOCABULARY, HashingEmbedder())
    told = 0
    async with Client(mcp_server(Settings(), lambda: Shelves(source, NoFaq()))) as client:
        for _ in range(25):
            demands = some_demands(rng)
            result = await client.call_tool("search_catalog", {"limit": 20, **demands})
            ids = [product["id"] for product in result.structured_content["products"]]
            told += len(ids)
            for item in await source.items(ids):
                assert item.price is not None and item.price <= demands["price_max"]
                types = demands["product_types"]
                assert not types or set(types) & set(item.types)
                for name, values in demands["require"].items():
                    assert set(values) & set(item.values(name))
                for name, values in demands["exclude"].items():
                    assert not set(values) & set(item.values(name))
                for name, bounds in demands["numeric"].items():
                    assert (item.measure(name) or 9.0) <= bounds["max"]
    assert told > 20
