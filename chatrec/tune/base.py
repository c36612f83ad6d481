"""Settings -> the base model that an adapter is trained for, and how it encodes an example.

On a CPU in bf16 with eager attention, the fastest there; on a GPU in NF4 (QLoRA: Dettmers et al.,
2023, https://arxiv.org/abs/2305.14314).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from peft import prepare_model_for_kbit_training
from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig

from chatrec.errors import ModelUnavailable, SettingsError
from chatrec.fetch import PublishedFile
from chatrec.llm.dequantize import dequantized
from chatrec.llm.machine import this_machine
from chatrec.llm.models import choose, model_path
from chatrec.llm.prompt import TURN_END, PromptFormat
from chatrec.settings import Settings
from chatrec.tune.turns import Example


@dataclass(frozen=True, slots=True)
class Base:
    """A model to train on; ``checksum`` is its file's where it is one published file."""

    name: str
    checksum: str
    model: Any
    encode: Callable[[Example], tuple[list[int], list[int]]]


def load_base(settings: Settings) -> Base:
    """The configured model, ready for training.

    Raises:
        SettingsError: the model is served elsewhere and has no weights here.
        ModelUnavailable: it cannot be fetched or loaded.
    """
    choice = choose(settings, this_machine())
    if choice.engine == "langchain":
        raise SettingsError("a model behind LangChain cannot be tuned: set model.name to weights")
    path = model_path(settings, choice)
    folder = dequantized(path, settings.cache_dir) if path.suffix == ".gguf" else path
    source = choice.known.source if choice.known else ""
    checksum = source.sha256 if isinstance(source, PublishedFile) else ""
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder)
        model = _load(folder)
    except (OSError, ValueError, KeyError, RuntimeError) as exc:
        raise ModelUnavailable(f"{choice.model} cannot be loaded for training: {exc}") from exc
    return Base(choice.model, checksum, model, _encoder(tokenizer))


def _load(folder: Path) -> Any:
    if not torch.cuda.is_available():
        torch.set_num_threads(max(1, (os.cpu_count() or 2) // 2))
        return AutoModelForCausalLM.from_pretrained(
            folder, dtype=torch.bfloat16, attn_implementation="eager"
        )
    quantization = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )
    model = AutoModelForCausalLM.from_pretrained(
        folder, quantization_config=quantization, dtype=torch.bfloat16
    )
    return prepare_model_for_kbit_training(model)  # type: ignore[no-untyped-call]


def _encoder(tokenizer: Any) -> Callable[[Example], tuple[list[int], list[int]]]:
    control = [token.content for token in tokenizer.added_tokens_decoder.values()]
    form = PromptFormat(
        control,
        lambda messages: str(
            tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        ),
    )

    def encode(example: Example) -> tuple[list[int], list[int]]:
        prompt = tokenizer(form.render(example.messages), add_special_tokens=False)
        answer = tokenizer(example.answer + TURN_END, add_special_tokens=False)
        return list(prompt["input_ids"]), list(answer["input_ids"])

    return encode
