"""A CLIP of random weights: what is around a model, without the model.

Random weights see no things, but the same picture always in the same way, and another one
differently. That is all that the tests ask of it.
"""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import CLIPConfig, CLIPModel
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

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
