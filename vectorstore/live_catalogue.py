"""The catalogue of an index folder, followed while it is open.

Changes of price and stock stand at the next look, which a search takes at most once a second, and
those that come through this process at once. A new indexing run is loaded in the background, and
takes the place of what is searched when it is whole; until then, and where it cannot be loaded,
everything is answered from what stands.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from chatrec.background import in_background
from chatrec.errors import ChatrecError
from chatrec.ports import Embedder
from chatrec.settings import Settings
from chatrec.types import Candidate, Constraints, Item, Picture, Vocabulary
from vectorstore.changes import Change
from vectorstore.disk import IndexFolder
from vectorstore.embed import MiniLM
from vectorstore.live_faq import LiveFaq
from vectorstore.source import Catalogue, open_index
from vectorstore.store import Meta, Store

logger = logging.getLogger(__name__)

_LOOK_EVERY = 1.0  # seconds


class LiveCatalogue:
    """A `CandidateSource` that follows its folder. Safe for many searches at once.

    ``standing`` is the catalogue as it is now, which never changes itself: whoever asks several
    things that have to agree asks it.
    """

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder | None = None,
        look_every: float = _LOOK_EVERY,
    ) -> None:
        """Open the index; raises what `vectorstore.source.open_index` raises."""
        self._settings = settings
        self._given_embedder = embedder
        self._folder = IndexFolder.of(settings.data_dir)
        self._store = Store(self._folder)
        self._look_every = look_every
        self._following = threading.Lock()
        self._loading = False
        self._stamp = self._written()
        self._looked = time.monotonic()
        self._made_of = _made_of(self._store.meta())
        self.standing = open_index(settings, embedder)

    @property
    def vocabulary(self) -> Vocabulary:
        """What the catalogue can be asked for."""
        return self.standing.vocabulary

    @property
    def takes_photos(self) -> bool:
        """Whether it can be searched by a photo."""
        return self.standing.takes_photos

    @property
    def faq(self) -> LiveFaq:
        """The customer-service entries of the same index."""
        return self.standing.faq

    @property
    def relevance_floor(self) -> float:
        """The score below which nothing in the shop is about a query."""
        return self.standing.relevance_floor

    async def current(self) -> Catalogue:
        """The catalogue as the folder has it, as far as it is loaded."""
        if time.monotonic() - self._looked >= self._look_every:
            await asyncio.to_thread(self.follow)
        return self.standing

    async def search(
        self, query: str, constraints: Constraints, k: int, photo: Picture | None = None
    ) -> list[Candidate]:
        """At most k allowed items, best first; raises what `Catalogue.search` raises."""
        return await (await self.current()).search(query, constraints, k, photo)

    async def count(self, constraints: Constraints) -> int:
        """How many items satisfy the constraints."""
        return await (await self.current()).count(constraints)

    async def items(self, ids: Sequence[str]) -> list[Item]:
        """Items by id, in the order asked for; unknown ids are left out."""
        return await (await self.current()).items(ids)

    async def relevance(self, query: str, texts: Sequence[str]) -> list[float]:
        """Cosine of the query to each text; raises what `Catalogue.relevance` raises."""
        return await self.standing.relevance(query, texts)

    async def change(self, changes: Mapping[str, Change]) -> frozenset[str]:
        """Put changes of price and stock on disk and into every search from now on.

        Ids are those of items, of their variants, or of groups of them; those that the catalogue
        does not know are left out and given back.

        Raises:
            StorageError: they cannot be written; then nothing is changed.
        """
        known = {key: change for key, change in changes.items() if self.standing.knows(key)}
        if known:
            await asyncio.to_thread(self._change, known)
        return frozenset(changes.keys() - known.keys())

    def _change(self, changes: Mapping[str, Change]) -> None:
        self._store.change(changes, time.time())
        self.follow()

    def follow(self) -> None:
        """Look whether the folder has changed, and take over what is quickly taken over."""
        with self._following:
            self._looked = time.monotonic()
            stamp = self._written()
            if stamp == self._stamp:
                return
            try:
                found = self._store.read_changes()
                if found is not None and _made_of(found[0]) == self._made_of:
                    self.standing = self.standing.changed(found[1])
                    self._stamp = stamp
                elif not self._loading:
                    self._loading = True
                    in_background(self._load)
            except ChatrecError as exc:
                logger.warning("the catalogue stays as it was: %s", exc)

    def _load(self) -> None:
        """Load the index of another run and put it in the place of what stands."""
        stamp = self._written()
        try:
            meta = self._store.meta()
            catalogue = self._opened(meta)
            with self._following:
                self.standing, self._made_of = catalogue, _made_of(meta)
            logger.info("%d items are searched now", catalogue.vocabulary.size)
        except ChatrecError as exc:
            logger.warning("the catalogue stays as it was: %s", exc)
        except Exception:  # nobody looks at the outcome of this thread
            logger.exception("the catalogue stays as it was")
        finally:
            with self._following:
                self._stamp, self._loading = stamp, False

    def _opened(self, meta: Meta | None) -> Catalogue:
        if meta is None:
            return open_index(self._settings, self._given_embedder)
        settings, looks = self._looking(meta), self.standing.picture_embedder
        if looks is not None and looks.name != meta.picture_model:
            looks = None
        if meta.embedder == self.standing.embedder.name:
            return open_index(settings, self.standing.embedder, self.standing.faq, looks)
        if self._given_embedder is not None:
            return open_index(settings, self._given_embedder, pictures=looks)
        spec = "minilm" if meta.embedder == MiniLM.name else meta.embedder
        return open_index(settings.model_copy(update={"embedder": spec}), pictures=looks)

    def _looking(self, meta: Meta) -> Settings:
        """The settings with the model that looked at the pictures, where photos are taken."""
        photos = self._settings.photos
        model = meta.picture_model if photos.model else ""
        photos = photos.model_copy(update={"model": model})
        return self._settings.model_copy(update={"photos": photos})

    def _written(self) -> bytes:
        return _change_counter(self._folder.database)


def _made_of(meta: Meta | None) -> tuple[str, ...] | None:
    """What tells one run's items from another's."""
    if meta is None:
        return None
    return meta.catalogue, meta.embedder, meta.picture_model, meta.pictures


def _change_counter(database: Path) -> bytes:
    """What SQLite writes anew into a file's header with every transaction; b"" for no file.

    Finer than a file's time, and four bytes to read (https://www.sqlite.org/fileformat.html).
    """
    try:
        with database.open("rb") as file:
            file.seek(24)
            return file.read(4)
    except OSError:
        return b""
