"""Choosing a model for a machine, and `chatrec models`."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from chatrec.cli.models import command
from chatrec.errors import ModelUnavailable, SettingsError
from chatrec.llm.machine import Machine
from chatrec.llm.models import (
    KNOWN_MODELS,
    SMOLLM2,
    adapter_folder,
    choose,
    is_tuned,
    known_model,
    load_model,
)
from chatrec.settings import Settings, load_settings

CPU = Machine(cores=2, memory_gb=8)


def gpu(memory_gb: float) -> Machine:
    return Machine(cores=8, memory_gb=32, gpu="some GPU", gpu_memory_gb=memory_gb)


def settings(**model: object) -> Settings:
    return load_settings(model=model)


def test_without_a_gpu_the_small_model_runs_on_openvino() -> None:
    choice = choose(settings(), CPU)
    assert (choice.engine, choice.known) == ("openvino", SMOLLM2)


@pytest.mark.parametrize(
    ("memory_gb", "model"),
    [
        (4.3, "Qwen3-1.7B"),
        (8.6, "Qwen3-4B-Instruct-2507"),
        (17.2, "Qwen3-8B"),
        (25.8, "Qwen3-14B"),
        (85.9, "Qwen3-14B"),
    ],
)
def test_a_gpu_gets_the_largest_model_that_fits(memory_gb: float, model: str) -> None:
    choice = choose(settings(), gpu(memory_gb))
    assert (choice.engine, choice.model) == ("transformers", model)
    assert choice.known is not None
    assert choice.known.needs_gb <= memory_gb


def test_a_gpu_that_is_too_small_is_left_alone() -> None:
    assert choose(settings(), gpu(2)).engine == "openvino"


def test_settings_win_over_the_machine() -> None:
    assert choose(settings(engine="openvino"), gpu(24)).model == SMOLLM2.name
    assert choose(settings(device="cpu"), gpu(24)).engine == "openvino"
    assert choose(settings(name="qwen/qwen3-8b"), gpu(24)).model == "Qwen3-8B"
    assert choose(settings(name="/models/own.gguf"), CPU).known is None


def test_provider_and_model_mean_langchain() -> None:
    assert choose(settings(name="openai:gpt-5-mini"), gpu(24)).engine == "langchain"
    with pytest.raises(SettingsError, match=r"model\.name"):
        choose(settings(engine="langchain"), CPU)


def test_known_models_are_told_by_name_or_hub_id() -> None:
    for known in KNOWN_MODELS:
        assert known_model(known.name.upper()) is known
        if isinstance(known.source, str):
            assert known_model(known.source) is known
    assert known_model("nobody/knows") is None


def test_a_named_adapter_has_to_be_one(tmp_path: Path) -> None:
    wanted = settings(adapter=str(tmp_path))
    with pytest.raises(SettingsError, match="is no adapter"):
        adapter_folder(wanted, None)
    (tmp_path / "adapter_config.json").write_text("{}", encoding="utf-8")
    assert adapter_folder(wanted, None) == tmp_path
    assert not is_tuned(tmp_path)
    (tmp_path / "chatrec.json").write_text("{}", encoding="utf-8")
    assert is_tuned(tmp_path)
    assert adapter_folder(settings(adapter="none"), SMOLLM2) is None
    assert adapter_folder(settings(), None) is None


def test_a_file_that_is_not_there_is_told_before_anything_is_loaded() -> None:
    with pytest.raises(ModelUnavailable, match="no model at"):
        load_model(settings(engine="openvino", name="/nowhere/model.gguf"))


def test_a_file_that_is_no_model_is_told(tmp_path: Path) -> None:
    fake = tmp_path / "model.gguf"
    fake.write_bytes(b"not a model")
    with pytest.raises(ModelUnavailable, match="no GGUF file"):
        load_model(settings(engine="openvino", name=str(fake)))


def test_a_model_that_nobody_can_download_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    wanted = load_settings(cache_dir=tmp_path, model={"engine": "openvino", "name": "a/b"})
    with pytest.raises(ModelUnavailable, match="Check the network"):
        load_model(wanted)
    wanted = load_settings(cache_dir=tmp_path, model={"engine": "openvino", "name": "a b c"})
    with pytest.raises(ModelUnavailable, match="chatrec models list"):
        load_model(wanted)


def test_a_provider_whose_package_is_missing_is_told() -> None:
    with pytest.raises(ModelUnavailable, match="provider:model"):
        load_model(settings(name="fireworks:nothing"))


def test_list_shows_every_known_model_and_marks_one() -> None:
    result = CliRunner().invoke(command, ["list"])
    assert result.exit_code == 0
    for known in KNOWN_MODELS:
        assert known.name in result.output
    marked = [line for line in result.output.splitlines() if line.startswith("* ")]
    assert len(marked) == 2  # one model, and the line that explains the mark


def test_which_says_what_and_why() -> None:
    for arguments in (["which"], []):
        result = CliRunner().invoke(command, arguments)
        assert result.exit_code == 0
        for part in ("machine", "engine", "model", "adapter", "why"):
            assert part in result.output


@pytest.mark.model
def test_fetch_makes_everything_ready() -> None:
    result = CliRunner().invoke(command, ["fetch"])
    assert result.exit_code == 0
    assert "ready: " in result.output
