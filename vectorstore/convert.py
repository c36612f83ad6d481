"""MiniLM's published weights -> an OpenVINO model that maps token ids to unit vectors.

Run once as ``python -m vectorstore.convert WEIGHTS OUT`` in a process of its own: the process that
serves never loads torch. Pooling and normalisation lie inside the graph. Knows nothing of
tokenisers, texts or where the weights come from.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import openvino as ov
import torch
from safetensors.torch import load_file
from transformers import BertConfig, BertModel

# config.json of all-MiniLM-L6-v2, where it differs from BERT's defaults.
CONFIG = {"hidden_size": 384, "intermediate_size": 1536, "num_hidden_layers": 6}


class SentenceEncoder(torch.nn.Module):
    """BERT, the mean of the last layer over the real tokens, scaled to norm 1."""

    def __init__(self, bert: Any) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Ids and mask of shape (texts, tokens) -> vectors of shape (texts, 384)."""
        hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * weights).sum(1) / weights.sum(1)
        return torch.nn.functional.normalize(mean, dim=1)


def load_encoder(weights: Path) -> SentenceEncoder:
    """The published weights as a torch module in f32."""
    config = BertConfig.from_dict({**CONFIG, "attn_implementation": "eager"})
    bert: Any = BertModel(config, add_pooling_layer=False)
    state = {k: v for k, v in load_file(weights).items() if not k.startswith("pooler.")}
    bert.load_state_dict(state, strict=False)
    missing = set(bert.state_dict()) - set(state)
    if missing:
        raise ValueError(f"{weights} lacks {sorted(missing)}")
    return SentenceEncoder(bert).eval()


def convert(weights: Path, out: Path) -> None:
    """Write ``out`` (.xml) and its .bin, weights in f16."""
    torch.set_num_threads(1)
    # A padded example: tracing must keep the mask.
    example = {
        "input_ids": torch.tensor([[101, 2003, 102], [101, 102, 0]]),
        "attention_mask": torch.tensor([[1, 1, 1], [1, 1, 0]]),
    }
    with torch.inference_mode():
        model = ov.convert_model(load_encoder(weights), example_input=example)
    ov.save_model(model, out, compress_to_fp16=True)


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
