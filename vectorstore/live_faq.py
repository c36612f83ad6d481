"""The FAQ of an index folder, read anew when `chatrec index` or `chatrec tune` has changed it.

A search looks at the files' times, at most once a second, and reads what has changed before it
answers; while that is not possible the entries that were read before keep answering. News of the
products beside them change nothing here.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from chatrec.errors import ChatrecError, IndexMismatch
from chatrec.ports import Embedder
from chatrec.types import FaqEntry, FaqMatch
from vectorstore.disk import IndexFolder
from vectorstore.faq import Faq
from vectorstore.store import Store, StoredEntry

logger = logging.getLogger(__name__)

_LOOK_EVERY = 1.0  # seconds

_Stamp = tuple[tuple[int, int], ...]


class LiveFaq:
    """A `FaqSource` that follows its folder. Safe for many searches at once."""

    floor = Faq.floor

    def __init__(
        self,
        folder: IndexFolder,
        entries: Sequence[StoredEntry],
        embedder: Embedder,
        look_every: float = _LOOK_EVERY,
    ) -> None:
        """``entries``: as they were read just now; ``look_every``: seconds between two looks.

        Raises:
            IndexMismatch: the head was fitted with another embedding model.
            StorageError: the folder cannot be read.
        """
        self._folder = folder
        self._embedder = embedder
        self._look_every = look_every
        self._stamp = self._files()
        self._made_of = self._named()
        self._looked = time.monotonic()
        self._faq = Faq.load(folder, entries, embedder)
        self._reading = threading.Lock()

    @property
    def entries(self) -> tuple[FaqEntry, ...]:
        """What can be found, as last read."""
        return self._faq.entries

    async def search(self, question: str, k: int) -> list[FaqMatch]:
        """At most k entries as the index holds them now, nearest first.

        Raises:
            EngineError: the embedding model failed.
        """
        if time.monotonic() - self._looked >= self._look_every:
            await asyncio.to_thread(self._follow)
        return await self._faq.search(question, k)

    def _follow(self) -> None:
        """Read the entries anew if their files have changed; one thread at a time does."""
        with self._reading:
            self._looked = time.monotonic()
            stamp = self._files()
            if stamp == self._stamp:
                return
            try:
                made_of = self._named()
                faq = self._faq if made_of == self._made_of else self._read()
            except ChatrecError as exc:
                logger.warning("the FAQ stays as it was: %s", exc)
            else:
                self._faq, self._made_of, self._stamp = faq, made_of, stamp

    def _read(self) -> Faq:
        read = Store(self._folder).read_faq()
        if read is None or read[0].embedder != self._embedder.name:
            raise IndexMismatch("the index now has another embedding model; start the server anew")
        return Faq.load(self._folder, read[1], self._embedder)

    def _named(self) -> tuple[str, str, tuple[int, int]]:
        """What tells one state of the FAQ from another: its file, the embedder, and the head."""
        meta = Store(self._folder).meta()
        head = _stamp_of(self._folder.faq_head)
        return (meta.faq, meta.embedder, head) if meta else ("", "", head)

    def _files(self) -> _Stamp:
        return tuple(map(_stamp_of, (self._folder.database, self._folder.faq_head)))


def _stamp_of(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
