"""A card tells what speaks for its item, then what else is so of it, and nothing twice."""

from __future__ import annotations

from chatrec.card import card_facts
from chatrec.types import Fact, Item, Recommendation

ITEM = Item(
    id="b1",
    title="Boots",
    attributes={
        "color": "red",
        "waterproof": True,
        "size": ("41", "42"),
        "care": "Wipe clean, " * 10,
        "weight": 1.2,
        "where visible": "UI",
        "promoted": True,
    },
)


def test_reasons_come_first_and_nothing_is_told_twice() -> None:
    reasons = (Fact("price", "$59"), Fact("wish", "boots"), Fact("waterproof", "yes"))
    assert card_facts(Recommendation(ITEM, 1, reasons)) == (
        Fact("waterproof", "yes"),
        Fact("color", "red"),
        Fact("size", "41 and 42"),
        Fact("weight", "1.2"),
    )


def test_no_more_than_asked_for() -> None:
    assert len(card_facts(Recommendation(ITEM, 1), most=2)) == 2


def test_a_fact_under_the_shops_own_name_is_told_once_and_under_it() -> None:
    item = Item(id="b2", title="Bike", attributes={"colour": "Blue"})
    [told] = card_facts(Recommendation(item, 1, (Fact("color", "blue"),)))
    assert told == Fact("colour", "Blue")
