"""The port over any LangChain chat model, so over vLLM, Ollama, OpenAI and the other servers.

The provider's own structured output holds the answer to the schema; it is checked afterwards all
the same, because some providers only promise. Tokens are estimated from the text, for the server
alone knows its tokenizer.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from typing import Any

from langchain.chat_models import init_chat_model
from langchain_core.exceptions import ContextOverflowError, OutputParserException
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from chatrec.errors import (
    ChatrecError,
    ContextOverflow,
    EngineError,
    ModelUnavailable,
    UnreadableAnswer,
)
from chatrec.llm.answers import checked
from chatrec.ports import Completion, JsonSchema
from chatrec.types import Message

_PATIENCE_SECONDS = 60  # for a whole answer, or for the next piece of a streamed one
_BYTES_PER_TOKEN = 4
_TOKENS_PER_MESSAGE = 5
_MESSAGES: dict[str, type[BaseMessage]] = {
    "system": SystemMessage,
    "user": HumanMessage,
    "assistant": AIMessage,
}
_LIMITS = ("max_tokens", "max_output_tokens", "num_predict", "max_new_tokens")
_OVERFLOW_WORDS = ("context length", "context_length", "context window", "maximum context")


def chat_model(name: str, options: Mapping[str, Any]) -> BaseChatModel:
    """The chat model that LangChain knows by this name; greedy unless the options say otherwise.

    Raises:
        ModelUnavailable: LangChain does not know it, or its package or key is missing.
    """
    try:
        model = init_chat_model(name, **{"temperature": 0, **options})
    except Exception as exc:  # each provider's package raises its own
        raise ModelUnavailable(
            f"LangChain cannot make the chat model {name!r}: {exc}. model.name is written "
            "provider:model, and model.options are passed to init_chat_model."
        ) from exc
    if not isinstance(model, BaseChatModel):
        raise ModelUnavailable(f"{name!r} leaves the model open; write it as provider:model")
    return model


class LangChainModel:
    """A chat model served elsewhere (see `chatrec.ports.LanguageModel`).

    Args:
        model: any LangChain chat model.
        name: what it is called in logs.
        context: context window in tokens; prompts that are clearly longer are not sent.
    """

    def __init__(self, model: BaseChatModel, *, name: str, context: int) -> None:
        self._model = model
        self._name = name
        self._context = context

    @property
    def name(self) -> str:
        """Model and engine."""
        return f"{self._name} (langchain)"

    @property
    def tuned(self) -> bool:
        """False: what a server has loaded is not known here."""
        return False

    async def complete(
        self, messages: Sequence[Message], schema: JsonSchema, *, max_tokens: int
    ) -> Completion:
        """One JSON document valid under ``schema``; errors as in the port."""
        self._must_fit(messages, max_tokens)
        with _translated():
            structured = _structured(_limited(self._model, max_tokens), schema)
            async with asyncio.timeout(_PATIENCE_SECONDS):
                answer = await structured.ainvoke(_converted(messages))
        raw, parsed = answer["raw"], answer["parsed"]
        if parsed is None:
            raise UnreadableAnswer("the provider gave no structured answer", str(raw.content))
        text = json.dumps(parsed, ensure_ascii=False, separators=(",", ":"))
        usage = getattr(raw, "usage_metadata", None) or {}
        return Completion(
            text=checked(text, schema),
            prompt_tokens=usage.get("input_tokens", 0),
            completion_tokens=usage.get("output_tokens", 0),
        )

    async def stream(
        self, messages: Sequence[Message], *, max_tokens: int
    ) -> AsyncGenerator[str, None]:
        """Pieces of free text; errors as in the port."""
        self._must_fit(messages, max_tokens)
        chunks = _limited(self._model, max_tokens).astream(_converted(messages))
        try:
            while True:
                with _translated():
                    async with asyncio.timeout(_PATIENCE_SECONDS):
                        chunk = await anext(chunks, None)
                if chunk is None:
                    return
                if text := chunk.text:
                    yield str(text)
        finally:
            if isinstance(chunks, AsyncGenerator):
                await chunks.aclose()

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """An estimate: a token for every four bytes, and five for each message's frame."""
        size = sum(len(message.text.encode("utf-8", "replace")) for message in messages)
        return size // _BYTES_PER_TOKEN + _TOKENS_PER_MESSAGE * len(messages)

    async def aclose(self) -> None:
        """Nothing to stop: the connections belong to LangChain."""

    def _must_fit(self, messages: Sequence[Message], max_tokens: int) -> None:
        prompt = self.count_tokens(messages)
        if prompt + max_tokens > self._context:
            raise ContextOverflow(
                f"a prompt of about {prompt} tokens and an answer of {max_tokens} exceed the "
                f"context of {self._context}"
            )


def _converted(messages: Sequence[Message]) -> list[BaseMessage]:
    return [_MESSAGES[message.role](content=message.text) for message in messages]


def _limited(model: BaseChatModel, max_tokens: int) -> BaseChatModel:
    """The model with its answers cut at so many tokens, by whatever name it calls that."""
    for name in _LIMITS:
        if name in type(model).model_fields:
            return model.model_copy(update={name: max_tokens})
    return model


def _structured(model: BaseChatModel, schema: JsonSchema) -> Any:
    """The model held to the schema: by its JSON-schema mode where it has one, else its own way."""
    titled = {"title": "answer", "description": "the answer", **schema}
    try:
        return model.with_structured_output(titled, method="json_schema", include_raw=True)
    except (ValueError, TypeError):  # a provider without that mode
        return model.with_structured_output(titled, include_raw=True)


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ChatrecError:
        raise
    except ContextOverflowError as exc:
        raise ContextOverflow(f"the provider refused the prompt as too long: {exc}") from exc
    except OutputParserException as exc:
        raise UnreadableAnswer(f"the answer is no JSON: {exc}", exc.llm_output or "") from exc
    except NotImplementedError as exc:
        raise EngineError(f"this chat model cannot answer under a schema: {exc}") from exc
    except TimeoutError as exc:
        raise EngineError("the language model's server took too long; is it overloaded?") from exc
    except Exception as exc:  # each provider raises its own
        if any(words in str(exc).lower() for words in _OVERFLOW_WORDS):
            raise ContextOverflow(f"the provider refused the prompt as too long: {exc}") from exc
        raise EngineError(
            f"the language model's server failed ({type(exc).__name__}): {exc}"
        ) from exc
