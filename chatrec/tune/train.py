"""Examples -> a LoRA adapter, with progress, held-out accuracy, and resumption after a kill.

LoRA: Hu et al., 2021, https://arxiv.org/abs/2106.09685. The loss is taken over the answer alone,
and the language-model head is applied there alone. Knows no catalogue.
"""

from __future__ import annotations

import json
import math
import os
import platform
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from peft.utils import get_peft_model_state_dict, set_peft_model_state_dict
from safetensors.torch import load_file, save_file

from chatrec.errors import SettingsError
from chatrec.tune.turns import Example

_TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
WEIGHTS = "adapter_model.safetensors"
_CHUNK = 8  # batches that are drawn and sorted by length together
# Rows that are computed at once: half a batch takes half the memory and no more time.
_ROWS = 8
# Lengths are rounded up to this, or the heap fragments: with any length it grew by 6 GB an hour.
_LENGTHS = 16
_IGNORED = -100

Report = Callable[["Progress"], None]
Encode = Callable[[Example], tuple[list[int], list[int]]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how hard to train.

    ``minutes`` is wall-clock time over all runs; the learning rate falls along a cosine of it.
    """

    minutes: float = 40.0
    seed: int = 1
    batch: int = 16
    rank: int = 8
    learning_rate: float = 1e-3
    save_every: float = 180.0
    check_every: float = 900.0


@dataclass(frozen=True, slots=True)
class Progress:
    """Where training stands; ``accuracy`` is the share of held-out answers that are all right."""

    step: int
    tokens: int
    seconds: float
    loss: float
    accuracy: float | None = None


@dataclass(slots=True)
class _Run:
    """What a resumed run takes up again."""

    step: int = 0
    tokens: int = 0
    seconds: float = 0.0
    loss: float = 0.0


def train(
    model: Any,
    encode: Encode,
    stream: Callable[[int], Iterator[Example]],
    held_out: Sequence[Example],
    out: Path,
    plan: Plan,
    report: Report,
    recorded: dict[str, Any],
    start: Path | None = None,
) -> Progress:
    """Fit an adapter to the stream of examples and write it to ``out`` as a peft folder.

    ``model`` is best loaded in bf16 with eager attention, whose kernels are the fastest on a CPU.
    ``stream(seed)`` gives endless examples, ``held_out`` are some that it does not give. ``encode``
    gives token ids of prompt and answer, the end-of-turn token included. A folder that holds an
    unfinished run is continued; otherwise training begins from the adapter in ``start``, or from
    nothing.

    Raises:
        SettingsError: the adapter to go on from has another rank than the plan.
    """
    torch.manual_seed(plan.seed)
    config = LoraConfig(
        r=plan.rank, lora_alpha=2 * plan.rank, target_modules=_TARGETS, task_type="CAUSAL_LM"
    )
    model = get_peft_model(model, config, autocast_adapter_dtype=False)
    weights = _Weights([p for p in model.parameters() if p.requires_grad])
    optimizer = torch.optim.AdamW(weights.masters, lr=plan.learning_rate, weight_decay=0.0)
    if start is not None:
        set_peft_model_state_dict(model, _of_rank(plan.rank, load_file(start / WEIGHTS), start))
    run = _resume(out, plan, model, optimizer)
    weights.read()
    unseen = [encode(example) for example in held_out]
    batches = _batches(stream(plan.seed + run.step), encode, plan.batch)
    started = time.monotonic() - run.seconds
    saved = checked = time.monotonic()
    progress = Progress(run.step, run.tokens, run.seconds, run.loss)
    while run.seconds < plan.minutes * 60:
        for group in optimizer.param_groups:
            group["lr"] = plan.learning_rate * _schedule(run.step, run.seconds / plan.minutes / 60)
        loss, tokens = _step(model, optimizer, weights, next(batches))
        run.step, run.tokens = run.step + 1, run.tokens + tokens
        run.loss = loss if run.step == 1 else 0.95 * run.loss + 0.05 * loss
        now = time.monotonic()
        run.seconds = now - started
        accuracy = None
        if now - checked > plan.check_every:
            accuracy = _accuracy(model, unseen, plan.batch)
            checked = time.monotonic()
        progress = Progress(run.step, run.tokens, run.seconds, run.loss, accuracy)
        report(progress)
        if now - saved > plan.save_every:
            _save_state(out, model, optimizer, run)
            saved = time.monotonic()
    accuracy = _accuracy(model, unseen, plan.batch)
    progress = Progress(run.step, run.tokens, run.seconds, run.loss, accuracy)
    _write(out, model, config, plan, progress, recorded)
    return progress


def _schedule(step: int, done: float) -> float:
    """Linear warm-up over 20 steps, then half a cosine down to a fiftieth."""
    return min(1.0, (step + 1) / 20) * (0.49 * (1 + math.cos(math.pi * min(1.0, done))) + 0.02)


def _batches(
    stream: Iterator[Example], encode: Encode, size: int
) -> Iterator[list[tuple[list[int], list[int]]]]:
    """Batches of examples of like length, so that little padding is computed."""
    order = random.Random(0)
    while True:
        rows = [encode(example) for example in islice(stream, size * _CHUNK)]
        rows.sort(key=lambda row: len(row[0]) + len(row[1]))
        chunks = [rows[i : i + size] for i in range(0, len(rows), size)]
        order.shuffle(chunks)
        yield from chunks


def _padded(rows: Sequence[tuple[list[int], list[int]]]) -> tuple[torch.Tensor, ...]:
    """Token ids, attention mask and targets, each of shape (rows, longest or a little more)."""
    longest = _LENGTHS * math.ceil(max(len(a) + len(b) for a, b in rows) / _LENGTHS)
    ids = torch.zeros((len(rows), longest), dtype=torch.long)
    mask = torch.zeros_like(ids)
    targets = torch.full_like(ids, _IGNORED)
    for n, (prompt, answer) in enumerate(rows):
        end = len(prompt) + len(answer)
        ids[n, :end] = torch.tensor(prompt + answer)
        mask[n, :end] = 1
        # The state at position i predicts token i + 1.
        targets[n, len(prompt) - 1 : end - 1] = torch.tensor(answer)
    return ids, mask, targets


def _answer_logits(model: Any, rows: Any) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, int]:
    """Logits and targets at the answers' positions, the row of each, and tokens computed."""
    ids, mask, targets = (t.to(model.device) for t in _padded(rows))
    decoder = model.base_model.model
    hidden = decoder.model(input_ids=ids, attention_mask=mask).last_hidden_state
    chosen = targets != _IGNORED
    logits = decoder.lm_head(hidden[chosen])
    return logits.float(), targets[chosen], chosen.nonzero()[:, 0], int(mask.sum())


class _Weights:
    """Weights that are computed with in bf16 and updated in f32.

    On a CPU with AMX, bf16 alone is four times as fast as f32 or autocast; but small updates
    would be lost in its 8 bits of precision.
    """

    def __init__(self, used: list[torch.nn.Parameter]) -> None:
        self._used = used
        self.masters = [p.detach().float().clone() for p in used]

    def read(self) -> None:
        """Take the masters from the weights in use."""
        for master, used in zip(self.masters, self._used, strict=True):
            master.copy_(used.detach().float())

    def update(self, optimizer: Any) -> None:
        """One step along the gradients, clipped to norm 1, back into the weights in use."""
        for master, used in zip(self.masters, self._used, strict=True):
            master.grad = None if used.grad is None else used.grad.float()
            used.grad = None
        torch.nn.utils.clip_grad_norm_(self.masters, 1.0)
        optimizer.step()
        with torch.no_grad():
            for master, used in zip(self.masters, self._used, strict=True):
                used.copy_(master)


def _step(model: Any, optimizer: Any, weights: _Weights, rows: Any) -> tuple[float, int]:
    """One step over a batch, computed in parts; the mean loss of its answers, and tokens seen."""
    model.train()
    loss, seen = 0.0, 0
    answered = sum(len(answer) for _prompt, answer in rows)
    for start in range(0, len(rows), _ROWS):
        logits, targets, _rows, tokens = _answer_logits(model, rows[start : start + _ROWS])
        part = torch.nn.functional.cross_entropy(logits, targets, reduction="sum") / answered
        torch.autograd.backward(part)
        loss, seen = loss + float(part.detach()), seen + tokens
    weights.update(optimizer)
    return loss, seen


@torch.no_grad()
def _accuracy(model: Any, rows: list[Any], size: int) -> float:
    """Share of answers whose every token is the likeliest: what greedy decoding would write."""
    model.eval()
    right = 0
    for start in range(0, len(rows), size):
        batch = rows[start : start + size]
        logits, targets, row, _tokens = _answer_logits(model, batch)
        wrong = set(row[logits.argmax(-1) != targets].tolist())
        right += len(batch) - len(wrong)
    return right / max(1, len(rows))


def _state_path(out: Path) -> Path:
    return out / "unfinished.pt"


def _save_state(out: Path, model: Any, optimizer: Any, run: _Run) -> None:
    """Write all that a continuation needs, whole or not at all."""
    out.mkdir(parents=True, exist_ok=True)
    partial = _state_path(out).with_suffix(".part")
    torch.save(
        {
            "adapter": get_peft_model_state_dict(model),
            "optimizer": optimizer.state_dict(),
            "run": asdict(run),
        },
        partial,
    )
    os.replace(partial, _state_path(out))


def _resume(out: Path, plan: Plan, model: Any, optimizer: Any) -> _Run:
    if not _state_path(out).exists():
        return _Run()
    state = torch.load(_state_path(out), weights_only=True)
    set_peft_model_state_dict(model, _of_rank(plan.rank, state["adapter"], out))
    optimizer.load_state_dict(state["optimizer"])
    return _Run(**state["run"])


def _of_rank(rank: int, weights: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The weights of an adapter.

    Raises:
        SettingsError: they are of another rank.
    """
    found = next(len(tensor) for name, tensor in weights.items() if "lora_A" in name)
    if found != rank:
        raise SettingsError(f"the adapter in {folder} has rank {found}: give --rank {found}")
    return weights


def _write(
    out: Path,
    model: Any,
    config: LoraConfig,
    plan: Plan,
    progress: Progress,
    recorded: dict[str, Any],
) -> None:
    """The peft folder in half precision, and `chatrec.json` with how it was made."""
    out.mkdir(parents=True, exist_ok=True)
    weights = {
        f"base_model.model.{name.removeprefix('base_model.model.')}": tensor.half().contiguous()
        for name, tensor in get_peft_model_state_dict(model).items()
    }
    save_file(weights, out / WEIGHTS, metadata={"format": "pt"})
    config.inference_mode = True
    config.base_model_name_or_path = recorded["base"]
    config.save_pretrained(str(out))
    packages = ("torch", "transformers", "peft")
    record = {
        **recorded,
        "plan": asdict(plan),
        "result": asdict(progress),
        "packages": {name: version(name) for name in packages},
        "python": platform.python_version(),
    }
    (out / "chatrec.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    _state_path(out).unlink(missing_ok=True)
