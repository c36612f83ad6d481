"""Catalogue and FAQ files -> the index in the data folder.

Reading, learning and embedding happen beside the index that stands; one transaction then puts the
new state in its place. Whenever a run is stopped, the old index answers as before, and the next
run finds the vectors that were finished. Knows nothing of searching.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TypeAlias, TypeVar

from chatrec.errors import CatalogueError, IndexMismatch
from chatrec.ports import Embedder, PictureEmbedder
from chatrec.settings import Settings
from chatrec.types import Item, Vocabulary
from vectorstore.catalogue import Reading, read_catalogue
from vectorstore.disk import IndexFolder
from vectorstore.embed import embedder_name, open_embedder
from vectorstore.faq_file import read_faq
from vectorstore.fill import fill
from vectorstore.inputs import Inputs
from vectorstore.learn import learn
from vectorstore.pictures.fill import Gallery, Seen
from vectorstore.records import RowError
from vectorstore.store import Contents, Meta, Store, StoredEntry, StoredItem
from vectorstore.vectors import open_vectors

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with the stage ("reading", "learning", "embedding", "writing" ...), done, and in all;
0 of 0 where the end is not known."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Changes:
    """How rows of a file compare with what was indexed before."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What a run did.

    ``items`` and ``faq`` are None where no such file was given; the errors are rows that were left
    out. ``format`` is what the catalogue was read as, ``currency_named`` whether any of its prices
    has a currency. ``same`` says that the files are those of the last run, so that they were not
    read again. ``seconds`` is the whole run, ``embedded`` the texts that were embedded in it.
    ``pictures`` is None where none were looked for.
    """

    items: Changes | None
    faq: Changes | None
    vocabulary: Vocabulary
    errors: tuple[RowError, ...] = ()
    faq_errors: tuple[RowError, ...] = ()
    format: str = ""
    currency_named: bool = True
    embedded: int = 0
    seconds: float = 0.0
    same: bool = False
    pictures: Seen | None = None


def index_catalogue(
    settings: Settings,
    catalogue: Path | None = None,
    *,
    faq: Path | None = None,
    reading: Reading | None = None,
    progress: Progress | None = None,
    embedder: Embedder | None = None,
    pictures: PictureEmbedder | None = None,
) -> IndexReport:
    """Bring the index in line with the files; the part whose file is not given stays.

    ``embedder`` and ``pictures`` stand in for those that the settings name.

    Raises:
        CatalogueError: a file as a whole cannot be used; the index is as it was.
        StorageError: the data folder cannot be written, or another process is indexing.
        ModelUnavailable: the embedding model, or that for pictures, cannot be had.
    """
    if catalogue is None and faq is None:
        raise CatalogueError("nothing to index: name a catalogue, a FAQ file, or both")
    started = time.perf_counter()
    files = Inputs(catalogue, faq, reading or Reading())
    gallery = Gallery.of(settings, catalogue, pictures) if catalogue else None
    run = _Run(settings, files, embedder, gallery, progress or _silent)
    with run.folder.writing():
        report = run.unchanged() or run.index()
    return replace(report, seconds=time.perf_counter() - started)


def _silent(stage: str, done: int, total: int) -> None:
    pass


class _Run:
    """One run over the files, under the lock of the folder."""

    def __init__(
        self,
        settings: Settings,
        files: Inputs,
        embedder: Embedder | None,
        gallery: Gallery | None,
        progress: Progress,
    ) -> None:
        self.folder = IndexFolder.of(settings.data_dir)
        self._settings = settings
        self._files = files
        self._embedder = embedder
        self._gallery = gallery
        self._name = embedder.name if embedder else embedder_name(settings)
        self._progress = progress
        self._store = Store(self.folder)

    def unchanged(self) -> IndexReport | None:
        """The report where nothing is to be done, or None."""
        before = self._standing
        if before is None or before.meta.embedder != self._name:
            return None
        files = self._files
        if files.catalogue and before.meta.catalogue != files.catalogue_print:
            return None
        if files.catalogue and not self._same_pictures(before):
            return None
        if files.faq and before.meta.faq != files.faq_print:
            return None
        return IndexReport(
            items=Changes(unchanged=len(before.items)) if files.catalogue else None,
            faq=Changes(unchanged=len(before.entries)) if files.faq else None,
            vocabulary=before.vocabulary,
            same=True,
        )

    def index(self) -> IndexReport:
        """Read, learn, embed, and put the new state in the place of the old."""
        before = self._standing or Contents(Meta(self._name), Vocabulary(), (), ())
        meta = replace(before.meta, embedder=self._name)
        items, vocabulary = tuple(s.item for s in before.items), before.vocabulary
        entries = tuple(stored.entry for stored in before.entries)
        errors: tuple[RowError, ...] = ()
        faq_errors: tuple[RowError, ...] = ()
        pictures: Mapping[str, str] = {stored.item.id: stored.picture for stored in before.items}
        seen: Seen | None = None
        catalogue, faq = self._files.catalogue, self._files.faq
        if faq:
            meta = replace(meta, faq=self._files.faq_print)
            entries, faq_errors = _sorted_out(read_faq(faq))
        if catalogue:
            meta = replace(meta, catalogue=self._files.catalogue_print)
            self._progress("reading", 0, 0)
            items, errors = _sorted_out(read_catalogue(catalogue, self._files.reading))
            self._progress("learning", 0, len(items))
            learnt = learn(items)
            items, vocabulary = tuple(learnt.items), learnt.vocabulary
            seen = self._look(items)
            meta = self._pictured(meta, seen)
            pictures = seen.vector_ids if seen else {}
        after = Contents(
            meta,
            vocabulary,
            tuple(
                StoredItem.of(item, self._name, pictures.get(item.id, ""))
                for item in sorted(items, key=lambda i: i.id)
            ),
            tuple(StoredEntry.of(entry, self._name) for entry in entries),
        )
        embedder = self._embedder or self._open_embedder()
        as_of = self._files.as_of if catalogue else 0.0
        embedded = write_index(self.folder, after, embedder, self._progress, as_of)
        return IndexReport(
            items=_item_changes(before, after) if catalogue else None,
            faq=_faq_changes(before, after) if faq else None,
            errors=errors,
            faq_errors=faq_errors,
            vocabulary=vocabulary,
            format=self._files.format.told if catalogue else "",
            currency_named=any(item.currency for item in items),
            embedded=embedded,
            pictures=seen,
        )

    def _look(self, items: Sequence[Item]) -> Seen | None:
        """Look at the items' pictures, where photos are taken."""
        if self._gallery is None:
            return None
        progress = partial(self._progress, "looking at pictures")
        return self._gallery.fill(self.folder, items, progress)

    def _pictured(self, meta: Meta, seen: Seen | None) -> Meta:
        name = self._gallery.embedder.name if self._gallery else ""
        return replace(meta, picture_model=name, pictures=seen.fingerprint if seen else "")

    def _same_pictures(self, before: Contents) -> bool:
        """Whether the pictures of the catalogue are those that were looked at."""
        meta = before.meta
        if self._gallery is None:
            return not meta.picture_model
        stamp = self._gallery.fingerprint(stored.item for stored in before.items)
        return (meta.picture_model, meta.pictures) == (self._gallery.embedder.name, stamp)

    def _open_embedder(self) -> Embedder:
        self._progress("preparing the embedding model", 0, 0)
        return open_embedder(self._settings, partial(self._progress, "fetching (bytes)"))

    @cached_property
    def _standing(self) -> Contents | None:
        try:
            return self._store.read()
        except IndexMismatch:  # of another format: it is built anew
            return None


