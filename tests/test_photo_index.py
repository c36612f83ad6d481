"""Pictures in the index: what is looked at, what a second run does, what a bad picture costs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from made_pictures import Averaging, drawn, encoded, picture
from tiny_clip import saved

from chatrec.errors import IndexMismatch, ModelUnavailable
from chatrec.pictures import decoded
from chatrec.settings import PhotoSettings, Settings, load_settings
from chatrec.types import Constraints
from vectorstore.disk import IndexFolder
from vectorstore.hashing import HashingEmbedder
from vectorstore.index import IndexReport, index_catalogue
from vectorstore.live_catalogue import LiveCatalogue
from vectorstore.pictures.fill import Seen
from vectorstore.source import Catalogue, open_index
from vectorstore.vectors import open_vectors


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(tmp_path_factory.mktemp("clip"))


@pytest.fixture
def settings(tmp_path: Path, clip: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data", photos=PhotoSettings(model=str(clip)))


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """Six lamps with pictures beside the file."""
    return write(tmp_path, [row(number) for number in range(6)])


def row(number: int, **other: object) -> dict[str, object]:
    title = f"Lamp {number}"
    return {
        "id": f"n{number}",
        "title": title,
        "image_url": f"p/{number}.png",
        "price": number,
    } | other


def write(folder: Path, rows: Sequence[dict[str, object]]) -> Path:
    (folder / "p").mkdir(exist_ok=True)
    for each in rows:
        file = folder / str(each["image_url"])
        if file.suffix == ".png" and not file.exists():
            file.write_bytes(encoded(drawn(int(str(each["id"])[1:]))))
    path = folder / "products.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    return path


def index(settings: Settings, path: Path, looks: Averaging | None = None) -> IndexReport:
    return index_catalogue(settings, path, embedder=HashingEmbedder(), pictures=looks)


def seen(report: IndexReport) -> Seen:
    assert report.pictures is not None
    return report.pictures


def opened(settings: Settings, looks: Averaging | None = None) -> Catalogue:
    return open_index(settings, HashingEmbedder(), pictures=looks)


async def nearest(source: Catalogue, number: int, k: int = 1) -> list[str]:
    found = await source.search("", Constraints(), k, picture(number))
    return [candidate.item.id for candidate in found]


async def test_the_same_picture_finds_its_item_first(settings: Settings, catalogue: Path) -> None:
    report = index(settings, catalogue)
    assert seen(report).looked_at == len(seen(report).vector_ids) == 6
    assert seen(report).missed == ()
    source = opened(settings)
    assert source.takes_photos
    for number in range(6):
        assert await nearest(source, number) == [f"n{number}"]


async def test_a_photo_of_the_picture_finds_it_too(settings: Settings, catalogue: Path) -> None:
    index(settings, catalogue)
    source = opened(settings)
    for number in range(6):
        photo = decoded(encoded(drawn(number).resize((50, 50)), "JPEG"), 1_000_000)
        found = await source.search("", Constraints(), 1, photo)
        assert [candidate.item.id for candidate in found] == [f"n{number}"]


async def test_without_a_model_there_are_no_pictures(tmp_path: Path, catalogue: Path) -> None:
    off = load_settings(data_dir=tmp_path / "data")
    assert index(off, catalogue).pictures is None
    source = opened(off)
    assert not source.takes_photos
    assert await source.search("", Constraints(), 9, picture(1)) == []
    with open_vectors(IndexFolder.of(off.data_dir)) as vectors:
        assert not [n for n in collections(vectors) if n.startswith("pictures")]


def collections(vectors: object) -> list[str]:
    return [each.name for each in vectors._client.list_collections()]  # type: ignore[attr-defined]


def test_vectors_of_pictures_lie_in_a_collection_of_their_own(
    settings: Settings, catalogue: Path
) -> None:
    index(settings, catalogue)
    with open_vectors(IndexFolder.of(settings.data_dir)) as vectors:
        kinds = sorted(name.partition("-")[0] for name in collections(vectors))
        assert kinds == ["faq", "pictures", "products"]
        assert len(vectors.of("pictures", settings.photos.model).ids()) == 6


def test_a_second_run_looks_at_nothing(settings: Settings, catalogue: Path) -> None:
    index(settings, catalogue, Averaging())
    looks = Averaging()
    assert index(settings, catalogue, looks).same
    assert looks.looked_at == 0


async def test_only_a_changed_picture_is_looked_at_again(
    settings: Settings, catalogue: Path
) -> None:
    index(settings, catalogue, Averaging())
    (catalogue.parent / "p" / "2.png").write_bytes(encoded(drawn(77)))
    looks = Averaging()
    report = index(settings, catalogue, looks)
    assert seen(report).looked_at == looks.looked_at == 1
    assert report.embedded == 0
    assert await nearest(opened(settings, looks), 77) == ["n2"]
    with open_vectors(IndexFolder.of(settings.data_dir)) as vectors:
        assert len(vectors.of("pictures", looks.name).ids()) == 6  # the old one is gone


def test_other_changes_of_an_item_leave_its_picture(settings: Settings, catalogue: Path) -> None:
    index(settings, catalogue, Averaging())
    write(catalogue.parent, [row(n, title=f"Torch {n}") for n in range(5)])
    looks = Averaging()
    report = index(settings, catalogue, looks)
    assert looks.looked_at == 0 and len(seen(report).vector_ids) == 5


def test_a_picture_that_moved_or_is_shared_is_looked_at_once(
    settings: Settings, catalogue: Path
) -> None:
    index(settings, catalogue, Averaging())
    (catalogue.parent / "p" / "0.png").rename(catalogue.parent / "p" / "moved.png")
    write(catalogue.parent, [row(n, image_url="p/moved.png") for n in range(3)])
    looks = Averaging()
    report = index(settings, catalogue, looks)
    assert looks.looked_at == 0
    assert len(set(seen(report).vector_ids.values())) == 1 and len(seen(report).vector_ids) == 3


def test_the_faq_alone_leaves_the_pictures(
    settings: Settings, catalogue: Path, tmp_path: Path
) -> None:
    index(settings, catalogue, Averaging())
    faq = tmp_path / "faq.jsonl"
    faq.write_text('{"id": "r", "question": "Returns?", "answer": "Yes."}\n', encoding="utf-8")
    index_catalogue(settings, faq=faq, embedder=HashingEmbedder())
    looks = Averaging()
    assert opened(settings, looks).takes_photos
    assert index(settings, catalogue, looks).same


async def test_another_model_is_refused_and_then_looks_anew(
    settings: Settings, catalogue: Path
) -> None:
    index(settings, catalogue, Averaging())
    with pytest.raises(IndexMismatch, match=r"photos\.model is 'other'.*'averaging'"):
        opened(settings, Averaging("other"))
    looks = Averaging("other")
    assert seen(index(settings, catalogue, looks)).looked_at == 6
    assert await nearest(opened(settings, looks), 3) == ["n3"]
    with open_vectors(IndexFolder.of(settings.data_dir)) as vectors:
        assert len([n for n in collections(vectors) if n.startswith("pictures")]) == 1


def test_an_index_from_before_says_how_to_get_pictures(
    settings: Settings, tmp_path: Path, catalogue: Path
) -> None:
    index(load_settings(data_dir=settings.data_dir), catalogue)
    with pytest.raises(IndexMismatch, match="looked at by none: run `chatrec index CATALOGUE`"):
        opened(settings, Averaging())
    assert seen(index(settings, catalogue, Averaging())).looked_at == 6


async def test_a_model_that_is_taken_away_takes_the_vectors_with_it(
    settings: Settings, catalogue: Path
) -> None:
    index(settings, catalogue, Averaging())
    off = load_settings(data_dir=settings.data_dir)
    assert not opened(off).takes_photos
    assert not index(off, catalogue).same
    with open_vectors(IndexFolder.of(settings.data_dir)) as vectors:
        assert not [name for name in collections(vectors) if name.startswith("pictures")]


def test_a_model_that_cannot_be_had_leaves_the_index(
    settings: Settings, catalogue: Path, tmp_path: Path
) -> None:
    index(settings, catalogue, Averaging())
    wrong = settings.model_copy(update={"photos": PhotoSettings(model=str(tmp_path / "no"))})
    with pytest.raises(ModelUnavailable, match=r"photos\.model"):
        index(wrong, catalogue)
    assert opened(settings, Averaging()).takes_photos


async def test_a_bad_picture_is_named_and_costs_its_item_nothing_else(
    settings: Settings, catalogue: Path
) -> None:
    folder = catalogue.parent
    outside = folder.parent / f"{folder.name}-outside.png"
    outside.write_bytes(encoded(drawn(9)))
    (folder / "p" / "broken.jpg").write_bytes(encoded(drawn(1), "JPEG")[:400])
    (folder / "p" / "vector.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "p" / "large.webp").write_bytes(b"x" * (settings.photos.max_bytes + 1))
    (folder / "p" / "link.jpg").symlink_to(outside)
    bad = {
        "p/missing.jpg": "cannot be read",
        "p/broken.jpg": "no JPEG, PNG or WebP",
        "p/vector.svg": "no JPEG, PNG or WebP",
        "p/large.webp": "photos.max_bytes",
        f"../{outside.name}": "outside of the catalogue's folder",
        "p/link.jpg": "outside of the catalogue's folder",
        "http://[": "address",
    }
    rows = [row(number) for number in range(2)]
    rows += [row(10 + n, image_url=link) for n, link in enumerate(bad)]
    rows += [row(30, image_url=None)]
    looks = Averaging()
    report = index(settings, write(folder, rows), looks)
    reasons = {missed.link: missed.reason for missed in seen(report).missed}
    assert reasons.keys() == bad.keys()
    for link, why in bad.items():
        assert why in reasons[link], (link, reasons[link])
    assert sorted(seen(report).vector_ids) == ["n0", "n1"]
    source = opened(settings, looks)
    assert len(await source.search("lamp", Constraints(), 99)) == len(rows)
    assert sorted(await nearest(source, 0, k=99)) == ["n0", "n1"]
    assert index(settings, catalogue, looks).same  # what does not change is not tried again


async def test_a_broken_picture_is_looked_at_when_it_is_mended(
    settings: Settings, catalogue: Path
) -> None:
    file = catalogue.parent / "p" / "1.png"
    file.write_bytes(b"half")
    assert len(seen(index(settings, catalogue, Averaging())).missed) == 1
    file.write_bytes(encoded(drawn(1)))
    looks = Averaging()
    assert seen(index(settings, catalogue, looks)).missed == ()
    assert looks.looked_at == 1 and await nearest(opened(settings, looks), 1) == ["n1"]


def test_pictures_that_the_shop_serves_itself_are_found(settings: Settings, tmp_path: Path) -> None:
    served = settings.data_dir / "pictures"
    served.mkdir(parents=True)
    (served / "my lamp.png").write_bytes(encoded(drawn(1)))
    path = tmp_path / "products.jsonl"
    given = {"id": "a", "title": "Lamp", "image_url": "/pictures/my%20lamp.png?v=2"}
    path.write_text(json.dumps(given) + "\n", encoding="utf-8")
    assert seen(index(settings, path, Averaging())).missed == ()


def test_a_run_that_was_stopped_goes_on_where_it_was(settings: Settings, tmp_path: Path) -> None:
    path = write(tmp_path, [row(number) for number in range(150)])
    with pytest.raises(KeyboardInterrupt):
        index(settings, path, Averaging(stop_after=130))
    looks = Averaging()
    assert seen(index(settings, path, looks)).looked_at == looks.looked_at == 150 - 128


_INDEX_AND_HANG = """
import sys, time
from pathlib import Path
from chatrec.settings import load_settings
from made_pictures import Averaging
from vectorstore.hashing import HashingEmbedder
from vectorstore.index import index_catalogue

