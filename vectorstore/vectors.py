"""Vector ids <-> unit vectors, kept in Chroma collections (cosine), one for each kind.

A vector's id is made of the embedding model's name and the text, so vectors of an old and a new
version of an item lie side by side until nobody names the old one. Knows nothing of items.
Vectors are always computed by us: Chroma's own embedding function is never used.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, TypeAlias

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings
from numpy.typing import NDArray

from vectorstore.disk import IndexFolder

Kind: TypeAlias = Literal["products", "faq", "pictures"]
"""What vectors are of: texts of the items and of the FAQ, and pictures of the items."""

_PAGE = 5000


def vector_id(embedder: str, text: str) -> str:
    """The id of the vector that an embedder makes of a text: 32 hex digits of a SHA-256.

    Of a picture the text is what tells it from others.
    """
    encoded = f"{embedder}\n{text}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(encoded).hexdigest()[:32]


class Vectors:
    """The vectors of one kind of thing under one embedding model."""

    def __init__(self, folder: IndexFolder, collection: Any, page: int) -> None:
        self._folder = folder
        self._collection = collection
        self._page = page

    def ids(self) -> set[str]:
        """Ids of all vectors that are stored."""
        with self._folder.explained():
            return set(self._collection.get(include=[])["ids"])

    def add(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Store vectors of shape (len(ids), dimension); durable when it returns."""
        with self._folder.explained():
            for start in range(0, len(ids), self._page):
                chunk = slice(start, start + self._page)
                self._collection.upsert(ids=list(ids[chunk]), embeddings=vectors[chunk])

    def get(self, ids: Collection[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors of those ids that are stored."""
        found: dict[str, NDArray[np.float32]] = {}
        wanted = list(ids)
        with self._folder.explained():
            for start in range(0, len(wanted), self._page):
                page = self._collection.get(
                    ids=wanted[start : start + self._page], include=["embeddings"]
                )
                found.update(zip(page["ids"], page["embeddings"], strict=True))
        return found

    def delete(self, ids: Collection[str]) -> None:
        """Forget vectors."""
        gone = list(ids)
        with self._folder.explained():
            for start in range(0, len(gone), self._page):
                self._collection.delete(ids=gone[start : start + self._page])


class VectorStore:
    """An open Chroma folder."""

    def __init__(self, folder: IndexFolder, client: Any) -> None:
        self._folder = folder
        self._client = client

    def of(self, kind: Kind, embedder: str) -> Vectors:
        """The collection of one kind for one embedding model, made where it is missing."""
        with self._folder.explained():
            collection = self._client.get_or_create_collection(
                _name(kind, embedder),
                embedding_function=None,
                configuration={"hnsw": {"space": "cosine"}},
                metadata={"embedder": embedder},
            )
            page = min(_PAGE, self._client.get_max_batch_size())
        return Vectors(self._folder, collection, page)

    def drop_others(self, embedder: str, picture_model: str = "") -> None:
        """Delete the collections of all other models; without one for pictures, theirs too."""
        keep = {_name("products", embedder), _name("faq", embedder)}
        keep |= {_name("pictures", picture_model)} if picture_model else set()
        with self._folder.explained():
            for collection in self._client.list_collections():
                if collection.name not in keep:
                    self._client.delete_collection(collection.name)


@contextmanager
def open_vectors(folder: IndexFolder) -> Iterator[VectorStore]:
    """The vectors of an index folder, closed again at the end.

    Raises:
        StorageError: the folder cannot be read or written.
    """
    with folder.explained():
        client: Any = chromadb.PersistentClient(
            str(folder.chroma), ChromaSettings(anonymized_telemetry=False)
        )
    try:
        yield VectorStore(folder, client)
    finally:
        client.close()


def _name(kind: str, embedder: str) -> str:
    """A collection name that Chroma takes, different for every model."""
    plain = re.sub(r"[^a-zA-Z0-9]+", "-", embedder).strip("-")[:80]
    return f"{kind}-{plain}-{hashlib.sha256(embedder.encode()).hexdigest()[:8]}"
