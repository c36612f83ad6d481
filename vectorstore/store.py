"""Items, FAQ entries and vocabulary <-> one SQLite file, changed in one transaction per run.

Beside them lie changes of price and stock that came since. A reader sees the state before a run or
the state after it, never one between. Knows which vectors an item needs, by id, and nothing of the
vectors themselves.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter
from sqlite_utils import Database

from chatrec.errors import IndexMismatch
from chatrec.types import NOTHING, FaqEntry, Item, Vocabulary
from vectorstore.catalogue import content_hash, from_row, to_row
from vectorstore.changes import Change
from vectorstore.disk import IndexFolder
from vectorstore.lexical import FIELD_BREAK
from vectorstore.passages import faq_passages, item_fields, passage
from vectorstore.topics import topic_phrases
from vectorstore.vectors import vector_id

FORMAT = 4
"""Raised when what is stored, learnt or embedded changes; an older index is built anew."""

_VOCABULARY = TypeAdapter(Vocabulary)
_ENTRY = TypeAdapter(FaqEntry)


@dataclass(frozen=True, slots=True)
class StoredItem:
    """An item, the hash of what the shop gave, its terms by field, and the ids of its vectors.

    ``picture`` is that of its picture, "" where none was looked at.
    """

    item: Item
    content_hash: str
    terms: str
    vector_id: str
    picture: str = ""

    @classmethod
    def of(cls, item: Item, embedder: str, picture: str = "") -> StoredItem:
        """The item as it is stored under the embedding model of this name."""
        text = FIELD_BREAK.join(" ".join(field) for field in item_fields(item))
        return cls(item, content_hash(item), text, vector_id(embedder, passage(item)), picture)


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """A FAQ entry and the ids of its vectors."""

    entry: FaqEntry
    vector_ids: tuple[str, ...]

    @classmethod
    def of(cls, entry: FaqEntry, embedder: str) -> StoredEntry:
        """The entry as it is stored under the embedding model of this name."""
        return cls(entry, tuple(vector_id(embedder, text) for text in faq_passages(entry)))


@dataclass(frozen=True, slots=True)
class Meta:
    """What the index was made with.

    The fingerprints are of the files (and the mapping) that were read; "" where none was.
    ``pictures`` is that of the pictures which ``picture_model`` looked at.
    """

    embedder: str
    catalogue: str = ""
    faq: str = ""
    format: int = FORMAT
    picture_model: str = ""
    pictures: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """All that the SQLite file holds; ``items`` as their file gave them, before the changes."""

    meta: Meta
    vocabulary: Vocabulary
    items: tuple[StoredItem, ...]
    entries: tuple[StoredEntry, ...]
    changes: Mapping[str, Change] = NOTHING

    @property
    def product_texts(self) -> dict[str, str]:
        """What is embedded of the items, by vector id."""
        return {stored.vector_id: passage(stored.item) for stored in self.items}

    @property
    def faq_texts(self) -> dict[str, str]:
        """What is embedded of the FAQ entries, by vector id."""
        return faq_texts(self.entries, self.meta.embedder)


def faq_texts(entries: Collection[StoredEntry], embedder: str) -> dict[str, str]:
    """What is embedded of these entries and to find them, by vector id; nothing for no entry."""
    phrases = {p for stored in entries for p in topic_phrases(stored.entry.language)}
    found = {vector_id(embedder, phrase): phrase for phrase in phrases}
    for stored in entries:
        found.update(zip(stored.vector_ids, faq_passages(stored.entry), strict=True))
    return found


class Store:
    """The SQLite file of one index."""

    def __init__(self, folder: IndexFolder) -> None:
        self._folder = folder

    def meta(self) -> Meta | None:
        """What the index was made with, or None where no run was finished.

        Raises:
            StorageError: the file cannot be read.
        """
        if not self._folder.database.exists():
            return None
        with self._folder.explained(), closing(self._open()) as db:
            if "meta" not in db.table_names():
                return None
            row = next(db["meta"].rows, None)
        if row is None:
            return None
        told = {name: row.get(name) for name in Meta.__slots__}
        return Meta(**{name: value for name, value in told.items() if value is not None})

    def read(self) -> Contents | None:
        """Everything, as the last finished run left it; None where there was none.

        Raises:
            IndexMismatch: an older or newer chatrec wrote it.
            StorageError: the file cannot be read.
        """
        meta = self._readable_meta()
        if meta is None:
            return None
        with self._folder.explained(), closing(self._open()) as db, db.atomic():
            vocabulary = next(db["meta"].rows)["vocabulary"]
            known = _Shared()
            items = tuple(_stored_item(row, known) for row in db["items"].rows_where(order_by="id"))
            entries = tuple(map(_stored_entry, db["faq"].rows_where(order_by="rowid")))
            changes = _changes(db)
        return Contents(meta, _VOCABULARY.validate_json(vocabulary), items, entries, changes)

    def read_faq(self) -> tuple[Meta, tuple[StoredEntry, ...]] | None:
        """The FAQ entries alone, and what the index was made with; raises what `read` raises."""
        meta = self._readable_meta()
        if meta is None:
            return None
        with self._folder.explained(), closing(self._open()) as db:
            return meta, tuple(map(_stored_entry, db["faq"].rows_where(order_by="rowid")))

    def _readable_meta(self) -> Meta | None:
        meta = self.meta()
        if meta is not None and meta.format != FORMAT:
            raise IndexMismatch(
                f"the index in {self._folder.path} has format {meta.format}, this chatrec reads "
                f"{FORMAT}: run `chatrec index CATALOGUE` to build it anew"
            )
        return meta

    def read_changes(self) -> tuple[Meta, Mapping[str, Change]] | None:
        """What was said of price and stock since, and what the index was made with.

        Raises what `read` raises.
        """
        meta = self._readable_meta()
        if meta is None:
            return None
        with self._folder.explained(), closing(self._open()) as db:
            return meta, _changes(db)

    def change(self, changes: Mapping[str, Change], at: float) -> None:
        """Add changes to those that stand, at a time (Unix seconds); all of them or none.

        Raises:
            StorageError: the file cannot be written.
        """
        with self._folder.explained(), closing(self._open()) as db:
            _create_tables(db)
            with db.atomic():
                standing = _changes(db)
                db.table("changes").upsert_all(
                    [
                        {"id": key, **asdict(change.after(standing.get(key))), "at": at}
                        for key, change in changes.items()
                    ],
                    pk="id",
                )

    def replace(self, contents: Contents, as_of: float = 0.0) -> None:
        """Make the file hold exactly these contents; only rows that differ are written.

        Changes made up to ``as_of`` (Unix seconds), the time of what the items were read from, are
        forgotten; later ones stay.

        Raises:
            StorageError: the file cannot be written; it then holds what it held before.
        """
        with self._folder.explained(), closing(self._open()) as db:
            _create_tables(db)
            with db.atomic():
                _sync(db, "items", (_item_row(item) for item in contents.items))
                _sync(db, "faq", (_entry_row(entry) for entry in contents.entries))
                meta = {name: getattr(contents.meta, name) for name in Meta.__slots__}
                meta["vocabulary"] = _VOCABULARY.dump_json(contents.vocabulary).decode()
                db.table("meta").upsert({"id": 1, **meta}, pk="id")
                db.table("changes").delete_where("at <= ?", [as_of])

    def _open(self) -> Database:
        connection = sqlite3.connect(self._folder.database, timeout=10)
        return Database(connection)


def _create_tables(db: Database) -> None:
    db.table("items").create(
        {"id": str, "row": str, "hash": str, "terms": str, "vector": str, "picture": str},
        pk="id",
        if_not_exists=True,
    )
    db.table("faq").create({"id": str, "row": str, "vectors": str}, pk="id", if_not_exists=True)
    db.table("changes").create(
        {"id": str, "price": float, "stock": int, "gone": bool, "at": float},
        pk="id",
        if_not_exists=True,
    )
    db.table("meta").create(
        {
            "id": int,
            "format": int,
            "embedder": str,
            "catalogue": str,
            "faq": str,
            "vocabulary": str,
            "picture_model": str,
            "pictures": str,
        },
        pk="id",
        if_not_exists=True,
    )
    for table, name in (("items", "picture"), ("meta", "picture_model"), ("meta", "pictures")):
        if name not in db.table(table).columns_dict:  # of an index from before there were any
            db.table(table).add_column(name, str)


def _changes(db: Database) -> dict[str, Change]:
    if "changes" not in db.table_names():
        return {}
    return {
        row["id"]: Change(row["price"], row["stock"], bool(row["gone"]))
        for row in db["changes"].rows
    }


def _sync(db: Database, table: str, rows: Iterable[dict[str, Any]]) -> None:
    """Write rows that differ from what stands, delete rows that are gone."""
    standing = {row["id"]: row for row in db[table].rows}
    changed = [row for row in rows if standing.pop(row["id"], None) != row]
    db.table(table).upsert_all(changed, pk="id")
    for gone in standing:
        db.table(table).delete(gone)


def _item_row(stored: StoredItem) -> dict[str, Any]:
    return {
        "id": stored.item.id,
        "row": json.dumps(to_row(stored.item), ensure_ascii=False, separators=(",", ":")),
        "hash": stored.content_hash,
        "terms": stored.terms,
        "vector": stored.vector_id,
        "picture": stored.picture,
    }


class _Shared(dict[str, str]):
    """Texts that were read before: names and values come thousands of times."""

    def of(self, value: Any) -> Any:
        """The value with every text in it, but for names, as it was read first."""
        if isinstance(value, str):
            return self.setdefault(value, value)
        return [self.of(part) for part in value] if isinstance(value, list) else value

    def entries(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """A JSON object's entries."""
        return {self.of(name): self.of(value) for name, value in pairs}


def _stored_item(row: Mapping[str, Any], known: _Shared) -> StoredItem:
    item = from_row(json.loads(row["row"], object_pairs_hook=known.entries))
    picture = row.get("picture") or ""
    return StoredItem(item, row["hash"], row["terms"], row["vector"], picture)


def _entry_row(stored: StoredEntry) -> dict[str, Any]:
    return {
        "id": stored.entry.id,
        "row": _ENTRY.dump_json(stored.entry).decode(),
        "vectors": json.dumps(stored.vector_ids),
    }


def _stored_entry(row: Mapping[str, Any]) -> StoredEntry:
    return StoredEntry(_ENTRY.validate_json(row["row"]), tuple(json.loads(row["vectors"])))
