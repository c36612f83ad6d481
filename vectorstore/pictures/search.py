"""A photo -> how near the pictures of some rows come to it, and the order that this makes.

Cosines of pictures lie close together and high, whatever they are of, so they count between the
least and the most that any picture of the shop has. Beside words they weigh as much as these
(`vectorstore.fusion.fused`). Knows nothing of items, and cannot tell whether the shop has anything
like the photo at all.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from chatrec.ports import PictureEmbedder
from chatrec.types import Picture
from vectorstore.disk import IndexFolder
from vectorstore.fusion import Scores, fused, preferred, top
from vectorstore.hybrid import Places, Ranked
from vectorstore.scan import cosine
from vectorstore.store import StoredItem
from vectorstore.vectors import open_vectors

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Rows with pictures, ascending: their cosines to a photo, and how near that is in [0, 1]."""

    rows: Places
    cosines: Scores
    near: Scores


_NOTHING = np.zeros(0, np.float32)
NOTHING_LIKE_IT = Likeness(np.zeros(0, np.intp), _NOTHING, _NOTHING)
"""Of no rows."""


class Pictures:
    """The pictures of one catalogue. Safe to use from several threads."""

    def __init__(self, rows: Places, vectors: Scores, embedder: PictureEmbedder) -> None:
        """``rows`` ascend; ``vectors``: shape (len(rows), dimension), rows of norm 1."""
        self._rows = rows
        self._vectors = vectors
        self.embedder = embedder

    def likeness(self, photo: Picture, allowed: Places) -> Likeness:
        """How near the allowed rows come, those without a picture left out; ``allowed`` ascend.

        Raises:
            ModelUnavailable, EngineError: as `PictureEmbedder.embed`.
        """
        rows, _, places = np.intersect1d(
            allowed, self._rows, assume_unique=True, return_indices=True
        )
        if not rows.size:
            return NOTHING_LIKE_IT
        cosines = np.clip(cosine(self._vectors, self.embedder.embed([photo])[0]), -1.0, 1.0)
        least, most = cosines.min(), cosines.max()
        near = (cosines - least) / (most - least) if most > least else np.ones_like(cosines)
        return Likeness(rows, cosines[places], near[places])


def by_likeness(like: Likeness, meets: NDArray[np.bool_], k: int) -> Ranked:
    """At most k of the rows, the nearest first; ``meets``: shape (wanted values, rows)."""
    scores = preferred(like.near, meets)
    best = top(scores, k)
    nothing = np.zeros(best.size, np.float32)
    return Ranked(like.rows[best], scores[best], nothing, nothing, like.cosines[best])


def with_likeness(found: Ranked, like: Likeness, k: int) -> Ranked:
    """At most k of the rows by words and photo, the best first; ``found`` ranks them all."""
    order = np.argsort(found.rows)  # the rows ascend in `like`
    scores = fused(found.scores[order], like.near)
    best = top(scores, k)
    by_words = order[best]
    return replace(
        found,
        rows=like.rows[best],
        scores=scores[best],
        lexical=found.lexical[by_words],
        dense=found.dense[by_words],
        pictures=like.cosines[best],
    )


def load_pictures(
    folder: IndexFolder, stored: Sequence[StoredItem], embedder: PictureEmbedder
) -> Pictures:
    """The pictures that the index has vectors of, for items in the order of their rows.

    Raises:
        StorageError: they cannot be read.
    """
    with open_vectors(folder) as vectors:
        ids = {each.picture for each in stored if each.picture}
        found = vectors.of("pictures", embedder.name).get(ids)
    if lost := len(ids) - len(found):
        logger.warning("%d vectors of pictures are missing: run `chatrec index` again", lost)
    rows = [row for row, each in enumerate(stored) if each.picture in found]
    made = [found[stored[row].picture] for row in rows]
    matrix = np.asarray(made, np.float32) if made else np.zeros((0, 1), np.float32)
    return Pictures(np.asarray(rows, np.intp), matrix, embedder)
