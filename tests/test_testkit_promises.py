"""Whatever the language model answers, the promises hold: all dialogues against adversaries.

It answers a reading with any document that the schema lets through, and writes explanations full
of other shops' prices, wrong titles, brands and currencies. That the conversation makes no sense
then is no matter; that an item breaks a hard constraint or a sentence names what is not so is.
"""

from __future__ import annotations

import json
import random
from collections.abc import AsyncGenerator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from chatrec import demo
from chatrec.ports import Completion, JsonSchema
from chatrec.settings import load_settings
from chatrec.testkit.always import PROMISES
from chatrec.testkit.grounding import Shelf
from chatrec.testkit.reading import find, load
from chatrec.testkit.runner import play
from chatrec.testkit.stages import Stage
from chatrec.types import Constraints, Item, Message
from chatrec.wiring import build
from vectorstore.index import index_catalogue

FOLDER = Path(__file__).parent / "dialogues"
SAME_AGAIN = "as_typed.dialogue.yaml"
"""Dialogues that stand in another file too, with slips in their messages."""


def any_answer(schema: Mapping[str, Any], rng: random.Random) -> Any:
    """A document that is valid under a reading's schema."""
    if "enum" in schema:
        return rng.choice(schema["enum"])
    if schema["type"] == "null":
        return None
    if schema["type"] == "array":
        size = rng.randint(schema.get("minItems", 0), min(3, schema.get("maxItems", 3)))
        return [any_answer(schema["items"], rng) for _ in range(size)]
    required = schema.get("required", ())
    return {
        key: any_answer(value, rng)
        for key, value in schema["properties"].items()
        if key in required or rng.random() < 0.35
    }


PRICES = (
    "The {one.title} costs ${one.price:g} and is a bargain.",
    "The {one.title} costs ${two.price:g}.",
    "{short} is {other.price:g} dollars.",
    "The {short} saves you ${saved:g}.",
)
NAMES = (
    "1. {one.title}: at ${one.price:g} it beats the {other.title}.",
    "The {short} by {other.brand} suits you.",
    "I would take the {other.title}.",
    "the {lower} is cheaper than the {other_lower}",
    "{other.brand} makes it.",
)
CURRENCIES = (
    "Only €{one.price:g} for the {short}!",
    "{one.price:g} euros buy the {short}.",
    "The {short} costs CA${one.price:g}.",
    "The {short} costs ${one.price:g} euros.",
)


class Adversary:
    """A `LanguageModel` that answers anything at all and lies about the goods."""

    name = "adversary"
    tuned = False

    def __init__(self, lies: Sequence[str], seed: int) -> None:
        self._lies = lies
        self._rng = random.Random(seed)
        self.goods: Sequence[Item] = ()
        self.lied = False

    async def complete(
        self, messages: Sequence[Message], schema: JsonSchema, *, max_tokens: int
    ) -> Completion:
        return Completion(json.dumps(any_answer(schema, self._rng)))

    async def stream(
        self, messages: Sequence[Message], *, max_tokens: int
    ) -> AsyncGenerator[str, None]:
        self.lied = True
        named = [item for item in self.goods if item.title.split(",")[0] in messages[-1].text]
        for _ in range(self._rng.randint(1, 6)):
            yield self._lie(named or self.goods)
            yield "\n"

    def _lie(self, named: Sequence[Item]) -> str:
        one, two = self._rng.choice(named), self._rng.choice(named)
        other = self._rng.choice(self.goods)
        return self._rng.choice(self._lies).format(
            one=one,
            two=two,
            other=other,
            short=one.title.split(",")[0],
            lower=one.title.lower(),
            other_lower=other.title.lower(),
            saved=abs((one.price or 0) - (other.price or 0)),
        )

    def count_tokens(self, messages: Sequence[Message]) -> int:
        return sum(len(message.text.split()) for message in messages)

    async def aclose(self) -> None:
        """Nothing to free."""


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    settings = load_settings(data_dir=folder, embedder="made_embeddings:Unscaled")
    index_catalogue(settings, demo.catalogue_path(), faq=demo.faq_path())
    return folder


LIES = {"prices": PRICES, "names": NAMES, "currencies": CURRENCIES}


@pytest.mark.parametrize("kind", LIES)
async def test_the_promises_hold(kind: str, data_dir: Path) -> None:
    """Each kind of lies is told in its share of the dialogues."""
    settings = load_settings(data_dir=data_dir, embedder="made_embeddings:Unscaled")
    model = Adversary(LIES[kind], seed=1)
    shop = build(settings, model=model)
    found = await shop.source.search("", Constraints(), shop.source.vocabulary.size)
    shelf = Shelf(candidate.item for candidate in found)
    model.goods = tuple(shelf.items.values())
    stage = Stage(shop.dialogue, shelf)
    files = [path for path in find([FOLDER]) if not path.name.endswith(SAME_AGAIN)]
    dialogues = [one for path in files for one in load(path)]
    share = dialogues[list(LIES).index(kind) :: len(LIES)]
    reports = [await play(one, stage) for one in share]
    await shop.aclose()
    assert model.lied
    steps = [step for report in reports for step in report.steps]
    assert sum(len(step.observed.shown) for step in steps if step.observed) > 40
    assert [f for report in reports for f in report.failures if f.check in PROMISES] == []
    assert [f for report in reports for f in report.failures if f.check == "error"] == []
