"""Chat completions as OpenAI's API has them -> turns of a conversation, and their replies.

For chat front ends that are there already. The reply is Markdown, cards first; beside it stands
``chatrec`` with the reply as `ui.schema` has it. What a front end says of sampling, tools and
roles is taken and has no effect: a system message of it is no instruction here.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.sse import format_sse_event
from pydantic import BaseModel, ConfigDict, Field

from chatrec.errors import ConversationNotFound, MessageRefused
from chatrec.types import Exchange, Shown, Words
from ui import markdown
from ui.answering import accepted, left, streamed, whole
from ui.errors import public
from ui.histories import Histories
from ui.loading import loading_of
from ui.openapi import events, problems
from ui.rates import rates_of
from ui.schema import ReplyDocument
from ui.under_way import Events
from ui.visitors import address_of, visitors_of

MODEL = "chatrec"
"""The one model there is, by the name that front ends choose it."""

_MAX_MESSAGES = 2000


class _Lenient(BaseModel):
    """Fields that are not known are those of other models' options, and have no effect."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class ContentPart(_Lenient):
    """A part of a message; only those of type ``text`` are read."""

    type: str
    text: str | None = None


class ChatMessage(_Lenient):
    """One message; those of the shopper have the role ``user``."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[ContentPart] | None = None

    @property
    def text(self) -> str:
        """What it says."""
        if isinstance(self.content, list):
            parts = (part.text for part in self.content if part.type == "text")
            return "\n".join(part for part in parts if part)
        return self.content or ""


class StreamOptions(_Lenient):
    """``include_usage``: a last chunk tells the tokens used."""

    include_usage: bool = False


class CompletionMetadata(_Lenient):
    """``conversation_id``: the conversation to go on with; its history is then not read."""

    conversation_id: Annotated[str | None, Field(min_length=1, max_length=200)] = None


class CompletionRequest(_Lenient):
    """A chat completion. The last message is the shopper's."""

    model: str
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=_MAX_MESSAGES)]
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = None
    user: Annotated[str, Field(max_length=200)] | None = None
    metadata: CompletionMetadata | None = None


class Usage(BaseModel):
    """Tokens of the turn's calls to the model together."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int

    @classmethod
    def of(cls, exchange: Exchange) -> Usage:
        prompt = sum(call.prompt_tokens for call in exchange.calls)
        completion = sum(call.completion_tokens for call in exchange.calls)
        total = prompt + completion
        return cls(prompt_tokens=prompt, completion_tokens=completion, total_tokens=total)


class AssistantMessage(BaseModel):
    """What is answered."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None


class Choice(BaseModel):
    """The one answer."""

    index: Literal[0] = 0
    message: AssistantMessage
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class Grounding(BaseModel):
    """What the answer is made of: pass ``conversation_id`` on as ``metadata`` to go on with it."""

    conversation_id: str
    reply: ReplyDocument


