"""Expectations on a turn: each is seen to be met and to be missed."""

from __future__ import annotations

import pytest
from testkit_stage import (
    BOOT,
    LAMP,
    MUG,
    RETURNS,
    SHELF,
    SHOE,
    answering,
    checks,
    played,
    reply,
)

from chatrec.types import Bounds, Constraints, FaqEntry, Kind

HELD = Constraints(
    wish="light shoes for rain",
    category=("boot", "shoe"),
    price_max=200,
    require={"color": ("black", "dark red")},
    exclude={"material": ("suede",)},
    prefer={"size": ("42",)},
    numeric={"weight": Bounds(None, 1.5)},
    rejected=frozenset({"lamp"}),
)
TEXT = "Norrheim Fellside Boots, Black: $120."


@pytest.mark.parametrize(
    ("expectation", "missed"),
    [
        ("kind: recommend", None),
        ("kind: [faq, recommend]", None),
        ("kind: [faq]", "kind"),
        ("items: {min: 2}", None),
        ("items: {min: 3}", "items.min"),
        ("items: {max: 2}", None),
        ("items: {max: 1}", "items.max"),
        ("items: {every: {category_in: [footwear]}}", None),
        ("items: {every: {category_in: [boots]}}", "items.every"),
        ("items: {some: {category_in: [boots]}}", None),
        ("items: {some: {category_in: [lamps]}}", "items.some"),
        ("items: {none: {category_in: [lamps]}}", None),
        ("items: {none: {category_in: [boots]}}", "items.none"),
        ("items: {include_ids: [boot]}", None),
        ("items: {include_ids: [boot, lamp]}", "items.include_ids"),
        ("items: {exclude_ids: [lamp]}", None),
        ("items: {exclude_ids: [lamp, boot]}", "items.exclude_ids"),
        ("items: {exclude_ids: [lmap]}", "items.ids"),
        ("items: {diverse: true}", None),
        ("items: {fresh: true}", None),
        ("items: {every: {field: {name: colour, not_contains: x}}}", "items.field"),
        ("items: {include_ref: cheapest}", "reference"),
        ("constraints: {price_max: 200, price_min: null}", None),
        ("constraints: {price_max: 199}", "constraints.price_max"),
        ("constraints: {price_max: null}", "constraints.price_max"),
        ("constraints: {price_min: 5}", "constraints.price_min"),
        ("constraints: {category: Boot}", None),
        ("constraints: {category: [boot, lamp]}", "constraints.category"),
        ("constraints: {category: null}", "constraints.category"),
        ("constraints: {wish: [rain, shoe]}", None),
        ("constraints: {wish: [snow]}", "constraints.wish"),
        ("constraints: {wish: null}", "constraints.wish"),
        ("constraints: {require: {color: black, brand: null}}", None),
        ("constraints: {require: {color: [black, blue]}}", "constraints.require.color"),
        ("constraints: {require: {color: null}}", "constraints.require.color"),
        ("constraints: {require: null}", "constraints.require"),
        ("constraints: {exclude: {material: suede}}", None),
        ("constraints: {exclude: {material: mesh}}", "constraints.exclude.material"),
        ("constraints: {exclude: {}}", "constraints.exclude"),
        ("constraints: {prefer: {size: '42'}}", None),
        ("constraints: {prefer: {size: '43'}}", "constraints.prefer.size"),
        ("constraints: {numeric: {weight: {max: 1.5}, height: null}}", None),
        ("constraints: {numeric: {weight: {max: 1.5, min: null}}}", None),
        ("constraints: {numeric: {weight: {max: 2}}}", "constraints.numeric.weight"),
        ("constraints: {numeric: {height: {max: 2}}}", "constraints.numeric.height"),
        ("constraints: {numeric: null}", "constraints.numeric"),
        ("faq: {any_of: [returns, privacy]}", None),
        ("faq: {any_of: [privacy]}", "faq"),
        ("faq: {none: true}", "faq"),
        ("text: {mentions_any: [lamp, fellside boots]}", None),
        ("text: {mentions_any: [lamp, fell]}", "text.mentions_any"),
        ("text: {mentions_none: [lamp]}", None),
        ("text: {mentions_none: [lamp, boots]}", "text.mentions_none"),
        ("text: {top_pick_first: true}", None),
    ],
)
async def test_expectation(expectation: str, missed: str | None) -> None:
    said = reply(BOOT, SHOE, text=TEXT, constraints=HELD, citations=[RETURNS])
    found = checks(await played(answering(said), expectation))
    assert found == ([missed] if missed else [])


async def test_nothing_held_meets_null() -> None:
    nothing = "constraints: {category: null, wish: null, require: null, numeric: null, exclude: {}}"
    assert (await played(answering(reply()), nothing)).passed


