"""Items and constraints by chance, with everything in them that makes a filter hard to get right.

Values that are only mined, given values that hide mined ones, imitations ("vegan leather"), colours
of parts ("black laces"), unknown prices and measures, prices right on a bound.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

from chatrec.types import ANY, COLOR, TYPE, Bounds, Constraints, Item

TYPES = ("boot", "sandal", "footwear", "lamp", "desk lamp", "bag")
COLORS = ("black", "red", "navy blue", "white")
MATERIALS = ("leather", "suede", "cotton", "gold")
MEASURES = ("weight", "players", "rating", "stock", "nowhere")
PRICES = (None, 0.0, 9.99, 49.5, 49.99, 50.0, 120.0)
SPANS = (Bounds(1, 4), Bounds(0.5, 1.0), Bounds(low=2), Bounds(3, 9))
PHRASES = (
    "with black laces", "in soft leather", "made of vegan leather", "leather-free", "gold-tone",
    "free of suede",
    "a red sole and white laces", "for travel", "black", "navy blue canvas", "not cotton",
    "Cotton lining", "<b>bold</b>", "dv7-1211ea", "l'été à la plage", "suede-look", "🙂",
)  # fmt: skip


def random_items(rng: random.Random, size: int) -> list[Item]:
    return [_item(rng, number) for number in range(size)]


def _item(rng: random.Random, number: int) -> Item:
    types = tuple(rng.sample(TYPES, rng.randint(0, 2)))
    words = [rng.choice([*COLORS, *MATERIALS, "plain", "old"]), rng.choice(TYPES)]
    return Item(
        id=f"i{number:04}",
        title=" ".join(words).title(),
        description=" ".join(rng.sample(PHRASES, rng.randint(0, 3))),
        category=tuple(types),
        brand=rng.choice([None, "Acme", "Ünïcode & Söhne"]),
        price=rng.choice(PRICES),
        currency="USD",
        rating=rng.choice([None, 0.0, 3.5, 5.0]),
        stock=rng.choice([None, 0, 7]),
        attributes={"waterproof": rng.choice([True, False]), "note": "x"},
        types=types,
        facets=_facets(rng, 0.4),
        mined=_facets(rng, 0.5),
        measures={"weight": rng.choice([0.5, 1.0, 2.5])} if rng.random() < 0.6 else {},
        ranges={"players": rng.choice(SPANS)} if rng.random() < 0.6 else {},
    )


def _facets(rng: random.Random, chance: float) -> Mapping[str, tuple[str, ...]]:
    values = {COLOR: COLORS, "material": MATERIALS, "brand": ("acme",)}
    return {
        facet: tuple(rng.sample(labels, rng.randint(0, min(2, len(labels)))))
        for facet, labels in values.items()
        if rng.random() < chance
    }


def random_constraints(rng: random.Random, ids: list[str]) -> Constraints:
    """Each kind of constraint stands in about a third of them."""

    def sometimes(value: object, otherwise: object = None) -> object:
        return value if rng.random() < 0.3 else otherwise

    low, high = rng.choice(PRICES), rng.choice(PRICES)
    return Constraints(
        category=sometimes(tuple(rng.sample([*TYPES, "unknown"], rng.randint(1, 2))), ()),
        price_min=sometimes(low),
        price_max=sometimes(high),
        require=sometimes(
            {rng.choice([COLOR, "material", "brand", TYPE, "nowhere"]): _some(rng)}, {}
        ),
        exclude=sometimes({rng.choice([COLOR, "material", ANY, TYPE, "nowhere"]): _some(rng)}, {}),
        prefer=sometimes({rng.choice([COLOR, "material", TYPE]): _some(rng)}, {}),
        numeric=sometimes({rng.choice(MEASURES): _bounds(rng)}, {}),
        rejected=frozenset(sometimes(rng.sample([*ids, "gone"], 5), ())),
    )


def _some(rng: random.Random) -> tuple[str, ...]:
    return tuple(rng.sample([*COLORS, *MATERIALS, *TYPES, "été", "", "black laces"], 2))


def _bounds(rng: random.Random) -> Bounds:
    return rng.choice([Bounds(), Bounds(low=1.0), Bounds(high=3.5), Bounds(0.5, 1.0), Bounds(9, 1)])
