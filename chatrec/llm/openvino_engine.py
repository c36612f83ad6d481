"""The port over openvino-genai: a GGUF file or an OpenVINO folder, on the CPU.

Requests are batched continuously (`openvino_worker`), and the blocks of prompts that begin alike
are computed once (prefix caching). Knows no adapter files: `merge` makes an ordinary GGUF of them
first.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import re
import sys
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any

import openvino_genai as genai

from chatrec.errors import ContextOverflow, ModelUnavailable
from chatrec.llm.answers import checked
from chatrec.llm.grammar import ebnf, ends_with_brace, opening
from chatrec.llm.openvino_worker import Worker, reason, tensor
from chatrec.llm.pieces import TextPieces
from chatrec.llm.prompt import TURN_END, PromptFormat
from chatrec.llm.shutdown import when_program_ends
from chatrec.ports import Completion, JsonSchema
from chatrec.types import Message

_AT_ONCE = 16
_BLOCK = 32  # tokens of a KV block on the CPU
_CACHED_CONTEXTS = 4  # KV cache, in full contexts
# A little faster than the default bf16 with an 8-bit cache, and nearer to the model's own answers.
_PRECISION: dict[str, Any] = {"INFERENCE_PRECISION_HINT": "f32", "KV_CACHE_PRECISION": "f16"}
_TURN_ENDS = (TURN_END, "<|endoftext|>")
_WARM_UP = 'root ::= "{}"'


class OpenVinoModel:
    """A language model in a ContinuousBatchingPipeline (see `chatrec.ports.LanguageModel`).

    ``confidence`` is given for a tuned model only: the pipeline tells probabilities from before
    the grammar's mask, whose product is a lower bound of the one under the constraint, and a
    close one only where the model has learnt the format.
    """

    def __init__(
        self, path: Path, *, name: str, context: int, threads: int = 0, tuned: bool = False
    ) -> None:
        """Load the model and run it once, so that the first request is not slower than others.

        Args:
            path: a GGUF file, or a folder with an OpenVINO model and its tokenizer.
            name: what the model is called in logs.
            context: context window in tokens.
            threads: CPU threads; 0 for all cores.
            tuned: whether the weights were trained on chatrec's own prompts.

        Raises:
            ModelUnavailable: the file cannot be loaded.
        """
        self._name, self._tuned, self._context = name, tuned, context
        properties = _PRECISION | (_few(threads) if threads else {})

        def build() -> Any:
            return genai.ContinuousBatchingPipeline(
                str(path), _scheduling(context), "CPU", properties
            )

        try:
            pipeline = build()
            self._tokenizer = pipeline.get_tokenizer()
            control = _control_tokens(self._tokenizer)
            self._closing_ids = _closing_tokens(self._tokenizer)
            self._stop_ids = {control[token] for token in _TURN_ENDS if token in control}
            self._stop_ids.add(self._tokenizer.get_eos_token_id())
            self._warm_up(pipeline)
        except RuntimeError as exc:
            raise ModelUnavailable(
                f"{path} cannot be loaded by OpenVINO: {reason(exc)}. Fetch it again "
                "('chatrec models fetch') or choose another model."
            ) from exc
        self._format = PromptFormat(
            control,
            lambda messages: self._tokenizer.apply_chat_template(messages, True),
            thinks="enable_thinking" in self._tokenizer.chat_template,
        )
        self._worker = Worker(pipeline, build)
        self._worker.start()
        when_program_ends(self._worker.close)

    @property
    def name(self) -> str:
        """Model and engine."""
        return f"{self._name} (openvino)"

    @property
    def tuned(self) -> bool:
        """Whether the weights were trained on chatrec's own prompts."""
        return self._tuned

    async def complete(
        self, messages: Sequence[Message], schema: JsonSchema, *, max_tokens: int
    ) -> Completion:
        """One JSON document valid under ``schema``; errors as in the port."""
        config = self._config(max_tokens)
        config.logprobs = 1 if self._tuned else 0
        start = opening(schema)
        grammar = ebnf(schema, start)
        config.structured_output_config = genai.StructuredOutputConfig(grammar=grammar)
        if ends_with_brace(grammar):  # so that no further token has to say so
            config.stop_token_ids = self._stop_ids | self._closing_ids
        prompt = self._encode(messages, max_tokens, start)
        ids: list[int] = []
        log_probs: list[float] = []
        async with contextlib.aclosing(self._worker.generate(prompt, config)) as steps:
            async for tokens in steps:
                ids += tokens.ids
                log_probs += tokens.log_probs
        return Completion(
            text=checked(start + self._decode(ids), schema),
            prompt_tokens=len(prompt),
            completion_tokens=len(ids),
            confidence=_probability(log_probs) if self._tuned else None,
        )

    async def stream(
        self, messages: Sequence[Message], *, max_tokens: int
    ) -> AsyncGenerator[str, None]:
        """Pieces of free text; errors as in the port."""
        prompt = self._encode(messages, max_tokens)
        pieces = TextPieces(self._decode)
        async with contextlib.aclosing(
            self._worker.generate(prompt, self._config(max_tokens))
        ) as steps:
            async for tokens in steps:
                if text := pieces.push(tokens.ids):
                    yield text
        if text := pieces.rest():
            yield text

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Tokens of the prompt, chat format included."""
        return len(self._ids(self._format.render(messages)))

    async def aclose(self) -> None:
        """Stop the thread; requests still open fail with an EngineError."""
        await asyncio.to_thread(self._worker.close)

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

    def _ids(self, text: str) -> list[int]:
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        ids: list[int] = encoded.input_ids.data[0].tolist()
        return ids

    def _decode(self, ids: list[int]) -> str:
        text: str = self._tokenizer.decode(ids)
        return text

    def _config(self, max_tokens: int) -> Any:
        config = genai.GenerationConfig()
        config.max_new_tokens = max_tokens
        config.do_sample = False
        config.apply_chat_template = False
        config.stop_token_ids = self._stop_ids
        return config

    def _warm_up(self, pipeline: Any) -> None:
        config = self._config(1)
        config.structured_output_config = genai.StructuredOutputConfig(grammar=_WARM_UP)
        pipeline.generate([tensor(self._ids("{"))], [config])


def _few(threads: int) -> dict[str, Any]:
    """So many threads, on whichever cores are free: pinned ones of two processes share a core."""
    return {"INFERENCE_NUM_THREADS": threads, "ENABLE_CPU_PINNING": False}


def _scheduling(context: int) -> Any:
    config = genai.SchedulerConfig()
    config.enable_prefix_caching = True
    config.max_num_seqs = _AT_ONCE
    config.num_kv_blocks = _CACHED_CONTEXTS * context // _BLOCK
    return config


def _control_tokens(tokenizer: Any) -> dict[str, int]:
    """Control tokens of the vocabulary: look like a tag and vanish when decoded as text."""
    look = re.compile(rb"<[^<>\s]+>|\[[A-Z_]+\]")
    return {
        token.decode(): number
        for token, number in tokenizer.get_vocab().items()
        if look.fullmatch(token) and not tokenizer.decode([number])
    }


def _closing_tokens(tokenizer: Any) -> set[int]:
    return {number for token, number in tokenizer.get_vocab().items() if token.endswith(b"}")}


def _probability(log_probs: Sequence[float]) -> float:
    return max(math.exp(math.fsum(log_probs)), sys.float_info.min)
