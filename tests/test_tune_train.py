"""Training a two-layer model for a few steps: it ends, and takes up where it was killed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import LlamaConfig, LlamaForCausalLM

from chatrec.errors import SettingsError
from chatrec.tune.train import Plan, Progress, train
from chatrec.tune.turns import Example
from chatrec.types import Message

FOREVER, NO_TIME = 1e6, 0.0


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def model() -> Any:
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=256,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=64,
    )
    return LlamaForCausalLM(config)


def stream(seed: int) -> Iterator[Example]:
    while True:
        seed += 1
        yield Example("search", (Message("user", f"said: {seed % 7}"),), f'{{"n":{seed % 7}}}')


def encode(example: Example) -> tuple[list[int], list[int]]:
    return list(example.messages[0].text.encode()), list(example.answer.encode())


class Watch:
    """Notes progress and pulls the plug after a step."""

    def __init__(self, last: int | None = None) -> None:
        self.seen: list[Progress] = []
        self._last = last

    def __call__(self, progress: Progress) -> None:
        self.seen.append(progress)
        if progress.step == self._last:
            raise KeyboardInterrupt


def run(out: Path, watch: Watch, minutes: float = FOREVER, rank: int = 2, **more: Any) -> Progress:
    plan = Plan(minutes=minutes, batch=4, rank=rank, save_every=0.0)
    unseen = list(islice(stream(0), 4))
    return train(model(), encode, stream, unseen, out, plan, watch, {"base": "tiny"}, **more)


def test_a_batch_in_parts_teaches_what_it_does_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = []
    for rows in (3, 16):  # of a batch of four
        monkeypatch.setattr("chatrec.tune.train._ROWS", rows)
        out = tmp_path / str(rows)
        with pytest.raises(KeyboardInterrupt):
            run(out, Watch(3))
        states.append(torch.load(out / "unfinished.pt", weights_only=True))
    parts, whole = states
    assert parts["run"]["loss"] == pytest.approx(whole["run"]["loss"], rel=1e-4)
    for name, weight in whole["adapter"].items():
        assert torch.allclose(parts["adapter"][name], weight, atol=1e-4), name


def test_a_killed_run_goes_on_where_it_was_saved(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, first := Watch(4))
    saved = torch.load(tmp_path / "unfinished.pt", weights_only=True)
    assert saved["run"]["step"] == 3  # the fourth was not saved any more

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, second := Watch(6))
    assert [progress.step for progress in second.seen] == [4, 5, 6]
    assert second.seen[0].tokens > first.seen[2].tokens
    assert second.seen[0].seconds > first.seen[2].seconds

    saved = torch.load(tmp_path / "unfinished.pt", weights_only=True)
    done = run(tmp_path, third := Watch(), NO_TIME)
    assert third.seen == [] and done.step == 5
    written = load_file(tmp_path / "adapter_model.safetensors")
    assert len(written) == len(saved["adapter"])
    for name, tensor in saved["adapter"].items():
        key = f"base_model.model.{name.removeprefix('base_model.model.')}"
        assert torch.equal(written[key], tensor.half())
    assert not (tmp_path / "unfinished.pt").exists()


def test_an_adapter_of_another_rank_is_not_gone_on_with(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "one", Watch(4))
    with pytest.raises(SettingsError, match="has rank 2: give --rank 2"):
        run(tmp_path / "one", Watch(), rank=4)
    run(tmp_path / "one", Watch(), NO_TIME)
    with pytest.raises(SettingsError, match="has rank 2: give --rank 2"):
        run(tmp_path / "two", Watch(), rank=4, start=tmp_path / "one")


def test_the_record_says_how_it_was_made(tmp_path: Path) -> None:
    done = run(tmp_path, Watch(), NO_TIME)
    record = json.loads((tmp_path / "chatrec.json").read_text(encoding="utf-8"))
    assert record["base"] == "tiny" and record["plan"]["rank"] == 2
    assert record["result"]["step"] == done.step == 0
    assert done.accuracy is not None and 0 <= done.accuracy <= 1


def test_training_begins_from_an_adapter(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "one", Watch(4))
    run(tmp_path / "one", Watch(), NO_TIME)
    run(tmp_path / "two", Watch(), NO_TIME, start=tmp_path / "one")
    begun, from_it = (load_file(tmp_path / n / "adapter_model.safetensors") for n in ("one", "two"))
    assert begun.keys() == from_it.keys()
    assert all(torch.equal(begun[name], from_it[name]) for name in begun)
    assert any(tensor.abs().sum() > 0 for name, tensor in begun.items() if "lora_B" in name)
