"""What goes with a thing: found in the listings and in the list, never more of the same."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from outdoor_shop import ListSource

from chatrec import retrieve
from chatrec.respond import opening
from chatrec.types import Constraints, Item
from vectorstore.catalogue import read_catalogue
from vectorstore.learn import learn

PRODUCTS = Path(__file__).parent / "dialogues" / "shops" / "brackley" / "products.csv"
FLOOR = 0.2
NONE = Constraints()
SHELVES = {
    "tool", "power tool", "instrument", "musical instrument", "garden machine", "appliance",
    "kitchen appliance",
}  # fmt: skip


@cache
def shop() -> ListSource:
    learnt = learn([row for row in read_catalogue(PRODUCTS) if isinstance(row, Item)])
    return ListSource(learnt.items, learnt.vocabulary)


async def companions(item_id: str, constraints: Constraints = NONE) -> Constraints:
    items = await shop().items([item_id])
    return await retrieve.with_companions(items, constraints, shop(), floor=FLOOR)


async def shown_with(item_id: str, constraints: Constraints) -> list[Item]:
    query = retrieve.for_companions(await shop().items([item_id]), constraints)
    found = await retrieve.candidates(query, shop(), 60, relevance_floor=FLOOR)
    return [candidate.item for candidate in found]


@pytest.mark.parametrize(
    ("item_id", "kind"),
    [
        ("B-101", "drill bit"),
        ("B-301", "guitar string"),
        ("B-312", "amplifier"),
        ("B-126", "sandpaper"),
        ("B-321", "instrument stand"),
        ("B-401", "bike helmet"),
        ("B-503", "mixer attachment"),
        ("B-236", "work glove"),
    ],
)
async def test_what_the_listings_and_the_list_tell(item_id: str, kind: str) -> None:
    assert kind in (await companions(item_id)).category


@pytest.mark.parametrize("item_id", ["B-101", "B-203", "B-301", "B-401", "B-411", "B-503", "B-121"])
async def test_more_of_the_same_is_no_companion(item_id: str) -> None:
    kept = await companions(item_id)
    (item,) = await shop().items([item_id])
    own = set(item.types) - SHELVES
    for other in await shown_with(item_id, kept):
        assert own.isdisjoint(other.types), other.title
        assert other.id != item_id


async def test_what_the_shopper_names_is_what_is_looked_for() -> None:
    kept = await companions("B-401", Constraints(category=("pannier",), price_max=60.0))
    assert kept.category == ("pannier",) and kept.price_max == 60.0
    assert [item.id for item in await shown_with("B-401", kept)] == ["B-437"]


async def test_limits_hold_for_what_goes_with_it() -> None:
    kept = await companions("B-301", Constraints(price_max=20.0, exclude={"brand": ("voltaro",)}))
    assert "tuner" not in kept.category  # the one tuner is excluded
    found = await shown_with("B-301", kept)
    assert found and all(kept.allows(item) for item in found)


@pytest.mark.parametrize(
    ("named", "whom"),
    [
        (NONE, {"gender": ("women",)}),
        (Constraints(require={"gender": ("men",)}), {}),
        (Constraints(prefer={"gender": ("girls",)}), {"gender": ("girls",)}),
    ],
)
async def test_what_goes_with_a_womans_thing_is_for_women_unless_another_is_named(
    named: Constraints, whom: dict[str, tuple[str, ...]]
) -> None:
    dress = Item("d", "Dress", types=("dress",), facets={"gender": ("women",)})
    kept = await retrieve.with_companions([dress], named, shop(), floor=FLOOR)
    assert dict(kept.prefer) == whom


async def test_what_is_for_anyone_goes_with_things_for_anyone() -> None:
    scarf = Item("s", "Scarf", types=("scarf",), facets={"gender": ("men", "women", "unisex")})
    kept = await retrieve.with_companions([scarf], NONE, shop(), floor=FLOOR)
    assert dict(kept.prefer) == {}


async def test_nothing_goes_with_what_stands_alone() -> None:
    alone = Item("x", "Brass Compass", types=("compass",), category=("Curiosities",))
    kept = await retrieve.with_companions([alone], Constraints(), shop(), floor=0.9)
    assert kept.category == ()


async def test_the_opening_names_what_they_go_with() -> None:
    kept = await companions("B-503", Constraints(category=("mixer attachment",)))
    items = await shop().items(["B-503"])
    line = opening.for_companions(items, await shown_with("B-503", kept), kept, shop().vocabulary)
    assert line == "To go with the Milou Compact Stand Mixer: one mixer attachment."
