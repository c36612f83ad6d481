"""Shoppers in a shop that is really wired, over the demo catalogue; the model is scripted."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chatrec import demo, wiring
from chatrec.cli.simulate import command
from chatrec.errors import EngineError
from chatrec.ports import Completion, JsonSchema
from chatrec.settings import Settings, load_settings
from chatrec.simulate.acts import Does
from chatrec.simulate.agenda import Manner, Shopper
from chatrec.simulate.play import Mall, Record
from chatrec.simulate.rates import rates
from chatrec.simulate.report import problems
from chatrec.simulate.shop import opened
from chatrec.simulate.slots import Goal, Role, Slot, budget, of_type
from chatrec.simulate.wording import phrases
from chatrec.testkit.scripted import Answer, ScriptedModel
from chatrec.types import Message
from vectorstore.index import index_catalogue

BOOTS = of_type("hiking boot")
GOAL = Goal((BOOTS, budget(130)))
SLIP = "Good boots for the money."  # what a model that may write says of the cards
READS: Answer = {"intent": "new", "want": ["hiking boot"], "max": ["130"]}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The demo shop, indexed with vectors of hashed words."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("CHATREC_EMBEDDER", "made_embeddings:Unscaled")
        settings = load_settings(data_dir=tmp_path_factory.mktemp("shop"))
        index_catalogue(settings, demo.catalogue_path(), faq=demo.faq_path())
        yield settings


@asynccontextmanager
async def shop(settings: Settings, *answers: Answer) -> AsyncGenerator[Mall]:
    """The shop with a model that gives these answers, all of which have to be asked for."""
    model = ScriptedModel()
    model.lay(answers)
    bare_amounts = {**phrases(), "amount": {"": ["{n}"]}}
    async with opened(settings, model, bare_amounts) as (mall, name):
        assert name == "scripted"
        yield mall
    assert model.finish() == []


async def served(mall: Mall, goal: Goal, manner: Manner, seed: int = 1) -> Record:
    rng = random.Random(seed)
    record = await mall.serve(Shopper(rng, mall.assortment, manner, goal), rng)
    assert record.error == ""
    return record


def told(record: Record) -> list[list[str]]:
    return [list(problems(step.marks)) for step in record.steps]


def wording_of(record: Record) -> Sequence[str]:
    return [step.observed.turn.text for step in record.steps]


async def test_a_wish_that_is_read_right_is_met_at_once(settings: Settings) -> None:
    async with shop(settings, READS, SLIP) as mall:
        record = await served(mall, GOAL, Manner())
    assert record.succeeded and record.turns == 1
    assert told(record) == [[]]
    assert rates([record]).violations.hits == 0


async def test_a_wish_read_as_its_contrary_is_a_misreading_and_no_broken_promise(
    settings: Settings,
) -> None:
    black, leather = Slot(Role.WANT, "color", "black"), Slot(Role.AVOID, "material", "leather")
    wrong: Answer = {"intent": "new", "want": ["hiking boot"], "avoid": ["black", "leather"]}
    async with shop(settings, wrong, SLIP, {"intent": "chat"}) as mall:
        record = await served(mall, Goal((BOOTS, black, leather)), Manner(patience=2))
    first, second = record.steps
    assert not record.met
    assert first.marks.promises == ()
    assert {violation.slot for violation in first.marks.violations} == {black}
    assert first.marks.unread == (black,)
    assert second.act.does is Does.INSIST and "black" in second.observed.turn.text


async def test_a_side_step_that_costs_the_search_is_seen(settings: Settings) -> None:
    goal = Goal((BOOTS, Slot(Role.WANT, "color", "black")))
    answers: list[Answer] = [
        {"intent": "new", "want": ["hiking boot"]},
        SLIP,
        {"intent": "restart"},
        {"intent": "new", "want": ["black"]},
        SLIP,
    ]
    async with shop(settings, *answers) as mall:
        record = await served(mall, goal, Manner(aside=Does.FAQ, bit_by_bit=True, patience=3), 5)
    assert [step.act.does for step in record.steps] == [Does.OPEN, Does.FAQ, Does.INFORM]
    assert told(record)[1] == [
        "forgotten: type hiking boot",
        "the side step was not answered as one",
    ]
    assert rates([record]).forgotten.hits == 1


async def test_one_seed_makes_one_shopper(settings: Settings) -> None:
    records = []
    for _ in range(2):
        async with opened(settings, Unreadable()) as (mall, _name):
            records.append([await mall.visit(7, number) for number in range(1, 6)])
    first, second = ([wording_of(record) for record in run] for run in records)
    assert first == second
    assert len({messages[0] for messages in first}) == 5


async def test_a_crash_ends_one_dialogue_only(settings: Settings) -> None:
    async with opened(settings, Crashing()) as (mall, _name):
        record = await mall.visit(1, 1)
    assert "boom" in record.error and not record.met
    assert rates([record]).errors == 1


class Unreadable:
    """A model whose engine answers nothing that fits."""

    name = "unreadable"
    tuned = True

    async def complete(
        self, messages: Sequence[Message], schema: JsonSchema, *, max_tokens: int
    ) -> Completion:
        return Completion("?")

    async def stream(self, messages: Sequence[Message], *, max_tokens: int) -> AsyncGenerator[str]:
        raise EngineError("not for words")
        yield ""

    def count_tokens(self, messages: Sequence[Message]) -> int:
        return 0

    async def aclose(self) -> None:
        """Nothing to stop."""


class Crashing(Unreadable):
    """A model with a defect."""

    async def complete(
        self, messages: Sequence[Message], schema: JsonSchema, *, max_tokens: int
    ) -> Completion:
        raise RuntimeError("boom")


def simulate(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_the_command_tells_rates_and_writes_transcripts(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "load_model", lambda _settings: Unreadable())
    file = tmp_path / "transcripts.txt"
    wanted = ["--dialogues", 3, "--data-dir", settings.data_dir, "--transcripts", file]
    done = simulate(*wanted)
    assert done.exit_code == 0, done.output
    assert "3 dialogues, seed 1, unreadable" in done.output
    assert "0 of 3" in done.output and "all at once" in done.output
    assert file.read_text(encoding="utf-8").count("=== shopper ") == 3
    report = json.loads(simulate(*wanted, "--json").stdout)
    assert (report["played"], report["model"]) == (3, "unreadable")
    assert report["rates"]["promises"]["hits"] == 0


def test_ctrl_c_tells_what_was_done(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = Mall.visit

    async def interrupted(mall: Mall, seed: int, number: int) -> Record:
        if number == 3:
            raise KeyboardInterrupt
        return await visit(mall, seed, number)

    monkeypatch.setattr(wiring, "load_model", lambda _settings: Unreadable())
    monkeypatch.setattr(Mall, "visit", interrupted)
    done = simulate("--dialogues", 9, "--data-dir", settings.data_dir)
    assert done.exit_code == 130
    assert "stopped after 2 of 9" in done.output and "2 dialogues" in done.output


def test_an_error_is_an_exit_status(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "load_model", lambda _settings: Crashing())
    done = simulate("--dialogues", 1, "--data-dir", settings.data_dir)
    assert done.exit_code == 1 and "ended by an error" in done.output


@pytest.mark.model
def test_the_small_model_serves_shoppers(settings: Settings) -> None:
    done = simulate("--dialogues", 3, "--data-dir", settings.data_dir, "--json")
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert report["rates"]["promises"]["hits"] == report["rates"]["errors"] == 0
    assert report["rates"]["success"]["hits"] >= 1
