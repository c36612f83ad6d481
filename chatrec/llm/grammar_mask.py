"""A grammar for each request of transformers' continuous batching.

The manager calls the processor twice a step: with the requests, when the batch is laid out, and
with their logits. In between stand xgrammar's bit masks: one row per request, all ones where a
request has no grammar. Knows nothing of JSON schemas.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from typing import Any

import torch
import xgrammar
from transformers import LogitsProcessorList, PreTrainedTokenizerBase
from transformers.generation.continuous_batching.cb_logits_processors import (
    ContinuousBatchingLogitsProcessor,
    ContinuousBatchingLogitsProcessorList,
)

from chatrec.errors import EngineError

_NO_GRAMMAR = 0


class GrammarMask(ContinuousBatchingLogitsProcessor):
    """Masks the logits of requests that were added with ``grammar=``, a number of `open`."""

    supported_kwargs = {"grammar": int}  # noqa: RUF012
    ignored_kwargs = ()

    def __init__(
        self, tokenizer: PreTrainedTokenizerBase, vocab_size: int, stop_ids: Sequence[int]
    ) -> None:
        info = xgrammar.TokenizerInfo.from_huggingface(
            tokenizer, vocab_size=vocab_size, stop_token_ids=list(stop_ids)
        )
        self._compiler = xgrammar.GrammarCompiler(info)
        self._vocab_size = vocab_size
        self._numbers = itertools.count(_NO_GRAMMAR + 1)
        self._matchers: dict[int, tuple[Any, list[int]]] = {}
        self._lock = threading.Lock()
        self._mask = xgrammar.allocate_token_bitmask(1, vocab_size)
        self._masked: list[int] = []

    def open(self, grammar: str) -> int:
        """A number for one request to be held to the grammar; blocking while it is compiled.

        Raises:
            EngineError: xgrammar does not accept the grammar.
        """
        try:
            matcher = xgrammar.GrammarMatcher(self._compiler.compile_grammar(grammar))
        except RuntimeError as exc:
            raise EngineError(f"the grammar was not accepted: {exc}") from exc
        with self._lock:
            number = next(self._numbers)
            self._matchers[number] = (matcher, [])
        return number

    def close(self, number: int) -> None:
        """Forget a grammar; its request goes on unmasked if it goes on at all."""
        with self._lock:
            self._matchers.pop(number, None)

    def as_list(self) -> ContinuousBatchingLogitsProcessorList:
        """The list of processors a manager wants, with this one in it."""
        processors = ContinuousBatchingLogitsProcessorList(LogitsProcessorList([self]))
        processors.tensors_required = 1
        return processors

    def fill_defaults(self, int32_tensor: torch.Tensor) -> None:
        int32_tensor.zero_()

    def prepare_tensor_args(self, requests_with_new_token: list[Any]) -> torch.Tensor:
        """Fill the masks for the next token of these requests."""
        rows = len(requests_with_new_token)
        mask = xgrammar.allocate_token_bitmask(max(rows, 1), self._vocab_size)
        masked = []
        for row, request in enumerate(requests_with_new_token):
            if self._fill(mask, row, request.state):
                masked.append(row)
        self._mask, self._masked = mask, masked
        return torch.zeros(rows, dtype=torch.int32)

    def __call__(self, scores: torch.Tensor, tensor_arg: torch.Tensor) -> torch.Tensor:
        if self._masked:
            mask = self._mask.to(scores.device, non_blocking=True)
            xgrammar.apply_token_bitmask_inplace(
                scores, mask, vocab_size=self._vocab_size, indices=self._masked
            )
        return scores

    def _fill(self, mask: torch.Tensor, row: int, state: Any) -> bool:
        with self._lock:
            number = state.logit_processor_kwargs.get("grammar", _NO_GRAMMAR)
            matcher, accepted = self._matchers.get(number, (None, []))
        if matcher is None:
            return False
        # The whole answer, for the manager may restart a request with its tokens as prompt.
        answer = state.to_generation_output().generated_tokens
        for token in answer[len(accepted) :]:
            matcher.accept_token(token)
            accepted.append(token)
        if matcher.is_terminated():
            return False
        matcher.fill_next_token_bitmask(mask, row)
        return True
