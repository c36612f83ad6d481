"""The shipped dialogues, read as text: each can be met by the demo shop, none names what is not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from chatrec import demo
from chatrec.testkit.predicates import expected_fields, holds, known_fields
from chatrec.testkit.reading import Located, find, load
from chatrec.testkit.scenario import Expect, ItemsExpect
from chatrec.types import FaqEntry, Item
from chatrec.words import fold
from vectorstore.catalogue import read_catalogue
from vectorstore.faq_file import read_faq

FOLDER = Path(__file__).parent / "dialogues"
ITEMS = {row.id: row for row in read_catalogue(demo.catalogue_path()) if isinstance(row, Item)}
ENTRIES = {row.id for row in read_faq(demo.faq_path()) if isinstance(row, FaqEntry)}
DIALOGUES = [located for path in find([FOLDER]) for located in load(path)]

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
    "a hand-off does not silence the bot": "talk_to_a_human",
    "the bot is a free AI": "free_ai",
}


EXPECTATIONS = [
    pytest.param(turn.expect, id=f"{located.scenario.id}-{number}")
    for located in DIALOGUES
    for number, turn in enumerate(located.scenario.turns, start=1)
]


def fitting(expect: ItemsExpect) -> list[Item]:
    """The rows that the expectation lets be shown."""
    return [
        item
        for item in ITEMS.values()
        if (expect.every is None or holds(expect.every, item))
        and (expect.none is None or not holds(expect.none, item))
        and item.id not in (expect.exclude_ids or ())
    ]


@pytest.mark.parametrize("expect", EXPECTATIONS)
def test_the_demo_shop_can_meet_it(expect: Expect) -> None:
    assert set(expect.faq.any_of or () if expect.faq else ()) <= ENTRIES
    items = expect.items
    if items is None:
        return
    assert {fold(name) for name in expected_fields(items)} <= known_fields(ITEMS.values())
    able = fitting(items)
    assert len(able) >= (items.min or 0)
    assert set(items.include_ids or ()) <= {item.id for item in able}
    assert set(items.exclude_ids or ()) <= set(ITEMS)
    assert items.some is None or any(holds(items.some, item) for item in able)


@pytest.mark.parametrize("expect", EXPECTATIONS)
def test_an_expectation_can_be_missed(expect: Expect) -> None:
    """What every item of the shop passes tests nothing."""
    if expect.items is not None and expect.items.every is not None:
        assert any(not holds(expect.items.every, item) for item in ITEMS.values())


def test_ids_are_distinct() -> None:
    counts = Counter(located.scenario.id for located in DIALOGUES)
    assert [name for name, count in counts.items() if count > 1] == []


def test_folders_are_what_the_shopper_does() -> None:
    def folder(located: Located) -> str:
        return located.path.relative_to(FOLDER).parts[0]

    assert len(DIALOGUES) >= 48
    assert len({folder(located) for located in DIALOGUES}) >= 24
    assert all(len(one.path.relative_to(FOLDER).parts) == 2 for one in DIALOGUES)


def test_each_failure_of_the_peers_is_a_dialogue() -> None:
    assert set(PEERS.values()) <= {located.scenario.id for located in DIALOGUES}
