"""Pictures -> unit vectors, by a CLIP-like model in transformers.

Any checkpoint whose model has ``get_image_features`` will do: CLIP, SigLIP and their like. The one
module of `vectorstore` that has torch in the server's process; `vectorstore.pictures.embed` loads
it when it is needed. Knows nothing of items and shoppers.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoImageProcessor, AutoModel

from chatrec.errors import EngineError, ModelUnavailable, SettingsError
from chatrec.types import Picture

_BATCH = 16


class ClipLike:
    """A loaded `PictureEmbedder`. Not for several threads at once."""

    def __init__(self, name: str, cache_dir: Path, device: str) -> None:
        """Load the checkpoint; code that it brings along is never run.

        Args:
            name: hub id or local folder of a checkpoint.
            cache_dir: where what the hub has is kept.
            device: "auto" (CUDA if there is one), "cpu", "cuda", "cuda:1" ...

        Raises:
            ModelUnavailable: it cannot be fetched or loaded, or does not embed pictures.
            SettingsError: the device is not there.
        """
        self.name = name
        self._device = _device(device)
        where: dict[str, Any] = {"cache_dir": cache_dir, "trust_remote_code": False}
        try:
            # The same pixels, whether or not torchvision is there.
            self._processor = AutoImageProcessor.from_pretrained(name, backend="pil", **where)
            model = AutoModel.from_pretrained(name, dtype=torch.float32, **where)
        except Exception as exc:  # hub, file and format errors of three libraries
            raise ModelUnavailable(
                f"the picture model {name!r} cannot be loaded ({exc}). photos.model has to be the "
                "hub id or the local folder of a CLIP-like checkpoint with its "
                "preprocessor_config.json; without one no photos are taken. Check the network if "
                "it has to be fetched."
            ) from exc
        if not hasattr(model, "get_image_features"):
            raise ModelUnavailable(
                f"the model {name!r} does not embed pictures: set photos.model to a CLIP-like one"
            )
        self._model = model.to(self._device).eval()

    def embed(self, pictures: Sequence[Picture]) -> NDArray[np.float32]:
        """Shape (len(pictures), dimension), at least one row, each of norm 1.

        Raises:
            EngineError: the model failed.
        """
        starts = range(0, len(pictures), _BATCH)
        vectors = np.concatenate([self._batch(pictures[at : at + _BATCH]) for at in starts])
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not (np.isfinite(norms).all() and (norms > 0).all()):
            raise EngineError(f"the picture model {self.name} gave vectors without a direction")
        vectors /= norms
        return vectors

    def _batch(self, pictures: Sequence[Picture]) -> NDArray[np.float32]:
        try:
            inputs = self._processor(
                images=[_array(picture) for picture in pictures],
                return_tensors="pt",
                input_data_format="channels_last",
            )
            with torch.inference_mode():
                values = inputs["pixel_values"].to(self._device)
                found = self._model.get_image_features(pixel_values=values)
        except (RuntimeError, ValueError) as exc:
            raise EngineError(f"the picture model {self.name} failed: {exc}") from exc
        features: torch.Tensor = found.pooler_output  # projected into the space of the texts
        return np.array(features.cpu().numpy(), np.float32)


def _device(wanted: str) -> str:
    if wanted == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if wanted.startswith("cuda") and not torch.cuda.is_available():
        raise SettingsError("photos.device asks for CUDA, and PyTorch finds none: set it to 'cpu'")
    return wanted


def _array(picture: Picture) -> NDArray[np.uint8]:
    """Shape (height, width, 3)."""
    shape = (picture.height, picture.width, 3)
    return np.frombuffer(picture.pixels, np.uint8).reshape(shape)
