"""Yes-or-no columns as facets, whatever the shop or the shopper calls them."""

from __future__ import annotations

import pytest

from chatrec.types import AttributeValue, Facet, Item, Turn
from chatrec.understand.spot import Spotter
from vectorstore.learn import Learnt, learn


def shop(name: str, *values: AttributeValue | None, text: str = "") -> Learnt:
    """A shop of earbuds with this column; ``None`` leaves a cell blank."""
    return learn(
        [
            Item(
                id=str(number),
                title=f"Earbuds {number}",
                description=text,
                attributes={} if value is None else {name: value},
            )
            for number, value in enumerate(values)
        ]
    )


def facet(learnt: Learnt, name: str) -> Facet | None:
    return learnt.vocabulary.facet(name)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((True, None, True), (("yes",), (), ("yes",))),
        (("yes", "Y", None), (("yes",), ("yes",), ())),
        ((False, None, "no"), (("no",), (), ("no",))),
        ((True, False, None), (("yes",), ("no",), ())),
    ],
)
def test_a_column_that_says_one_thing_only_is_a_facet(
    values: tuple[AttributeValue | None, ...], said: tuple[tuple[str, ...], ...]
) -> None:
    learnt = shop("vegan", *values)
    assert tuple(item.values("vegan") for item in learnt.items) == said
    known = facet(learnt, "vegan")
    assert known is not None
    assert not known.mined
    assert known.count == sum(bool(each) for each in said)


@pytest.mark.parametrize("name", ["promoted", "colour", "active", "taxable"])
def test_flags_of_the_shop_are_no_facets(name: str) -> None:
    learnt = shop(name, True, True, None)
    assert [f.name for f in learnt.vocabulary.facets if f.name != "type"] == []


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("noise_cancelling", "noise-canceling earbuds"),
        ("noise_cancelling", "noise cancelling earbuds"),
        ("noise_cancelling", "noise-cancelling earbuds"),
        ("Noise Canceling", "noise cancelling earbuds"),
        ("dishwasher_safe", "dishwasher-safe earbuds"),
        ("waterproof", "water-proof earbuds"),
        ("foldable", "collapsible earbuds"),
        ("customisable", "customizable earbuds"),
    ],
)
def test_every_spelling_means_the_column(column: str, said: str) -> None:
    text = "Noise-cancelling, noise canceling, waterproof, foldable, dishwasher safe."
    learnt = shop(column, True, False, None, text=text)
    name = " ".join(column.lower().split("_"))
    [mention] = [m for m in Spotter(learnt.vocabulary).spot(Turn(said)).mentions if m.facet == name]
    assert mention.values == ("yes",)


def test_no_feature_stands_beside_the_column_of_its_name() -> None:
    text = "Noise-cancelling and foldable."
    learnt = shop("noise_cancelling", True, False, None, text=text)
    assert [item.values("noise cancelling") for item in learnt.items] == [("yes",), ("no",), ()]
    features = facet(learnt, "feature")
    assert features is not None
    assert [value.label for value in features.values] == ["foldable"]


def test_a_column_of_other_values_leaves_features_alone() -> None:
    learnt = shop("wireless", "bluetooth 5", "2.4 ghz", "bluetooth 5", "2.4 ghz", text="Wireless.")
    assert learnt.items[0].mined["feature"] == ("wireless",)
