"""Queries in the words of a shop: typos, compounds, other names, units."""

from __future__ import annotations

import pytest

from chatrec.types import TYPE, Facet, FacetValue, Item, Vocabulary
from vectorstore.lexical import FIELD_BREAK, Lexicon
from vectorstore.passages import FIELD_WEIGHTS, item_fields
from vectorstore.rewording import Rewording

ITEMS = (
    Item("a", "Gazelle sneaker", brand="Adidas", types=("sneaker",)),
    Item("b", "Oak sofa", types=("sofa",)),
    Item("c", "Power bank 16 GB", types=("charger",)),
    Item("d", "Bank for coins"),
    Item("e", "Television XR-200", types=("television",)),
)
TYPES = Facet(
    TYPE, "value", (FacetValue("sofa", 1, ("couch",)), FacetValue("television", 1, ("tv",)))
)


@pytest.fixture(scope="module")
def rewording() -> Rewording:
    documents = [FIELD_BREAK.join(" ".join(f) for f in item_fields(item)) for item in ITEMS]
    return Rewording(ITEMS, Vocabulary((TYPES,)), Lexicon(documents, FIELD_WEIGHTS))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("adiddas", "adidas"),
        ("white snaekers, please", "white sneaker, please"),
        ("a powerbank", "a power bank"),
        ("a couch or a tv", "a sofa or a television"),
        ("16 gigs", "16 GB"),
    ],
)
def test_the_shop_is_asked_in_its_own_words(rewording: Rewording, said: str, meant: str) -> None:
    assert rewording.reworded(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "Oak SOFAS",  # known, if by another ending
        "xr200",  # known, written together
        "speaker",  # English, if nothing the shop sells
        "asdkjh",  # near nothing
        "oka",  # too short to tell
        "xr300",  # a number is never a typo
        "i'd like something, please",
        "",
        "🙂 \ud800",
    ],
)
def test_other_words_stay_as_they_are(rewording: Rewording, said: str) -> None:
    assert rewording.reworded(said) == said
