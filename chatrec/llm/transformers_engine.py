"""The port over transformers: weights in NF4 by bitsandbytes, requests in continuous batches.

transformers' manager owns the thread that runs the model; every step advances all open requests
by a token, those under a grammar through `GrammarMask`. GGUF files are unpacked once (`dequantize`)
and quantized to NF4 on loading; a LoRA adapter stays beside the quantized weights in bfloat16.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import math
import sys
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    ContinuousBatchingConfig,
    GenerationConfig,
)
from transformers.generation.continuous_batching.continuous_api import OutputRouter

from chatrec.errors import ContextOverflow, EngineError, ModelUnavailable
from chatrec.llm.answers import checked
from chatrec.llm.dequantize import dequantized
from chatrec.llm.grammar import ebnf, opening
from chatrec.llm.grammar_mask import GrammarMask
from chatrec.llm.pieces import TextPieces
from chatrec.llm.prompt import TURN_END, PromptFormat
from chatrec.llm.shutdown import when_program_ends
from chatrec.ports import Completion, JsonSchema
from chatrec.types import Message

logger = logging.getLogger(__name__)

_TURN_ENDS = (TURN_END, "<|endoftext|>", "<|eot_id|>", "<end_of_turn>")
_PAGE = 64  # tokens of a KV page
_CACHED_CONTEXTS = 4  # KV cache on the CPU, in full contexts
_BATCH_TOKENS = 1024
_GPU_MEMORY_SHARE = 0.7  # of what the weights leave free, for the KV cache


@dataclass(frozen=True, slots=True)
class _Step:
    """What a request has made so far, and whether that is all."""

    tokens: list[int]
    log_probs: list[float]
    finished: bool
    error: str | None


@dataclass(eq=False, slots=True)
class _Request:
    loop: asyncio.AbstractEventLoop
    steps: asyncio.Queue[_Step] = field(default_factory=asyncio.Queue)


class _Outbox(OutputRouter):
    """Hands outputs to the event loop that waits for each, or drops them if none does."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: dict[str, _Request] = {}

    def deliver(self, output: Any) -> None:
        request = self.waiting.get(output.request_id)
        if request is None:
            return
        step = _Step(output.generated_tokens, output.logprobs, output.is_finished(), output.error)
        with contextlib.suppress(RuntimeError):  # the loop was closed: nobody waits any more
            request.loop.call_soon_threadsafe(request.steps.put_nowait, step)

    def deliver_batch(self, outputs: list[Any]) -> None:
        for output in outputs:
            self.deliver(output)


