"""What is particular to single engines: real NF4, merged adapters, recovery from a failed step.

All with the first layers of the real small model.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from cut_model import LAYERS, cut
from safetensors.numpy import load_file, save_file

from chatrec.errors import EngineError, ModelUnavailable
from chatrec.llm.merge import is_readable, merged
from chatrec.llm.models import SMOLLM2
from chatrec.settings import load_settings
from chatrec.types import Message

pytestmark = [pytest.mark.model, pytest.mark.timeout(240)]

SAID = [Message("user", "Say a word on boots.")]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from chatrec.fetch import PublishedFile, fetch

    assert isinstance(SMOLLM2.source, PublishedFile)
    whole = fetch(SMOLLM2.source, load_settings().cache_dir)
    return cut(whole, tmp_path_factory.mktemp("base") / whole.name)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def unpacked(base: Path, cache: Path) -> Path:
    """The base as a folder of transformers'."""
    from chatrec.llm.dequantize import dequantized

    return dequantized(base, cache)


@pytest.fixture(scope="module")
def adapter(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random LoRA on every linear layer, strong enough to change every answer."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(0)
    model = get_peft_model(
        AutoModelForCausalLM.from_pretrained(unpacked, dtype=torch.float32),
        LoraConfig(
            r=4,
            lora_alpha=8,
            init_lora_weights=False,
            target_modules="all-linear",
            task_type="CAUSAL_LM",
        ),
    )
    folder = tmp_path_factory.mktemp("adapter")
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def merged_file(base: Path, adapter: Path, cache: Path) -> Path:
    seen: list[tuple[int, int]] = []
    path = merged(base, adapter, cache, lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1]
    assert merged(base, adapter, cache) == path
    return path


def test_a_merged_file_holds_the_weights_that_peft_merges(
    unpacked: Path, adapter: Path, merged_file: Path
) -> None:
    """The reader is that of transformers, with its own order of rows: no mirror of ours."""
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, GgufConfig

    theirs = PeftModel.from_pretrained(
        AutoModelForCausalLM.from_pretrained(unpacked, dtype=torch.float32), adapter
    ).merge_and_unload()
    ours = AutoModelForCausalLM.from_pretrained(
        merged_file.parent,
        gguf_file=merged_file.name,
        quantization_config=GgufConfig(dequantize=True),
        dtype=torch.float32,
    )
    expected = theirs.state_dict()
    for name, weights in ours.state_dict().items():
        error = (weights - expected[name]).norm() / expected[name].norm()
        assert error < 0.01, name


async def test_a_merged_adapter_changes_the_answers(base: Path, merged_file: Path) -> None:
    from chatrec.llm.openvino_engine import OpenVinoModel

    texts = []
    for path in (base, merged_file):
        model = OpenVinoModel(path, name="smollm2", context=512)
        texts.append("".join([p async for p in model.stream(SAID, max_tokens=6)]))
        await model.aclose()
    assert texts[0] != texts[1]


@pytest.mark.parametrize("change", [{"use_dora": True}, {"peft_type": "IA3"}, {"bias": "all"}])
def test_an_adapter_that_cannot_be_merged_is_refused(
    base: Path, adapter: Path, tmp_path: Path, change: dict[str, Any]
) -> None:
    config = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
    (tmp_path / "adapter_config.json").write_text(json.dumps(config | change), encoding="utf-8")
    (tmp_path / "adapter_model.safetensors").write_bytes(
        (adapter / "adapter_model.safetensors").read_bytes()
    )
    with pytest.raises(ModelUnavailable, match="cannot be merged"):
        merged(base, tmp_path, tmp_path)


def test_an_adapter_of_another_model_is_refused(base: Path, adapter: Path, tmp_path: Path) -> None:
    tensors = load_file(adapter / "adapter_model.safetensors")
    elsewhere = {name.replace("layers.0.", "layers.77."): t for name, t in tensors.items()}
    save_file(elsewhere, tmp_path / "adapter_model.safetensors")
    (tmp_path / "adapter_config.json").write_bytes((adapter / "adapter_config.json").read_bytes())
    with pytest.raises(ModelUnavailable, match="trained on another model"):
        merged(base, tmp_path, tmp_path / "cache")
    assert not list((tmp_path / "cache").rglob("*.gguf"))


def test_block_formats_are_known(base: Path, tmp_path: Path) -> None:
    assert is_readable(base)
    (tmp_path / "no.gguf").write_bytes(b"GGUF")
    with pytest.raises(ModelUnavailable):
        is_readable(tmp_path / "no.gguf")


async def test_linear_layers_are_four_bits_wide_and_the_adapter_stays_beside(
    base: Path, adapter: Path, cache: Path
) -> None:
    import bitsandbytes
    import torch

    from chatrec.llm.transformers_engine import TransformersModel

    model = TransformersModel(
        base,
        name="smollm2",
        context=512,
        cache_dir=cache,
        device="cpu",
        adapter=adapter,
    )
    layers = [m for m in model.network.modules() if isinstance(m, bitsandbytes.nn.Linear4bit)]
    assert len(layers) == LAYERS * 7
    for layer in layers:
        assert layer.weight.dtype == torch.uint8
        assert layer.weight.quant_state.quant_type == "nf4"
        assert layer.weight.quant_state.nested
    text = "".join([p async for p in model.stream(SAID, max_tokens=4)])
    assert text
    await model.aclose()
    with pytest.raises(EngineError, match="closed"):
        await anext(model.stream(SAID, max_tokens=4))


class Failing:
    """A pipeline whose next step fails, as one that has run out of memory does."""

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline
        self.fail = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pipeline, name)

    def step(self) -> None:
        if self.fail:
            raise RuntimeError("Check 'memory' failed at infer.cpp:1\nout of memory\n")
        self._pipeline.step()


async def test_a_failed_step_fails_what_is_open_and_the_next_call_works(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import openvino_genai

    from chatrec.llm.openvino_engine import OpenVinoModel

    built: list[Failing] = []
    make = openvino_genai.ContinuousBatchingPipeline

    def failing(*args: Any) -> Failing:
        built.append(Failing(make(*args)))
        return built[-1]

    monkeypatch.setattr(openvino_genai, "ContinuousBatchingPipeline", failing)
    model = OpenVinoModel(base, name="smollm2", context=512)
    streams = [model.stream(SAID, max_tokens=400) for _ in range(3)]
    await asyncio.gather(*map(anext, streams))
    built[0].fail = True
    for stream in streams:
        with pytest.raises(EngineError, match="out of memory"):
            async for _ in stream:
                pass
    async with asyncio.timeout(60):
        assert "".join([p async for p in model.stream(SAID, max_tokens=2)])
    assert len(built) == 2
    open_stream = model.stream(SAID, max_tokens=400)
    await anext(open_stream)
    closing = asyncio.create_task(model.aclose())
    with pytest.raises(EngineError, match="closed"):
        async for _ in open_stream:
            pass
    await closing
    with pytest.raises(EngineError, match="closed"):
        await anext(model.stream(SAID, max_tokens=2))


def test_a_program_that_forgets_to_close_ends_all_the_same(base: Path) -> None:
    import subprocess
    import sys

    code = (
        "from pathlib import Path; from chatrec.llm.openvino_engine import OpenVinoModel; "
        f"OpenVinoModel(Path({str(base)!r}), name='smollm2', context=512); "
        "import sys; assert 'torch' not in sys.modules; print('loaded')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "loaded"), done.stderr
