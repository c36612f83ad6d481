"""How soon a shopper sees products and the whole reply, beside LangChain's usual chain.

    python tests/benchmarks/turns.py [--turns 50] [--beside 8] [--data-dir DIR]

A dozen dialogues over ../shared/data/catalog_retail_demo_store and ../shared/data/ecommerce_faq,
one turn after another, on the configured model; without --data-dir they are indexed into a
temporary folder first. Each engine has answered once before the clock starts, as a server that is
ready has. The chain (`langchain_rag`) then takes --beside of the turns that showed products,
evenly spread, each with the history that it had here, and is compared on those turns alone. Exit
status 1 when a floor is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from chatrec.dialogue import Dialogue
from chatrec.settings import Settings, load_settings
from chatrec.testkit.runner import following
from chatrec.types import Exchange, Item, Shown, Turn
from chatrec.wiring import build
from vectorstore.catalogue import read_catalogue
from vectorstore.embed import open_embedder
from vectorstore.index import index_catalogue

SHARED = Path("../shared/data")
CATALOGUE = SHARED / "catalog_retail_demo_store/products.jsonl"
FAQ = SHARED / "ecommerce_faq/faq.jsonl"

FIRST_CARDS, WHOLE = 0.9, 3.0  # seconds, p50
CALLS, PROMPT_TOKENS = 2, 700
SOONER_CARDS, SOONER_WHOLE = 8.0, 5.0

DIALOGUES = (
    (
        "hi there",
        "I'm after a backpack for weekend hikes, under 150",
        "nothing in beige please",
        "which of these is the cheapest?",
        "show me some others",
    ),
    (
        "looking for black formal shoes",
        "leather ones, at most 120 dollars",
        "does the second one have laces?",
        "what is your return policy?",
        "ok, and brown instead of black?",
    ),
    (
        "a gift for my mum who loves gardening",
        "she would like something for the kitchen table, under 40",
        "more like the first one",
        "do you offer gift wrapping?",
    ),
    (
        "I need a sofa for a small living room",
        "grey or blue",
        "my budget is between 300 and 800",
        "compare the first two",
    ),
    (
        "wireless headphones please",
        "below 100",
        "actually the price does not matter",
        "any of them noise cancelling?",
    ),
    (
        "show me christmas decorations",
        "red ones",
        "cheaper than those",
        "how long does shipping take?",
        "what about halloween?",
    ),
    (
        "an acoustic guitar for a beginner",
        "not more than 250",
        "and a microphone to go with it",
        "can I pay with paypal?",
    ),
    (
        "warm jacket for winter walks with the dog",
        "for men",
        "without fur",
        "do you have it in green?",
    ),
    (
        "silver necklace under 200",
        "no pearls",
        "and matching earrings",
        "tell me more about the last one",
    ),
    (
        "I want a fishing rod",
        "up to 80",
        "what is the weather like tomorrow?",
        "a camping tent then",
    ),
    (
        "some fresh fruit and a loaf of bread",
        "just the bread",
        "can I talk to a person?",
    ),
    (
        "a desk lamp",
        "something modern in white",
        "under 60",
        "thanks, that is all",
    ),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One turn as answered; seconds since the message. ``cards`` is None where none were shown."""

    exchange: Exchange
    cards: float | None
    whole: float
    violations: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=50, help="of all dialogues, at most")
    parser.add_argument("--beside", type=int, default=8, help="of them for LangChain's chain; or 0")
    parser.add_argument("--data-dir", type=Path, help="an index of that catalogue")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(data_dir=arguments.data_dir or indexed(Path(folder)).data_dir)
        measured = asyncio.run(measure(settings, arguments.turns))
        met = report(measured)
        if arguments.beside:
            met &= compare(settings, measured, arguments.beside)
    sys.exit(0 if met else 1)


def indexed(folder: Path) -> Settings:
    """Settings of a shop whose index lies in the folder, built where there is none."""
    settings = load_settings(data_dir=folder)
    index_catalogue(settings, CATALOGUE, faq=FAQ)
    return settings


async def measure(settings: Settings, most: int) -> list[Measured]:
    shop = build(settings)
    try:
        await answered(shop.dialogue, Turn("hello"))
        turns = track(_turns(), "answering", total=most, console=Console(stderr=True))
        measured: list[Measured] = []
        for first, text in islice(turns, most):
            turn = Turn(text) if first else following(measured[-1].exchange, text)
            measured.append(await answered(shop.dialogue, turn))
        return measured
    finally:
        await shop.aclose()


def _turns() -> Iterable[tuple[bool, str]]:
    """Each message, and whether it begins a dialogue."""
    for dialogue in DIALOGUES:
        for place, text in enumerate(dialogue):
            yield place == 0, text


