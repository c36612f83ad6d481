"""The port over openvino-genai: a GGUF file or an OpenVINO folder, on the CPU.

One thread owns the pipeline and steps it; every step advances all open requests by a token
(continuous batching) and hands their tokens to the event loops that wait for them. The blocks of
prompts that begin alike are computed once (prefix caching). Knows no adapter files: `merge` makes
an ordinary GGUF of them first.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import math
import queue
import re
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import openvino
import openvino_genai as genai

from chatrec.errors import ContextOverflow, EngineError, ModelUnavailable
from chatrec.llm.answers import checked
from chatrec.llm.grammar import ebnf
from chatrec.llm.pieces import TextPieces
from chatrec.llm.prompt import TURN_END, PromptFormat
from chatrec.llm.shutdown import when_program_ends
from chatrec.ports import Completion, JsonSchema
from chatrec.types import Message

_log = logging.getLogger(__name__)

_AT_ONCE = 16
_BLOCK = 32  # tokens of a KV block on the CPU
_CACHED_CONTEXTS = 4  # KV cache, in full contexts
# A little faster than the default bf16 with an 8-bit cache, and nearer to the model's own answers.
_PRECISION: dict[str, Any] = {"INFERENCE_PRECISION_HINT": "f32", "KV_CACHE_PRECISION": "f16"}
_TURN_ENDS = (TURN_END, "<|endoftext|>")
_WARM_UP = 'root ::= "{}"'


@dataclass(frozen=True, slots=True)
class _Tokens:
    """Tokens of one step with the logarithms of their probabilities before the grammar's mask."""

    ids: list[int]
    log_probs: list[float]


