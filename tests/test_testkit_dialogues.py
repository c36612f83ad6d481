"""The shipped dialogues, read as text: each can be met by its shop, none names what is not."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from chatrec import demo
from chatrec.settings import load_settings
from chatrec.testkit.predicates import expected_fields, holds, known_fields
from chatrec.testkit.reading import Located, find, load
from chatrec.testkit.scenario import Expect, ItemsExpect
from chatrec.testkit.shops import overridden
from chatrec.types import FaqEntry, Item
from chatrec.words import fold
from vectorstore.catalogue import read_catalogue
from vectorstore.faq_file import read_faq

FOLDER = Path(__file__).parent / "dialogues"
DIALOGUES = [located for path in find([FOLDER]) for located in load(path)]
LEAST, LONG = 12, 10
# What a shopper does that has to hold whatever is sold: so many dialogues, in two shops.
KINDS = frozenset(
    "hard_price numeric_phrasing negation correction clearing reference compare more_like_this "
    "complement about_item gifts units typos several_wishes change_of_topic long_dialogue "
    "nothing_fits off_topic injection".split()
)


class Shop(NamedTuple):
    """What a shop sells and answers."""

    items: dict[str, Item]
    fields: set[str]
    entries: set[str]


@cache
def shop_at(catalogue: Path, faq: Path) -> Shop:
    rows, entries = read_catalogue(catalogue), read_faq(faq)
    items = {row.id: row for row in rows if isinstance(row, Item)}
    return Shop(
        items,
        known_fields({name for item in items.values() for name in item.attributes}),
        {row.id for row in entries if isinstance(row, FaqEntry)},
    )


def shop_of(located: Located) -> Shop:
    """The shop, and what its lookups are cited as."""
    scenario, folder = located.scenario, located.path.parent
    catalogue = scenario.catalogue
    if catalogue is None:
        shop = shop_at(demo.catalogue_path(), demo.faq_path())
    elif catalogue.faq is not None:
        shop = shop_at((folder / catalogue.path).resolve(), (folder / catalogue.faq).resolve())
    else:
        there = (folder / catalogue.path).resolve()
        shop = shop_at(there / "products.csv", there / "faq.md")
    files = [(folder / name).resolve() for name in scenario.settings]
    lookups = overridden(load_settings(), files).lookups if files else {}
    return shop._replace(entries=shop.entries | lookups.keys())


def folder_of(located: Located) -> str:
    return located.path.relative_to(FOLDER).parts[0]


SERVICE = frozenset(
    "faq faq_and_back handoff smalltalk orders uncovered near_entries languages".split()
)
LEAST_SERVICE = 50
# What the peers fail at, by their own threads, and the dialogues that hold us to it.
PEERS = {
    "a price over the budget is confirmed": "cap_survives_a_dearer_name",
    "a range shows what is outside it": "five_to_ten_dollars",
    "gibberish gets a confident match": "keyboard_noise",
    "cheap is dropped": "cheap_is_not_dropped",
    "the budget is exceeded": "cap_is_kept_over_turns",
    "a typo weakens the filter": "typo_keeps_the_filter",
    "the top pick is not the first card": "top_pick_is_the_first_card",
    "cards differ from the words": "words_stay_with_the_cards",
    "the phrase 'price under X' is embedded": "price_under_in_the_sentence",
    "stock is not known": "in_stock_only",
    "the budget cannot be ignored when asked to": "ignore_the_budget",
    "negation is not understood": "no_leather",
    "a hand-off does not silence the bot": "a_person_is_called",
    "the bot is a free AI": "free_ai",
}


EXPECTATIONS = [
    pytest.param(turn.expect, shop_of(located), id=f"{located.scenario.id}-{number}")
    for located in DIALOGUES
    for number, turn in enumerate(located.scenario.turns, start=1)
]


def fitting(expect: ItemsExpect, shop: Shop) -> list[Item]:
    """The rows that the expectation lets be shown."""
    return [
        item
        for item in shop.items.values()
        if (expect.every is None or holds(expect.every, item))
        and (expect.none is None or not holds(expect.none, item))
        and item.id not in (expect.exclude_ids or ())
    ]


@pytest.mark.parametrize(("expect", "shop"), EXPECTATIONS)
def test_its_shop_can_meet_it(expect: Expect, shop: Shop) -> None:
    assert set(expect.faq.any_of or () if expect.faq else ()) <= shop.entries
    items = expect.items
    if items is None:
        return
    assert {fold(name) for name in expected_fields(items)} <= shop.fields
    able = fitting(items, shop)
    assert len(able) >= (items.min or 0)
    assert set(items.include_ids or ()) <= {item.id for item in able}
    assert set(items.exclude_ids or ()) <= set(shop.items)
    assert items.some is None or any(holds(items.some, item) for item in able)


@pytest.mark.parametrize(("expect", "shop"), EXPECTATIONS)
def test_an_expectation_can_be_missed(expect: Expect, shop: Shop) -> None:
    """What every item of the shop passes tests nothing."""
    if expect.items is not None and expect.items.every is not None:
        assert any(not holds(expect.items.every, item) for item in shop.items.values())


def test_ids_are_distinct() -> None:
    counts = Counter(located.scenario.id for located in DIALOGUES)
    assert [name for name, count in counts.items() if count > 1] == []


def test_folders_are_what_the_shopper_does() -> None:
    assert {folder_of(located) for located in DIALOGUES} >= KINDS
    assert all(len(one.path.relative_to(FOLDER).parts) == 2 for one in DIALOGUES)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_of_turn_is_tried_often_and_in_two_shops(kind: str) -> None:
    of_kind = [located for located in DIALOGUES if folder_of(located) == kind]
    by_shop: dict[str, int] = defaultdict(int)
    for located in of_kind:
        by_shop[located.scenario.catalogue.path if located.scenario.catalogue else "demo"] += 1
    assert len(of_kind) >= LEAST
    assert len(by_shop) >= 2
    assert min(by_shop.values()) >= LEAST // 3
    if kind == "long_dialogue":
        assert min(len(located.scenario.turns) for located in of_kind) >= LONG


def test_customer_service_is_tried_as_often_as_shopping() -> None:
    of_service = [located for located in DIALOGUES if folder_of(located) in SERVICE]
    assert len(of_service) >= LEAST_SERVICE
    assert len([one for one in of_service if one.scenario.catalogue]) >= LEAST_SERVICE // 4


def test_each_failure_of_the_peers_is_a_dialogue() -> None:
    assert set(PEERS.values()) <= {located.scenario.id for located in DIALOGUES}
