"""LangChain's usual conversational RAG: question + history -> documents -> an answer from them.

The chain of LangChain's own guide: the model rewrites the question with the history, the vector
store is searched for it (``langchain-chroma``, k = 5), and the model answers from what was found.
The weights are those of chatrec's default: SmolLM2-135M-Instruct, here in transformers, and
all-MiniLM-L6-v2.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder
from langchain_core.runnables import Runnable
from transformers import AutoModelForCausalLM, AutoTokenizer

from chatrec.ports import Embedder
from chatrec.types import Item, Turn

K = 5
REWRITE_TOKENS, ANSWER_TOKENS = 48, 128
_BATCH = 256

_REWRITE = """\
Given a chat history and the latest user question which might reference context in the chat \
history, formulate a standalone question which can be understood without the chat history. Do NOT \
answer the question, just reformulate it if needed and otherwise return it as is."""
_ANSWER = """\
You are an assistant for question-answering tasks. Use the following pieces of retrieved context \
to answer the question. If you don't know the answer, just say that you don't know. Use three \
sentences maximum and keep the answer concise.

{context}"""


@dataclass(frozen=True, slots=True)
class Answered:
    """Seconds until the documents were known, and until the answer was whole."""

    found: float
    whole: float
    documents: Sequence[Document]
    text: str


class LocalChat(BaseChatModel):
    """A language model of transformers, greedy.

    ``langchain-huggingface`` does the same, but wants an older ``huggingface-hub`` than is here.
    """

    model: Any
    tokenizer: Any

    @classmethod
    def load(cls, folder: Path, dtype: torch.dtype) -> LocalChat:
        return cls(
            model=AutoModelForCausalLM.from_pretrained(folder, dtype=dtype).eval(),
            tokenizer=AutoTokenizer.from_pretrained(folder),
        )

    @property
    def _llm_type(self) -> str:
        return "transformers"

    @torch.inference_mode()
    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: object = None,
        **options: Any,
    ) -> ChatResult:
        roles = {"human": "user", "ai": "assistant", "system": "system"}
        prompt = self.tokenizer.apply_chat_template(
            [{"role": roles[message.type], "content": message.text} for message in messages],
            add_generation_prompt=True,
            return_dict=True,
            return_tensors="pt",
        )
        made = self.model.generate(
            **prompt,
            max_new_tokens=options["max_new_tokens"],
            do_sample=False,
            pad_token_id=self.tokenizer.eos_token_id,
        )
        text = self.tokenizer.decode(
            made[0, prompt["input_ids"].shape[1] :], skip_special_tokens=True
        )
        return ChatResult(generations=[ChatGeneration(message=AIMessage(text.strip()))])


class SameWeights(Embeddings):
    """chatrec's embedder as LangChain's, so that both search with the same vectors."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [vector.tolist() for vector in self._embedder.embed(texts)]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


class ConversationalRag:
    """The chain over one catalogue."""

    def __init__(self, llm: BaseChatModel, embedder: Embedder, items: Iterable[Item]) -> None:
        self._store = Chroma(
            "products",
            embedding_function=SameWeights(embedder),
            collection_metadata={"hnsw:space": "cosine"},
        )
        documents = [_document(item) for item in items]
        for start in range(0, len(documents), _BATCH):
            self._store.add_documents(documents[start : start + _BATCH])
        self._retriever = self._store.as_retriever(search_kwargs={"k": K})
        self._rewrite = _chain(llm, _REWRITE, REWRITE_TOKENS)
        self._answer = _chain(llm, _ANSWER, ANSWER_TOKENS)

    def ask(self, turn: Turn) -> Answered:
        """Answer one turn; without a history there is nothing to rewrite."""
        speakers = {"user": HumanMessage, "assistant": AIMessage}
        history = [speakers[said.role](said.text) for said in turn.history]
        started = time.perf_counter()
        asked = {"input": turn.text, "chat_history": history}
        question = self._rewrite.invoke(asked) if history else turn.text
        documents = self._retriever.invoke(question)
        found = time.perf_counter() - started
        context = "\n\n".join(document.page_content for document in documents)
        text = self._answer.invoke(asked | {"context": context})
        return Answered(found, time.perf_counter() - started, documents, text)


def _chain(llm: BaseChatModel, instructions: str, tokens: int) -> Runnable[dict[str, Any], str]:
    prompt = ChatPromptTemplate.from_messages(
        [("system", instructions), MessagesPlaceholder("chat_history"), ("human", "{input}")]
    )
    return prompt | llm.bind(max_new_tokens=tokens) | StrOutputParser()


def _document(item: Item) -> Document:
    price = "" if item.price is None else f" Price: {item.price:.2f} {item.currency or ''}"
    return Document(id=item.id, page_content=f"{item.title}. {item.description}{price}".strip())
