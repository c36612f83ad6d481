"""A customer-service question -> the FAQ entries nearest in meaning.

How near an entry is: the mean of three cosines, to the nearest of its questions, to all of them
on average, and to the sentence of its answer that says most about it. The nearest alone takes
much for an answer that one phrase happens to resemble: the right entry comes first for 74 % of the
demo shop's paraphrases, with the nearest question alone for 63 %. Words in common, weighed by
their rarity, help the nearest question (69 %) and not the mean (71 %), so they are left out. Two
fifths of the score are how far the question and the entry share a topic of customer service
(`vectorstore.topics`), with which it is 80 % (`tests/benchmarks/faq.py` prints all five).

An entry in a language that the encoder was not trained in is as near in meaning as it is in
spelling, half and half, and has its topics in that language.

Where a head was fitted on the shop's labelled examples (`vectorstore.faq_head`), it decides over
the entries that it has learnt; its scores are scaled so that its threshold falls on the floor.
Knows nothing of products.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chatrec.ports import Embedder
from chatrec.types import FaqEntry, FaqMatch
from vectorstore.disk import IndexFolder
from vectorstore.faq_head import Head
from vectorstore.fill import load
from vectorstore.kernel import Doubles, Spelling
from vectorstore.language import ENGLISH, language_of
from vectorstore.passages import faq_passages, faq_questions
from vectorstore.scan import cosine
from vectorstore.store import StoredEntry, faq_texts
from vectorstore.topics import Topics, topic_phrases
from vectorstore.vectors import vector_id

FAQ_FLOOR = 0.47
"""A score below this: no entry is about the question. Measured for MiniLM.

The curve of `python tests/benchmarks/faq.py`: from 0.46 to 0.48 12 to 6 % of 80 questions that a
FAQ does not cover get an answer, 3 to 2 % of bitext's that ecommerce_faq does not, and 3 % of those
out of scope, while 75 to 74 % of the demo shop's paraphrases, each left out of the index in turn,
93 % of 60 questions to ecommerce_faq and 74 to 72 % of bitext's get their own entry (14, 2 and 7 to
6 % another one). At 0.42 it is 19 % of the uncovered for 78, 98 and 81 % right.
"""
_TOPIC_SHARE = 0.4
# As near as this the shopper asks in the entry's own words.
_OWN_WORDS = 0.95

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EmbeddedEntry:
    """An entry, the vectors of its questions and of its answer's sentences, one a row.

    ``topics``: those of its questions together, of norm 1 or less; ``spelt``: its questions and
    sentences by spelling, one a row, where it is not in English.
    """

    entry: FaqEntry
    questions: Vectors
    sentences: Vectors
    topics: Doubles
    spelt: Vectors | None = None

    @classmethod
    def of(
        cls, entry: FaqEntry, vectors: Vectors, topics: Topics, spelling: Spelling | None = None
    ) -> EmbeddedEntry:
        """``vectors``: one a passage of the entry (`faq_passages`), in their order."""
        asked = faq_questions(entry)
        questions = vectors[: len(asked)]
        mean = topics.of(asked, questions).mean(axis=0)
        return cls(
            entry,
            questions,
            vectors[len(asked) :],
            mean / max(float(np.linalg.norm(mean)), 1e-9),
            None if spelling is None else spelling.vectors(faq_passages(entry)),
        )

    def score(self, vector: Vectors, topics: Doubles, spelt: Vectors | None = None) -> float:
        """How near the entry is to a question with this vector and these topics, in [0, 1].

        ``spelt``: the question by spelling, in the entry's language.
        """
        nearness = self.nearness(vector)
        if nearness >= _OWN_WORDS:
            return nearness
        if spelt is not None and self.spelt is not None:
            asked = len(self.questions)
            likeness = _nearness(self.spelt[:asked] @ spelt, self.spelt[asked:] @ spelt)
            nearness = (nearness + likeness) / 2
        return (1 - _TOPIC_SHARE) * nearness + _TOPIC_SHARE * float(self.topics @ topics)

    def nearness(self, vector: Vectors) -> float:
        """How near the entry is in meaning alone, in [0, 1]."""
        return _nearness(cosine(self.questions, vector), cosine(self.sentences, vector))


def _nearness(asked: Vectors, told: Vectors) -> float:
    """Likeness to the questions and to the answer's sentences as one figure in [0, 1]."""
    asked, told = np.clip(asked, 0.0, 1.0), np.clip(told, 0.0, 1.0)
    nearest = float(asked.max())
    if nearest >= _OWN_WORDS:
        return nearest
    return float(nearest + asked.mean() + told.max(initial=0.0)) / 3


