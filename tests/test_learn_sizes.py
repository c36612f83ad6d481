"""Sizes that a shop writes as ranges."""

from __future__ import annotations

import pytest

from chatrec.stated import stated, stated_for
from chatrec.types import Constraints, Item, Turn, Variant
from chatrec.understand.spot import Spotter
from vectorstore.changes import Change, changed
from vectorstore.learn import Learnt, learn


def shop(*sizes: str | tuple[str, ...]) -> Learnt:
    return learn(
        [
            Item(id=str(number), title="Socks", category=("Socks",), attributes={"size": size})
            for number, size in enumerate(sizes)
        ]
    )


@pytest.mark.parametrize(
    ("written", "fits", "fits_not"),
    [
        ("40–43", ("40", "41", "42", "43", "40–43"), ("39", "44")),
        ("36-37", ("36", "37"), ("38",)),
        ("39 — 42", ("40",), ()),
        ("35-40", ("38",), ()),
        ("98-104", (), ("98", "100")),  # one size between two heights
        ("s-m", (), ("s", "m")),
        ("40", ("40",), ("41",)),
    ],
)
def test_a_range_is_found_by_each_size_in_it(
    written: str, fits: tuple[str, ...], fits_not: tuple[str, ...]
) -> None:
    item = shop(written, "one size").items[0]
    assert all(Constraints(require={"size": (size,)}).allows(item) for size in fits)
    assert not any(Constraints(require={"size": (size,)}).allows(item) for size in fits_not)


def test_a_waist_and_a_leg_are_no_range() -> None:
    items = shop("32-34", "32-32", "30-32").items
    assert [item.values("size") for item in items] == [("32-34",), ("32-32",), ("30-32",)]


def test_a_size_in_a_range_is_understood_and_told_as_it_is_written() -> None:
    learnt = shop(("36–39", "40–43"), ("40–43", "44–47"))
    for said in ("socks size 42", "socks in size 42 please"):
        found = Spotter(learnt.vocabulary).spot(Turn(said)).mentions
        assert [m.values for m in found if m.facet == "size"] == [("42",)]
    assert stated(learnt.items[0], "size") == ("36–39", "40–43")
    assert stated_for(learnt.items[0], "size", "42") == ("36–39", "40–43")


def test_a_range_that_is_sold_out_takes_its_sizes_with_it() -> None:
    [item] = learn(
        [
            Item(
                id="1",
                title="Socks",
                attributes={"size": ("36–39", "40–43")},
                variants=(Variant("a", ("36–39",), stock=2), Variant("b", ("40–43",), stock=2)),
            ),
            Item(id="2", title="Socks", attributes={"size": ("36–39", "40–43")}),
        ]
    ).items[:1]
    left = changed(item, {"a": Change(stock=0)})
    assert left is not None
    assert left.values("size") == ("40–43", "40", "41", "42", "43")


def test_only_sizes_are_read_as_ranges_of_sizes() -> None:
    items = [
        Item(id=str(n), title="Game", attributes={"pages": pages})
        for n, pages in enumerate(("a 3-5", "3-5", "a 3-5", "3-5", "b", "b", "b"))
    ]
    assert learn(items).items[1].values("pages") == ("3-5",)