class Hanging(Averaging):
    def embed(self, pictures):
        if len(pictures) < 64:
            time.sleep(600)
        return super().embed(pictures)

def progress(stage, done, total):
    print(stage, done, flush=True)

settings = load_settings(data_dir=Path(sys.argv[1]))
index_catalogue(
    settings, Path(sys.argv[2]), progress=progress, embedder=HashingEmbedder(), pictures=Hanging()
)
"""


async def test_a_killed_process_loses_no_more_than_a_chunk(
    settings: Settings, catalogue: Path, tmp_path: Path
) -> None:
    index(settings, catalogue, Averaging())
    (tmp_path / "more").mkdir()
    path = write(tmp_path / "more", [row(number) for number in range(100, 300)])
    command = [sys.executable, "-c", _INDEX_AND_HANG, str(settings.data_dir), str(path)]
    paths = os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])
    environment = {**os.environ, "PYTHONPATH": paths}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("looking at pictures 128"):
                break
        process.send_signal(signal.SIGKILL)
    assert await nearest(opened(settings, Averaging()), 3) == ["n3"]  # the old index stands
    looks = Averaging()
    index(settings, path, looks)
    assert 0 < looks.looked_at <= 200 - 128
    assert await nearest(opened(settings, looks), 250) == ["n250"]


async def test_a_running_server_follows_the_pictures(settings: Settings, catalogue: Path) -> None:
    index(settings, catalogue)
    live = LiveCatalogue(settings, HashingEmbedder(), look_every=0.0)
    before = live.standing
    (catalogue.parent / "p" / "2.png").write_bytes(encoded(drawn(77)))
    index(settings, catalogue)
    for _ in range(600):
        await live.search("", Constraints(), 1)
        if live.standing is not before:
            break
    else:
        pytest.fail("the new pictures are not taken over")
    found = await live.search("", Constraints(), 1, picture(77))
    assert [candidate.item.id for candidate in found] == ["n2"]
    assert live.standing.picture_embedder is before.picture_embedder  # nothing is loaded anew
