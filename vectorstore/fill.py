"""Texts by vector id -> their vectors, embedding only those that are not stored yet.

Each chunk is stored as soon as it is embedded, so a run that was stopped goes on where it was.
Knows nothing of items.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from chatrec.errors import StorageError
from chatrec.ports import Embedder
from vectorstore.disk import IndexFolder
from vectorstore.vectors import Vectors, open_vectors

Progress: TypeAlias = Callable[[int, int], None]
"""Called with texts done and texts in all."""

# Two seconds of work on two cores: what a stopped run loses at most.
_CHUNK = 512

logger = logging.getLogger(__name__)


def fill(vectors: Vectors, texts: Mapping[str, str], embedder: Embedder, progress: Progress) -> int:
    """Embed and store the texts whose vectors are missing; how many those were."""
    stored = vectors.ids()
    missing = [key for key in texts if key not in stored]
    progress(0, len(missing))
    for start in range(0, len(missing), _CHUNK):
        ids = missing[start : start + _CHUNK]
        vectors.add(ids, embedder.embed([texts[key] for key in ids]))
        progress(start + len(ids), len(missing))
    return len(missing)


def load(
    folder: IndexFolder,
    kind: Literal["products", "faq"],
    texts: Mapping[str, str],
    embedder: Embedder,
) -> dict[str, NDArray[np.float32]]:
    """The vectors of all the texts; what the store has lost is embedded again and put back."""
    with open_vectors(folder) as store:
        vectors = store.of(kind, embedder.name)
        found = vectors.get(texts.keys())
        missing = [key for key in texts if key not in found]
        if missing:
            logger.warning("%d vectors of %s are missing and made anew", len(missing), kind)
            made = embedder.embed([texts[key] for key in missing])
            found.update(zip(missing, made, strict=True))
            # While another process indexes, the repair is left to it.
            with contextlib.suppress(StorageError), folder.writing():
                vectors.add(missing, made)
    return found
