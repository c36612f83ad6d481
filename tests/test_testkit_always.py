"""The promises: each is seen to be broken, by a dialogue that breaks it and expects nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from testkit_stage import (
    BOOT,
    LAMP,
    MUG,
    RETURNS,
    SHOE,
    LaidDown,
    answering,
    checks,
    events,
    exchange,
    played,
    reply,
    with_price,
)

from chatrec.testkit.grounding import Ground, Shelf, prices_in, sentences, ungrounded
from chatrec.types import (
    Constraints,
    Item,
    Kind,
    Recommendation,
    Reply,
    Shown,
    Words,
)


async def test_a_dialogue_that_keeps_its_promises_passes() -> None:
    text = "Norrheim Fellside Boots, Black costs $120, $60 more than Zephrin Pulse Shoes, Red."
    assert checks(await played(answering(reply(BOOT, SHOE, text=text)), "")) == []


async def test_an_item_that_the_catalogue_does_not_have() -> None:
    ghost = Item(id="ghost", title="Ghost Boots", price=9.0)
    assert checks(await played(answering(reply(ghost)), "")) == ["catalogue"]


@pytest.mark.parametrize(
    "card",
    [replace(BOOT, title="Better Boots"), with_price(BOOT, 99.0), replace(BOOT, currency=None)],
)
async def test_a_card_that_differs_from_the_catalogue(card: Item) -> None:
    assert checks(await played(answering(reply(card)), "")) == ["catalogue"]


@pytest.mark.parametrize(
    "constraints",
    [
        Constraints(price_max=100),
        Constraints(price_min=150),
        Constraints(category=("lamp",)),
        Constraints(rejected=frozenset({"boot"})),
        Constraints(exclude={"material": ("leather",)}),
    ],
)
async def test_a_card_that_breaks_a_hard_constraint(constraints: Constraints) -> None:
    report = await played(answering(reply(BOOT, constraints=constraints)), "")
    assert checks(report) == ["constraint"]
    assert report.constraint_violations == 1


async def test_the_constraint_is_checked_against_the_catalogue_and_not_the_card() -> None:
    cheap = with_price(BOOT, 50.0)
    report = await played(answering(reply(cheap, constraints=Constraints(price_max=100))), "")
    assert checks(report) == ["catalogue", "constraint"]


@pytest.mark.parametrize(
    "text",
    [
        "The Zephrin Pulse Shoes, Red would suit you.",
        "the zephrin pulse shoes red would suit you",
        "It costs $99.",
        "It costs 99 dollars.",
        "It costs €120.",
        "It costs 120.50 USD.",
        "It is cheaper than what Ostrelle makes.",
    ],
)
async def test_words_that_nothing_shown_bears_out(text: str) -> None:
    report = await played(answering(reply(BOOT, text=f"Good boots. {text} Bye.")), "")
    assert set(checks(report)) == {"grounded"}
    assert report.ungrounded_sentences == 1


async def test_what_the_shopper_said_may_be_said_again() -> None:
    text = "You said $1, and up to $150."
    report = await played(
        answering(reply(BOOT, text=text, constraints=Constraints(price_max=150))), ""
    )
    assert checks(report) == []


async def test_what_was_said_is_not_said_again_in_another_currency() -> None:
    held = reply(BOOT, text="You said €150.", constraints=Constraints(price_max=150))
    assert checks(await played(answering(held), "")) == ["grounded"]


async def test_a_former_bound_may_be_named_once_more() -> None:
    first = reply(constraints=Constraints(price_max=77))
    second = reply(text="You no longer mind $77.")
    third = reply(text="You no longer mind $77.")
    report = await played(answering(first, second, third), "", "", "")
    assert [len(step.failures) for step in report.steps] == [0, 0, 1]


async def test_cards_that_still_stand_and_items_pointed_at_may_be_spoken_of() -> None:
    about = reply(kind=Kind.ABOUT, text="Norrheim Fellside Boots, Black costs $120.")
    assert checks(await played(answering(reply(BOOT), about), "", "")) == []
    assert checks(await played(answering(about, about=["boot"]), "")) == []
    assert set(checks(await played(answering(about), ""))) == {"grounded"}


async def test_a_cited_entry_may_be_quoted() -> None:
    text = "Within 60 days, for $4.90."
    cited = reply(kind=Kind.FAQ, text=text, citations=[RETURNS])
    assert checks(await played(answering(cited), "")) == []
    assert checks(await played(answering(reply(kind=Kind.FAQ, text=text)), "")) == ["grounded"]


async def test_a_reply_that_nothing_fits_may_tell_the_next_price_and_no_other_may() -> None:
    held = Constraints(category=("boot",), price_max=50)
    text = "Nothing under $50; boots begin at $120 with Norrheim."
    near = reply(kind=Kind.NOTHING_FITS, text=text, constraints=held)
    assert checks(await played(answering(near), "")) == []
    far = replace(near, text="Nothing under $50; there is one for $60.")
    assert checks(await played(answering(far), "")) == ["grounded"]
    other = replace(near, kind=Kind.CLARIFY)
    assert set(checks(await played(answering(other), ""))) == {"grounded"}


def _cards(said: Reply) -> Shown:
    return Shown(said.kind, said.recommendations, said.constraints)


async def test_events_that_do_not_match_the_reply() -> None:
    said = reply(BOOT)
    other = Shown(said.kind, (Recommendation(SHOE, 1),), said.constraints)
    wrong = {
        "no cards": lambda turn: [Words(said.text), exchange(turn, said)],
        "words first": lambda turn: [Words(said.text), _cards(said), exchange(turn, said)],
        "other cards": lambda turn: [other, Words(said.text), exchange(turn, said)],
        "other words": lambda turn: [_cards(said), Words("Hm."), exchange(turn, said)],
        "no exchange": lambda turn: [_cards(said), Words(said.text)],
        "two exchanges": lambda turn: [*events(turn, said), exchange(turn, said)],
        "words after": lambda turn: [*events(turn, said), Words("!")],
    }
    for name, answer in wrong.items():
        assert checks(await played(LaidDown(answer), "")) == ["events"], name


async def test_an_item_shown_twice() -> None:
    assert checks(await played(answering(reply(BOOT, BOOT)), "")) == ["events"]


def test_a_title_that_is_part_of_a_shown_one_is_not_another() -> None:
    long = Item(id="long", title="Ridge Pack Pro")
    short = Item(id="short", title="Ridge Pack")
    shelf = Shelf([long, short])
    assert ungrounded("Take the Ridge Pack Pro.", Ground([long]), shelf) == []
    assert [f.named for f in ungrounded("Take the Ridge Pack.", Ground([long]), shelf)] == [
        "Ridge Pack"
    ]
    assert [f.named for f in ungrounded("Take the Ridge Pack Pro.", Ground([short]), shelf)] == [
        "Ridge Pack Pro"
    ]


def test_a_title_of_one_word_is_only_a_word() -> None:
    assert ungrounded("A mug would do. Mug.", Ground([]), Shelf([MUG])) == []


def test_a_title_of_common_words_counts_when_written_as_one() -> None:
    mugs = [Item(id=str(n), title=f"Ceramic Mug {n}") for n in range(4)]
    shelf = Shelf([*mugs, Item(id="plain", title="Ceramic Mug")])
    assert ungrounded("I would take a ceramic mug.", Ground([]), shelf) == []
    assert len(ungrounded("I would take the Ceramic Mug.", Ground([]), shelf)) == 1


def test_titles_end_at_word_boundaries() -> None:
    assert ungrounded("Ostrelle Lune Lamps", Ground([BOOT, LAMP]), Shelf([LAMP])) == []
    shelf = Shelf([Item(id="a", title="Lune Lamp")])
    assert ungrounded("Lune Lamplight", Ground([]), shelf) == []


@pytest.mark.parametrize(
    ("text", "prices"),
    [
        ("$1,299.50 or $12", [1299.5, 12]),
        ("€ 5 and 7 euros and 8 EUR", [5, 7, 8]),
        ("$1.5k, 2k bucks", [1500, 2000]),
        ("5-10 dollars", [10]),
        ("4 kg, 30 l, 60 days", []),
        ("a 10 dollarsign", []),
    ],
)
def test_prices_are_numbers_that_a_currency_marks(text: str, prices: list[float]) -> None:
    assert [price.amount for price in prices_in(text)] == prices


def test_sentences_end_where_one_would_say() -> None:
    assert sentences('It is $59.99. Good! "Well?" Yes\n- a list') == [
        "It is $59.99.",
        "Good!",
        '"Well?',
        "Yes",
        "- a list",
    ]
