"""How fast a search under constraints is, without the embedding, beside Chroma's own.

    python tests/benchmarks/search.py [--size N ...] [--catalogue FOLDER]

Sizes are made of the items and vectors of a real catalogue (../shared/data/chorus_electronics):
copies with vectors, prices and ids a little off. Chroma's rows are its own query over the same
vectors with price, brand and colour as metadata, and that of LangChain's `Chroma` over it; both
for sizes up to 100,000, which take minutes to put in. k = 50 everywhere. Then 64 readers at once,
each asking and waiting a second in turn, while another process changes 100 prices a second; and
what a million items take in memory. Exit status 1 where a floor is missed, or where an item that
breaks a constraint is found.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
import psutil
from chromadb.config import Settings as ChromaSettings
from langchain_chroma import Chroma
from langchain_rag import SameWeights
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from chatrec.ports import Embedder
from chatrec.settings import Settings, load_settings
from chatrec.types import COLOR, Constraints, Item
from vectorstore.changes import Change
from vectorstore.disk import IndexFolder
from vectorstore.embed import open_embedder
from vectorstore.fill import load
from vectorstore.index import index_catalogue
from vectorstore.live_catalogue import LiveCatalogue
from vectorstore.passages import passage
from vectorstore.remembering import Remembering
from vectorstore.source import Catalogue, open_index
from vectorstore.store import Store, StoredItem

FLOORS = {20_000: 8.0, 100_000: 25.0, 1_000_000: 200.0}  # milliseconds, p95
IN_CHROMA = 100_000
K = 50
ROUNDS = 3
READERS, READING_SECONDS, CHANGED = 64, 20, 20
NOISE = 0.02  # of each number of a vector; the copies' cosines to the original are about 0.93
QUERIES = (
    "bluetooth speaker", "laser printer", "case for my laptop", "usb c hub", "power bank",
    "headset with a microphone", "something to charge my phone in the car", "wd external drive",
    "a quiet black keyboard for the office that is not too expensive", "toner", "hdmi cable 2m",
    "i need a monitor for my desk, 27 inch, good for photos", "memory card for a camera",
    "replacement lamp for an epson projector", "dv7-1211ea", "noise cancelling headphones",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, action="append", help="20000 and 100000 unless told")
    parser.add_argument(
        "--catalogue", type=Path, default=Path("../shared/data/chorus_electronics/products.jsonl")
    )
    arguments = parser.parse_args()
    settings = load_settings()
    settings = load_settings(data_dir=settings.cache_dir / "benchmark-search")
    embedder = Remembering(open_embedder(settings))
    index_catalogue(settings, arguments.catalogue, embedder=embedder)
    shop = Shop.read(settings, embedder)
    met = [measure(shop, size) for size in arguments.size or [20_000, 100_000]]
    met.append(read_while_written(settings, embedder))
    fresh = multiprocessing.get_context("spawn").Process(
        target=tell_memory, args=(settings.data_dir,)
    )
    fresh.start()
    fresh.join()
    sys.exit(0 if all(met) else 1)


@dataclass(frozen=True, slots=True)
class Shop:
    """A real catalogue, to make bigger ones of."""

    source: Catalogue
    stored: Sequence[StoredItem]
    vectors: NDArray[np.float32]
    embedder: Embedder

    @classmethod
    def read(cls, settings: Settings, embedder: Embedder) -> Shop:
        folder = IndexFolder.of(settings.data_dir)
        contents = Store(folder).read()
        assert contents is not None
        found = load(folder, "products", contents.product_texts, embedder)
        vectors = np.stack([found[stored.vector_id] for stored in contents.items])
        return cls(open_index(settings, embedder), contents.items, vectors, embedder)

    def of_size(self, size: int) -> tuple[Catalogue, NDArray[np.float32]]:
        """A catalogue of so many items, and their vectors."""
        rng = np.random.default_rng(size)
        vectors = np.resize(self.vectors, (size, self.vectors.shape[1]))
        for start in range(0, size, 50_000):
            part = vectors[start : start + 50_000]
            part += rng.standard_normal(part.shape, np.float32) * np.float32(NOISE)
            part /= np.linalg.norm(part, axis=1, keepdims=True)
        factors = rng.uniform(0.9, 1.1, size)
        stored = [
            replace(one, item=replace(one.item, id=f"{row:07}", price=_times(one.item, factor)))
            for row, factor in enumerate(factors)
            for one in [self.stored[row % len(self.stored)]]
        ]
        source = self.source
        return Catalogue(stored, vectors, source.vocabulary, self.embedder, source.faq), vectors


def _times(item: Item, factor: float) -> float | None:
    return None if item.price is None else round(item.price * factor, 2)


@dataclass(frozen=True, slots=True)
class Filter:
    """One kind of constraint, for us and for Chroma."""

    name: str
    constraints: Constraints
    where: dict[str, Any] | None = None


def filters(items: Sequence[Item]) -> Iterator[Filter]:
    prices = sorted(item.price for item in items if item.price is not None)
    yield Filter("none", Constraints())
    for name, share in (("50 %", 0.5), ("5 %", 0.05), ("0.5 %", 0.005)):
        most = prices[int(share * len(prices))]
        yield Filter(f"price keeps {name}", Constraints(price_max=most), {"price": {"$lte": most}})
    pairs = Counter((i.brand, *i.values(COLOR)[:1]) for i in items if i.brand and i.values(COLOR))
    brand, colour = pairs.most_common(1)[0][0]
    facets = {"brand": (brand.casefold(),), COLOR: (colour,)}
    where = {"$and": [{"brand": brand}, {"color": colour}]}
    yield Filter("brand and colour", Constraints(require=facets), where)


def measure(shop: Shop, size: int) -> bool:
    """Print how long searches of a catalogue of this size take; whether floors are met."""
    shop.embedder.embed(QUERIES)
    source, vectors = shop.of_size(size)
    items = [c.item for c in asyncio.run(source.search("", Constraints(), size))]
    items.sort(key=lambda item: item.id)
    floor = FLOORS.get(size)
    table = Table(
        f"{size:,} items: p50 / p95 in ms", "kept", "chatrec", "processor", "Chroma", "LangChain"
    )
    kinds = list(filters(items))
    rows = {kind.name: [f"{asyncio.run(source.count(kind.constraints)):,}"] for kind in kinds}
    worst = wrong = 0.0
    for kind in kinds:
        spent, worked, broken = searched(source, kind.constraints)
        wrong += broken
        worst = max(worst, quantiles(spent)[1])
        rows[kind.name] += [told(spent), told(worked)]
    if size <= IN_CHROMA:
        with tempfile.TemporaryDirectory() as folder:
            for kind, *times in beside(shop.embedder, items, vectors, kinds, Path(folder)):
                rows[kind.name] += map(told, times)
    for name, row in rows.items():
        table.add_row(name, *row)
    table.caption = (
        f"worst p95 {worst:.1f} ms{f' (floor {floor:.0f})' if floor else ''}; {wrong:.0f} items "
        f"that break a constraint; {conditions()}"
    )
    Console().print(table)
    return not wrong and (floor is None or worst <= floor)


def searched(source: Catalogue, constraints: Constraints) -> tuple[list[float], list[float], int]:
    """Milliseconds of each search by the clock and of the processor; items that are not allowed."""

    async def ask() -> tuple[list[float], list[float], int]:
        spent, worked, wrong = [], [], 0
        for query in [QUERIES[0], *QUERIES * ROUNDS]:
            started, cpu = time.perf_counter(), time.process_time()
            found = await source.search(query, constraints, K)
            spent.append(1000 * (time.perf_counter() - started))
            worked.append(1000 * (time.process_time() - cpu))
            wrong += sum(not constraints.allows(candidate.item) for candidate in found)
        return spent[1:], worked[1:], wrong

    return asyncio.run(ask())


def beside(
    embedder: Embedder,
    items: Sequence[Item],
    vectors: NDArray[np.float32],
    kinds: Sequence[Filter],
    folder: Path,
) -> Iterator[tuple[Filter, list[float], list[float]]]:
    """For each kind milliseconds of Chroma's own query and of LangChain's over it."""
    client: Any = chromadb.PersistentClient(str(folder), ChromaSettings(anonymized_telemetry=False))
    collection = client.create_collection(
        "products", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )
    places = range(0, len(items) + 2000, 2000)
    for part in (slice(start, end) for start, end in pairwise(places)):
        collection.add(
            ids=[item.id for item in items[part]],
            embeddings=vectors[part],
            metadatas=[_metadata(item) for item in items[part]],
            documents=[passage(item) for item in items[part]],
        )
    chain = Chroma("products", client=client, embedding_function=SameWeights(embedder))
    for kind in kinds:

        def own(query: str, kind: Filter = kind) -> object:
            asked = embedder.embed([query])
            return collection.query(query_embeddings=asked, n_results=K, where=kind.where)

        def chained(query: str, kind: Filter = kind) -> object:
            return chain.similarity_search(query, k=K, filter=kind.where)

        yield kind, timed(own), timed(chained)
    client.close()


def _metadata(item: Item) -> dict[str, str | float]:
    known = {
        "price": item.price,
        "brand": item.brand,
        "color": next(iter(item.values(COLOR)), None),
    }
    return {name: value for name, value in known.items() if value is not None} or {"price": -1.0}


def timed(ask: Callable[[str], object]) -> list[float]:
    ask(QUERIES[0])
    spent = []
    for query in QUERIES:
        started = time.perf_counter()
        ask(query)
        spent.append(1000 * (time.perf_counter() - started))
    return spent


def read_while_written(settings: Settings, embedder: Embedder) -> bool:
    """Print what 64 readers at once see while prices change; whether all they saw was right."""
    context = multiprocessing.get_context("spawn")
    stop, written = context.Event(), context.Value("i", 0)
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder) / "data"
        shutil.copytree(settings.data_dir, data_dir)
        source = LiveCatalogue(load_settings(data_dir=data_dir), embedder)
        table = Table(
            f"{READERS} readers, {source.vocabulary.size:,} items", "searches", "p50 / p95 in ms"
        )
        alone, wrong = asyncio.run(readers(source))
        table.add_row("alone", f"{len(alone):,}", told(alone))
        writer = context.Process(target=change_prices, args=(data_dir, stop, written))
        writer.start()
        while not written.value and writer.is_alive():
            time.sleep(0.1)
        beside, broken = asyncio.run(readers(source))
        table.add_row("while prices change", f"{len(beside):,}", told(beside))
        stop.set()
        writer.join()
    wrong += broken
    table.caption = (
        f"{written.value} times {CHANGED} prices changed; {wrong} wrong items; {conditions()}"
    )
    Console().print(table)
    return not wrong and written.value > 0


async def readers(source: LiveCatalogue) -> tuple[list[float], int]:
    """Milliseconds of each search, and how many items were not allowed."""
    items = [c.item for c in await source.search("", Constraints(), source.vocabulary.size)]
    kinds = list(filters(items))
    end = time.perf_counter() + READING_SECONDS
    spent: list[float] = []

    async def read(seed: int) -> int:
        rng, wrong = random.Random(seed), 0
        while time.perf_counter() < end:
            await asyncio.sleep(rng.uniform(0.5, 1.5))
            kind, query = rng.choice(kinds), rng.choice(QUERIES)
            started = time.perf_counter()
            found = await source.search(query, kind.constraints, K)
            spent.append(1000 * (time.perf_counter() - started))
            wrong += sum(not kind.constraints.allows(candidate.item) for candidate in found)
        return wrong

    return spent, sum(await asyncio.gather(*map(read, range(READERS))))


def change_prices(data_dir: Path, stop: Event, written: Any) -> None:
    """Change some prices five times a second until it is told to stop."""
    store, rng = Store(IndexFolder.of(data_dir)), random.Random(1)
    contents = store.read()
    assert contents is not None
    items = [stored.item for stored in contents.items]
    while not stop.is_set():
        drawn = rng.sample(items, min(CHANGED, len(items)))
        news = {item.id: Change(price=_times(item, rng.uniform(0.5, 2))) for item in drawn}
        store.change(news, time.time())
        written.value += 1
        time.sleep(0.2)


def tell_memory(data_dir: Path) -> None:
    """Print what a second catalogue takes: the first brings what does not grow with items."""
    settings = load_settings(data_dir=data_dir)
    embedder = open_embedder(settings)
    first = open_index(settings, embedder)
    gc.collect()
    before = psutil.Process().memory_info().rss
    source = open_index(settings, embedder)
    gc.collect()
    size = source.vocabulary.size
    taken = (psutil.Process().memory_info().rss - before) / size
    vectors = embedder.dimension * (4 + 1)
    print(
        f"memory of a million items: {taken / 1000:.1f} GB, of which vectors {vectors / 1000:.1f} "
        f"(measured on {first.vocabulary.size:,})"
    )


def quantiles(spent: Sequence[float]) -> tuple[float, float]:
    p50, p95 = np.quantile(spent, [0.5, 0.95])
    return float(p50), float(p95)


def told(spent: Sequence[float]) -> str:
    p50, p95 = quantiles(spent)
    return f"{p50:.1f} / {p95:.1f}"


def conditions() -> str:
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    return f"{os.cpu_count()} cores, load averages {load}"


if __name__ == "__main__":
    main()