class CompletionDocument(BaseModel):
    """A finished answer. ``created`` is Unix seconds."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[Choice]
    usage: Usage
    chatrec: Grounding


class ModelDocument(BaseModel):
    """A model that can be asked for."""

    id: str = MODEL
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = MODEL


class ModelList(BaseModel):
    """All of them."""

    object: Literal["list"] = "list"
    data: list[ModelDocument]


router = APIRouter(prefix="/v1", tags=["chat completions"])

_ANSWER = problems(400, 401, 404, 413, 422, 429, 500, 503, 507) | events(
    "with `stream`, chunks of a completion as data without names; `[DONE]` is the last"
)


@router.get("/models")
async def models() -> ModelList:
    """The one model there is."""
    return ModelList(data=[ModelDocument()])


@router.get("/models/{model}", responses=problems(404))
async def model(model: str) -> ModelDocument:
    """The model, if it is this one."""
    _check(model)
    return ModelDocument()


@router.post("/chat/completions", response_model=CompletionDocument, responses=_ANSWER)
async def complete(
    request: Request,
    asked: CompletionRequest,
) -> CompletionDocument | Response:
    """Answer the last message; the answer comes whole, or as chunks where a stream is asked for."""
    _check(asked.model)
    *earlier, last = asked.messages
    if last.role != "user":
        raise MessageRefused("The last message has to be the user's.")
    conversations = loading_of(request).shop.conversations
    histories: Histories = request.app.state.histories
    visitor = visitors_of(request).caller(request, asked.user or "")
    rates, address = rates_of(request), address_of(request)

    async def begin() -> str:
        rates.spend("tokens", address)
        return await conversations.start(visitor.id)

    def say(conversation_id: str, text: str) -> Events:
        return rates.answer(
            lambda: conversations.say(conversation_id, text, profile=visitor.profile),
            address,
            visitor.id,
        )

    said = [each.text for each in earlier if each.role == "user" and each.text.strip()]
    known = asked.metadata.conversation_id if asked.metadata else None
    if known is None:
        known = await histories.conversation(conversations, visitor.id, said, begin, say)
    elif await conversations.owner(known) != visitor.id:
        raise ConversationNotFound(f"no conversation {known} of yours")
    told = say(known, last.text)
    answer = _Answer(await accepted(told), known, asked.stream_options or StreamOptions())
    histories.go_on(visitor.id, said, last.text, known)
    if asked.stream:
        return streamed(answer.stream(told))
    exchange = await whole(request, told)
    return left() if exchange is None else answer.document(exchange)


def _check(model: str) -> None:
    if model != MODEL:
        raise HTTPException(404)


class _Answer:
    """One answer in the shapes that OpenAI's API gives it."""

    def __init__(self, message_id: str, conversation_id: str, options: StreamOptions) -> None:
        self._message_id = message_id
        self._conversation_id = conversation_id
        self._options = options
        self._created = int(time.time())

    def document(self, exchange: Exchange) -> CompletionDocument:
        reply = exchange.reply
        text = markdown.cards(reply.recommendations) + markdown.words(reply.text)
        message = AssistantMessage(content=text + markdown.citations(reply.citations))
        return CompletionDocument(
            id=self._id,
            created=self._created,
            choices=[Choice(message=message)],
            usage=Usage.of(exchange),
            chatrec=self._grounding(exchange),
        )

    async def stream(self, events: Events) -> AsyncIterator[bytes]:
        """Chunks: the role, cards, words, the end with what it is made of, perhaps the usage."""
        try:
            yield self._chunk({"role": "assistant", "content": ""})
            async with aclosing(events):
                async for event in events:
                    match event:
                        case Shown() if event.recommendations:
                            yield self._chunk({"content": markdown.cards(event.recommendations)})
                        case Words():
                            yield self._chunk({"content": markdown.words(event.text)})
                        case Exchange():
                            for chunk in self._end(event):
                                yield chunk
        except Exception as exc:
            told = public(exc)
            error = {"message": told.message, "type": "server_error", "code": told.code}
            yield _data({"error": error})
        yield format_sse_event(data_str="[DONE]")

    def _end(self, exchange: Exchange) -> Sequence[bytes]:
        cited = markdown.citations(exchange.reply.citations)
        grounding = self._grounding(exchange).model_dump(mode="json")
        chunks = [self._chunk({"content": cited} if cited else {}, "stop", chatrec=grounding)]
        if self._options.include_usage:
            chunks.append(_data(self._frame([], usage=Usage.of(exchange).model_dump())))
        return chunks

    def _chunk(self, delta: dict[str, str], finish: str | None = None, **beside: Any) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return _data(self._frame([choice], **beside))

    def _frame(self, choices: list[dict[str, Any]], **beside: Any) -> dict[str, Any]:
        return {
            "id": self._id,
            "object": "chat.completion.chunk",
            "created": self._created,
            "model": MODEL,
            "choices": choices,
            **beside,
        }

    def _grounding(self, exchange: Exchange) -> Grounding:
        reply = ReplyDocument.of(self._message_id, exchange)
        return Grounding(conversation_id=self._conversation_id, reply=reply)

    @property
    def _id(self) -> str:
        return f"chatcmpl-{self._message_id}"


def _data(document: dict[str, Any]) -> bytes:
    return format_sse_event(data_str=json.dumps(document))
