"""The index's folder: where its parts lie, who may write, and what its failures mean.

    DATA_DIR/index/catalogue.db   items, FAQ entries, vocabulary (`vectorstore.store`)
    DATA_DIR/index/chroma/        vectors (`vectorstore.vectors`)
    DATA_DIR/index/faq-head.npz   what was learnt of labelled questions (`vectorstore.faq_head`)
    DATA_DIR/index/indexing.lock  held by the process that writes; indexing.pid says which

Knows nothing of what the parts hold.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import filelock
from chromadb.errors import ChromaError

from chatrec.errors import StorageError


@dataclass(frozen=True, slots=True)
class IndexFolder:
    """Paths of one index."""

    path: Path

    @classmethod
    def of(cls, data_dir: Path) -> IndexFolder:
        """The index of a data folder."""
        return cls(data_dir / "index")

    @property
    def database(self) -> Path:
        return self.path / "catalogue.db"

    @property
    def faq_head(self) -> Path:
        return self.path / "faq-head.npz"

    @property
    def chroma(self) -> Path:
        return self.path / "chroma"

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one process that writes; the lock dies with the process that holds it.

        Raises:
            StorageError: another process is indexing, or the folder cannot be written.
        """
        pid = self.path / "indexing.pid"
        with self.explained():
            self.path.mkdir(parents=True, exist_ok=True)
            lock = filelock.FileLock(self.path / "indexing.lock", blocking=False)
            try:
                lock.acquire()
            except filelock.Timeout as exc:
                holder = pid.read_text(encoding="ascii") if pid.exists() else "unknown"
                raise StorageError(
                    f"another process (pid {holder}) is indexing into {self.path}; "
                    "wait until it is done, or name another folder with --data-dir"
                ) from exc
        try:
            with self.explained():
                pid.write_text(str(os.getpid()), encoding="ascii")
            yield
        finally:
            lock.release()

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Translate what disks and databases raise into `StorageError`."""
        try:
            yield
        except (OSError, sqlite3.Error, ChromaError) as exc:
            raise StorageError(f"{_advice(exc, self.path)} ({exc})") from exc
        except Exception as exc:
            # Chroma's own store panics and raises bare exceptions when the disk fails it.
            if type(exc).__module__.split(".")[0] not in {"chromadb", "chromadb_rust_bindings"}:
                raise
            raise StorageError(f"{_advice(exc, self.path)} ({exc})") from exc


_FULL = "disk is full"
_UNWRITABLE = "{path} cannot be written: make it writable, or name another with --data-dir"
_ADVICE = {
    _FULL: "the disk of {path} is full: free some space and run again; what was finished is kept",
    "no space": "the disk of {path} is full: free some space and run again",
    "readonly": _UNWRITABLE,
    "read-only": _UNWRITABLE,
    "permission denied": _UNWRITABLE,
    "unable to open": "{path} cannot be opened: check that it exists and may be read and written",
    "is locked": "the index in {path} is in use: wait until the other process is done",
    "malformed": "the index in {path} is damaged: delete the folder and index again",
    "not a database": "the index in {path} is damaged: delete the folder and index again",
}
_TOO_LITTLE = 1_000_000  # bytes


def _advice(exc: Exception, path: Path) -> str:
    said = str(exc).lower()
    for sign, advice in _ADVICE.items():
        if sign in said:
            return advice.format(path=path)
    # Chroma does not say why it could not write.
    if path.exists() and shutil.disk_usage(path).free < _TOO_LITTLE:
        return _ADVICE[_FULL].format(path=path)
    return f"the index in {path} cannot be used"