@dataclass(eq=False, slots=True)
class _Request:
    """One generation, between the event loop that waits for it and the thread that runs it."""

    prompt: Any
    config: Any
    loop: asyncio.AbstractEventLoop
    events: asyncio.Queue[_Tokens | EngineError | None] = field(default_factory=asyncio.Queue)
    handle: Any = None
    cancelled: bool = False

    def tell(self, event: _Tokens | EngineError | None) -> None:
        """Hand over tokens, or how it ended: an error, or None for well."""
        try:
            self.loop.call_soon_threadsafe(self.events.put_nowait, event)
        except RuntimeError:  # the loop was closed: nobody waits any more
            self.cancelled = True


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
        properties = _PRECISION | ({"INFERENCE_NUM_THREADS": threads} if threads else {})

        def build() -> Any:
            return genai.ContinuousBatchingPipeline(
                str(path), _scheduling(context), "CPU", properties
            )

        try:
            pipeline = build()
            self._tokenizer = pipeline.get_tokenizer()
            control = _control_tokens(self._tokenizer)
            self._stop_ids = {control[token] for token in _TURN_ENDS if token in control}
            self._stop_ids.add(self._tokenizer.get_eos_token_id())
            self._warm_up(pipeline)
        except RuntimeError as exc:
            raise ModelUnavailable(
                f"{path} cannot be loaded by OpenVINO: {_reason(exc)}. Fetch it again "
                "('chatrec models fetch') or choose another model."
            ) from exc
        self._format = PromptFormat(
            control,
            lambda messages: self._tokenizer.apply_chat_template(messages, True),
            thinks="enable_thinking" in self._tokenizer.chat_template,
        )
        self._worker = _Worker(pipeline, build)
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
        config.structured_output_config = genai.StructuredOutputConfig(grammar=ebnf(schema))
        prompt = self._encode(messages, max_tokens)
        ids: list[int] = []
        log_probs: list[float] = []
        async with contextlib.aclosing(self._worker.generate(prompt, config)) as steps:
            async for tokens in steps:
                ids += tokens.ids
                log_probs += tokens.log_probs
        return Completion(
            text=checked(self._decode(ids), schema),
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

    def _encode(self, messages: Sequence[Message], max_tokens: int) -> list[int]:
        prompt = self._ids(self._format.render(messages))
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
        pipeline.generate([_tensor(self._ids("{"))], [config])


class _Worker(threading.Thread):
    """Owns the pipeline. Requests come in over a queue; a cancelled one is told by its flag.

    A pipeline whose step has failed cannot be stepped again, so everything open fails with it and
    a new one is built.
    """

    def __init__(self, pipeline: Any, build: Callable[[], Any]) -> None:
        super().__init__(name="openvino-engine")
        self._pipeline = pipeline
        self._build = build
        self._inbox: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._open: list[_Request] = []
        self._request_ids = itertools.count()
        self._closing = threading.Lock()
        self._closed = False

    async def generate(self, prompt: list[int], config: Any) -> AsyncGenerator[_Tokens, None]:
        """Tokens of one request as they are made; closing the generator cancels it."""
        request = _Request(_tensor(prompt), config, asyncio.get_running_loop())
        self._submit(request)
        try:
            while (event := await request.events.get()) is not None:
                if isinstance(event, EngineError):
                    raise event
                yield event
        finally:
            request.cancelled = True

    def close(self) -> None:
        """Fail what is open, end the thread and free the pipeline."""
        self._inbox.put(None)
        self.join()

    def _submit(self, request: _Request) -> None:
        with self._closing:
            if self._closed:
                raise EngineError("the language model is closed; start chatrec again")
            self._inbox.put(request)

    def run(self) -> None:
        """Step while anything is open, sleep otherwise, until closed."""
        try:
            while self._admit():
                self._step()
        finally:
            with self._closing:
                self._closed = True
            self._pipeline = None
            self._fail_all("the language model was closed")

    def _admit(self) -> bool:
        """Take in what has come, waiting if there is nothing else to do; False to end."""
        idle = not self._open
        while idle or not self._inbox.empty():
            request = self._inbox.get()
            idle = False
            if request is None:
                return False
            try:
                request.handle = self._pipeline.add_request(
                    next(self._request_ids), request.prompt, request.config
                )
            except RuntimeError as exc:
                request.tell(EngineError(f"OpenVINO refused the request: {_reason(exc)}"))
            else:
                self._open.append(request)
        return True

    def _step(self) -> None:
        for request in self._open:
            if request.cancelled:
                request.handle.cancel()
        try:
            self._pipeline.step()
        except RuntimeError as exc:
            self._fail_all(f"OpenVINO failed while generating: {_reason(exc)}")
            _log.error("the OpenVINO pipeline failed and is built anew: %s", exc)
            self._pipeline = None  # its memory first, then a new one
            self._pipeline = self._build()
            return
        self._open = [request for request in self._open if not _delivered(request)]

    def _fail_all(self, reason: str) -> None:
        for request in self._open:
            request.tell(EngineError(reason))
        self._open = []
        while self._closed and not self._inbox.empty():
            if (waiting := self._inbox.get()) is not None:
                waiting.tell(EngineError(reason))


def _delivered(request: _Request) -> bool:
    """Hand over what a request has made; whether that was the last of it."""
    handle = request.handle
    while handle.can_read():
        for output in handle.read().values():
            request.tell(_Tokens(output.generated_ids, output.generated_log_probs))
    match handle.get_status():
        case genai.GenerationStatus.RUNNING:
            return False
        case genai.GenerationStatus.IGNORED:
            request.tell(ContextOverflow("the prompt does not fit the engine's cache"))
        case _:
            request.tell(None)
    return True


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


def _tensor(ids: list[int]) -> Any:
    return openvino.Tensor(np.array([ids], dtype=np.int64))


def _probability(log_probs: Sequence[float]) -> float:
    return max(math.exp(math.fsum(log_probs)), sys.float_info.min)


def _reason(exc: BaseException) -> str:
    """The last line of OpenVINO's message; those before say where in its sources it stood."""
    lines = [line for line in str(exc).splitlines() if line.strip()]
    return lines[-1] if lines else type(exc).__name__
