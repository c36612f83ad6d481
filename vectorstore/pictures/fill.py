"""The items of a catalogue -> the vectors of their pictures, looking only at those that are new.

Each chunk is stored as soon as it is looked at, so a run that was stopped goes on where it was. A
picture that cannot be looked at is told with its reason, and its item goes without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from chatrec.errors import PictureRefused
from chatrec.pictures import decoded
from chatrec.ports import PictureEmbedder
from chatrec.settings import Settings
from chatrec.types import Item, Picture
from vectorstore.disk import IndexFolder
from vectorstore.pictures.embed import picture_embedder
from vectorstore.pictures.fetching import Fetcher, Limits
from vectorstore.pictures.files import Folders, Place, Unread, fingerprint
from vectorstore.vectors import Vectors, open_vectors, vector_id

Progress: TypeAlias = Callable[[int, int], None]
"""Called with pictures done and pictures in all."""

# A few seconds of work: what a stopped run loses at most.
_CHUNK = 64
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Missed:
    """An item whose picture was not looked at, and why."""

    item_id: str
    link: str
    reason: str
    passing: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of the pictures of a catalogue.

    ``vector_ids`` by item id, ``looked_at`` how many were embedded in this run, ``fingerprint``
    that of the pictures, "" where some of them may be had in another run.
    """

    vector_ids: Mapping[str, str]
    looked_at: int
    missed: tuple[Missed, ...]
    fingerprint: str


@dataclass(slots=True)
class _Picture:
    """A picture that has to be looked at, for all items that have it."""

    place: Place
    key: str
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Gallery:
    """How the pictures of one catalogue are looked at."""

    embedder: PictureEmbedder
    folders: Folders
    limits: Limits

    @classmethod
    def of(
        cls, settings: Settings, catalogue: Path, embedder: PictureEmbedder | None = None
    ) -> Gallery | None:
        """That of a catalogue's file; None where no photos are taken."""
        embedder = embedder or picture_embedder(settings)
        if embedder is None:
            return None
        limits = Limits(settings.photos.max_bytes, settings.photos.private_addresses)
        return cls(embedder, Folders.of(catalogue, settings.data_dir), limits)

    def fingerprint(self, items: Iterable[Item]) -> str:
        """Changes when the file of a picture does."""
        return fingerprint(self.folders, items)

    def fill(self, folder: IndexFolder, items: Sequence[Item], progress: Progress) -> Seen:
        """Look at the pictures whose vectors are missing, and store these.

        Raises:
            ModelUnavailable, EngineError: the model cannot be had, or failed.
            StorageError: the vectors cannot be stored; those of finished chunks are.
        """
        stamp = self.fingerprint(items)
        missed: list[Missed] = []
        pictures = self._pictures(items, missed)
        with open_vectors(folder) as store:
            vectors = store.of("pictures", self.embedder.name)
            standing = vectors.ids()
            new = {id: picture for id, picture in pictures.items() if id not in standing}
            unread = self._look(vectors, new, progress)
        for id, why in unread.items():
            missed += (_missed(item, why) for item in pictures.pop(id).items)
        return Seen(
            {item.id: id for id, picture in pictures.items() for item in picture.items},
            len(new) - len(unread),
            tuple(missed),
            "" if any(each.passing for each in missed) else stamp,
        )

    def _pictures(self, items: Sequence[Item], missed: list[Missed]) -> dict[str, _Picture]:
        """The pictures by vector id; items whose picture is not there are added to the missed."""
        found: dict[str, _Picture] = {}
        for item in items:
            try:
                place = self.folders.place(item)
                if place is None:
                    continue
                key = place.key()
            except Unread as exc:
                missed.append(_missed(item, exc))
            else:
                id = vector_id(self.embedder.name, key)
                found.setdefault(id, _Picture(place, key)).items.append(item)
        return found

    def _look(
        self, vectors: Vectors, new: Mapping[str, _Picture], progress: Progress
    ) -> dict[str, Unread]:
        """Embed and store; those that cannot be read, by vector id."""
        unread: dict[str, Unread] = {}
        ids = list(new)
        progress(0, len(ids))
        with Fetcher(self.limits) as fetcher, ThreadPoolExecutor(_AT_ONCE) as pool:
            for start in range(0, len(ids), _CHUNK):
                chunk = ids[start : start + _CHUNK]
                read = dict(
                    zip(chunk, pool.map(lambda id: _read(new[id], fetcher), chunk), strict=True)
                )
                unread |= {id: got for id, got in read.items() if isinstance(got, Unread)}
                seen = {id: got for id, got in read.items() if isinstance(got, Picture)}
                if seen:
                    vectors.add(list(seen), self.embedder.embed(list(seen.values())))
                progress(start + len(chunk), len(ids))
        return unread


def _read(picture: _Picture, fetcher: Fetcher) -> Picture | Unread:
    try:
        data = picture.place.read(fetcher)
        seen = decoded(data, fetcher.limits.max_bytes)
        if picture.place.key() != picture.key:
            return Unread("was changed while it was read", passing=True)
    except Unread as exc:
        return exc
    except PictureRefused:
        return Unread("is no JPEG, PNG or WebP that can be looked at")
    return seen


def _missed(item: Item, why: Unread) -> Missed:
    return Missed(item.id, item.image_url or "", str(why), why.passing)
