"""chatrec in a shop's own LangChain code: the catalogue as a retriever, the dialogue as a Runnable.

Both only translate: constraints stay hard, and a reply is the one that every other door gives.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from langchain_core.callbacks import (
    AsyncCallbackManagerForRetrieverRun,
    CallbackManagerForRetrieverRun,
)
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableGenerator
from langchain_core.runnables.utils import AddableDict
from pydantic import ConfigDict

from chatrec.ports import Answers, CandidateSource
from chatrec.records import turn_after
from chatrec.types import (
    Candidate,
    Constraints,
    Event,
    Exchange,
    Item,
    Recommendation,
    Reply,
    Shown,
    Turn,
    Words,
)


class ChatrecRetriever(BaseRetriever):
    """The catalogue as a LangChain retriever: every document satisfies the constraints.

    A document's text is the item's title and description; its metadata hold the item's other
    columns, its attributes, and the score in [0, 1].
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    source: Any
    """A `chatrec.ports.CandidateSource`."""
    constraints: Constraints = Constraints()
    k: int = 10

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return asyncio.run(self._documents(query))

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun
    ) -> list[Document]:
        return await self._documents(query)

    async def _documents(self, query: str) -> list[Document]:
        source: CandidateSource = self.source
        found = await source.search(query, self.constraints, self.k)
        return [_document(candidate) for candidate in found]


def dialogue_runnable(dialogue: Answers) -> Runnable[dict[str, Any], AddableDict]:
    """The dialogue as a Runnable over dicts.

    Takes ``text``, and ``state`` from the former output to go on with a conversation. Streams
    ``items`` first, then pieces of ``text``, and at the end ``kind``, ``citations``,
    ``suggestions``, ``constraints`` and the next ``state``; chunks add up to what `invoke` gives.
    """

    async def atransform(inputs: AsyncIterator[dict[str, Any]]) -> AsyncIterator[AddableDict]:
        async for given in inputs:
            turn = replace(given.get("state") or Turn(""), text=given["text"])
            async with aclosing(dialogue.run(turn)) as events:
                async for event in events:
                    yield AddableDict(_chunk(event))

    def transform(inputs: Iterator[dict[str, Any]]) -> Iterator[AddableDict]:
        async def given() -> AsyncIterator[dict[str, Any]]:
            for value in inputs:
                yield value

        async def collected() -> list[AddableDict]:
            return [chunk async for chunk in atransform(given())]

        yield from asyncio.run(collected())

    return RunnableGenerator(transform, atransform, name="chatrec")


def _document(candidate: Candidate) -> Document:
    item = candidate.item
    return Document(
        id=item.id, page_content=item.text, metadata={**_fields(item), "score": candidate.score}
    )


def _fields(item: Item) -> dict[str, Any]:
    known = {
        "id": item.id,
        "title": item.title,
        "category": " > ".join(item.category) or None,
        "brand": item.brand,
        "price": item.price,
        "currency": item.currency,
        "rating": item.rating,
        "stock": item.stock,
        "url": item.url,
        "image_url": item.image_url,
        "attributes": dict(item.attributes) or None,
    }
    return {name: value for name, value in known.items() if value is not None}


def _chunk(event: Event) -> dict[str, Any]:
    match event:
        case Shown():
            return {"items": [_card(shown) for shown in event.recommendations]}
        case Words():
            return {"text": event.text}
        case Exchange():
            return _ending(event.turn, event.reply)


def _card(recommendation: Recommendation) -> dict[str, Any]:
    return {
        **_fields(recommendation.item),
        "reason": recommendation.reason,
        "facts": [f"{fact.name}: {fact.value}" for fact in recommendation.reasons],
    }


def _ending(turn: Turn, reply: Reply) -> dict[str, Any]:
    return {
        "items": [],
        "text": "",
        "constraints": reply.constraints,
        "kind": reply.kind.value,
        "citations": [
            {"faq_id": entry.id, "question": entry.question, "source": entry.source}
            for entry in reply.citations
        ],
        "suggestions": list(reply.suggestions),
        "state": turn_after(turn, turn.said, reply),
    }
