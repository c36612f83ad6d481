"""The files of an indexing run -> what they are read as, and a hash by which a change shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from chatrec.errors import CatalogueError
from vectorstore.catalogue import Reading, format_of
from vectorstore.faq_file import faq_files
from vectorstore.formats import Format
from vectorstore.formats import files as catalogue_files
from vectorstore.learn import way_of_learning


@dataclass(frozen=True)
class Inputs:
    """What a run reads, and how."""

    catalogue: Path | None
    faq: Path | None
    reading: Reading

    @cached_property
    def format(self) -> Format:
        """What the catalogue is read as."""
        assert self.catalogue is not None
        return format_of(self.catalogue, self.reading)

    @cached_property
    def catalogue_print(self) -> str:
        """A hash of what the catalogue's items, and what is learnt from them, depend on."""
        assert self.catalogue is not None
        day = date.today().isoformat() if self.format.dated else ""
        how = [asdict(self.reading), self.format.name, day, way_of_learning()]
        return _fingerprint(self.catalogue, catalogue_files(self.catalogue), how)

    @cached_property
    def as_of(self) -> float:
        """When what the catalogue says was written, in Unix seconds."""
        assert self.catalogue is not None
        try:
            return max(file.stat().st_mtime for file in catalogue_files(self.catalogue))
        except OSError as exc:
            raise CatalogueError(f"{self.catalogue} cannot be read: {exc}") from exc

    @cached_property
    def faq_print(self) -> str:
        """A hash of what the FAQ's entries depend on."""
        assert self.faq is not None
        return _fingerprint(self.faq, faq_files(self.faq), [])


def _fingerprint(path: Path, files: Iterable[Path], how: Sequence[object]) -> str:
    """A hash of the bytes of the file, or of a folder's files, and of how they are read."""
    digest = hashlib.sha256()
    try:
        for place in files:
            with place.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
            if place != path:
                digest.update(place.relative_to(path).as_posix().encode())
    except FileNotFoundError as exc:
        raise CatalogueError(f"there is no file {path}; check the name") from exc
    except (OSError, ValueError) as exc:  # ValueError: a NUL in the name
        raise CatalogueError(f"{path} cannot be read: {exc}") from exc
    digest.update(json.dumps(how, sort_keys=True).encode())
    digest.update(path.suffix.lower().encode())
    return digest.hexdigest()
