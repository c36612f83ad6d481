"""An embedder that embeds each text once: for measuring, where the same texts come again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from chatrec.ports import Embedder


class Remembering:
    """An `Embedder` that keeps every vector it was asked for."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, NDArray[np.float32]] = {}

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """What the embedder gives, shape (len(texts), dimension).

        Raises:
            EngineError: the embedding model failed.
        """
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._embedder.embed(new), strict=True))
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        return np.stack([self._known[text] for text in texts])
