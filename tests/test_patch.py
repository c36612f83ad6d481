"""A merge patch changes the constraints it names, leaves the rest, and is read strictly."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatrec.errors import MessageRefused
from chatrec.patch import document, patched
from chatrec.types import Bounds, Constraints, Facet, Vocabulary

VOCABULARY = Vocabulary(
    facets=(Facet("color", "value"), Facet("material", "value"), Facet("weight", "number"))
)
HELD = Constraints(
    wish="boots",
    category=("boot",),
    price_min=20.0,
    price_max=100.0,
    require={"color": ("red",)},
    exclude={"any": ("leather",)},
    prefer={"material": ("wool",)},
    numeric={"weight": Bounds(1.0, 2.0)},
    rejected=frozenset({"x"}),
    near={"weight": Bounds(1.0, 2.0)},
)


@pytest.mark.parametrize(
    ("patch", "field", "value"),
    [
        ({"wish": None}, "wish", ""),
        ({"category": None}, "category", ()),
        ({"price_max": None}, "price_max", None),
        ({"price_max": 50}, "price_max", 50.0),
        ({"require": None}, "require", {}),
        ({"require": {"color": None}}, "require", {}),
        ({"require": {"color": []}}, "require", {}),
        ({"require": {"material": ["Wool", "wool"]}}, "require",
         {"color": ("red",), "material": ("wool",)}),
        ({"exclude": {"any": None, "color": ["Blue"]}}, "exclude", {"color": ("blue",)}),
        ({"prefer": {"material": None}}, "prefer", {}),
        ({"numeric": {"weight": {"min": None}}}, "numeric", {"weight": Bounds(None, 2.0)}),
        ({"numeric": {"weight": {"min": None, "max": None}}}, "numeric", {}),
        ({"numeric": {"rating": {"min": 4}}}, "numeric",
         {"weight": Bounds(1.0, 2.0), "rating": Bounds(4.0)}),
    ],
)  # fmt: skip
def test_only_what_a_patch_names_changes(patch: dict[str, Any], field: str, value: object) -> None:
    changed = patched(HELD, patch, VOCABULARY)
    assert getattr(changed, field) == value
    for other in ("wish", "category", "price_min", "price_max", "require", "exclude", "prefer",
                  "numeric", "rejected", "near"):  # fmt: skip
        if other != field:
            assert getattr(changed, other) == getattr(HELD, other)


@pytest.mark.parametrize(
    ("patch", "named"),
    [
        ({"colour": None}, "colour"),
        ({"rejected": []}, "rejected"),
        ({"price_max": "50"}, "price_max"),
        ({"price_max": -1}, "price_max"),
        ({"price_max": float("inf")}, "price_max"),
        ({"price_min": 200}, "price"),
        ({"category": "boot"}, "category"),
        ({"require": {"color": "red"}}, "require.color"),
        ({"require": {"flavour": ["sweet"]}}, "require.flavour"),
        ({"require": {"any": ["leather"]}}, "require.any"),
        ({"numeric": {"color": {"min": 1}}}, "numeric.color"),
        ({"numeric": {"weight": {"low": 1}}}, "numeric.weight.low"),
        ({"numeric": {"weight": {"min": 3}}}, "weight"),
        ({"require": {"color": {"deep": {"er": {"still": 1}}}}}, "require.color"),
        ({"wish": "x" * 501}, "wish"),
        ({"require": {"color": ["x"] * 51}}, "require.color"),
    ],
)
def test_what_cannot_be_is_refused_by_name(patch: dict[str, Any], named: str) -> None:
    with pytest.raises(MessageRefused, match=named):
        patched(HELD, patch, VOCABULARY)


def test_an_empty_patch_changes_nothing() -> None:
    assert patched(HELD, {}, VOCABULARY) == HELD


_labels = st.lists(st.sampled_from(["red", "blue", "wool"]), unique=True, min_size=1)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "wish": st.none() | st.sampled_from(["tent", "boots"]),
            "category": st.none() | _labels,
            "price_min": st.none() | st.floats(0, 40),
            "price_max": st.none() | st.floats(50, 500),
            "require": st.none() | st.dictionaries(st.just("color"), st.none() | _labels),
            "exclude": st.none() | st.dictionaries(st.just("any"), st.none() | _labels),
        },
    )
)
def test_a_patch_twice_is_a_patch_once(patch: dict[str, Any]) -> None:
    once = patched(HELD, patch, VOCABULARY)
    assert patched(once, patch, VOCABULARY) == once


def test_the_document_of_any_state_can_be_put_back() -> None:
    whole = document(HELD).model_dump()
    assert patched(Constraints(rejected=HELD.rejected), whole, VOCABULARY) == HELD
