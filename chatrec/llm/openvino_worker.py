"""The thread that owns an openvino-genai pipeline: requests in, tokens out to their event loops.

Every step advances all open requests by a token. Knows tokens only, no text and no schema.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import queue
import threading
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import openvino
import openvino_genai as genai

from chatrec.errors import ContextOverflow, EngineError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of one step with the logarithms of their probabilities before the grammar's mask."""

    ids: list[int]
    log_probs: list[float]


@dataclass(eq=False, slots=True)
class _Request:
    """One generation, between the event loop that waits for it and the thread that runs it."""

    prompt: Any
    config: Any
    loop: asyncio.AbstractEventLoop
    events: asyncio.Queue[Tokens | EngineError | None] = field(default_factory=asyncio.Queue)
    handle: Any = None
    cancelled: bool = False

    def tell(self, event: Tokens | EngineError | None) -> None:
        """Hand over tokens, or how it ended: an error, or None for well."""
        try:
            self.loop.call_soon_threadsafe(self.events.put_nowait, event)
        except RuntimeError:  # the loop was closed: nobody waits any more
            self.cancelled = True


class Worker(threading.Thread):
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

    async def generate(self, prompt: list[int], config: Any) -> AsyncGenerator[Tokens, None]:
        """Tokens of one request as they are made; closing the generator cancels it."""
        request = _Request(tensor(prompt), config, asyncio.get_running_loop())
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
            self._drain()
            self._fail_all("the language model was closed")
            self._pipeline = None

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
                request.tell(EngineError(f"OpenVINO refused the request: {reason(exc)}"))
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
            self._fail_all(f"OpenVINO failed while generating: {reason(exc)}")
            logger.error("the OpenVINO pipeline failed and is built anew: %s", exc)
            self._pipeline = None  # its memory first, then a new one
            self._pipeline = self._build()
            return
        self._open = [request for request in self._open if not _delivered(request)]

    def _drain(self) -> None:
        """Cancel what is open and let the pipeline drop it; freed with it, it would leak."""
        for request in self._open:
            request.handle.cancel()
        with contextlib.suppress(RuntimeError):
            while self._pipeline is not None and self._pipeline.has_non_finished_requests():
                self._pipeline.step()

    def _fail_all(self, why: str) -> None:
        for request in self._open:
            request.tell(EngineError(why))
        self._open = []
        while self._closed and not self._inbox.empty():
            if (waiting := self._inbox.get()) is not None:
                waiting.tell(EngineError(why))


def _delivered(request: _Request) -> bool:
    """Hand over what a request has made; whether that was the last of it."""
    handle = request.handle
    while handle.can_read():
        for output in handle.read().values():
            request.tell(Tokens(output.generated_ids, output.generated_log_probs))
    match handle.get_status():
        case genai.GenerationStatus.RUNNING:
            return False
        case genai.GenerationStatus.IGNORED:
            request.tell(ContextOverflow("the prompt does not fit the engine's cache"))
        case _:
            request.tell(None)
    return True


def tensor(ids: list[int]) -> Any:
    """Token ids as the pipeline takes them, shape (1, tokens)."""
    return openvino.Tensor(np.array([ids], dtype=np.int64))


def reason(exc: BaseException) -> str:
    """The last line of OpenVINO's message; those before say where in its sources it stood."""
    lines = [line for line in str(exc).splitlines() if line.strip()]
    return lines[-1] if lines else type(exc).__name__
