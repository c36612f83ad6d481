"""Texts -> unit vectors without a model: every stem adds one pseudorandom direction.

An `Embedder` for tests and for a first look at a catalogue where no model can be had. Texts are as
near as the share of stems they have in common; it knows no synonyms.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from chatrec.words import stems


class HashingEmbedder:
    """The normalised sum of one random vector for each stem, seeded by the stem."""

    name = "hashing"

    def __init__(self, dimension: int = 128) -> None:
        self.dimension = dimension

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), dimension), rows of norm 1."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            # A text without words gets a direction of its own too.
            vector = np.sum([_direction(s, self.dimension) for s in stems(text) or [""]], axis=0)
            vectors[row] = vector / np.linalg.norm(vector)
        return vectors


@lru_cache(maxsize=65536)
def _direction(stem: str, dimension: int) -> NDArray[np.float64]:
    seed = zlib.crc32(stem.encode("utf-8", "surrogatepass"))
    return np.random.default_rng(seed).standard_normal(dimension)
