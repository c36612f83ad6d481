"""The hand-written set: it can be read, spotting finds what it expects, marks are fair."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chatrec.testkit.errors import ScenarioError
from chatrec.testkit.reading_rates import (
    ALL,
    Scored,
    by_behaviour,
    doubts,
    failure_text,
    score,
)
from chatrec.testkit.reading_score import marks, unspotted
from chatrec.testkit.reading_set import Case, ReadingShop, load_set
from chatrec.testkit.scripted import ScriptedModel
from chatrec.types import Constraints, Intent, Understanding
from chatrec.understand.spot import Spotter

SET = Path(__file__).parent / "reading"
UNSEEN = Path(__file__).parent / "reading_unseen"
# Share of turns in which every expected slot can be said under the turn's grammar.
SPOTTED_FLOOR = 0.97


@pytest.fixture(scope="module")
def demo() -> tuple[list[Case], dict[str, ReadingShop]]:
    cases, left_out, shops = load_set(SET, of_shops=("demo",))
    assert not left_out
    return cases, shops


def case_of(demo: tuple[list[Case], dict[str, ReadingShop]], text: str) -> Case:
    return next(case for case in demo[0] if case.turn.text == text)


@pytest.mark.parametrize(
    ("folder", "of_shops"),
    [(SET, ("demo",)), (UNSEEN, ("demo", "brackley"))],
    ids=["seen", "unseen"],
)
def test_spotting_finds_what_people_mean(folder: Path, of_shops: tuple[str, ...]) -> None:
    cases, left_out, shops = load_set(folder, of_shops=of_shops)
    assert cases and not left_out
    spotters = {name: Spotter(shops[name].vocabulary) for name in of_shops}
    missed: list[str] = []
    for case in cases:
        mentions = spotters[case.shop].spot(case.turn).mentions
        understood = Understanding(Intent.CHAT, case.turn.constraints, mentions=mentions)
        if slots := list(unspotted(case, understood)):
            missed.append(f"{case.turn.text!r}: {slots}")
    assert len(missed) <= (1 - SPOTTED_FLOOR) * len(cases), "\n".join(missed)


def test_marks(demo: tuple[list[Case], dict[str, ReadingShop]]) -> None:
    case = case_of(demo, "not green, blue")
    right = Constraints(
        category=("backpack",),
        prefer={"color": ("blue",)},
        exclude={"color": ("green",)},
    )
    good = marks(case, Understanding(Intent.REFINE, right))
    assert good.intent and good.exact and good.slots["wanted"].f1 == 1

    wrong = marks(case, Understanding(Intent.NEW, replace(right, price_max=60, exclude={})))
    assert not wrong.intent
    assert wrong.problems == [
        "unwanted: color=green is missing",
        "numeric: price max is 60, not open",
    ]
    unreadable = marks(case, Understanding(Intent.REFINE, right, readable=False))
    assert not unreadable.intent


def test_a_must_is_no_preference(demo: tuple[list[Case], dict[str, ReadingShop]]) -> None:
    case = case_of(demo, "it has to be steel, the colour doesnt matter")
    steel = {"material": ("steel",)}
    kettle = Constraints(category=("kettle",))
    assert marks(case, Understanding(Intent.REFINE, replace(kettle, require=steel))).exact
    assert not marks(case, Understanding(Intent.REFINE, replace(kettle, prefer=steel))).exact


def test_cards_and_relative_bounds(demo: tuple[list[Case], dict[str, ReadingShop]]) -> None:
    case = case_of(demo, "same as number 2 just cheaper")
    price = case.turn.shown[1].price
    assert price is not None
    cheaper = Constraints(category=("sneaker",), price_max=price - 0.01)
    about = (case.turn.shown[1].id,)
    assert marks(case, Understanding(Intent.SIMILAR, cheaper, about)).exact
    assert not marks(case, Understanding(Intent.SIMILAR, cheaper)).exact
    dearer = replace(cheaper, price_max=price + 10)
    assert not marks(case, Understanding(Intent.SIMILAR, dearer, about)).exact


async def test_rates_and_failures_of_a_model(
    demo: tuple[list[Case], dict[str, ReadingShop]],
) -> None:
    cases = [case_of(demo, "hi"), case_of(demo, "ok my limit is 90")]
    model = ScriptedModel()
    model.lay([{"intent": "chat"}, {"intent": "refine", "type": None}])
    scored = await score(cases, demo[1], model)
    rates = by_behaviour(scored)[ALL]
    assert (rates.turns, rates.intents, rates.exact, rates.passed) == (2, 2, 1, 1)
    text = failure_text(scored[1])
    assert "ok my limit is 90" in text and '"type": null' in text
    assert "wanted: type=sneaker is missing" in text


@pytest.mark.parametrize(
    "entry",
    [
        "- {shop: demo, say: hi, intent: greet}",
        "- {shop: nowhere, say: hi, intent: chat}",
        "- {shop: demo, say: hi, intent: chat, expect: {}}",
        "- {shop: demo, say: no, have: {want: [red]}, intent: chat}",
        "- {shop: demo, say: 'the #9', shown: boots, items: [9], intent: about}",
    ],
)
def test_a_broken_entry_names_its_file(tmp_path: Path, entry: str) -> None:
    (tmp_path / "shops.yaml").write_text("demo: demo\n", encoding="utf-8")
    (tmp_path / "odd.yaml").write_text(entry, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"odd\.yaml"):
        load_set(tmp_path)


def test_turns_without_their_catalogue_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "shops.yaml").write_text("far: away.jsonl\n", encoding="utf-8")
    (tmp_path / "odd.yaml").write_text("- {shop: far, say: hi, intent: chat}", encoding="utf-8")
    cases, left_out, _shops = load_set(tmp_path)
    assert cases == [] and len(left_out) == 1


def test_the_curve_of_asking_back(demo: tuple[list[Case], dict[str, ReadingShop]]) -> None:
    case = case_of(demo, "hi")

    def one(confidence: float | None, right: bool) -> Scored:
        intent = Intent.CHAT if right else Intent.NEW
        understood = Understanding(intent, case.turn.constraints, confidence=confidence)
        return Scored(case, understood, marks(case, understood), "", ())

    scored = [one(0.9, True), one(0.8, True), one(0.6, False), one(0.2, False), one(None, False)]
    low, high = doubts(scored, (0.5, 0.7))
    assert (low.asked, low.wrong_asked, low.right) == (0.25, 0.5, pytest.approx(2 / 3))
    assert (high.asked, high.wrong_asked, high.right) == (0.5, 1.0, 1.0)
