"""How fast a catalogue is indexed and searched here, in one table.

    python tests/benchmarks/indexing.py [CATALOGUE] [--faq FILE]

Without a catalogue: ../shared/data/catalog_retail_demo_store. The index is built from nothing in a
temporary folder; the embedding model has to be in the cache already (it is fetched otherwise, and
the first row then includes that). Chroma's rows are its own query over the same vectors with the
price as metadata, k = 50. Exit status 1 when indexing falls below the floor of 150 items/s.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import chromadb
from chromadb.config import Settings as ChromaSettings
from rich.console import Console
from rich.table import Table

from chatrec.ports import Embedder
from chatrec.settings import load_settings
from chatrec.types import TYPE, Constraints, Item
from vectorstore.embed import open_embedder
from vectorstore.index import index_catalogue
from vectorstore.passages import passage
from vectorstore.source import Catalogue, open_index

FLOOR = 150.0
RETAIL = Path("../shared/data/catalog_retail_demo_store/products.jsonl")
QUERIES = (
    "red dress for a wedding", "running shoes", "a warm jacket for winter walks with the dog",
    "wireless headphones", "something to keep my coffee warm at the office", "leather handbag",
    "gift for my dad who likes fishing", "lamp", "kitchen knife set",
    "sofa for a small living room",
)  # fmt: skip
ROUNDS = 10
K = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("catalogue", nargs="?", type=Path, default=RETAIL)
    parser.add_argument("--faq", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        met = measure(arguments.catalogue, arguments.faq, Path(folder))
    sys.exit(0 if met else 1)


def measure(catalogue: Path, faq: Path | None, folder: Path) -> bool:
    settings = load_settings(data_dir=folder / "data")
    embedder = open_embedder(settings)
    cpu = time.process_time()
    report = index_catalogue(settings, catalogue, faq=faq, embedder=embedder)
    cpu = time.process_time() - cpu
    rate = report.vocabulary.size / report.seconds
    started = time.perf_counter()
    source = open_index(settings, embedder)
    opened = time.perf_counter() - started

    table = Table("what", "value", "floor")
    table.add_row("items", f"{report.vocabulary.size:,}", "")
    table.add_row("indexing with embedding", f"{rate:.0f} items/s", f"{FLOOR:.0f}")
    table.add_row(
        "processor time for it", f"{1000 * cpu / report.vocabulary.size:.1f} s / 1,000", ""
    )
    table.add_row("embedding alone", f"{embedding_rate(source, embedder):.0f} texts/s", "")
    table.add_row("opening the index", f"{opened:.2f} s", "")
    for name, milliseconds in latencies(source, embedder, folder):
        p50, p95 = statistics.median(milliseconds), statistics.quantiles(milliseconds, n=20)[-1]
        table.add_row(name, f"p50 {p50:.1f} ms, p95 {p95:.1f} ms", "")
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    table.caption = f"{os.cpu_count()} cores, load averages {load}"
    Console().print(table)
    return rate >= FLOOR


def embedding_rate(source: Catalogue, embedder: Embedder) -> float:
    found = asyncio.run(source.search("", Constraints(), 2000))
    texts = [passage(candidate.item) for candidate in found]
    started = time.perf_counter()
    embedder.embed(texts)
    return len(texts) / (time.perf_counter() - started)


def latencies(
    source: Catalogue, embedder: Embedder, folder: Path
) -> Iterator[tuple[str, list[float]]]:
    """Name and milliseconds of each kind of search, each with a query never seen before."""
    everything = asyncio.run(source.search("", Constraints(), 10**6))
    prices = sorted(candidate.item.price or 0.0 for candidate in everything)
    half, few = prices[len(prices) // 2], prices[len(prices) // 20]
    facet = source.vocabulary.facet(TYPE)
    types = tuple(value.label for value in facet.values[:2]) if facet else ()
    kinds = {
        "search, no constraint": Constraints(),
        "search, price keeps 50 %": Constraints(price_max=half),
        "search, price keeps 5 %": Constraints(price_max=few),
        "search, type and price": Constraints(category=types, price_max=half),
    }
    yield "embedding a query", timed(embedder.embed)

    async def search(constraints: Constraints) -> list[float]:
        spent = []
        for query in queries():
            started = time.perf_counter()
            await source.search(query[0], constraints, K)
            spent.append(1000 * (time.perf_counter() - started))
        return spent

    for name, constraints in kinds.items():
        yield name, asyncio.run(search(constraints))
    collection = chroma(source, embedder, folder)
    for name, where in (
        ("Chroma, no constraint", None),
        ("Chroma, price keeps 50 %", {"price": {"$lte": half}}),
        ("Chroma, price keeps 5 %", {"price": {"$lte": few}}),
    ):

        def ask(query: list[str], where: object = where) -> None:
            collection.query(query_embeddings=embedder.embed(query), n_results=K, where=where)

        yield name, timed(ask)


def queries() -> Iterator[list[str]]:
    for number in range(ROUNDS):
        for query in QUERIES:
            yield [f"{query} {number}"]


def timed(call: Callable[[list[str]], object]) -> list[float]:
    spent = []
    for query in queries():
        started = time.perf_counter()
        call(query)
        spent.append(1000 * (time.perf_counter() - started))
    return spent


def chroma(source: Catalogue, embedder: Embedder, folder: Path) -> chromadb.Collection:
    """The same items in a collection that has their prices as metadata."""
    client = chromadb.PersistentClient(
        str(folder / "chroma"), ChromaSettings(anonymized_telemetry=False)
    )
    collection = client.create_collection(
        "products", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )
    items = [c.item for c in asyncio.run(source.search("", Constraints(), 10**6))]
    for part in chunks(items, 1000):
        collection.add(
            ids=[item.id for item in part],
            embeddings=embedder.embed([passage(item) for item in part]),
            metadatas=[{"price": item.price if item.price is not None else -1.0} for item in part],
        )
    return collection


def chunks(values: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


if __name__ == "__main__":
    main()
