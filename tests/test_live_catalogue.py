"""A catalogue that is open: news of price and stock, and new runs of `chatrec index`."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from chatrec.live_dialogue import LiveDialogue
from chatrec.settings import Settings, load_settings
from chatrec.types import Constraints, Event, Item, Turn
from vectorstore.changes import Change
from vectorstore.disk import IndexFolder
from vectorstore.hashing import HashingEmbedder
from vectorstore.index import index_catalogue
from vectorstore.live_catalogue import LiveCatalogue
from vectorstore.source import Catalogue, open_index
from vectorstore.store import Store

ROWS = [
    {"id": "boot-41", "title": "Boot", "price": 80, "stock": 2, "size": "41", "parent_sku": "boot"},
    {"id": "boot-42", "title": "Boot", "price": 80, "stock": 1, "size": "42", "parent_sku": "boot"},
    {"id": "lamp", "title": "Desk lamp", "price": 25, "stock": 4},
    {"id": "cup", "title": "Blue cup", "price": 9, "stock": 4, "size": "S"},
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data")


def indexed(
    settings: Settings,
    rows: Sequence[dict[str, object]] = ROWS,
    embedder: HashingEmbedder | None = None,
    age: float = 60.0,
) -> Path:
    """Index these rows from a file that was written some seconds ago."""
    path = settings.data_dir.parent / "shop.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    os.utime(path, (time.time() - age, time.time() - age))
    index_catalogue(settings, path, embedder=embedder or HashingEmbedder())
    return path


def opened(settings: Settings) -> LiveCatalogue:
    return LiveCatalogue(settings, HashingEmbedder(), look_every=0.0)


async def found(live: LiveCatalogue, **wanted: object) -> list[str]:
    constraints = Constraints(**wanted)  # type: ignore[arg-type]
    return sorted(c.item.id for c in await live.search("", constraints, 100))


async def until_found(live: LiveCatalogue, ids: list[str]) -> None:
    async with asyncio.timeout(60):
        while await found(live) != ids:
            await asyncio.sleep(0.01)


async def test_news_stand_at_once_and_after_a_restart(settings: Settings) -> None:
    indexed(settings)
    live = opened(settings)
    assert await found(live, price_max=20.0) == ["cup"]
    unknown = await live.change(
        {"lamp": Change(price=15.0), "cup": Change(gone=True), "boot-42": Change(stock=0),
         "nobody": Change(price=1.0)}
    )  # fmt: skip
    assert unknown == {"nobody"}
    for now in (live, opened(settings)):
        assert await found(now) == ["boot-41", "lamp"]
        assert await found(now, price_max=20.0) == ["lamp"]
        assert await found(now, require={"size": ("42",)}) == []
        assert await now.count(Constraints(require={"size": ("41",)})) == 1
        assert [item.id for item in await now.items(["cup", "lamp"])] == ["lamp"]


async def test_news_that_are_out_of_date_leave_no_trace(settings: Settings) -> None:
    indexed(settings)
    standing = opened(settings).standing
    lamp, boot = await standing.items(["lamp", "boot-41"])
    then = standing.changed({"lamp": Change(price=1.0), "boot": Change(gone=True)})
    assert [item.price for item in await then.items(["lamp", "boot-41"])] == [1.0]
    assert await then.changed({}).items(["lamp", "boot-41"]) == [lamp, boot]
    assert await then.changed({}).count(Constraints(price_max=1.0)) == 0


async def test_news_of_another_process_are_heard(settings: Settings) -> None:
    indexed(settings)
    live, other = opened(settings), opened(settings)
    for price in (10.0, 11.0, 12.0):
        await other.change({"lamp": Change(price=price)})
        assert [item.price for item in await live.items(["lamp"])] == [price]


async def test_a_newer_file_goes_before_news_and_an_older_one_does_not(settings: Settings) -> None:
    indexed(settings)
    await opened(settings).change({"lamp": Change(price=15.0)})
    indexed(settings, [*ROWS, {"id": "new", "title": "Vase", "price": 5}], age=60)
    assert [item.price for item in await opened(settings).items(["lamp"])] == [15.0]
    indexed(settings, ROWS, age=-1)
    assert [item.price for item in await opened(settings).items(["lamp"])] == [25.0]


async def test_a_new_run_takes_the_place_of_the_old_one(settings: Settings) -> None:
    indexed(settings)
    live = opened(settings)
    before = live.standing
    indexed(settings, ROWS[2:])
    await until_found(live, ["cup", "lamp"])
    assert len(await before.search("", Constraints(), 100)) == 3  # a turn under way sees its own
    assert live.vocabulary.size == 2


class Slow(HashingEmbedder):
    """Another model, which waits in the middle of its work."""

    name = "slow"

    def __init__(self) -> None:
        super().__init__(dimension=32)
        self.begun, self.go_on = threading.Event(), threading.Event()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.begun.set()
        assert self.go_on.wait(60)
        return super().embed(texts)


async def test_searches_go_on_while_another_model_is_indexed(settings: Settings) -> None:
    indexed(settings)
    live = opened(settings)
    slow = Slow()
    run = threading.Thread(target=indexed, args=(settings, ROWS[1:], slow))
    run.start()
    assert await asyncio.to_thread(slow.begun.wait, 60)
    for _ in range(20):
        assert await found(live) == ["boot-41", "cup", "lamp"]
    assert not await live.change({"lamp": Change(price=15.0)})  # as it is being built
    slow.go_on.set()
    await asyncio.to_thread(run.join)
    assert sorted(i.id for i in await open_index(settings, slow).items(["boot-42", "lamp"]))
    assert [i.price for i in await open_index(settings, slow).items(["lamp"])] == [15.0]
    assert await found(live) == ["boot-41", "cup", "lamp"]  # its own model is not the index's


_DIE_BEFORE = """
import os, signal, sys
from pathlib import Path
from chatrec.settings import load_settings
from vectorstore.hashing import HashingEmbedder
from vectorstore.index import index_catalogue
from vectorstore.store import Store
from vectorstore.vectors import VectorStore