@dataclass(frozen=True, slots=True)
class Tongue:
    """How texts in one language are compared beyond their vectors; English needs no spelling."""

    topics: Topics
    spelling: Spelling | None = None


class Faq:
    """A `FaqSource` over the entries of an index. Safe to use from several threads."""

    floor = FAQ_FLOOR

    def __init__(
        self,
        entries: Sequence[EmbeddedEntry],
        embedder: Embedder,
        tongues: Mapping[str, Tongue],
        head: Head | None = None,
    ) -> None:
        """``tongues``: by language; "" stands for English and for what has no other."""
        self._entries = tuple(entries)
        self._embedder = embedder
        self._tongues = tongues
        self._head = head

    @classmethod
    def of(cls, entries: Sequence[FaqEntry], embedder: Embedder, head: Head | None = None) -> Faq:
        """Entries that lie in no index, embedded now.

        Raises:
            EngineError: the embedding model failed.
        """
        tongues = tongues_of(entries, embedder.embed)
        embedded = [embedded_entry(entry, tongues, embedder.embed) for entry in entries]
        return cls(embedded, embedder, tongues, head)

    @classmethod
    def load(cls, folder: IndexFolder, entries: Sequence[StoredEntry], embedder: Embedder) -> Faq:
        """The entries with their vectors out of the index folder, and the head if there is one.

        Raises:
            IndexMismatch: the head was fitted with another embedding model.
            StorageError: the folder cannot be read.
        """
        if not entries:
            return cls((), embedder, {})
        found = load(folder, "faq", faq_texts(entries, embedder.name), embedder)

        def stored_vectors(texts: Sequence[str]) -> Vectors:
            return np.stack([found[vector_id(embedder.name, text)] for text in texts])

        own = [stored.entry for stored in entries]
        tongues = tongues_of(own, stored_vectors)
        embedded = [embedded_entry(entry, tongues, stored_vectors) for entry in own]
        head = Head.load(folder.faq_head, embedder.name, tongues[""].topics)
        return cls(embedded, embedder, tongues, head)

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
        language = language_of(question)
        tongue = self._tongues.get(language) or self._tongues[""]
        topics = tongue.topics.of([question], vector[None])[0]
        spelt = None if tongue.spelling is None else tongue.spelling.vectors([question])[0]
        learnt = self._learnt(question, vector)
        matches = []
        for embedded in self._in_language(language):
            score = embedded.score(vector, topics, spelt)
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


Embed = Callable[[Sequence[str]], Vectors]
"""Texts -> their vectors, one a row."""


def tongues_of(entries: Sequence[FaqEntry], embed: Embed) -> Mapping[str, Tongue]:
    """The languages that the entries are in, by code, and English under ""."""
    tongues = {"": Tongue(Topics(embed(topic_phrases())))}
    for language in sorted({entry.language for entry in entries} - {"", ENGLISH}):
        texts = [p for e in entries if e.language == language for p in faq_passages(e)]
        topics = Topics(embed(topic_phrases(language)), language)
        tongues[language] = Tongue(topics, Spelling.of(texts))
    return tongues


def embedded_entry(entry: FaqEntry, tongues: Mapping[str, Tongue], embed: Embed) -> EmbeddedEntry:
    """The entry in its language."""
    tongue = tongues.get(entry.language) or tongues[""]
    return EmbeddedEntry.of(entry, embed(faq_passages(entry)), tongue.topics, tongue.spelling)
