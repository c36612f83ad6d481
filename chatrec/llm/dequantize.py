"""GGUF file -> folder in transformers' own format, made once in the cache.

transformers either unpacks a GGUF file or quantizes on loading, not both; so the unpacked weights
are stored, and loaded from there. They are what `chatrec tune` trains on, too.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import filelock
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

from chatrec.errors import ModelUnavailable


def dequantized(gguf: Path, cache_dir: Path) -> Path:
    """The folder with model and tokenizer of the file, weights in bfloat16.

    Raises:
        ModelUnavailable: transformers does not know the file's architecture, or the cache cannot
            be written.
    """
    with gguf.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    target = cache_dir / "dequantized" / f"{gguf.stem}-{digest[:16]}"
    if target.exists():
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(target.with_name(target.name + ".lock")):
            if not target.exists():
                _unpack(gguf, target)
    except (OSError, ValueError, KeyError, RuntimeError) as exc:
        raise ModelUnavailable(
            f"{gguf} cannot be unpacked for transformers into {target}: {exc}. Check the free "
            "space, or use a model folder instead of a GGUF file."
        ) from exc
    return target


def _unpack(gguf: Path, target: Path) -> None:
    source = {"pretrained_model_name_or_path": str(gguf.parent), "gguf_file": gguf.name}
    model = AutoModelForCausalLM.from_pretrained(
        **source, quantization_config=GgufConfig(dequantize=True), dtype=torch.bfloat16
    )
    tokenizer = AutoTokenizer.from_pretrained(**source)
    with tempfile.TemporaryDirectory(prefix="partial-", dir=target.parent) as folder:
        made = Path(folder) / target.name
        model.save_pretrained(made)
        tokenizer.save_pretrained(made)
        os.replace(made, target)
