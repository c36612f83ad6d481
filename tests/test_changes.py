"""News of price and stock: what an item says after it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatrec.types import Constraints, Item
from vectorstore.changes import Change, changed, ids_of
from vectorstore.variants import as_cards


def variant(size: str, price: float = 80.0, stock: int | None = 2) -> Item:
    return Item(
        f"boot-{size}", "Boot", price=price, stock=stock, group="boot",
        attributes={"color": "blue", "size": size},
    )  # fmt: skip


def boot(*variants: Item) -> Item:
    (card,) = as_cards(variants or [variant("41"), variant("42"), variant("43", stock=0)])
    sizes = card.attributes["size"]
    assert isinstance(sizes, tuple)
    return replace(card, facets={"size": sizes, "color": ("blue",)})


def after(item: Item, **changes: Change) -> Item:
    new = changed(item, {key.replace("_", "-"): change for key, change in changes.items()})
    assert new is not None
    return new


MUG = Item("mug", "Mug", price=9.0, stock=3, attributes={"on sale": True, "regular price": "12.00"})


def test_no_news_leaves_an_item_as_it_is() -> None:
    assert changed(MUG, {"other": Change(price=1.0)}) is MUG


def test_a_price_and_a_stock() -> None:
    new = after(MUG, mug=Change(price=7.5))
    assert (new.price, new.stock) == (7.5, 3)
    new = after(MUG, mug=Change(stock=0))
    assert (new.price, new.stock) == (9.0, 0)
    assert changed(MUG, {"mug": Change(gone=True)}) is None


def test_a_new_price_says_nothing_of_a_sale() -> None:
    assert after(MUG, mug=Change(stock=1)).attributes == MUG.attributes
    new = after(replace(MUG, facets={"on sale": ("yes",)}), mug=Change(price=10.0))
    assert (new.attributes, new.facets) == ({}, {})


def test_a_new_stock_says_that_it_is_there() -> None:
    late = replace(MUG, stock=None, attributes={"availability": "backorder"})
    assert after(late, mug=Change(price=8.0)).attributes == {"availability": "backorder"}
    assert after(late, mug=Change(stock=4)).attributes == {}


def test_a_size_that_is_sold_out_leaves_the_list_and_comes_back() -> None:
    card = boot()
    assert card.attributes["size"] == ("41", "42")
    new = after(card, boot_42=Change(stock=0))
    assert (new.attributes["size"], new.facets["size"], new.stock) == (("41",), ("41",), 2)
    new = after(card, boot_43=Change(stock=6))
    assert (new.facets["size"], new.stock) == (("41", "42", "43"), 10)
    sold_out = after(card, boot_41=Change(stock=0), boot_42=Change(stock=0))
    assert sold_out.stock == 0


def test_a_card_says_one_price() -> None:
    card = boot(variant("41"), variant("42"), variant("43"))
    new = after(card, boot_43=Change(price=90.0))
    assert (new.price, new.attributes["size"]) == (80.0, ("41", "42"))
    new = after(card, boot_43=Change(price=90.0), boot_42=Change(price=90.0))
    assert (new.price, new.attributes["size"]) == (90.0, ("42", "43"))


def test_news_of_a_product_are_news_of_all_its_variants() -> None:
    assert ids_of(boot()) == ("boot-41", "boot-42", "boot-43", "boot")
    new = after(boot(), boot=Change(price=70.0), boot_42=Change(price=75.0))
    assert (new.price, new.attributes["size"]) == (70.0, ("41",))
    assert changed(boot(), {"boot": Change(gone=True)}) is None


def test_later_news_leave_what_they_do_not_say() -> None:
    assert Change(stock=0).after(Change(price=5.0)) == Change(5.0, 0)
    assert Change(price=5.0).after(Change(gone=True)) == Change(5.0)
    assert Change(price=5.0).after(None) == Change(5.0)


news = st.builds(
    Change,
    st.sampled_from([None, 70.0, 80.0]),
    st.sampled_from([None, 0, 3]),
    st.booleans(),
)


@given(st.dictionaries(st.sampled_from(["boot-41", "boot-42", "boot-43", "boot"]), news))
def test_what_a_card_says_is_so_of_one_variant(changes: dict[str, Change]) -> None:
    variants = [variant("41"), variant("42"), variant("43", stock=0)]
    card = changed(boot(*variants), changes)
    one_by_one = [changed(item, changes) for item in variants]
    for size in ("41", "42", "43"):
        for most in (75.0, 85.0):
            wanted = Constraints(require={"size": (size,)}, price_max=most)
            if card is not None and card.stock != 0 and wanted.allows(card):
                assert any(
                    item is not None
                    and item.stock != 0
                    and item.attributes["size"] == size
                    and item.price is not None
                    and item.price <= most
                    for item in one_by_one
                )


@pytest.mark.parametrize("gone", [True, False])
def test_one_variant_that_is_gone(gone: bool) -> None:
    new = after(boot(), boot_41=Change(gone=gone))
    assert ("41" in new.facets["size"]) is not gone
