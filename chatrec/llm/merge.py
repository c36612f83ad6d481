"""Base GGUF, perhaps + LoRA adapter (peft folder) -> a GGUF in the cache that OpenVINO reads.

A pipeline built from a GGUF file takes no adapters, so the product B A of each adapted matrix is
added to the dequantized weights, and all matrices are written as Q8_0. The merge is exact in
float32; Q8_0 rounds it far finer than the base's own four bits. Files in block formats that the
pipeline cannot read go the same way without an adapter.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import filelock
import numpy as np
from gguf import GGMLQuantizationType, GGUFReader, GGUFValueType, GGUFWriter
from gguf.quants import dequantize, quantize
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from chatrec.errors import ModelUnavailable
from chatrec.fetch import Progress

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"

_Matrix: TypeAlias = NDArray[np.float32]

_MODULES = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_PERMUTED = {"llama"}
_AS_THEY_ARE = {"qwen2", "qwen3"}
_REFUSED = (
    "use_dora",
    "modules_to_save",
    "rank_pattern",
    "alpha_pattern",
    "trainable_token_indices",
)
_Q8_BLOCK = 32
_READABLE = {
    GGMLQuantizationType.F32,
    GGMLQuantizationType.F16,
    GGMLQuantizationType.Q8_0,
    GGMLQuantizationType.Q4_0,
    GGMLQuantizationType.Q4_1,
    GGMLQuantizationType.Q4_K,
    GGMLQuantizationType.Q6_K,
}


def merged(
    base: Path, adapter: Path | None, cache_dir: Path, progress: Progress | None = None
) -> Path:
    """The GGUF of the base with the adapter merged in, in Q8_0; made if the cache lacks it.

    Its name holds a hash over the contents of both, so another base or adapter makes another
    file. ``progress`` counts tensors.

    Raises:
        ModelUnavailable: the base is no GGUF file of a known kind, the adapter cannot be merged or
            does not fit, or the cache cannot be written.
    """
    try:
        target = merged_path(base, adapter, cache_dir)
        if target.exists():
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(target.with_suffix(".lock")):
            if not target.exists():
                updates = _Adapter(adapter) if adapter else None
                _write(base, updates, target, progress or (lambda done, total: None))
    except (OSError, ValueError, IndexError) as exc:
        raise ModelUnavailable(
            f"{base.name} cannot be merged with {adapter or 'no adapter'}: {exc}. Free some room, "
            "set CHATREC_CACHE_DIR to a folder that can be written, or choose another model."
        ) from exc
    return target


def is_readable(gguf: Path) -> bool:
    """Whether OpenVINO reads the block formats of all tensors in the file."""
    try:
        return all(tensor.tensor_type in _READABLE for tensor in GGUFReader(gguf).tensors)
    except (OSError, ValueError, IndexError) as exc:
        raise ModelUnavailable(f"{gguf} is no GGUF file: {exc}") from exc


def merged_path(base: Path, adapter: Path | None, cache_dir: Path) -> Path:
    """Where the merged file lies, or will lie."""
    digest = hashlib.sha256()
    for part in (base, *((adapter / CONFIG, adapter / WEIGHTS) if adapter else ())):
        with part.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return cache_dir / "merged" / f"{base.stem}-{digest.hexdigest()[:16]}.gguf"


class _Adapter:
    """The low-rank updates of a peft folder, by module name."""

    def __init__(self, folder: Path) -> None:
        config: dict[str, Any] = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        refused = [key for key in _REFUSED if config.get(key)]
        if config.get("peft_type") != "LORA" or refused or config.get("bias", "none") != "none":
            raise ModelUnavailable(
                f"the adapter {folder} is no plain LoRA ({', '.join(refused) or 'type or bias'}) "
                "and cannot be merged; train one with 'chatrec tune'"
            )
        rank = config["r"]
        self._scale = config["lora_alpha"] / (math.sqrt(rank) if config.get("use_rslora") else rank)
        try:
            self._tensors: dict[str, NDArray[Any]] = load_file(folder / WEIGHTS)
        except (SafetensorError, TypeError, KeyError) as exc:
            raise ModelUnavailable(f"{folder / WEIGHTS} cannot be read: {exc}") from exc
        self.folder = folder
        self.unused = {name.rsplit(".lora_", 1)[0] for name in self._tensors}

    def update(self, layer: str, module: str) -> _Matrix | None:
        """What to add to the module's weights, shape (out, in); None where it is not adapted."""
        name = f"base_model.model.model.layers.{layer}.{module}"
        if name not in self.unused:
            return None
        self.unused.remove(name)
        low, high = (
            self._tensors[f"{name}.lora_{side}.weight"].astype(np.float32) for side in "AB"
        )
        update: _Matrix = self._scale * (high @ low)
        return update


