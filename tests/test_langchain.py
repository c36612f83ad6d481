"""chatrec in LangChain code: the retriever, the dialogue, and LangChain's own fake chat models."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import pytest
from langchain_core.exceptions import ContextOverflowError, OutputParserException
from langchain_core.language_models import BaseChatModel, FakeListChatModel
from langchain_core.runnables import Runnable, RunnableLambda

from chatrec.errors import ChatrecError, ContextOverflow, EngineError, UnreadableAnswer
from chatrec.langchain import ChatrecRetriever, dialogue_runnable
from chatrec.llm.langchain_engine import LangChainModel
from chatrec.types import (
    Candidate,
    Constraints,
    Event,
    Exchange,
    Fact,
    FaqEntry,
    Intent,
    Item,
    Kind,
    Message,
    Recommendation,
    Reply,
    Shown,
    Turn,
    Understanding,
    Words,
)

BOOT = Item("b1", "Ridge boot", "A light boot.", ("Shoes",), "Osprey", 80.0, "USD", stock=3)
LOAFER = Item("l1", "City loafer", "A loafer.", ("Shoes",), "Deuter", 120.0, "USD")
SAID = [Message("user", "hi")]
SCHEMA = {
    "type": "object",
    "properties": {"intent": {"enum": ["new", "faq"]}},
    "required": ["intent"],
    "additionalProperties": False,
}


class Shelf:
    """Two items; keeps to the constraints as a source has to."""

    async def search(self, query: str, constraints: Constraints, k: int) -> list[Candidate]:
        allowed = [item for item in (BOOT, LOAFER) if constraints.allows(item)]
        return [Candidate(item, 0.5) for item in allowed][:k]


class Clerk:
    """A dialogue that shows the boot, says two words and remembers the turns it was given."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []

    async def run(self, turn: Turn) -> AsyncGenerator[Event, None]:
        self.turns.append(turn)
        constraints = Constraints(wish="boot", price_max=100)
        shown = (Recommendation(BOOT, 1, (Fact("price", "$80"),), "It is light."),)
        yield Shown(Kind.RECOMMEND, shown, constraints)
        yield Words("A ")
        yield Words("boot.")
        entry = FaqEntry("f1", "Returns?", "30 days.")
        reply = Reply(Kind.RECOMMEND, "A boot.", shown, (entry,), ("cheaper",), constraints)
        yield Exchange(turn, Understanding(Intent.NEW, constraints), (), reply)


async def test_documents_satisfy_the_constraints() -> None:
    retriever = ChatrecRetriever(source=Shelf(), constraints=Constraints(price_max=100))
    (document,) = await retriever.ainvoke("boots")
    assert document.id == "b1"
    assert document.page_content == BOOT.text
    assert document.metadata == {
        **{"id": "b1", "title": "Ridge boot", "category": "Shoes", "brand": "Osprey"},
        **{"price": 80.0, "currency": "USD", "stock": 3, "score": 0.5},
    }


def test_the_retriever_works_without_a_loop() -> None:
    assert len(ChatrecRetriever(source=Shelf()).invoke("boots")) == 2
    assert len(ChatrecRetriever(source=Shelf(), k=1).invoke("boots")) == 1


async def test_a_reply_streams_items_first_and_adds_up() -> None:
    chunks = [c async for c in dialogue_runnable(Clerk()).astream({"text": "boots"})]
    assert chunks[0]["items"][0]["reason"] == "It is light."
    assert "".join(c.get("text", "") for c in chunks) == "A boot."
    whole = await dialogue_runnable(Clerk()).ainvoke({"text": "boots"})
    assert whole["text"] == "A boot."
    assert [item["id"] for item in whole["items"]] == ["b1"]
    assert whole["items"][0]["facts"] == ["price: $80"]
    assert whole["kind"] == "recommend"
    assert whole["citations"] == [{"faq_id": "f1", "question": "Returns?", "source": None}]
    assert whole["suggestions"] == ["cheaper"]
    assert whole["constraints"].price_max == 100


def test_the_state_carries_a_conversation_on() -> None:
    clerk = Clerk()
    first = dialogue_runnable(clerk).invoke({"text": "boots"})
    dialogue_runnable(clerk).invoke({"text": "cheaper?", "state": first["state"]})
    second = clerk.turns[1]
    assert second.text == "cheaper?"
    assert [m.text for m in second.history] == ["boots", "A boot."]
    assert second.constraints.price_max == 100
    assert second.shown == (BOOT,)
    assert second.seen == {"b1"}


class Provider(FakeListChatModel):
    """LangChain's fake chat model with a structured output that gives or raises what it is told."""

    told: Any = None

    def with_structured_output(
        self, schema: Any, *, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[Any, Any]:
        if kwargs:
            raise ValueError(f"Received unsupported arguments {kwargs}")

        async def answer(messages: object) -> dict[str, Any]:
            raw = await self.ainvoke("")
            if isinstance(self.told, Exception):
                raise self.told
            return {"raw": raw, "parsed": self.told, "parsing_error": None}

        return RunnableLambda(lambda messages: {}, afunc=answer)


def engine(model: BaseChatModel) -> LangChainModel:
    return LangChainModel(model, name="fake", context=512)


async def complete(told: object) -> str:
    model = engine(Provider(responses=["raw words"], told=told))
    return (await model.complete(SAID, SCHEMA, max_tokens=8)).text


async def test_structured_output_is_checked_again() -> None:
    assert await complete({"intent": "faq"}) == '{"intent":"faq"}'
    with pytest.raises(UnreadableAnswer, match="breaks its schema"):
        await complete({"intent": "other"})
    with pytest.raises(UnreadableAnswer) as unreadable:
        await complete(None)
    assert unreadable.value.raw == "raw words"


@pytest.mark.parametrize(
    ("raised", "ours"),
    [
        (TimeoutError(), EngineError),
        (ConnectionError("refused"), EngineError),
        (OutputParserException("bad", llm_output="{"), UnreadableAnswer),
        (ContextOverflowError("too long"), ContextOverflow),
        (RuntimeError("This model's maximum context length is 8192 tokens"), ContextOverflow),
    ],
)
async def test_errors_of_providers_become_ours(raised: Exception, ours: type[ChatrecError]) -> None:
    with pytest.raises(ours) as caught:
        await complete(raised)
    assert type(caught.value) is ours
    assert caught.value.__cause__ is raised


async def test_a_model_without_structured_output_is_told() -> None:
    with pytest.raises(EngineError, match="under a schema"):
        await engine(FakeListChatModel(responses=["x"])).complete(SAID, SCHEMA, max_tokens=8)


async def test_words_are_streamed_and_can_be_stopped() -> None:
    model = engine(FakeListChatModel(responses=["hello"], sleep=0.01))
    assert [p async for p in model.stream(SAID, max_tokens=8)] == list("hello")
    stream = model.stream(SAID, max_tokens=8)
    assert await anext(stream) == "h"
    await stream.aclose()


async def test_an_error_in_the_middle_of_a_stream_is_ours() -> None:
    model = engine(FakeListChatModel(responses=["hello"], error_on_chunk_number=2))
    pieces: list[str] = []
    with pytest.raises(EngineError):
        async for piece in model.stream(SAID, max_tokens=8):
            pieces.append(piece)
    assert pieces == ["h", "e"]


async def test_a_silent_server_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatrec.llm.langchain_engine._PATIENCE_SECONDS", 0.05)
    model = engine(FakeListChatModel(responses=["hello"], sleep=5))
    with pytest.raises(EngineError, match="too long"):
        async for _ in model.stream(SAID, max_tokens=8):
            pass
