"""Indexing: what goes in, what a second run does, and what is left when a run does not end well."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from chatrec.errors import CatalogueError, IndexMismatch, SetupError, StorageError
from chatrec.settings import Settings, load_settings
from chatrec.types import Constraints
from vectorstore.changes import Change
from vectorstore.disk import IndexFolder
from vectorstore.faq_head import background
from vectorstore.hashing import HashingEmbedder
from vectorstore.index import Changes, IndexReport, index_catalogue
from vectorstore.live_faq import LiveFaq
from vectorstore.source import open_index
from vectorstore.store import Store
from vectorstore.topics import topic_phrases
from vectorstore.vectors import open_vectors

ROWS = [
    {"id": "a", "title": "Red leather boot", "description": "For winter.", "price": 80},
    {"id": "b", "title": "Desk lamp", "description": "Warm light.", "price": 25.5},
    {"id": "c", "title": "Blue boot", "description": "Of canvas.", "price": 40},
]
FAQ = [
    {"id": "returns", "question": "Can I return an item?", "answer": "Within 30 days."},
    {"id": "shipping", "question": "How long is delivery?", "answer": "Three days."},
]


class Counting(HashingEmbedder):
    """Remembers what it was asked for, and can be pulled out of the wall after some texts."""

    def __init__(self, stop_after: int | None = None, name: str = "hashing") -> None:
        super().__init__()
        self.name = name
        self.texts: list[str] = []
        self._left = stop_after

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self._left is not None:
            self._left -= len(texts)
            if self._left < 0:
                raise KeyboardInterrupt
        self.texts += texts
        return super().embed(texts)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data")


def write(path: Path, rows: Sequence[object]) -> Path:
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def many(count: int, word: str = "thing") -> list[dict[str, object]]:
    return [{"id": f"n{n:05}", "title": f"{word} number {n}", "price": n} for n in range(count)]


def index(
    settings: Settings,
    tmp_path: Path,
    rows: Sequence[object] | None = ROWS,
    faq: Sequence[object] | None = None,
    embedder: HashingEmbedder | None = None,
) -> IndexReport:
    return index_catalogue(
        settings,
        None if rows is None else write(tmp_path / "products.jsonl", rows),
        faq=None if faq is None else write(tmp_path / "faq.jsonl", faq),
        embedder=embedder or HashingEmbedder(),
    )


async def found(settings: Settings, query: str = "boot") -> list[str]:
    source = open_index(settings, HashingEmbedder())
    return [c.item.id for c in await source.search(query, Constraints(), 10_000)]


async def test_what_was_indexed_can_be_searched(settings: Settings, tmp_path: Path) -> None:
    report = index(settings, tmp_path, faq=FAQ)
    assert report.items == Changes(added=3)
    assert report.faq == Changes(added=2)
    source = open_index(settings, HashingEmbedder())
    assert [c.item.id for c in await source.search("a lamp for my desk", Constraints(), 1)] == ["b"]
    assert [i.price for i in await source.items(["b"])] == [25.5]
    assert source.vocabulary == report.vocabulary
    assert source.vocabulary.size == 3
    matches = await source.faq.search("may i return it?", 5)
    assert [m.entry.id for m in matches] == ["returns", "shipping"]
    assert 1 >= matches[0].score > matches[1].score >= 0


def test_a_second_run_does_nothing(settings: Settings, tmp_path: Path) -> None:
    index(settings, tmp_path, faq=FAQ)
    embedder = Counting()
    report = index(settings, tmp_path, faq=FAQ, embedder=embedder)
    assert report.same
    assert report.items == Changes(unchanged=3)
    assert report.faq == Changes(unchanged=2)
    assert embedder.texts == []


async def test_a_changed_file_touches_only_what_changed(settings: Settings, tmp_path: Path) -> None:
    index(settings, tmp_path)
    changed = [
        ROWS[0] | {"price": 60},
        ROWS[1] | {"title": "Floor lamp"},
        {"id": "d", "title": "Sofa"},
    ]
    embedder = Counting()
    report = index(settings, tmp_path, changed, embedder=embedder)
    assert report.items == Changes(added=1, changed=2, removed=1, unchanged=0)
    assert len(embedder.texts) == report.embedded == 2  # a new price needs no new vector
    assert sorted(await found(settings)) == ["a", "b", "d"]
    source = open_index(settings, HashingEmbedder())
    assert [(i.price, i.title) for i in await source.items(["a", "b", "c"])] == [
        (60, "Red leather boot"),
        (25.5, "Floor lamp"),
    ]
    folder = IndexFolder.of(settings.data_dir)
    with open_vectors(folder) as vectors:
        assert len(vectors.of("products", "hashing").ids()) == 3  # the old ones are gone


async def test_the_faq_alone_can_be_indexed_again(settings: Settings, tmp_path: Path) -> None:
    index(settings, tmp_path, faq=FAQ)
    report = index(settings, tmp_path, rows=None, faq=FAQ[:1])
    assert report.items is None
    assert report.faq == Changes(removed=1, unchanged=1)
    assert sorted(await found(settings)) == ["a", "b", "c"]
    source = open_index(settings, HashingEmbedder())
    assert [m.entry.id for m in await source.faq.search("delivery", 5)] == ["returns"]


async def test_the_catalogue_alone_leaves_the_faq(settings: Settings, tmp_path: Path) -> None:
    index(settings, tmp_path, faq=FAQ)
    assert index(settings, tmp_path, ROWS[:1]).faq is None
    source = open_index(settings, HashingEmbedder())
    assert len(await source.faq.search("delivery", 5)) == 2


async def test_broken_rows_are_named_and_the_rest_goes_in(
    settings: Settings, tmp_path: Path
) -> None:
    rows = [ROWS[0], "{not json", {"id": "x"}, {"id": "y", "title": "Chair", "price": -1}, ROWS[1]]
    report = index(settings, tmp_path, rows)
    assert [error.line for error in report.errors] == [2, 3, 4]
    assert all(error.reason for error in report.errors)
    assert sorted(await found(settings)) == ["a", "b"]


async def test_a_useless_file_leaves_the_index_as_it_was(
    settings: Settings, tmp_path: Path
) -> None:
    index(settings, tmp_path)
    for useless in ([], ["{"], [{"id": "x"}]):
        with pytest.raises(CatalogueError):
            index(settings, tmp_path, useless)
    with pytest.raises(CatalogueError, match="nowhere"):
        index_catalogue(settings, tmp_path / "nowhere.jsonl", embedder=HashingEmbedder())
    assert sorted(await found(settings)) == ["a", "b", "c"]


async def test_a_title_is_data_whatever_it_looks_like(settings: Settings, tmp_path: Path) -> None:
    title = "'; DROP TABLE items; -- <script>alert(1)</script> {{ 7*7 }}"
    index(settings, tmp_path, [*ROWS, {"id": "'\"; --", "title": title}])
    assert "'\"; --" in await found(settings, "script alert")
    assert len(await found(settings)) == 4


def test_a_run_that_was_stopped_goes_on_where_it_was(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        index(settings, tmp_path, many(1200), embedder=Counting(stop_after=1100))
    with pytest.raises(SetupError, match="chatrec index"):
        open_index(settings, HashingEmbedder())
    embedder = Counting()
    report = index(settings, tmp_path, many(1200), embedder=embedder)
    assert report.items == Changes(added=1200)
    assert len(embedder.texts) == 1200 - 1024


def made(embedder: Counting) -> list[str]:
    """The texts embedded for the index, without those that only tell how sure a find is."""
    unrelated = set(background())
    return [text for text in embedder.texts if text not in unrelated]


async def test_the_old_index_answers_until_the_new_one_is_done(
    settings: Settings, tmp_path: Path
) -> None:
    index(settings, tmp_path, many(700, "chair"))
    changed = many(600, "table")
    with pytest.raises(KeyboardInterrupt):
        index(settings, tmp_path, changed, embedder=Counting(stop_after=550))
    source = open_index(settings, embedder := Counting())
    assert made(embedder) == []  # every old vector is still there
    old = await source.search("chair", Constraints(), 1000)
    assert len(old) == 700 and all("chair" in c.item.title for c in old)
    index(settings, tmp_path, changed)
    assert len(await found(settings, "table")) == 600


_INDEX_AND_HANG = """
import sys, time
from pathlib import Path
from chatrec.settings import load_settings
from vectorstore.hashing import HashingEmbedder
from vectorstore.index import index_catalogue

