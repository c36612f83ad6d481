"""How much a find counts, by what was asked: a wish, a kind of the shop's, another thing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chatrec.types import TYPE, Facet, FacetValue, Vocabulary
from vectorstore.certainty import Certainty
from vectorstore.fusion import Demand
from vectorstore.lexical import Lexicon

KINDS = (
    "case bag speaker keyboard mouse webcam router printer scanner projector monitor headset "
    "charger cable adapter battery tripod microphone lens drone flashlight"
).split()
SHOP = Lexicon([*KINDS, "case for laptop", "bag for iphone 7"])


def asked_in(kinds: Sequence[str], usual: float) -> Certainty:
    values = tuple(FacetValue(kind, 2, (f"{kind} unit",)) for kind in kinds)
    facet = Facet(TYPE, "value", (*values, FacetValue("laptop", 1)))

    def sureness(texts: Sequence[str], words: float) -> list[float]:
        return [usual if text in kinds else 0.3 for text in texts]

    return Certainty(Vocabulary((facet,)), SHOP, sureness)


@pytest.mark.parametrize("query", ["laptop", "laptops", "gaming laptop", "iphone 7", "power cord"])
def test_a_thing_that_is_no_kind_of_the_shops_has_to_be_as_sure_as_those(query: str) -> None:
    shop = asked_in(KINDS, 0.5)
    assert 0.5 * shop.demand(query).weight == pytest.approx(shop.floor)
    assert shop.demand(query).words > shop.demand("for long flights").words


def test_the_floor_is_what_unrelated_messages_reach() -> None:
    assert asked_in(KINDS, 0.5).floor == pytest.approx(0.3)


@pytest.mark.parametrize(
    "query",
    ["speaker", "Speakers", "speaker unit", "for long flights", "working from home", "quiet", "",
     "a laptop for my daughter who studies music"],
)  # fmt: skip
def test_kinds_of_the_shop_and_wishes_count_in_full(query: str) -> None:
    assert asked_in(KINDS, 0.5).demand(query) == Demand()


def test_a_shop_of_few_kinds_takes_names_as_wishes() -> None:
    assert asked_in(KINDS[:5], 0.5).demand("laptop").weight == 1


def test_a_shop_that_is_never_sure_asks_no_more_of_others() -> None:
    assert asked_in(KINDS, 0.1).demand("laptop").weight == 1


def test_words_that_nobody_knows_count_half() -> None:
    shop = asked_in(KINDS, 0.5)
    assert shop.demand("asdkjh qwehh").weight == 0.5
    assert shop.demand("quiet asdkjh").weight == 0.75
    assert shop.demand("drone for 2060 flights").weight == 1