def _write(base: Path, adapter: _Adapter | None, target: Path, progress: Progress) -> None:
    reader = GGUFReader(base)
    architecture = reader.fields["general.architecture"].contents()
    reorder = _reordering(architecture, reader) if adapter else {}
    with tempfile.TemporaryDirectory(prefix="partial-", dir=target.parent) as folder:
        writer = GGUFWriter(Path(folder) / target.name, architecture)
        _copy_metadata(reader, writer)
        for done, tensor in enumerate(reader.tensors):
            progress(done, len(reader.tensors))
            values = dequantize(tensor.data, tensor.tensor_type)
            if adapter is not None:
                values = _adapted(tensor.name, values, adapter, reorder)
            _add(writer, tensor.name, values)
        if adapter is not None and adapter.unused:
            raise ModelUnavailable(
                f"the adapter {adapter.folder} was trained on another model than {base.name}: "
                f"there is no {sorted(adapter.unused)[0]}"
            )
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        os.replace(Path(folder) / target.name, target)
    progress(len(reader.tensors), len(reader.tensors))


_Reordering: TypeAlias = Mapping[str, Callable[[_Matrix], _Matrix]]


def _reordering(architecture: str, reader: GGUFReader) -> _Reordering:
    """How the rows of an update are ordered in the file, where they are ordered otherwise.

    llama files store the rows of q and k in pairs that rotate together, as ``convert_hf_to_gguf``
    of llama.cpp writes them.
    """
    if architecture in _AS_THEY_ARE:
        return {}
    if architecture not in _PERMUTED:
        raise ModelUnavailable(f"adapters cannot be merged into {architecture} models")

    def paired(heads: int) -> Callable[[_Matrix], _Matrix]:
        def reorder(rows: _Matrix) -> _Matrix:
            halves = rows.reshape(heads, 2, rows.shape[0] // heads // 2, rows.shape[1])
            return halves.swapaxes(1, 2).reshape(rows.shape)

        return reorder

    def heads(name: str) -> int:
        return int(reader.fields[f"{architecture}.attention.{name}"].contents())

    return {"attn_q": paired(heads("head_count")), "attn_k": paired(heads("head_count_kv"))}


def _adapted(name: str, values: _Matrix, adapter: _Adapter, reorder: _Reordering) -> _Matrix:
    match name.split("."):
        case ["blk", layer, part, "weight"] if part in _MODULES:
            update = adapter.update(layer, _MODULES[part])
            if update is not None:
                if update.shape != values.shape:
                    raise ModelUnavailable(
                        f"the adapter {adapter.folder} does not fit: {name} is {values.shape}, "
                        f"its update {update.shape}"
                    )
                return values + (reorder[part](update) if part in reorder else update)
    return values


def _copy_metadata(reader: GGUFReader, writer: GGUFWriter) -> None:
    for key, entry in reader.fields.items():
        if key.startswith("GGUF.") or key == "general.architecture":
            continue
        if entry.types[0] == GGUFValueType.ARRAY:
            writer.add_array(key, entry.contents())
        else:
            writer.add_key_value(key, entry.contents(), entry.types[0])


def _add(writer: GGUFWriter, name: str, values: _Matrix) -> None:
    values = values.astype(np.float32)
    if values.ndim == 1 or values.shape[-1] % _Q8_BLOCK:
        writer.add_tensor(name, values)
    else:
        eight = GGMLQuantizationType.Q8_0
        writer.add_tensor(name, quantize(values, eight), raw_dtype=eight)