class TransformersModel:
    """A language model in NF4 under continuous batching (see `chatrec.ports.LanguageModel`).

    ``network`` is the quantized torch module.
    """

    def __init__(
        self,
        path: Path,
        *,
        name: str,
        context: int,
        cache_dir: Path,
        device: str = "auto",
        threads: int = 0,
        adapter: Path | None = None,
        tuned: bool = False,
    ) -> None:
        """Load and quantize the model and start the thread that batches its requests.

        Args:
            path: a folder in transformers' format, or a GGUF file.
            name: what the model is called in logs.
            context: context window in tokens.
            cache_dir: where a GGUF file is unpacked to.
            device: "auto" (CUDA if there is one), "cpu", "cuda", "cuda:1" ...
            threads: CPU threads; 0 leaves PyTorch's own number.
            adapter: a LoRA folder of peft, loaded beside the weights.
            tuned: whether the adapter was trained on chatrec's own prompts.

        Raises:
            ModelUnavailable: the model cannot be loaded.
        """
        self._name, self._tuned, self._context = name, tuned, context
        if threads:
            torch.set_num_threads(threads)
        folder = dequantized(path, cache_dir) if path.suffix == ".gguf" else path
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(folder)
            self.network = _quantized(folder, _device(device), adapter)
        except (OSError, ValueError, KeyError, RuntimeError, ImportError) as exc:
            raise ModelUnavailable(
                f"{name} cannot be loaded by transformers from {folder}: {exc}. Check model.name "
                "and model.device, or choose a smaller model ('chatrec models list')."
            ) from exc
        control = {t.content: i for i, t in self._tokenizer.added_tokens_decoder.items()}
        self._stop_ids = [control[token] for token in _TURN_ENDS if token in control]
        if self._tokenizer.eos_token_id not in self._stop_ids:
            self._stop_ids.append(self._tokenizer.eos_token_id)
        self._format = PromptFormat(
            control,
            self._own_template,
            thinks="enable_thinking" in str(self._tokenizer.chat_template),
        )
        self._mask = GrammarMask(
            self._tokenizer, self.network.get_output_embeddings().weight.shape[0], self._stop_ids
        )
        self._request_ids = (f"chatrec-{i}" for i in itertools.count())
        self._outbox = _Outbox()
        self._closed = False
        self._manager = self._started()
        when_program_ends(self._stop)

    @property
    def name(self) -> str:
        """Model, engine and device."""
        return f"{self._name} (transformers, NF4, {self.network.device})"

    @property
    def tuned(self) -> bool:
        """Whether an adapter trained on chatrec's own prompts is loaded."""
        return self._tuned

    async def complete(
        self, messages: Sequence[Message], schema: JsonSchema, *, max_tokens: int
    ) -> Completion:
        """One JSON document valid under ``schema``; errors as in the port."""
        start = opening(schema)
        prompt = self._encode(messages, max_tokens, start)
        grammar = await asyncio.to_thread(self._mask.open, ebnf(schema, start))
        try:
            async with contextlib.aclosing(
                self._generate(prompt, max_tokens, streaming=False, grammar=grammar)
            ) as steps:
                last = [step async for step in steps][-1]
        finally:
            self._mask.close(grammar)
        return Completion(
            text=checked(start + self._decode(last.tokens), schema),
            prompt_tokens=len(prompt),
            completion_tokens=len(last.tokens),
            confidence=max(math.exp(math.fsum(last.log_probs)), sys.float_info.min),
        )

    async def stream(
        self, messages: Sequence[Message], *, max_tokens: int
    ) -> AsyncGenerator[str, None]:
        """Pieces of free text; errors as in the port."""
        prompt = self._encode(messages, max_tokens)
        pieces = TextPieces(self._decode)
        seen = 0
        async with contextlib.aclosing(self._generate(prompt, max_tokens, streaming=True)) as steps:
            async for step in steps:
                text = pieces.push(step.tokens[seen:])
                seen = len(step.tokens)
                if text:
                    yield text
        if text := pieces.rest():
            yield text

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Tokens of the prompt, chat format included."""
        return len(self._ids(self._format.render(messages)))

    async def aclose(self) -> None:
        """Stop the manager's thread; requests still open fail with an EngineError."""
        await asyncio.to_thread(self._stop)

    def _stop(self) -> None:
        self._closed = True
        if self._manager.is_running():
            self._manager.stop(block=True, hard_stop=True)

    async def _generate(
        self, prompt: list[int], max_tokens: int, *, streaming: bool, **processing: int
    ) -> AsyncGenerator[_Step, None]:
        """The states of one request, the last of them finished; closing it cancels the request."""
        request = _Request(asyncio.get_running_loop())
        request_id = next(self._request_ids)
        self._outbox.waiting[request_id] = request
        try:
            manager = self._running_manager()
            added = manager.add_request(
                prompt,
                request_id=request_id,
                max_new_tokens=max_tokens,
                streaming=streaming,
                eos_token_id=self._stop_ids,
                **processing,
            )
            if added is None:
                raise EngineError("the language model takes no requests; start chatrec again")
            finished = False
            while not finished:
                step = await request.steps.get()
                finished = step.finished
                if step.error is not None:
                    raise EngineError(f"transformers failed while generating: {step.error}")
                yield step
        finally:
            del self._outbox.waiting[request_id]
            self._manager.cancel_request(request_id)

    def _running_manager(self) -> Any:
        """The manager; a new one where a failed step has ended the old one's thread."""
        if self._closed:
            raise EngineError("the language model is closed; start chatrec again")
        if not self._manager.is_running():
            logger.warning("the continuous batching thread had ended; starting another")
            self._manager = self._started()
        return self._manager

    def _started(self) -> Any:
        on_cpu = self.network.device.type == "cpu"
        manager = self.network.init_continuous_batching(
            GenerationConfig(do_sample=False, eos_token_id=self._stop_ids),
            ContinuousBatchingConfig(
                page_size=_PAGE,
                num_blocks=_CACHED_CONTEXTS * self._context // _PAGE if on_cpu else None,
                max_batch_tokens=_BATCH_TOKENS if on_cpu else None,
                max_memory_percent=None if on_cpu else _GPU_MEMORY_SHARE,
                # A mask depends on the token of the step before, so steps cannot overlap, and
                # it changes from step to step, so they cannot be replayed.
                use_async_batching=False,
                use_cuda_graph=False,
                return_logprobs=True,
                auto_switch_to_flash=False,
            ),
        )
        manager.logit_processor = self._mask.as_list()
        manager.output_router = self._outbox
        manager.start()
        return manager

    def _encode(self, messages: Sequence[Message], max_tokens: int, start: str = "") -> list[int]:
        """Tokens of the prompt, and of what the answer starts with."""
        prompt = self._ids(self._format.render(messages))
        if start:
            prompt += self._ids(start)
        if len(prompt) + max_tokens > self._context:
            raise ContextOverflow(
                f"a prompt of {len(prompt)} tokens and an answer of {max_tokens} exceed the "
                f"context of {self._context}"
            )
        return prompt

    def _own_template(self, messages: list[dict[str, str]]) -> str:
        return str(
            self._tokenizer.apply_chat_template(
                messages, tokenize=False, add_generation_prompt=True
            )
        )

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer(text, add_special_tokens=False).input_ids
        return ids

    def _decode(self, ids: list[int]) -> str:
        return str(
            self._tokenizer.decode(
                ids, skip_special_tokens=True, clean_up_tokenization_spaces=False
            )
        )


def _quantized(folder: Path, device: str, adapter: Path | None) -> Any:
    model = AutoModelForCausalLM.from_pretrained(
        folder,
        dtype=torch.bfloat16,
        device_map={"": device},
        attn_implementation="sdpa",
        quantization_config=BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=torch.bfloat16,
        ),
    )
    if adapter is not None:
        model.load_adapter(str(adapter))
    model.train(False)
    return model


def _device(wanted: str) -> str:
    if wanted == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if wanted.startswith("cuda") and not torch.cuda.is_available():
        raise ModelUnavailable(
            f"model.device is {wanted!r}, but this PyTorch sees no GPU: install a CUDA build of "
            "PyTorch and the driver, or set model.device to 'auto'"
        )
    return wanted
