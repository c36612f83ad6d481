"""Items and the place of their catalogue -> where each one's picture lies, and its bytes.

A picture is known by what it is where it lies on this machine (its bytes), and by its address where
it lies on the web: there a shop that changes a picture changes its address, and thousands of
requests to find nothing new are spared. Knows no model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from chatrec.types import Item
from vectorstore.pictures.fetching import Fetcher, NotFetched

SERVED = "pictures"
"""Folder in the data folder, and path on the server, of pictures that the shop serves itself."""


class Unread(Exception):
    """Why an item's picture is not looked at; ``passing`` where another run may have it."""

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.passing = passing


@dataclass(frozen=True, slots=True)
class Place:
    """Where a picture lies: a file, or else an address on the web."""

    file: Path | None
    address: str

    def key(self) -> str:
        """What tells the picture from all others and from what it was before.

        Raises:
            Unread: the file is not there.
        """
        if self.file is None:
            return f"address {self.address}"
        with _explained(), self.file.open("rb") as file:
            return f"sha256 {hashlib.file_digest(file, 'sha256').hexdigest()}"

    def read(self, fetcher: Fetcher) -> bytes:
        """The bytes of the picture's file.

        Raises:
            Unread: they cannot be had, or are too many.
        """
        if self.file is not None:
            return _bytes(self.file, fetcher.limits.max_bytes)
        try:
            return fetcher.fetch(self.address)
        except NotFetched as exc:
            raise Unread(str(exc), passing=exc.passing) from exc


@dataclass(frozen=True, slots=True)
class Folders:
    """Where files that a catalogue names lie: beside it, or among those that the shop serves."""

    catalogue: Path
    served: Path

    @classmethod
    def of(cls, catalogue: Path, data_dir: Path) -> Folders:
        """Those of a catalogue's file or folder."""
        own = catalogue if catalogue.is_dir() else catalogue.parent
        return cls(own.resolve(), (data_dir / SERVED).resolve())

    def place(self, item: Item) -> Place | None:
        """Where the item's picture lies; None where it has none.

        Raises:
            Unread: it names a file elsewhere on this machine.
        """
        link = (item.image_url or "").strip()
        if not link:
            return None
        if link.startswith("//"):
            return Place(None, f"https:{link}")
        try:
            parts = urlsplit(link)
        except ValueError as exc:
            raise Unread(f"has no readable address ({exc})") from exc
        if parts.scheme:
            return Place(None, link)
        path = unquote(parts.path).replace("\\", "/")
        if path.startswith(f"/{SERVED}/") and (self.served / path[len(SERVED) + 2 :]).exists():
            return Place(_inside(self.served, path[len(SERVED) + 2 :]), link)
        return Place(_inside(self.catalogue, path.lstrip("/")), link)


def fingerprint(folders: Folders, items: Iterable[Item]) -> str:
    """A hash that changes when a file of these pictures does, without reading any."""
    digest = hashlib.sha256()
    for item in sorted(items, key=lambda item: item.id):
        try:
            place = folders.place(item)
            status = place.file.stat() if place and place.file else None
            told = f"{status.st_size} {status.st_mtime_ns}" if status else ""
        except (Unread, OSError, ValueError):
            told = "missing"
        digest.update(f"{item.id}\n{item.image_url}\n{told}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _inside(folder: Path, relative: str) -> Path:
    try:
        file = (folder / relative).resolve()
    except (OSError, ValueError) as exc:
        raise Unread(f"has no readable path ({exc})") from exc
    if not file.is_relative_to(folder):
        raise Unread("lies outside of the catalogue's folder")
    return file


def _bytes(file: Path, most: int) -> bytes:
    with _explained(), file.open("rb") as stream:
        read = stream.read(most + 1)
    if len(read) > most:
        raise Unread(f"has more than the {most:,} bytes of photos.max_bytes")
    return read


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as exc:
        why = exc.strerror if isinstance(exc, OSError) else exc
        raise Unread(f"cannot be read ({why})") from exc