class Hanging(HashingEmbedder):
    def embed(self, texts):
        if len(texts) < 512:
            time.sleep(600)
        return super().embed(texts)

def progress(stage, done, total):
    print(stage, done, flush=True)

settings = load_settings(data_dir=Path(sys.argv[1]))
index_catalogue(settings, Path(sys.argv[2]), progress=progress, embedder=Hanging())
"""


async def test_a_killed_process_loses_nothing_and_locks_nobody_out(
    settings: Settings, tmp_path: Path
) -> None:
    index(settings, tmp_path)
    catalogue = write(tmp_path / "many.jsonl", many(1100))
    command = [sys.executable, "-c", _INDEX_AND_HANG, str(settings.data_dir), str(catalogue)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("embedding 1024"):
                break
        with pytest.raises(StorageError, match=str(process.pid)):
            index_catalogue(settings, catalogue, embedder=HashingEmbedder())
        process.send_signal(signal.SIGKILL)
    assert sorted(await found(settings)) == ["a", "b", "c"]
    embedder = Counting()
    report = index_catalogue(settings, catalogue, embedder=embedder)
    assert report.items == Changes(added=1100, removed=3)
    assert len(embedder.texts) == 1100 - 1024
    assert len(await found(settings, "thing")) == 1100


def test_an_index_of_another_embedder_is_refused_and_can_be_rebuilt(
    settings: Settings, tmp_path: Path
) -> None:
    index(settings, tmp_path, faq=FAQ)
    with pytest.raises(IndexMismatch, match=r"'hashing'.*'other'.*chatrec index"):
        open_index(settings, Counting(name="other"))
    report = index(settings, tmp_path, embedder=Counting(name="other"))
    assert not report.same
    assert report.embedded == 3 + 2 * 3 + len(
        topic_phrases()
    )  # the FAQ, whose file was not named, too
    open_index(settings, Counting(name="other"))
    with pytest.raises(IndexMismatch):
        open_index(settings, HashingEmbedder())


def test_an_index_of_another_format_is_refused_and_can_be_rebuilt(
    settings: Settings, tmp_path: Path
) -> None:
    index(settings, tmp_path)
    with closing(sqlite3.connect(IndexFolder.of(settings.data_dir).database)) as db, db:
        db.execute("UPDATE meta SET format = 0")
    with pytest.raises(IndexMismatch, match=r"format 0.*chatrec index"):
        open_index(settings, HashingEmbedder())
    assert not index(settings, tmp_path).same
    open_index(settings, HashingEmbedder())


def test_a_version_that_learns_otherwise_learns_anew_and_embeds_nothing(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index(settings, tmp_path)
    monkeypatch.setattr("vectorstore.inputs.way_of_learning", lambda: "another")
    embedder = Counting()
    report = index(settings, tmp_path, embedder=embedder)
    assert not report.same
    assert report.items == Changes(unchanged=3)
    assert embedder.texts == []


def test_no_index_says_how_to_make_one(settings: Settings) -> None:
    with pytest.raises(SetupError, match="chatrec index CATALOGUE"):
        open_index(settings, HashingEmbedder())


async def test_lost_vectors_are_made_again(settings: Settings, tmp_path: Path) -> None:
    index(settings, tmp_path, faq=FAQ)
    shutil.rmtree(IndexFolder.of(settings.data_dir).chroma)
    embedder = Counting()
    source = open_index(settings, embedder)
    assert set(topic_phrases()) <= set(embedder.texts)
    assert len(set(made(embedder)).difference(topic_phrases())) == 3 + 2 * 3
    assert [c.item.id for c in await source.search("desk lamp", Constraints(), 1)] == ["b"]
    open_index(settings, again := Counting())
    assert made(again) == []  # they were put back


async def test_an_open_catalogue_is_not_disturbed_by_a_new_run(
    settings: Settings, tmp_path: Path
) -> None:
    index(settings, tmp_path, faq=FAQ)
    source = open_index(settings, HashingEmbedder())
    index(settings, tmp_path, many(5), faq=FAQ)
    assert len(await source.search("boot", Constraints(), 100)) == 3


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="ascii")
    with pytest.raises(StorageError, match="file"):
        index(load_settings(data_dir=tmp_path / "file"), tmp_path)


def test_a_folders_name_is_no_cause(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path / "full-range")
    with pytest.raises(StorageError, match="make it writable"), folder.explained():
        raise PermissionError(13, "Permission denied", str(folder.path))


def test_a_damaged_index_says_so(settings: Settings, tmp_path: Path) -> None:
    index(settings, tmp_path)
    IndexFolder.of(settings.data_dir).database.write_bytes(b"no database" * 1000)
    with pytest.raises(StorageError, match="damaged"):
        open_index(settings, HashingEmbedder())
    with pytest.raises(StorageError, match="damaged"):
        index(settings, tmp_path)


def test_nothing_to_index_is_an_error(settings: Settings) -> None:
    with pytest.raises(CatalogueError):
        index_catalogue(settings)


def test_the_store_gives_back_what_it_was_given(settings: Settings, tmp_path: Path) -> None:
    rows = [
        {
            "id": "x", "title": "Ünïcode 🙂", "price": 0.1, "rating": 4.5, "stock": 3, "brand": "B",
            "category": ["a", "b"], "waterproof": True, "sizes": ["s", "m"], "weight": "1.5 kg",
        }
    ]  # fmt: skip
    index(settings, tmp_path, rows, faq=[FAQ[0] | {"paraphrases": ["send back"], "source": "u"}])
    first = Store(IndexFolder.of(settings.data_dir)).read()
    assert first is not None
    index(settings, tmp_path, [*rows, ROWS[0]])
    second = Store(IndexFolder.of(settings.data_dir)).read()
    assert second is not None
    assert first.items[0].item.attributes == second.items[1].item.attributes
    assert first.entries == second.entries
    assert first.entries[0].entry.paraphrases == ("send back",)


async def test_news_of_prices_are_none_of_the_faq(settings: Settings, tmp_path: Path) -> None:
    index(settings, tmp_path, faq=FAQ)
    folder = IndexFolder.of(settings.data_dir)
    read = Store(folder).read_faq()
    assert read is not None
    faq = LiveFaq(folder, read[1], HashingEmbedder(), look_every=0.0)
    before = await faq.search("delivery", 5)
    Store(folder).change({"a": Change(price=7.0)}, 1.0)
    after = await faq.search("delivery", 5)
    assert [match.entry for match in after] == [match.entry for match in before]
    assert all(one.entry is other.entry for one, other in zip(after, before, strict=True))


async def test_an_open_faq_follows_the_index(settings: Settings, tmp_path: Path) -> None:
    index(settings, tmp_path, faq=FAQ)
    folder = IndexFolder.of(settings.data_dir)
    read = Store(folder).read_faq()
    assert read is not None
    faq = LiveFaq(folder, read[1], HashingEmbedder(), look_every=0.0)
    assert len(await faq.search("delivery", 5)) == 2
    index(settings, tmp_path, rows=None, faq=FAQ[:1])
    assert [match.entry.id for match in await faq.search("delivery", 5)] == ["returns"]
    folder.database.write_bytes(b"broken")
    assert [match.entry.id for match in await faq.search("delivery", 5)] == ["returns"]
