"""How simulated shoppers type: every act has words, and they are not those of the training."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from chatrec import tune
from chatrec.simulate.acts import Act, Does
from chatrec.simulate.slots import Role, Slot, budget, of_type
from chatrec.simulate.thumbs import typed
from chatrec.simulate.wording import Wording, phrases
from chatrec.types import Bounds, Facet, Vocabulary

VOCABULARY = Vocabulary(
    (Facet("weight", "number", unit="kg"), Facet("height", "number", unit="cm")), currency="EUR"
)
WORDING = Wording(VOCABULARY)
BOOTS, CHEAP = of_type("hiking boot"), budget(80)
RED, NO_WOOL = Slot(Role.WANT, "color", "red"), Slot(Role.AVOID, "material", "wool")
SLOTS = (
    BOOTS,
    CHEAP,
    budget(80, 40),
    RED,
    NO_WOOL,
    Slot(Role.AVOID, "brand", "norrheim"),
    *(Slot(Role.WANT, facet, "some") for facet in ("brand", "material", "gender", "size")),
    Slot(Role.WANT, "waterproof", "yes"),
    Slot(Role.MEASURE, "weight", bounds=Bounds(high=1.5)),
    Slot(Role.MEASURE, "height", bounds=Bounds(high=40)),
    Slot(Role.MEASURE, "height", bounds=Bounds(low=40)),
    Slot(Role.SOFT, "pattern", "striped"),
)


def messages(act: Act, times: int = 40) -> set[str]:
    return {WORDING.message(random.Random(seed), act) for seed in range(times)}


@pytest.mark.parametrize("slot", SLOTS, ids=str)
def test_a_slot_is_said_alone_and_behind_others(slot: Slot) -> None:
    said = messages(Act(Does.INFORM, (slot,))) | messages(Act(Does.INFORM, (CHEAP, slot)))
    assert len(said) > 2
    wanted = {"hiking boot": "hiking boots", "yes": "waterproof"}.get(slot.value, slot.value)
    for text in said:
        assert wanted in text
        assert "{" not in text and "None" not in text


@pytest.mark.parametrize("slot", [slot for slot in SLOTS if slot.hard], ids=str)
def test_a_slot_is_insisted_on_and_taken_back(slot: Slot) -> None:
    assert all(messages(Act(Does.INSIST, (slot,))))
    if slot.role is not Role.TYPE:
        assert all(messages(Act(Does.DROP, old=slot)))
    if slot.role in {Role.BUDGET, Role.WANT, Role.MEASURE} and slot.value != "yes":
        assert all(messages(Act(Does.REPLACE, (slot,), slot)))


def test_a_thing_is_named_with_all_that_is_said_of_it() -> None:
    for text in messages(Act(Does.OPEN, (BOOTS, CHEAP, RED, NO_WOOL))):
        assert "hiking boots" in text and "80" in text and "red" in text and "wool" in text


def test_an_opening_may_leave_the_thing_unnamed() -> None:
    assert not any("boot" in text for text in messages(Act(Does.OPEN, (CHEAP, RED))))


def test_a_change_of_type_names_both() -> None:
    for text in messages(Act(Does.CHANGE_TYPE, (of_type("lamp"), CHEAP), BOOTS), 200):
        assert "lamps" in text


@pytest.mark.parametrize(
    "does", [Does.FAQ, Does.SMALL_TALK, Does.OFF_TOPIC, Does.MORE, Does.CHEAPER, Does.NO_PREFERENCE]
)
def test_what_says_nothing_of_the_goal_has_words_too(does: Does) -> None:
    assert len(messages(Act(does))) > 2


@pytest.mark.parametrize("does", [Does.REJECT, Does.LIKE, Does.ITEM_QUESTION])
def test_a_card_is_pointed_at_by_its_place(does: Does) -> None:
    assert all("second" in text for text in messages(Act(does, places=(2,), items=("x",))))


def test_amounts_are_in_the_shops_currency() -> None:
    said = " ".join(messages(Act(Does.INFORM, (CHEAP,)), 200))
    assert "80€" in said and "$" not in said
    assert "1.5 kg" in " ".join(messages(Act(Does.INFORM, (SLOTS[-4],)), 5))


def test_thumbs_slip_on_words_and_never_on_amounts() -> None:
    text = "waterproof hiking boots under $1299.50 that weigh at most 1200 grams, isn't it"
    seen = {typed(random.Random(seed), text, careless=True) for seed in range(200)}
    assert len(seen) > 100
    assert all("$1299.50" in one and "1200" in one for one in seen)
    neat = {typed(random.Random(seed), text, careless=False).lower() for seed in range(50)}
    assert neat == {text, text.replace("'", "")}


def test_hardly_a_sentence_is_one_that_adapters_are_trained_on() -> None:
    folder = Path(tune.__file__).parent
    trained = {
        shape(pattern)
        for file in sorted(folder.glob("*.yaml"))
        for pattern in patterns(yaml.safe_load(file.read_text(encoding="utf-8")))
    }
    ours = {words for pattern in patterns(phrases()) if len((words := shape(pattern)).split()) > 3}
    assert len(trained) > 500 and len(ours) > 180
    assert len(ours & trained) <= 0.03 * len(ours), sorted(ours & trained)


def patterns(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, (dict, list)):
        for branch in tree.values() if isinstance(tree, dict) else tree:
            yield from patterns(branch)


def shape(pattern: str) -> str:
    """The words of a pattern, whatever its slots are called."""
    return " ".join(re.findall(r"[a-z']+|_", re.sub(r"\{\w+\}", "_", pattern.lower())))
