"""A CLIP of random weights, and pictures to show it: what is around a model, without the model.

Random weights see no things, but the same picture always in the same way, and another one
differently. That is all that the tests ask of it.
"""

from __future__ import annotations

import io
import random
from pathlib import Path

import torch
from PIL import Image, ImageDraw
from transformers import CLIPConfig, CLIPModel
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

from chatrec.pictures import decoded
from chatrec.types import Picture

DIMENSION = 24
_SIDE = 32


def saved(folder: Path, seed: int = 1) -> Path:
    """The folder with a checkpoint in it, as the hub has them; 120 kB."""
    layers = {"num_hidden_layers": 2, "num_attention_heads": 2, "projection_dim": DIMENSION}
    text = {"hidden_size": 16, "intermediate_size": 32, "vocab_size": 64} | layers
    text |= {"max_position_embeddings": 8, "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0}
    vision = {"hidden_size": 32, "intermediate_size": 64, "image_size": _SIDE, "patch_size": 8}
    config = CLIPConfig(text_config=text, vision_config=vision | layers, projection_dim=DIMENSION)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        CLIPModel(config).save_pretrained(folder)
    crop = {"height": _SIDE, "width": _SIDE}
    CLIPImageProcessorPil(size={"shortest_edge": _SIDE}, crop_size=crop).save_pretrained(folder)
    return folder


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