def write_index(
    folder: IndexFolder,
    contents: Contents,
    embedder: Embedder,
    progress: Progress,
    as_of: float = 0.0,
) -> int:
    """Make the index hold these contents; how many texts were embedded for it.

    ``as_of``: changes of price and stock up to then are out of date (`Store.replace`).

    Vectors come first, then everything else at once, then vectors that nobody names any more go.
    """
    products, questions = contents.product_texts, contents.faq_texts
    with open_vectors(folder) as vectors:
        of_products = vectors.of("products", embedder.name)
        of_faq = vectors.of("faq", embedder.name)
        embedded = fill(of_faq, questions, embedder, _quiet)
        embedded += fill(of_products, products, embedder, partial(progress, "embedding"))
        progress("writing", 0, len(contents.items))
        Store(folder).replace(contents, as_of)
        of_products.delete(of_products.ids() - products.keys())
        of_faq.delete(of_faq.ids() - questions.keys())
        if contents.meta.picture_model:
            of_pictures = vectors.of("pictures", contents.meta.picture_model)
            of_pictures.delete(of_pictures.ids() - {stored.picture for stored in contents.items})
        vectors.drop_others(embedder.name, contents.meta.picture_model)
    return embedded


def _quiet(done: int, total: int) -> None:
    pass


def _sorted_out(rows: Iterable[T | RowError]) -> tuple[tuple[T, ...], tuple[RowError, ...]]:
    good: list[T] = []
    broken: list[RowError] = []
    for row in rows:
        if isinstance(row, RowError):
            broken.append(row)
        else:
            good.append(row)
    return tuple(good), tuple(broken)


def _item_changes(before: Contents, after: Contents) -> Changes:
    return _changes(
        {stored.item.id: stored.content_hash for stored in before.items},
        {stored.item.id: stored.content_hash for stored in after.items},
    )


def _faq_changes(before: Contents, after: Contents) -> Changes:
    return _changes(
        {stored.entry.id: stored.entry for stored in before.entries},
        {stored.entry.id: stored.entry for stored in after.entries},
    )


def _changes(before: Mapping[str, object], after: Mapping[str, object]) -> Changes:
    kept = before.keys() & after.keys()
    changed = sum(before[key] != after[key] for key in kept)
    return Changes(
        added=len(after) - len(kept),
        changed=changed,
        removed=len(before) - len(kept),
        unchanged=len(kept) - changed,
    )
