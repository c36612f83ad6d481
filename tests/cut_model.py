"""A GGUF model -> the same with its first layers and tokens alone: as real, with little work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gguf import GGUFReader, GGUFValueType, GGUFWriter

LAYERS, TOKENS = 2, 2048


def cut(base: Path, target: Path) -> Path:
    """Write a llama model with a byte-pair vocabulary, its block formats as they are in the base.

    The first tokens of such a vocabulary are the special ones, the bytes, and the results of the
    first merges: with the merges that make them they are a smaller vocabulary.
    """
    reader = GGUFReader(base)
    architecture = reader.fields["general.architecture"].contents()
    writer = GGUFWriter(target, architecture)
    tokens = set(reader.fields["tokenizer.ggml.tokens"].contents(slice(0, TOKENS)))
    for key, entry in reader.fields.items():
        if key.startswith("GGUF.") or key == "general.architecture":
            continue
        value: Any
        match key.partition(".")[2]:
            case "block_count":
                value = LAYERS
            case "vocab_size":
                value = TOKENS
            case "ggml.tokens" | "ggml.token_type" | "ggml.scores":
                value = entry.contents(slice(0, TOKENS))
            case "ggml.merges":
                value = [pair for pair in entry.contents() if "".join(pair.split()) in tokens]
            case _:
                value = entry.contents()
        if entry.types[0] == GGUFValueType.ARRAY:
            writer.add_array(key, value)
        else:
            writer.add_key_value(key, value, entry.types[0])
    for tensor in reader.tensors:
        part, _, rest = tensor.name.partition(".")
        if part != "blk" or int(rest.partition(".")[0]) < LAYERS:
            rows = tensor.data[:TOKENS] if part == "token_embd" else tensor.data
            writer.add_tensor(tensor.name, rows, raw_dtype=tensor.tensor_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return target
