"""A small shop and a dialogue whose exchanges are laid down: what the test kit is tested against.

What a turn answers is written by the test, right or wrong; the kit has to tell which.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from chatrec.testkit.grounding import Shelf
from chatrec.testkit.reading import Located
from chatrec.testkit.runner import Report, play
from chatrec.testkit.scenario import Scenario
from chatrec.testkit.stages import Stage
from chatrec.types import (
    Constraints,
    Event,
    Exchange,
    FaqEntry,
    Intent,
    Item,
    Kind,
    Recommendation,
    Reply,
    Shown,
    Turn,
    Understanding,
    Words,
)

BOOT = Item(
    id="boot",
    title="Norrheim Fellside Boots, Black",
    description="A leather boot with a red lining.",
    category=("Footwear", "Boots"),
    brand="Norrheim",
    price=120.0,
    currency="USD",
    rating=4.5,
    stock=3,
    attributes={"color": "black", "material": "leather", "size": ("41", "42"), "weight": "1.2 kg"},
    types=("boot", "footwear"),
    facets={"color": ("black",)},
    measures={"weight": 1.2},
)
SHOE = Item(
    id="shoe",
    title="Zephrin Pulse Shoes, Red",
    category=("Footwear", "Shoes"),
    brand="Zephrin",
    price=60.0,
    currency="USD",
    rating=4.0,
    stock=0,
    attributes={"color": "dark red", "material": "mesh", "weight": "300 g", "vegan": True},
    types=("shoe", "footwear"),
    facets={"color": ("dark red",)},
    measures={"weight": 0.3},
)
LAMP = Item(
    id="lamp",
    title="Ostrelle Lune Lamp",
    category=("Home", "Lamps"),
    brand="Ostrelle",
    price=None,
    attributes={"color": "", "height": 30.0},
    types=("lamp",),
)
MUG = Item(id="mug", title="Mug", category=("Kitchen",), price=8.0, currency="USD")

SHELF = Shelf([BOOT, SHOE, LAMP, MUG])

RETURNS = FaqEntry("returns", "Can I send it back?", "Within 60 days, for $4.90.", "/returns")


def reply(
    *items: Item,
    kind: Kind = Kind.RECOMMEND,
    text: str = "Here you are.",
    constraints: Constraints | None = None,
    citations: Sequence[FaqEntry] = (),
    asked: str = "",
) -> Reply:
    """A reply that shows these items."""
    cards = tuple(Recommendation(item, rank) for rank, item in enumerate(items, start=1))
    held = constraints or Constraints()
    return Reply(kind, text, cards, tuple(citations), constraints=held, asked=asked)


def exchange(turn: Turn, said: Reply, about: Sequence[str] = ()) -> Exchange:
    """A finished turn with this reply."""
    understood = Understanding(Intent.NEW, said.constraints, about=tuple(about))
    return Exchange(turn, understood, (), said)


def events(turn: Turn, said: Reply, about: Sequence[str] = ()) -> list[Event]:
    """What a dialogue that keeps its promises sends for this reply."""
    cards: list[Event] = []
    if said.recommendations:
        cards.append(Shown(said.kind, said.recommendations, said.constraints))
    return [*cards, Words(said.text), exchange(turn, said, about)]


class LaidDown:
    """A dialogue that answers turn after turn with what it was given, and keeps the turns."""

    def __init__(self, *answers: Callable[[Turn], Sequence[Event]]) -> None:
        self._answers = list(answers)
        self.turns: list[Turn] = []

    async def run(self, turn: Turn) -> AsyncGenerator[Event, None]:
        self.turns.append(turn)
        for event in self._answers[len(self.turns) - 1](turn):
            yield event


def answering(*replies: Reply, about: Sequence[str] = ()) -> LaidDown:
    """A dialogue that gives these replies, one a turn, and keeps its promises."""
    return LaidDown(*(lambda turn, said=said: events(turn, said, about) for said in replies))


def scenario(*expectations: str, **keys: Any) -> Located:
    """A scenario of as many turns, each expectation as YAML."""
    turns = [
        {"user": f"message {number}", "expect": yaml.safe_load(expectation) or {}}
        for number, expectation in enumerate(expectations, start=1)
    ]
    read = Scenario.model_validate({"id": "made", "turns": turns} | keys)
    return Located(read, Path("made.dialogue.yaml"), 1)


async def played(dialogue: LaidDown, *expectations: str, shelf: Shelf = SHELF) -> Report:
    """The report of a scenario of these expectations."""
    return await play(scenario(*expectations), Stage(dialogue, shelf))


def checks(report: Report) -> list[str]:
    """The names of the checks that failed, in order."""
    return [failure.check for step in report.steps for failure in step.failures]


def with_price(item: Item, price: float | None) -> Item:
    """The item at another price."""
    return replace(item, price=price)
