"""Rates of dialogues, their intervals, and how they are told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from testkit_stage import BOOT, SHOE, events, reply

from chatrec.simulate.acts import Act, Does
from chatrec.simulate.agenda import Manner
from chatrec.simulate.judge import Marks, Violation
from chatrec.simulate.play import Record, Step
from chatrec.simulate.rates import by_behaviour, clustered, rates, wilson
from chatrec.simulate.report import as_json, summary, table, transcripts
from chatrec.simulate.slots import Goal, Role, Slot, budget, of_type
from chatrec.testkit.observed import Failure, Observed
from chatrec.types import Constraints, Exchange, Turn

BOOTS, CHEAP = of_type("boot"), budget(100)
OPEN = Act(Does.OPEN, (BOOTS, CHEAP))


def step(text: str, act: Act = OPEN, marks: Marks | None = None) -> Step:
    """A turn that showed a boot and a shoe."""
    turn = Turn(text)
    said = reply(BOOT, SHOE, constraints=Constraints(category=("boot",)))
    exchange = events(turn, said)[-1]
    assert isinstance(exchange, Exchange)
    return Step(act, Observed(turn, [], exchange), marks or Marks(), 0.5)


def record(number: int, *steps: Step, met: bool = True, careless: bool = False) -> Record:
    return Record(number, Manner(careless=careless), Goal((BOOTS, CHEAP)), steps, met)


MISREAD = Marks(violations=(Violation(BOOT, CHEAP),), unread=(CHEAP,))
GOOD = record(1, step("boots under 100"))
BAD = record(
    2,
    step("bots below 100", marks=MISREAD),
    step("do you ship", Act(Does.FAQ), Marks(forgotten=(BOOTS,), aside=False)),
    met=False,
    careless=True,
)
LATE = record(3, *(step(f"message {number}") for number in range(7)))


def test_wilsons_interval() -> None:
    rate = wilson(18, 20)  # 0.6990 to 0.9721 by Wilson's formula
    assert (rate.value, round(rate.low, 4), round(rate.high, 4)) == (0.9, 0.6990, 0.9721)
    assert wilson(0, 10).low == 0.0 and wilson(10, 10).high == pytest.approx(1.0)
    assert wilson(0, 0).value is None


def test_a_bootstrap_over_dialogues() -> None:
    same = clustered([1] * 30, [4] * 30)
    assert (same.value, same.low, same.high) == (0.25, 0.25, 0.25)
    mixed = clustered([0, 1] * 50, [1] * 100)
    assert mixed.low < 0.5 < mixed.high
    assert mixed.high - mixed.low == pytest.approx(0.196, abs=0.03)  # 2 * 1.96 * sqrt(.25 / 100)
    assert mixed == clustered([0, 1] * 50, [1] * 100)
    assert clustered([], []).value is None


def test_what_is_counted() -> None:
    told = rates([GOOD, BAD, LATE])
    assert (told.success.hits, told.success.total) == (1, 3)
    assert told.turns.value == 1
    assert (told.violations.hits, told.violations.total) == (1, 20)
    assert (told.unread.hits, told.forgotten.hits, told.unread.total) == (1, 1, 6)
    assert (told.asides.hits, told.asides.total) == (0, 1)
    assert told.promises.hits == told.errors == 0
    broken = replace(BAD.steps[0], marks=Marks(promises=(Failure("constraint", "x", "boot"),)))
    assert rates([replace(BAD, steps=(broken,), error="Boom")]).promises.hits == 1


def test_a_dialogue_counts_in_every_row_that_fits() -> None:
    rows = by_behaviour([GOOD, BAD, LATE])
    assert list(rows) == ["plain", "asks the FAQ", "all at once", "typos", "budget"]
    assert rows["typos"].success.total == rows["asks the FAQ"].success.total == 1
    assert rows["budget"].success.total == 3


def test_the_rates_as_text() -> None:
    records = [GOOD, BAD, LATE]
    told, rows = rates(records), by_behaviour(records)
    assert "33.3%" in summary(told) and "1 of 3" in summary(told)
    lines = table(rows).splitlines()
    assert len(lines) == 1 + len(rows)
    assert len({len(line) for line in lines}) == 1


def test_the_rates_as_json() -> None:
    records = [GOOD, BAD]
    report = as_json(records, rates(records), by_behaviour(records), {"seed": 1})
    read = json.loads(json.dumps(report))
    assert (read["seed"], read["played"]) == (1, 2)
    assert read["rates"]["success"]["value"] == 0.5
    assert read["dialogues"][1]["problems"][1] == [
        "forgotten: type boot",
        "the side step was not answered as one",
    ]


def test_failures_come_first_in_the_transcripts() -> None:
    wrong = record(4, step("boots", marks=MISREAD))
    told = transcripts([GOOD, wrong, replace(BAD, error="Traceback\nBoom"), LATE])
    order: Sequence[int] = [told.index(f"=== shopper {number}:") for number in (2, 3, 4, 1)]
    assert list(order) == sorted(order)
    first = told[: told.index("=== shopper 3")]
    assert "NOT MET" in first and "bots below 100" in first and "Boom" in first
    assert "! not in the state: budget price to 100" in first
    assert "boot 'Norrheim Fellside Boots, Black' 120 USD" in first


def test_a_slot_in_words() -> None:
    assert str(BOOTS) == "type boot"
    assert str(budget(80, 40)) == "budget price from 40 to 80"
    assert str(Slot(Role.AVOID, "color", "red")) == "avoid color red"
