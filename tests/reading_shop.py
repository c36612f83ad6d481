"""A vocabulary and five cards, known by heart: what spotting and patching are tested over."""

from __future__ import annotations

from chatrec.types import Facet, FacetValue, Item, Mention, Turn, Vocabulary
from chatrec.understand.spot import Spotter
from chatrec.understand.spotted import Spotted


def _values(*labels: str | tuple[str, ...]) -> tuple[FacetValue, ...]:
    """A label, or a label and its other names; the commonest first."""
    named = [(label,) if isinstance(label, str) else label for label in labels]
    return tuple(
        FacetValue(label, len(named) - place, tuple(aliases))
        for place, (label, *aliases) in enumerate(named)
    )


TYPES = _values(
    "boot",
    "hiking boot",
    ("backpack", "rucksack"),
    ("trousers", "pants"),
    ("leggings", "pants"),
    ("laptop", "notebook"),
    ("bed linen", "bedding"),
    "fitness",
)
_BAG = ("backpack",)

VOCABULARY = Vocabulary(
    facets=(
        Facet("type", "value", TYPES, count=100),
        Facet("brand", "value", _values("norrheim", "tarnfell"), count=100),
        Facet("color", "value", _values("black", "blue", "red", "navy blue"), count=90, mined=True),
        Facet("material", "value", _values("cotton", "leather", "wool", "corten"), count=80),
        Facet("size", "value", _values("42", "43", "m"), count=40),
        Facet("waterproof", "value", _values("yes", "no"), count=30),
        Facet("weight", "number", unit="kg", low=0.2, high=20, count=90),
        Facet("capacity", "number", unit="l", low=0.3, high=90, count=50),
        Facet("height", "number", unit="cm", low=20, high=200, count=40),
        Facet("diameter", "number", unit="cm", low=10, high=60, count=10),
        Facet("max load", "number", unit="kg", low=30, high=150, count=10),
        Facet("persons", "number", low=1, high=6, count=10, types=_BAG, told_by=_BAG),
        Facet("burners", "number", low=1, high=4, count=5),
        Facet("memory", "number", unit="GB", low=2, high=64, count=20),
    ),
    currency="USD",
    price_low=5,
    price_high=900,
    size=200,
)


def _card(item_id: str, title: str, price: float, color: str, weight: float, rating: float) -> Item:
    brand = title.split()[0].lower()
    return Item(
        id=item_id,
        title=title,
        price=price,
        rating=rating,
        types=("backpack",),
        facets={"brand": (brand,), "color": (color,)},
        measures={"weight": weight},
    )


CARDS = (
    _card("a", "Norrheim Ridge 28 Backpack", 120.0, "black", 1.2, 4.1),
    _card("b", "Tarnfell Scree Backpack", 60.0, "blue", 0.8, 4.9),
    _card("c", "Norrheim Gale Backpack", 200.0, "red", 2.0, 3.5),
)
SPOTTER = Spotter(VOCABULARY)


def spot(text: str, **turn: object) -> Spotted:
    """What is spotted in a message; further arguments are those of the turn."""
    return SPOTTER.spot(Turn(text, **turn))  # type: ignore[arg-type]


def said(text: str, *kinds: str, **turn: object) -> list[Mention]:
    """Mentions of the message itself, of these kinds."""
    return [m for m in spot(text, **turn).mentions if m.kind in kinds and m.start >= 0]
