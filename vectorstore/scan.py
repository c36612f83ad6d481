"""Unit vectors in memory -> their cosines to a vector: near for all of them, exact for some.

Reading the vectors is what a scan costs, so a whole scan reads a copy of 8 bits a number, a
quarter of the bytes. It comes with a bound of its error that always holds: whoever wants the best
k of something made of cosines looks at those exactly that the bound leaves in question
(`vectorstore.hybrid`). The cache of a shop's vectors in Chroma; knows nothing of items.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numkong
import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_LEVELS = 127
_CHUNK = 65_536
# What rounding in float32 can add to a cosine of a few thousand products.
_ROUNDING = 1e-5


class Near(NamedTuple):
    """Cosines, none of which is further than ``slack`` from the true one."""

    cosines: Vectors
    slack: float


class Scan:
    """n vectors of norm 1. Safe to use from several threads; no call starts a thread."""

    def __init__(self, vectors: Vectors) -> None:
        """``vectors``: shape (n, dimension), n > 0, kept and not copied."""
        self.vectors = vectors
        coded = np.empty(vectors.shape, np.int8)
        self._scales = np.empty(len(vectors), np.float32)
        self._lost = 0.0
        for part in _chunks(len(vectors)):
            coded[part], self._scales[part], lost = _coded(vectors[part])
            self._lost = max(self._lost, lost)
        self._packed = numkong.dots_pack(coded)

    @property
    def size(self) -> int:
        """How many vectors there are."""
        return len(self.vectors)

    def near(self, vector: Vectors) -> Near:
        """Cosines of all rows to a vector of norm 1, shape (n,).

        With v = a + r and q = b + s, where a and b are what 8 bits can say,
        |q.v - b.a| <= |b| |r| + |s|, since v has norm 1 (Cauchy and Schwarz).
        """
        coded, scales, lost = _coded(vector[None])
        products = np.asarray(numkong.dots_packed(coded, self._packed))[0]
        cosines = products * (self._scales * scales[0])
        return Near(cosines, (1 + lost) * self._lost + lost + _ROUNDING)

    def exact(self, vector: Vectors, rows: NDArray[np.intp]) -> Vectors:
        """Cosines of these rows to a vector of norm 1, in the order of ``rows``."""
        return np.clip(cosine(self.vectors[rows], vector), -1.0, 1.0)


def cosine(vectors: Vectors, vector: Vectors) -> Vectors:
    """Cosine of each row to the vector, shape (n,); all of norm 1.

    One thread, without BLAS: next to a busy engine its spinning threads take a hundred times as
    long for the worst of twenty calls.
    """
    products: Vectors = np.vecdot(vectors, vector)
    return products


def _coded(vectors: Vectors) -> tuple[NDArray[np.int8], Vectors, float]:
    """Rows in 8 bits, what one level is worth in each, and the norm of the most that is lost."""
    scales = np.maximum(np.abs(vectors).max(axis=1), np.float32(1e-12)) / np.float32(_LEVELS)
    levels = np.rint(vectors / scales[:, None])
    lost = float(np.linalg.norm(vectors - levels * scales[:, None], axis=1).max())
    return levels.astype(np.int8), scales, lost


def _chunks(size: int) -> Iterator[slice]:
    for start in range(0, size, _CHUNK):
        yield slice(start, start + _CHUNK)
