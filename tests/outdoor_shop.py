"""A shop of eleven products, whose facts are known by heart: what the rooms are tested over.

Search scores are the share of the query's words that an item's text has; an empty query goes by
rating. The reader gives the understanding that a test lays down.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from chatrec.dialogue import Dialogue, Manners
from chatrec.errors import EngineError
from chatrec.ports import LanguageModel
from chatrec.testkit.scripted import ScriptedModel
from chatrec.types import (
    Candidate,
    Constraints,
    Event,
    Evidence,
    Exchange,
    Facet,
    FacetValue,
    FaqEntry,
    FaqMatch,
    Intent,
    Item,
    ModelCall,
    Reply,
    Shown,
    Turn,
    Understanding,
    Vocabulary,
    Words,
)
from chatrec.words import STOPWORDS, stems, tokens


def pack(
    number: int,
    title: str,
    price: float,
    color: str,
    capacity: float,
    weight: float,
    rating: float,
    stock: int = 9,
    description: str = "",
    waterproof: bool | None = None,
) -> Item:
    """A backpack."""
    facets = {"color": tuple(dict.fromkeys((color, color.split()[-1]))), "material": ("nylon",)}
    attributes: dict[str, str | float | bool | tuple[str, ...]] = {
        "color": color,
        "material": "nylon",
        "capacity": f"{capacity:g} l",
        "weight": f"{weight:g} kg",
    }
    if waterproof is not None:
        facets["waterproof"] = ("yes",) if waterproof else ("no",)
        attributes["waterproof"] = waterproof
    brand = title.split()[0]
    return Item(
        id=f"p{number}",
        title=f"{title}, {color.title()}",
        description=description,
        category=("Bags", "Backpacks"),
        brand=brand,
        price=price,
        currency="EUR",
        rating=rating,
        stock=stock,
        attributes=attributes,
        types=("backpack", "bag"),
        facets={**facets, "brand": (brand.casefold(),)},
        measures={"capacity": capacity, "weight": weight},
    )


RIDGE = pack(
    1, "Norrheim Ridge 28", 89.0, "moss green", 28, 1.1, 4.6, waterproof=True,
    description="A ridge walker with a rain cover in its base. It is not made for climbing. "
    "The hip belt has 2 pockets and black straps.",
)  # fmt: skip
FLINT = pack(
    2, "Tarnfell Flint", 72.0, "slate grey", 24, 0.9, 4.2, waterproof=False,
    description="Light and plain, for days in town.",
)  # fmt: skip
LODEN = pack(3, "Haldrye Loden", 119.0, "black", 32, 1.4, 4.8, stock=2)
RIDGE_RED = pack(4, "Norrheim Ridge 28", 89.0, "dark red", 28, 1.1, 4.5)
SOLD_OUT = pack(5, "Veskar Fjord", 64.0, "green", 30, 1.0, 4.9, stock=0)
TENT = Item(
    id="t1",
    title="Tarnfell Skylark Tent",
    description="Two doors for a rainy night. Pitched in 4 minutes.",
    price=299.0,
    currency="EUR",
    brand="Tarnfell",
    rating=4.4,
    stock=5,
    types=("tent", "camping"),
    facets={"color": ("orange",), "brand": ("tarnfell",)},
    attributes={"color": "orange"},
    measures={"weight": 2.4},
)
MUGS = tuple(
    Item(
        id=f"m{number}",
        title=f"Kaldvik {name} Mug",
        description=text,
        price=price,
        currency="EUR",
        brand="Kaldvik",
        rating=4.0 + number / 10,
        types=("mug", "tableware"),
        facets={"color": (color,), "brand": ("kaldvik",)},
        attributes={"color": color},
    )
    for number, (name, price, color, text) in enumerate(
        [
            ("Harbour", 12.0, "blue", "Stoneware for coffee by the sea."),
            ("Travel", 32.0, "black", "Six hours of hot coffee on the road."),
            ("Enamel", 9.5, "white", "Light enamel for the camp fire."),
            ("Espresso", 14.0, "blue", "Small, for an espresso."),
            ("Giant", 18.0, "white", "Half a litre of tea."),
        ]
    )
)
ITEMS = (RIDGE, FLINT, LODEN, RIDGE_RED, SOLD_OUT, TENT, *MUGS)


def _vocabulary(items: Sequence[Item]) -> Vocabulary:
    counts: dict[str, Counter[str]] = {"type": Counter()}
    for item in items:
        counts["type"].update(item.types)
        for facet, values in item.facets.items():
            counts.setdefault(facet, Counter()).update(values)
    facets = [
        Facet(name, "value", tuple(FacetValue(v, n) for v, n in found.most_common()))
        for name, found in counts.items()
    ]
    facets.append(Facet("weight", "number", unit="kg", low=0.9, high=2.4))
    facets.append(Facet("capacity", "number", unit="l", low=24, high=32))
    return Vocabulary(tuple(facets), "EUR", 9.5, 299.0, len(items))


VOCABULARY = _vocabulary(ITEMS)


class ListSource:
    """A list as a candidate source."""

    def __init__(self, items: Sequence[Item] = ITEMS, vocabulary: Vocabulary = VOCABULARY) -> None:
        self.vocabulary = vocabulary
        self._items = tuple(items)

    async def search(self, query: str, constraints: Constraints, k: int) -> list[Candidate]:
        wanted = [w for w in tokens(query) if w not in STOPWORDS]
        found = []
        for item in self._items:
            text = set(stems(f"{item.text} {' '.join(item.types)}"))
            words = tuple(w for w in wanted if set(stems(w)) <= text)
            score = len(words) / len(wanted) if wanted else (item.rating or 0.0) / 5
            if constraints.allows(item):
                found.append(Candidate(item, score, Evidence(words, score)))
        return sorted(found, key=lambda c: -c.score)[:k]

    async def count(self, constraints: Constraints) -> int:
        return sum(map(constraints.allows, self._items))

    async def items(self, ids: Sequence[str]) -> list[Item]:
        by_id = {item.id: item for item in self._items}
        return [by_id[item_id] for item_id in ids if item_id in by_id]

    async def relevance(self, query: str, texts: Sequence[str]) -> list[float]:
        asked = set(stems(query))
        return [len(asked & set(stems(text))) / max(1, len(asked)) for text in texts]


RETURNS = FaqEntry(
    "returns", "Can I return a product?", "Within 30 days. The parcel costs €4.90.", "/returns"
)
SHIPPING = FaqEntry("shipping", "What does shipping cost?", "Shipping costs €3.90 a parcel.")
EXPRESS = FaqEntry("express", "What does express shipping cost?", "Express costs €12.")


class ListFaq:
    """Entries scored as a test lays down, nearest first."""

    def __init__(self, *matches: tuple[FaqEntry, float]) -> None:
        self._matches = [FaqMatch(entry, score) for entry, score in matches]

    async def search(self, question: str, k: int) -> list[FaqMatch]:
        return self._matches[:k]


class LaidDownReader:
    """Reads every turn as the test says; with None the engine has failed."""

    def __init__(self, understanding: Understanding | None) -> None:
        self._understanding = understanding

    async def understand(self, turn: Turn) -> tuple[Understanding, tuple[ModelCall, ...]]:
        if self._understanding is None:
            raise EngineError("the engine is down")
        return self._understanding, (ModelCall("read", 10, 5),)


def manners(*, explain: bool = False, contact: str = "", unsure_below: float = 0.0) -> Manners:
    """The manners of the shop: one query word in four has to be known."""
    return Manners(
        0.25,
        0.5,
        shop="the outdoor shop",
        contact=contact,
        explain=explain,
        unsure_below=unsure_below,
    )


async def played(
    understanding: Understanding | None,
    text: str = "",
    *,
    shown: Sequence[Item] = (),
    turn: Turn | None = None,
    model: LanguageModel | None = None,
    faq: ListFaq | None = None,
    contact: str = "",
    unsure_below: float = 0.0,
) -> tuple[list[Event], Reply]:
    """The events of a turn that means this, and its reply; words are plain without a model."""
    settled = manners(explain=model is not None, contact=contact, unsure_below=unsure_below)
    dialogue = Dialogue(
        LaidDownReader(understanding),
        model or ScriptedModel(),
        ListSource(),
        faq or ListFaq(),
        settled,
    )
    standing = understanding.constraints if understanding else Constraints()
    said = turn or Turn(text, constraints=standing, shown=tuple(shown))
    events = [event async for event in dialogue.run(said)]
    last = events[-1]
    assert isinstance(last, Exchange)
    return events, last.reply


def wants(
    intent: Intent = Intent.NEW, about: Sequence[Item] = (), **constraints: object
) -> Understanding:
    """An understanding with these constraints."""
    held = Constraints(**constraints)  # type: ignore[arg-type]
    return Understanding(intent, held, about=tuple(item.id for item in about))


def cards(events: Sequence[Event]) -> list[str]:
    """Ids of the cards sent."""
    return [r.item.id for e in events if isinstance(e, Shown) for r in e.recommendations]


def words(events: Sequence[Event]) -> str:
    """All words sent."""
    return "".join(e.text for e in events if isinstance(e, Words))
