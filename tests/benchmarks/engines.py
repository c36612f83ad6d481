"""Tokens per second of each engine, alone and 16 together, and how soon the first token comes.

    python tests/benchmarks/engines.py [openvino] [transformers]

Reads a prompt of about 150 tokens. "schema, new" is a completion under a schema not seen before,
"schema, known" one under a schema seen before, both with a prompt whose beginning is cached.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Mapping
from typing import Any

from chatrec.llm.models import load_model
from chatrec.ports import LanguageModel
from chatrec.settings import load_settings
from chatrec.types import Message

TOKENS = 48
TOGETHER = 16
REPEATS = 7
FILLER = "The shopper wants light hiking boots for rainy weather and has said so before. "


def prompt(i: int) -> list[Message]:
    return [Message("user", f"{FILLER * 8}Customer {i} asks for size {30 + i}. Describe them.")]


def schema(i: int) -> Mapping[str, Any]:
    values = ["red", "blue", "waterproof", f"size {i}", "Osprey"]
    return {
        "type": "object",
        "properties": {
            "intent": {"enum": ["new", "refine", "more", "faq"]},
            "price_max": {"enum": [i, 100, None]},
            "require": {"type": "array", "uniqueItems": True, "items": {"enum": values}},
        },
        "required": ["intent"],
        "additionalProperties": False,
    }


async def streamed(model: LanguageModel, i: int) -> tuple[int, float, float]:
    """Pieces, seconds to the first of them, seconds in all."""
    start = time.perf_counter()
    first = pieces = 0
    async for _ in model.stream(prompt(i), max_tokens=TOKENS):
        first = first or time.perf_counter() - start
        pieces += 1
    return pieces, first, time.perf_counter() - start


async def completed(model: LanguageModel, i: int, schema_number: int) -> tuple[float, int]:
    """Seconds and tokens of one answer under a schema."""
    start = time.perf_counter()
    answer = await model.complete(prompt(i), schema(schema_number), max_tokens=96)
    return time.perf_counter() - start, answer.completion_tokens


async def measure(engine: str) -> None:
    start = time.perf_counter()
    model = load_model(load_settings(model={"engine": engine, "device": "cpu"}))
    print(f"{model.name}: ready in {time.perf_counter() - start:.1f} s")
    print(f"  prompt of {model.count_tokens(prompt(0))} tokens")
    await streamed(model, 0)

    alone = [await streamed(model, i) for i in range(1, REPEATS + 1)]
    rate = statistics.median(pieces / seconds for pieces, _, seconds in alone)
    first = statistics.median(first for _, first, _ in alone)
    print(f"  alone:       {rate:6.0f} pieces/s, first after {first:.3f} s (p50 of {REPEATS})")

    start = time.perf_counter()
    together = await asyncio.gather(*(streamed(model, 20 + i) for i in range(TOGETHER)))
    rate = sum(pieces for pieces, _, _ in together) / (time.perf_counter() - start)
    first = statistics.median(first for _, first, _ in together)
    print(f"  {TOGETHER} together: {rate:6.0f} pieces/s, first after {first:.3f} s (p50)")

    for label, numbers in (("new", range(REPEATS)), ("known", [0] * REPEATS)):
        runs = [await completed(model, 50 + i, number) for i, number in enumerate(numbers)]
        seconds = statistics.median(seconds for seconds, _ in runs)
        tokens = statistics.median(tokens for _, tokens in runs)
        print(f"  schema, {label}: {seconds:.3f} s for {tokens:.0f} tokens (p50 of {REPEATS})")
    await model.aclose()


if __name__ == "__main__":
    for name in sys.argv[1:] or ("openvino", "transformers"):
        asyncio.run(measure(name))
