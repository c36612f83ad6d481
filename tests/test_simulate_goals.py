"""Hidden goals: drawn from a catalogue, always to be met, and the same for the same seed."""

from __future__ import annotations

import random

import pytest

from chatrec import demo
from chatrec.simulate.goals import Assortment
from chatrec.simulate.slots import Goal, Role, Slot, budget, of_type
from chatrec.types import Bounds, Item, Vocabulary
from vectorstore.catalogue import read_catalogue
from vectorstore.learn import learn


@pytest.fixture(scope="module")
def assortment() -> Assortment:
    rows = [row for row in read_catalogue(demo.catalogue_path()) if isinstance(row, Item)]
    learnt = learn(rows)
    return Assortment(learnt.items, learnt.vocabulary)


@pytest.fixture(scope="module")
def goals(assortment: Assortment) -> list[Goal]:
    return [assortment.draw(random.Random(seed)) for seed in range(150)]


def test_every_goal_can_be_met(assortment: Assortment, goals: list[Goal]) -> None:
    for goal in goals:
        target = assortment.target(goal)
        assert target
        assert all(goal.met_by(item) for item in target)


def test_a_goal_is_a_type_and_one_to_three_constraints(goals: list[Goal]) -> None:
    for goal in goals:
        roles = [slot.role for slot in goal.slots]
        assert roles.count(Role.TYPE) == 1
        assert 1 <= sum(slot.hard for slot in goal.slots) - 1 <= 3
        assert len({slot.facet for slot in goal.slots}) == len(goal.slots)
    assert {slot.role for goal in goals for slot in goal.slots} == set(Role)


def test_constraints_leave_something_out(assortment: Assortment, goals: list[Goal]) -> None:
    narrowed = [
        len(assortment.target(goal)) < len(assortment.target(Goal((of_type(goal.type),))))
        for goal in goals
    ]
    assert sum(narrowed) > 0.9 * len(goals)


def test_one_seed_makes_one_goal(assortment: Assortment, goals: list[Goal]) -> None:
    assert [assortment.draw(random.Random(seed)) for seed in range(150)] == goals


def test_nothing_is_asked_for_that_a_person_could_not_place(goals: list[Goal]) -> None:
    """A department is no thing, and "terracotta" may be a colour or a material."""
    types = {goal.type for goal in goals}
    assert not types & {"camping", "electronics", "audio and electronics"}
    values = {slot.value for goal in goals for slot in goal.slots}
    assert not values & {"terracotta", "unisex", "no"}


def test_a_replacement_is_another_value_that_can_be_met(
    assortment: Assortment, goals: list[Goal]
) -> None:
    replaced = 0
    for goal in goals:
        for old in goal.slots:
            if old.role not in {Role.BUDGET, Role.WANT, Role.MEASURE}:
                continue
            new = assortment.replacement(random.Random(3), goal, old)
            if new is not None:
                replaced += 1
                assert new.key == old.key and new != old
                assert assortment.target(goal.putting(new))
    assert replaced > 50


def test_another_type_is_another_type(assortment: Assortment) -> None:
    for seed in range(30):
        assert assortment.draw(random.Random(seed), other_than="sofa").type != "sofa"


def test_a_catalogue_without_types_is_an_error() -> None:
    with pytest.raises(ValueError, match="no product"):
        Assortment([], Vocabulary()).draw(random.Random(1))


def test_what_meets_a_goal() -> None:
    boot = Item("b", "Boots", price=80, types=("boot",), measures={"weight": 1.2})
    goal = Goal((of_type("boot"), budget(90), Slot(Role.SOFT, "color", "red")))
    assert goal.met_by(boot)
    assert not goal.putting(budget(70)).met_by(boot)
    assert goal.putting(budget(70)).dropping("budget.price").met_by(boot)
    assert not goal.putting(Slot(Role.AVOID, "any", "boots")).met_by(boot)
    assert not goal.putting(Slot(Role.MEASURE, "weight", bounds=Bounds(high=1))).met_by(boot)
    assert not Goal(goal.slots, rejected=frozenset({"b"})).met_by(boot)
    assert not Goal(goal.slots, seen=frozenset({"b"})).met_by(boot)
