"""How well models understand the same hand-written turns under the same grammar.

    python tests/benchmarks/readers.py [--sample 150] [--model LARGER.gguf]...

The small model as it ships (tuned) and as it comes (few-shot and zero-shot), and each other model
that is named, few-shot and zero-shot. Few-shot is chatrec's own instruction with its examples,
zero-shot the same without them. `--sample` takes that many turns by a fixed seed.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
from collections.abc import AsyncGenerator, Iterator, Sequence
from pathlib import Path

from chatrec.llm.models import load_model
from chatrec.ports import Completion, JsonSchema, LanguageModel
from chatrec.settings import load_settings
from chatrec.testkit.reading_rates import ALL, by_behaviour, score
from chatrec.testkit.reading_set import Case, ReadingShop, load_set
from chatrec.types import Message

READING = Path(__file__).parents[1] / "reading"
EXAMPLES = "\nExamples:\n"


class ZeroShot:
    """A model that is told the task without its examples."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self.name = model.name
        self.tuned = model.tuned

    async def complete(
        self, messages: Sequence[Message], schema: JsonSchema, *, max_tokens: int
    ) -> Completion:
        told = [Message(m.role, m.text.split(EXAMPLES)[0]) for m in messages]
        return await self._model.complete(told, schema, max_tokens=max_tokens)

    def stream(self, messages: Sequence[Message], *, max_tokens: int) -> AsyncGenerator[str, None]:
        return self._model.stream(messages, max_tokens=max_tokens)

    def count_tokens(self, messages: Sequence[Message]) -> int:
        return self._model.count_tokens(messages)

    async def aclose(self) -> None:
        """The model belongs to who made it."""


async def measure(
    cases: list[Case], shops: dict[str, ReadingShop], settings: dict[str, str], how: Sequence[str]
) -> None:
    model = load_model(load_settings(model=settings))
    try:
        for form in how:
            reader = ZeroShot(model) if form == "zero-shot" else model
            tell(f"{model.name}, {form}", await score(cases, shops, reader))
    finally:
        await model.aclose()


def tell(name: str, scored: list) -> None:
    held_out = [one for one in scored if one.case.shop == "toys"]
    for shops, of in (("all", scored), ("held out", held_out)):
        cells = "".join(f"{_cell(v):>10}" for v in list(_table(of))[1:])
        print(f"{name:42}{shops:>9}{len(of):7}{cells}", flush=True)


def _table(scored: list) -> Iterator[float | None]:
    yield from by_behaviour(scored)[ALL].table().values()


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sample", type=int, default=0)
    options.add_argument("--model", action="append", default=[], metavar="GGUF")
    given = options.parse_args()
    cases, left_out, shops = load_set(READING)
    if given.sample:
        cases = random.Random(7).sample(cases, min(given.sample, len(cases)))
    print(f"{len(cases)} turns; {len(left_out)} left out for want of their catalogue")
    columns = ("intent", "state", "both", "wanted", "unwanted", "numeric", "reference")
    print(f"{'':42}{'shops':>9}{'turns':>7}" + "".join(f"{c:>10}" for c in columns))
    asyncio.run(measure(cases, shops, {}, ["tuned"]))
    forms = ["few-shot", "zero-shot"]
    asyncio.run(measure(cases, shops, {"adapter": "none"}, forms))
    for path in given.model:
        asyncio.run(measure(cases, shops, {"name": path, "adapter": "none"}, forms))
    return 0


if __name__ == "__main__":
    sys.exit(main())
