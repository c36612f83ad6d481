"""Watching files: each change once, when it is at rest; what is beside them is left alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from vectorstore.watching import turns


class Watch:
    """Turns as they come, counted in a thread."""

    def __init__(self, *paths: Path) -> None:
        self._stop = threading.Event()
        self._seen = threading.Semaphore(0)
        self._begun = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(paths,))
        self._thread.start()
        assert self._begun.wait(60)

    def _run(self, paths: tuple[Path, ...]) -> None:
        for _ in turns(paths, self._stop, at_rest=0.05):
            if self._begun.is_set():
                self._seen.release()
            self._begun.set()

    def sees(self, within: float = 60.0) -> bool:
        return self._seen.acquire(timeout=within)

    def rest(self) -> int:
        """The turns until there are no more."""
        return sum(iter(partial(self.sees, within=0.6), False))

    def close(self) -> None:
        self._stop.set()
        self._thread.join(60)
        assert not self._thread.is_alive()


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Watch, Path, Path]]:
    file = tmp_path / "shop.csv"
    file.write_text("id,title\n", encoding="utf-8")
    pages = tmp_path / "pages"
    (pages / "inner").mkdir(parents=True)
    watch = Watch(file, pages)
    yield watch, file, pages
    watch.close()


def test_it_looks_anyway_from_time_to_time(tmp_path: Path) -> None:
    file = tmp_path / "shop.csv"
    file.touch()
    looks = turns([file], look_anyway=0.01)
    for _ in range(3):
        next(looks)


def test_changes_are_seen_and_neighbours_are_not(watched: tuple[Watch, Path, Path]) -> None:
    watch, file, pages = watched
    with file.open("a", encoding="utf-8") as opened:
        for number in range(20):  # one change in many pieces
            opened.write(f"{number},Boot\n")
            opened.flush()
    assert watch.sees()
    assert watch.rest() < 10  # one for each time that the writer was kept waiting
    (file.parent / "beside.csv").write_text("x", encoding="utf-8")
    assert not watch.sees(within=0.6)
    fresh = file.with_suffix(".new")
    fresh.write_text("id,title\n", encoding="utf-8")
    fresh.replace(file)
    assert watch.sees()
    (pages / "inner" / "boot.html").write_text("<p>", encoding="utf-8")
    assert watch.sees()
