"""A shop of 27 things in three colours, most with a picture of just that colour."""

from __future__ import annotations

import numpy as np
from made_pictures import Averaging

from chatrec.ports import FaqSource
from chatrec.types import Facet, FacetValue, Item, Picture, Vocabulary
from vectorstore.hashing import HashingEmbedder
from vectorstore.passages import passage
from vectorstore.pictures.search import Pictures
from vectorstore.source import Catalogue
from vectorstore.store import StoredItem

KINDS = ("boot", "lamp", "chair")
COLORS = ("red", "green", "blue")
RGB = {"red": (220, 20, 20), "green": (20, 220, 20), "blue": (20, 20, 220)}
VOCABULARY = Vocabulary(
    facets=(
        Facet("type", "value", tuple(FacetValue(kind, 9) for kind in KINDS)),
        Facet("color", "value", tuple(FacetValue(color, 9) for color in COLORS)),
    ),
    price_high=100,
    size=27,
)


def plain(red: int, green: int, blue: int) -> Picture:
    return Picture(2, 2, bytes([red, green, blue]) * 4)


def stocked(number: int, kind: str, color: str, price: float | None) -> Item:
    return Item(
        f"i{number:02}",
        f"{color.title()} {kind} {number}",
        price=price,
        types=(kind,),
        facets={"color": (color,)},
    )


ITEMS = [
    stocked(number, KINDS[number % 3], COLORS[number // 3 % 3], None if number == 5 else number * 4)
    for number in range(27)
]
SEEN = [number for number in range(27) if number % 4]  # a quarter of them has no picture


def opened(faq: FaqSource) -> Catalogue:
    """The shop; colours are told by their average."""
    texts, looks = HashingEmbedder(), Averaging()
    shades = [
        plain(*(min(255, part + number) for part in RGB[ITEMS[number].facets["color"][0]]))
        for number in SEEN
    ]
    return Catalogue(
        [StoredItem.of(item, texts.name) for item in ITEMS],
        texts.embed([passage(item) for item in ITEMS]),
        VOCABULARY,
        texts,
        faq,  # type: ignore[arg-type]
        Pictures(np.asarray(SEEN, np.intp), looks.embed(shades), looks),
    )
