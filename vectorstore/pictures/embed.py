"""Settings -> what looks at pictures, its model loaded when the first one comes.

A shop that is sent no photo pays for no model, and a process that has none needs no torch.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from chatrec.settings import Settings
from chatrec.types import Picture

if TYPE_CHECKING:
    from vectorstore.pictures.clip import ClipLike


class LazyPictures:
    """A `PictureEmbedder`. Calls from several threads wait for one another."""

    def __init__(self, name: str, cache_dir: Path, device: str = "auto") -> None:
        """Loads nothing yet; the arguments are those of `vectorstore.pictures.clip.ClipLike`."""
        self.name = name
        self._cache_dir = cache_dir
        self._device = device
        self._model: ClipLike | None = None
        self._lock = threading.Lock()

    def embed(self, pictures: Sequence[Picture]) -> NDArray[np.float32]:
        """Shape (len(pictures), dimension), at least one row, each of norm 1.

        Raises:
            ModelUnavailable: the model cannot be fetched or loaded, or does not embed pictures.
            SettingsError: its device is not there.
            EngineError: it failed.
        """
        with self._lock:
            if self._model is None:
                from vectorstore.pictures.clip import ClipLike

                self._model = ClipLike(self.name, self._cache_dir, self._device)
            return self._model.embed(pictures)


def picture_embedder(settings: Settings) -> LazyPictures | None:
    """What the settings have pictures looked at with; None where no photos are taken."""
    photos = settings.photos
    if not photos.model:
        return None
    return LazyPictures(photos.model, settings.cache_dir / "hub", photos.device)