async def answered(dialogue: Dialogue, turn: Turn) -> Measured:
    started = time.perf_counter()
    cards = None
    violations = 0
    async with aclosing(dialogue.run(turn)) as events:
        async for event in events:
            match event:
                case Shown() if event.recommendations:
                    cards = time.perf_counter() - started
                    violations += broken(event)
                case Exchange():
                    whole = time.perf_counter() - started
                    exchange = event
    return Measured(exchange, cards, whole, violations)


def broken(shown: Shown) -> int:
    """How many of the shown items break a hard constraint."""
    return sum(not shown.constraints.allows(each.item) for each in shown.recommendations)


def report(measured: Sequence[Measured]) -> bool:
    cards = [one.cards for one in measured if one.cards is not None]
    whole = [one.whole for one in measured]
    calls = [len(one.exchange.calls) for one in measured]
    tokens = [sum(call.prompt_tokens for call in one.exchange.calls) for one in measured]
    shown = sum(len(one.exchange.reply.recommendations) for one in measured)
    violations = sum(one.violations for one in measured)
    read = [one.exchange.timings["understood"] for one in measured]
    rows = [
        ("turns", f"{len(measured)}, {len(cards)} of them with products", "", True),
        ("message read", spread(read), "", True),
        (
            "first cards",
            spread(cards),
            f"p50 {FIRST_CARDS} s",
            bool(cards) and statistics.median(cards) <= FIRST_CARDS,
        ),
        ("whole reply", spread(whole), f"p50 {WHOLE} s", statistics.median(whole) <= WHOLE),
        ("model calls of a turn", f"at most {max(calls)}", f"{CALLS}", max(calls) <= CALLS),
        (
            "prompt tokens of a turn",
            f"p50 {statistics.median(tokens):.0f}, at most {max(tokens)}",
            f"{PROMPT_TOKENS}",
            max(tokens) <= PROMPT_TOKENS,
        ),
        ("violations", f"{violations} of {shown} items shown", "0", violations == 0),
    ]
    return tell("chatrec", rows)


def compare(settings: Settings, measured: Sequence[Measured], number: int) -> bool:
    """LangChain's chain on some of the turns, and how much later it is."""
    # Loaded after chatrec is measured: it serves without torch in its process.
    import torch
    from langchain_rag import ConversationalRag, LocalChat

    from chatrec.llm.dequantize import dequantized
    from chatrec.llm.models import SMOLLM2, Choice, model_path

    weights = model_path(settings, Choice("transformers", SMOLLM2.name, "", SMOLLM2))
    llm = LocalChat.load(dequantized(weights, settings.cache_dir), torch.bfloat16)
    products = [row for row in read_catalogue(CATALOGUE) if isinstance(row, Item)]
    chain = ConversationalRag(llm, open_embedder(settings), products)
    chain.ask(Turn("hello"))

    showing = [one for one in measured if one.cards is not None]
    step = max(1, len(showing) // number)
    chosen = showing[::step][:number]
    theirs = [
        chain.ask(one.exchange.turn)
        for one in track(chosen, "LangChain", console=Console(stderr=True))
    ]
    cards = statistics.median(one.cards for one in chosen if one.cards is not None)
    whole = statistics.median(one.whole for one in chosen)
    found = [one.found for one in theirs]
    finished = [one.whole for one in theirs]
    sooner_cards = statistics.median(found) / cards
    sooner_whole = statistics.median(finished) / whole
    rows = [
        ("turns", f"{len(chosen)} of those with products", "", True),
        ("items known", f"{spread(found)}; chatrec {cards:.2f} s", "", True),
        ("whole reply", f"{spread(finished)}; chatrec {whole:.2f} s", "", True),
        (
            "chatrec's cards sooner",
            f"{sooner_cards:.1f} times",
            f"{SOONER_CARDS:.0f} times",
            sooner_cards >= SOONER_CARDS,
        ),
        (
            "chatrec's reply sooner",
            f"{sooner_whole:.1f} times",
            f"{SOONER_WHOLE:.0f} times",
            sooner_whole >= SOONER_WHOLE,
        ),
    ]
    return tell("LangChain, same weights", rows)


def spread(seconds: Sequence[float]) -> str:
    """Median and 95th percentile."""
    if len(seconds) < 2:
        return ", ".join(f"{one:.2f} s" for one in seconds) or "none"
    high = statistics.quantiles(seconds, n=20)[-1]
    return f"p50 {statistics.median(seconds):.2f} s, p95 {high:.2f} s"


def tell(title: str, rows: Sequence[tuple[str, str, str, bool]]) -> bool:
    """Print a table of what was measured and its floors; whether all are met."""
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    table = Table(title=title, caption=f"{os.cpu_count()} cores, load averages {load}")
    for heading in ("what", "value", "floor", ""):
        table.add_column(heading)
    for what, value, floor, met in rows:
        table.add_row(what, value, floor, ("met" if met else "missed") if floor else "")
    Console().print(table)
    return all(met for *_, met in rows)


if __name__ == "__main__":
    main()
