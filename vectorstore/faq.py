"""A customer-service question -> the FAQ entries nearest in meaning.

How near an entry is: the mean of three cosines, to the nearest of its questions, to all of them
on average, and to the sentence of its answer that says most about it. The nearest alone takes
much for an answer that one phrase happens to resemble: the right entry comes first for 74 % of the
demo shop's paraphrases, with the nearest question alone for 63 %. Words in common, weighed by
their rarity, help the nearest question (69 %) and not the mean (71 %), so they are left out. Two
fifths of the score are how far the question and the entry share a topic of customer service
(`vectorstore.topics`), with which it is 81 % (`tests/benchmarks/faq.py` prints all five).

Where a head was fitted on the shop's labelled examples (`vectorstore.faq_head`), it decides over
the entries that it has learnt; its scores are scaled so that its threshold falls on the floor.
Knows nothing of products.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chatrec.ports import Embedder
from chatrec.types import FaqEntry, FaqMatch
from vectorstore.disk import IndexFolder
from vectorstore.faq_head import Head
from vectorstore.fill import load
from vectorstore.kernel import Doubles
from vectorstore.language import language_of
from vectorstore.passages import faq_passages, faq_questions
from vectorstore.scan import cosine
from vectorstore.store import StoredEntry, faq_texts
from vectorstore.topics import Topics, topic_phrases
from vectorstore.vectors import vector_id

FAQ_FLOOR = 0.47
"""A score below this: no entry is about the question. Measured for MiniLM.

The curve of `python tests/benchmarks/faq.py`: from 0.46 to 0.48 12 to 6 % of 80 questions that a
FAQ does not cover get an answer, and 3 % of those out of scope, while 77 to 74 % of the demo shop's
paraphrases, each left out of the index in turn, and 93 % of 60 questions to ecommerce_faq get their
own entry (15 and 2 % another one). At 0.42 it is 20 % of the uncovered for 80 and 98 % right.
"""
_TOPIC_SHARE = 0.4
# As near as this the shopper asks in the entry's own words.
_OWN_WORDS = 0.95

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EmbeddedEntry:
    """An entry, the vectors of its questions and of its answer's sentences, one a row.

    ``topics``: those of its questions together, of norm 1 or less.
    """

    entry: FaqEntry
    questions: Vectors
    sentences: Vectors
    topics: Doubles

    @classmethod
    def of(cls, entry: FaqEntry, vectors: Vectors, topics: Topics) -> EmbeddedEntry:
        """``vectors``: one a passage of the entry (`faq_passages`), in their order."""
        asked = faq_questions(entry)
        questions = vectors[: len(asked)]
        mean = topics.of(asked, questions).mean(axis=0)
        return cls(
            entry, questions, vectors[len(asked) :], mean / max(float(np.linalg.norm(mean)), 1e-9)
        )

    def score(self, vector: Vectors, topics: Doubles) -> float:
        """How near the entry is to a question with this vector and these topics, in [0, 1]."""
        nearness = self.nearness(vector)
        if nearness >= _OWN_WORDS:
            return nearness
        return (1 - _TOPIC_SHARE) * nearness + _TOPIC_SHARE * float(self.topics @ topics)

    def nearness(self, vector: Vectors) -> float:
        """How near the entry is in meaning alone, in [0, 1]."""
        asked = np.clip(cosine(self.questions, vector), 0.0, 1.0)
        told = np.clip(cosine(self.sentences, vector), 0.0, 1.0)
        nearest = float(asked.max())
        if nearest >= _OWN_WORDS:
            return nearest
        return float(nearest + asked.mean() + told.max(initial=0.0)) / 3


class Faq:
    """A `FaqSource` over the entries of an index. Safe to use from several threads."""

    floor = FAQ_FLOOR

    def __init__(
        self,
        entries: Sequence[EmbeddedEntry],
        embedder: Embedder,
        topics: Topics,
        head: Head | None = None,
    ) -> None:
        self._entries = tuple(entries)
        self._embedder = embedder
        self._topics = topics
        self._head = head

    @classmethod
    def of(cls, entries: Sequence[FaqEntry], embedder: Embedder, head: Head | None = None) -> Faq:
        """Entries that lie in no index, embedded now.

        Raises:
            EngineError: the embedding model failed.
        """
        topics = Topics(embedder.embed(topic_phrases()))
        embedded = [EmbeddedEntry.of(e, embedder.embed(faq_passages(e)), topics) for e in entries]
        return cls(embedded, embedder, topics, head)

    @classmethod
    def load(cls, folder: IndexFolder, entries: Sequence[StoredEntry], embedder: Embedder) -> Faq:
        """The entries with their vectors out of the index folder, and the head if there is one.

        Raises:
            IndexMismatch: the head was fitted with another embedding model.
            StorageError: the folder cannot be read.
        """
        if not entries:
            return cls((), embedder, Topics(np.zeros((len(topic_phrases()), 1), np.float32)))
        found = load(folder, "faq", faq_texts(entries, embedder.name), embedder)
        phrases = [found[vector_id(embedder.name, phrase)] for phrase in topic_phrases()]
        topics = Topics(np.stack(phrases))
        embedded = [
            EmbeddedEntry.of(
                stored.entry, np.stack([found[key] for key in stored.vector_ids]), topics
            )
            for stored in entries
        ]
        return cls(embedded, embedder, topics, Head.load(folder.faq_head, embedder.name))

    @property
    def entries(self) -> tuple[FaqEntry, ...]:
        """What can be found."""
        return tuple(embedded.entry for embedded in self._entries)

    async def search(self, question: str, k: int) -> list[FaqMatch]:
        """At most k entries, nearest first.

        Raises:
            EngineError: the embedding model failed.
        """
        if k <= 0 or not self._entries or not question.strip():
            return []
        return (await asyncio.to_thread(self.ranked, question))[:k]

    def ranked(self, question: str) -> list[FaqMatch]:
        """All entries in the question's language, nearest first. Blocking; any thread.

        Raises:
            EngineError: the embedding model failed.
        """
        vector = self._embedder.embed([question])[0]
        topics = self._topics.of([question], vector[None])[0]
        learnt = self._learnt(question, vector)
        matches = []
        for embedded in self._in_language(language_of(question)):
            score = embedded.score(vector, topics)
            if score < _OWN_WORDS:
                score = learnt.get(embedded.entry.id, score)
            matches.append(FaqMatch(embedded.entry, score))
        return sorted(matches, key=lambda match: -match.score)

    def _in_language(self, language: str) -> Sequence[EmbeddedEntry]:
        """Those in this language, and of others only what says no language; all if none is."""
        if not any(embedded.entry.language == language for embedded in self._entries if language):
            return self._entries
        return [e for e in self._entries if e.entry.language in ("", language)]

    def _learnt(self, question: str, vector: Vectors) -> Mapping[str, float]:
        """What the head gives the entries that it knows, its threshold laid on the floor."""
        head = self._head
        if head is None:
            return {}
        scores = np.clip(head.scores([question], vector[None])[0], 0.0, 1.0)
        scaled = np.interp(scores, (0.0, head.threshold, 1.0), (0.0, self.floor, 1.0))
        return dict(zip(head.labels, map(float, scaled), strict=True))