@pytest.mark.parametrize(
    ("expectation", "missed"),
    [
        ("items: {include_ref: prev:2}", None),
        ("items: {include_ref: [prev:1, cheapest]}", "items.include_ref"),
        ("items: {exclude_ref: prev:1}", None),
        ("items: {exclude_ref: t1:2}", "items.exclude_ref"),
        ("items: {exclude_ref: last}", "items.exclude_ref"),
        ("items: {include_ref: id:shoe}", None),
        ("items: {exclude_ref: id:shoe}", "items.exclude_ref"),
        ("items: {exclude_ref: id:mug}", "reference"),
        ("items: {exclude_ref: prev:3}", "reference"),
        ("items: {exclude_ref: t2:1}", "reference"),
        ("items: {price_below: prev:1}", None),
        ("items: {price_below: cheapest}", "items.price_below"),
        ("items: {price_above: prev:2}", "items.price_above"),
        ("items: {fresh: true}", "items.fresh"),
        ("constraints: {rejected: t1:1}", None),
        ("constraints: {rejected: prev:2}", "constraints.rejected"),
        ("items: {about: prev:2}", None),
        ("items: {about: [t1:2]}", None),
        ("items: {about: [prev:1, prev:2]}", "items.about"),
        ("items: {about: prev:1}", "items.about"),
    ],
)
async def test_reference(expectation: str, missed: str | None) -> None:
    first = reply(BOOT, SHOE)
    second = reply(SHOE, MUG, constraints=Constraints(rejected=frozenset({"boot"})))
    found = checks(await played(answering(first, second, about=["shoe"]), "", expectation))
    assert found == ([missed] if missed else [])


async def test_prev_is_the_latest_reply_that_had_items() -> None:
    dialogue = answering(reply(BOOT), reply(kind=Kind.FAQ), reply(BOOT))
    assert (await played(dialogue, "", "", "items: {include_ref: prev:1}")).passed


async def test_a_question_that_points_at_none_is_about_all_on_the_page() -> None:
    first = reply(BOOT, SHOE)
    for kind, failed in ((Kind.ABOUT, []), (Kind.COMPARE, []), (Kind.FAQ, ["items.about"])):
        stage = answering(first, reply(kind=kind))
        assert checks(await played(stage, "", "items: {about: [prev:1, prev:2]}")) == failed


async def test_higher_prices_and_unknown_ones() -> None:
    above = "items: {price_above: prev:1}"
    assert (await played(answering(reply(SHOE), reply(BOOT)), "", above)).passed
    assert checks(await played(answering(reply(SHOE), reply(LAMP)), "", above)) == [
        "items.price_above"
    ]
    assert checks(await played(answering(reply(LAMP), reply(BOOT)), "", above)) == [
        "items.price_above"
    ]


async def test_one_kind_of_thing_twice_is_not_diverse() -> None:
    twin = SHELF.items["boot"].__class__(
        id="twin", title="Twin Boots", category=("Footwear", "Boots"), brand="Norrheim"
    )
    shelf = type(SHELF)([BOOT, twin])
    report = await played(answering(reply(BOOT, twin)), "items: {diverse: true}", shelf=shelf)
    assert checks(report) == ["items.diverse"]
    assert checks(await played(answering(reply(BOOT)), "items: {diverse: true}")) == [
        "items.diverse"
    ]


@pytest.mark.parametrize(
    ("text", "expectation", "missed"),
    [
        ("It is over $1.", "no_price_outside_shown: true", "text.no_price_outside_shown"),
        ("It costs $120.", "no_price_outside_shown: true", None),
        ("Norrheim makes it.", "no_brand_outside_shown: true", None),
        ("Zephrin Pulse Shoes, Red after Norrheim Fellside Boots, Black", "top_pick_first: true",
         "text.top_pick_first"),
    ],
)  # fmt: skip
async def test_words(text: str, expectation: str, missed: str | None) -> None:
    said = reply(BOOT, SHOE, text=text)
    found = checks(await played(answering(said), f"text: {{{expectation}}}"))
    assert found == ([missed] if missed else [])


async def test_a_brand_that_only_the_shopper_named_passes_unless_told_otherwise() -> None:
    said = reply(BOOT, text="I found no Ostrelle.", constraints=Constraints(require={}))
    held = reply(
        BOOT, text="No Ostrelle.", constraints=Constraints(exclude={"brand": ("ostrelle",)})
    )
    assert checks(await played(answering(said), "")) == ["grounded"]
    assert checks(await played(answering(held), "")) == []
    assert checks(await played(answering(held), "text: {no_brand_outside_shown: true}")) == [
        "text.no_brand_outside_shown"
    ]


async def test_the_entry_that_answers_is_cited_first() -> None:
    other = FaqEntry("privacy", "?", "!")
    said = reply(kind=Kind.FAQ, citations=[other, RETURNS])
    assert checks(await played(answering(said), "faq: {any_of: [returns]}")) == ["faq"]
    assert checks(await played(answering(said), "faq: {any_of: [privacy]}")) == []


async def test_a_citation_is_due() -> None:
    said = reply(kind=Kind.FAQ)
    assert checks(await played(answering(said), "faq: {any_of: [returns]}")) == ["faq"]
    assert checks(await played(answering(said), "faq: {none: true}")) == []
