"""Cards of variants: what a card allows is one variant that can be bought."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from chatrec.types import Constraints, Item
from vectorstore.variants import as_cards

COLORS, SIZES, FITS, PRICES = ("red", "blue"), ("S", "M", "L"), ("slim", "wide"), (10.0, 12.0)


def variant(
    number: int, color: str, size: str, price: float = 10.0, stock: int | None = 1, **more: str
) -> Item:
    return Item(
        id=f"v{number}",
        title="Tee",
        price=price,
        stock=stock,
        group="tee",
        attributes={"color": color, "size": size, "sku": f"S{number}", **more},
    )


def with_facets(item: Item) -> Item:
    """The item as indexing would have it: every attribute a facet."""
    return replace(
        item,
        facets={
            name: value if isinstance(value, tuple) else (str(value),)
            for name, value in item.attributes.items()
        },
    )


variants = st.lists(
    st.builds(
        lambda color, size, fit, price, stock: (color, size, fit, price, stock),
        st.sampled_from(COLORS),
        st.sampled_from(SIZES),
        st.sampled_from(FITS),
        st.sampled_from(PRICES),
        st.sampled_from([0, 1, 5, None]),
    ),
    min_size=1,
    max_size=14,
).map(
    lambda rows: [
        variant(n, color, size, price, stock, fit=fit)
        for n, (color, size, fit, price, stock) in enumerate(rows)
    ]
)


@given(
    variants,
    st.sampled_from(COLORS),
    st.sampled_from(SIZES),
    st.sampled_from(FITS),
    st.sampled_from(PRICES),
)
def test_a_card_allows_what_one_variant_in_stock_has(
    items: list[Item], color: str, size: str, fit: str, most: float
) -> None:
    wanted = Constraints(
        require={"color": (color,), "size": (size,), "fit": (fit,)}, price_max=most
    )
    cards = [with_facets(card) for card in as_cards(items)]
    there = any(wanted.allows(with_facets(item)) and item.stock != 0 for item in items)
    shown = any(wanted.allows(card) and card.stock != 0 for card in cards)
    assert shown == there


def test_blue_of_one_and_42_of_another_make_no_card() -> None:
    items = [variant(1, "blue", "41"), variant(2, "red", "42"), variant(3, "blue", "42", stock=0)]
    wanted = Constraints(require={"color": ("blue",), "size": ("42",)})
    assert not any(wanted.allows(with_facets(card)) for card in as_cards(items))


def test_a_product_that_is_sold_out_keeps_its_sizes() -> None:
    (card,) = as_cards([variant(1, "red", "S", stock=0), variant(2, "red", "M", stock=0)])
    assert card.stock == 0
    assert card.attributes["size"] == ("S", "M")


def test_codes_are_kept_and_weights_that_differ_are_not() -> None:
    (card,) = as_cards(
        [variant(1, "red", "S", weight="100 g"), variant(2, "red", "M", weight="120 g")]
    )
    assert card.attributes["sku"] == ("S1", "S2")
    assert "weight" not in card.attributes
    assert card.attributes["color"] == "red"


def test_the_size_is_called_size_and_a_screen_is_none() -> None:
    shoes = [
        replace(variant(n, "red", "x"), attributes={"Größe": size})
        for n, size in enumerate(("41", "42"))
    ]
    assert [card.attributes for card in as_cards(shoes)] == [{"size": ("41", "42")}]
    screens = [
        replace(variant(n, "red", "x"), attributes={"screen size": size})
        for n, size in enumerate(('43"', '55"'))
    ]
    assert [card.title for card in as_cards(screens)] == ['Tee, 43"', 'Tee, 55"']


def test_titles_say_what_tells_cards_apart() -> None:
    items = [
        replace(variant(n, color, size), title=f"Acme Runner {color} {size}")
        for n, (color, size) in enumerate([("red", "41"), ("red", "42"), ("blue", "41")])
    ]
    assert [card.title for card in as_cards(items)] == ["Acme Runner red", "Acme Runner blue 41"]