class Other(HashingEmbedder):
    name = "other"

def die(*given):
    os.kill(os.getpid(), signal.SIGKILL)

where, data_dir, catalogue = sys.argv[1:]
if where == "swap":
    Store.replace = die
elif where == "cleaning":
    VectorStore.drop_others = die
else:
    Other.embed = die
index_catalogue(load_settings(data_dir=Path(data_dir)), Path(catalogue), embedder=Other(32))
"""


class Other(HashingEmbedder):
    name = "other"

    def __init__(self) -> None:
        super().__init__(dimension=32)


@pytest.mark.parametrize(
    ("where", "stands"), [("embedding", "hashing"), ("swap", "hashing"), ("cleaning", "other")]
)
async def test_a_crash_on_the_way_to_another_model_leaves_a_whole_index(
    settings: Settings, where: str, stands: str
) -> None:
    path = indexed(settings)
    command = [sys.executable, "-c", _DIE_BEFORE, where, str(settings.data_dir), str(path)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    meta = Store(IndexFolder.of(settings.data_dir)).meta()
    assert meta is not None and meta.embedder == stands
    embedder = HashingEmbedder() if stands == "hashing" else Other()
    source = open_index(settings, embedder)
    assert len(await source.search("boot", Constraints(), 10)) == 3
    index_catalogue(settings, path, embedder=Other())  # the next run ends what this one began
    assert len(await open_index(settings, Other()).search("boot", Constraints(), 10)) == 3


class Recorded:
    """A dialogue that tells what it was asked over which catalogue."""

    asked: list[tuple[Catalogue, Turn]]

    def __init__(self, source: Catalogue) -> None:
        self._source = source

    async def run(self, turn: Turn) -> AsyncGenerator[Event]:
        self.asked.append((self._source, turn))
        for _ in ():
            yield _

    async def apply(self, turn: Turn, constraints: Constraints) -> AsyncGenerator[Event]:
        async with aclosing(self.run(turn)) as events:
            async for event in events:
                yield event


async def test_a_turn_knows_what_shown_items_cost_now(settings: Settings) -> None:
    indexed(settings)
    live = opened(settings)
    Recorded.asked = []
    dialogue = LiveDialogue(live.standing, live.current, Recorded)
    lamp, cup = await live.items(["lamp", "cup"])
    await live.change({"lamp": Change(price=15.0), "cup": Change(gone=True)})
    turn = Turn("how much is the first one?", shown=(lamp, cup))
    assert [event async for event in dialogue.run(turn)] == []
    assert [event async for event in dialogue.apply(turn, Constraints())] == []
    for source, seen in Recorded.asked:
        assert source is live.standing
        assert seen.shown == (replace(lamp, price=15.0), replace(cup, stock=0))
    assert len(Recorded.asked) == 2


async def test_a_broken_index_leaves_what_stands(settings: Settings) -> None:
    indexed(settings)
    live = opened(settings)
    IndexFolder.of(settings.data_dir).database.write_bytes(b"broken" * 100)
    assert await found(live) == ["boot-41", "cup", "lamp"]


def test_variants_are_kept_through_the_store(settings: Settings) -> None:
    indexed(settings)
    contents = Store(IndexFolder.of(settings.data_dir)).read()
    assert contents is not None
    boot: Item = contents.items[0].item
    assert [(v.id, v.sizes, v.stock) for v in boot.variants] == [
        ("boot-41", ("41",), 2),
        ("boot-42", ("42",), 1),
    ]
