"""Drawings, and an embedder that sees their colours: what pictures need without any model."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from chatrec.pictures import decoded
from chatrec.types import Picture


def drawn(number: int, side: int = 64) -> Image.Image:
    """A drawing that differs from those of other numbers."""
    rng = random.Random(number)
    image = Image.new("RGB", (side, side), tuple(rng.randrange(256) for _ in range(3)))
    pen = ImageDraw.Draw(image)
    for _ in range(4):
        x, y = sorted(rng.sample(range(side), 2)), sorted(rng.sample(range(side), 2))
        color = tuple(rng.randrange(256) for _ in range(3))
        shape = rng.choice((pen.rectangle, pen.ellipse))
        shape((x[0], y[0], x[1], y[1]), fill=color)
    return image


def encoded(image: Image.Image, form: str = "PNG") -> bytes:
    """The bytes of its file."""
    buffer = io.BytesIO()
    image.save(buffer, form)
    return buffer.getvalue()


def picture(number: int) -> Picture:
    """The drawing as the rooms see it."""
    return decoded(encoded(drawn(number)), 1_000_000)


class Averaging:
    """Embeds a picture as its mean colour, counts, and can be pulled out of the wall."""

    def __init__(self, name: str = "averaging", stop_after: int | None = None) -> None:
        self.name = name
        self.looked_at = 0
        self._left = stop_after

    def embed(self, pictures: Sequence[Picture]) -> NDArray[np.float32]:
        if self._left is not None:
            self._left -= len(pictures)
            if self._left < 0:
                raise KeyboardInterrupt
        self.looked_at += len(pictures)
        colors = [np.frombuffer(each.pixels, np.uint8).reshape(-1, 3).mean(0) for each in pictures]
        vectors = np.asarray(colors, np.float32) + np.float32(1)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors
