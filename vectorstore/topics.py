"""What a shop's customer service is asked about -> how much two questions share a topic.

A small sentence encoder does not know that "do you take visa" asks for the payment methods. The
topics in `service_topics.yaml` say so for shops in general: a ridge classifier over their phrases
turns a text into a score a topic, and texts agree as far as these point the same way. Topics that
a shop has no entry on keep a question about them away from its other entries. A text that is near
no topic agrees with nothing. A language beside English has the topics' phrases in a file of its
own (`service_topics.de.yaml`); without one it is compared by the English ones. What a label's
examples are about on the whole is its profile. Knows nothing of entries.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import yaml

from vectorstore.kernel import Doubles, Floats, Kernel, Ridge, Rows, Spelling, Texts

# A text whose topics together score less than this has hardly any, and agrees the less.
_SURE = 0.1
_KERNEL = Kernel()
# In a language that the encoder was not trained in meaning counts for less.
_FOREIGN_KERNEL = Kernel(meaning=0.4, spelling=0.6)
_ENGLISH = "en"


@cache
def _phrases(language: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The phrases, English ones first, and the place of each one's topic."""
    english = _file("service_topics.yaml") or {}
    places = {topic: place for place, topic in enumerate(english)}
    own = {} if language in ("", _ENGLISH) else _file(f"service_topics.{language}.yaml") or {}
    pairs = [
        (phrase, places[topic])
        for topics in (english, own)
        for topic in topics
        for phrase in topics[topic]
    ]
    return tuple(phrase for phrase, _ in pairs), tuple(place for _, place in pairs)


def _file(name: str) -> dict[str, list[str]] | None:
    path = resources.files("vectorstore").joinpath(name)
    if not path.is_file():
        return None
    topics: dict[str, list[str]] = yaml.safe_load(path.read_text("utf-8"))
    return topics


def topic_phrases(language: str = "") -> tuple[str, ...]:
    """What `Topics` of the language needs the vectors of, in order."""
    return _phrases(language)[0]


class Topics:
    """Texts in English or one other language -> their topics, the same in all languages."""

    def __init__(self, vectors: Floats, language: str = "") -> None:
        """``vectors``: of the language's `topic_phrases`, in their order, rows of norm 1."""
        phrases, of_topic = _phrases(language)
        self.checksum = zlib.crc32(repr((phrases, of_topic)).encode())
        """Topics of the same checksum give a text the same row, if the embedder is the same."""
        foreign = language not in ("", _ENGLISH)
        self._kernel = _FOREIGN_KERNEL if foreign else _KERNEL
        self._spelling = Spelling.of(phrases)
        self._known = self._texts(phrases, vectors)
        targets = np.eye(max(of_topic) + 1)[list(of_topic)]
        alike = self._known.alike(self._known, self._kernel)
        self._weights = Ridge.fit(alike, targets).weights

    def of(self, texts: Sequence[str], vectors: Floats) -> Doubles:
        """Shape (len(texts), topics), not negative, rows of norm 1 or less.

        The dot product of two rows is how much the texts agree, in [0, 1].
        """
        asked = self._texts(texts, vectors)
        scores = np.clip(asked.alike(self._known, self._kernel) @ self._weights, 0.0, 1.0)
        found: Doubles = scores / np.maximum(np.linalg.norm(scores, axis=1, keepdims=True), _SURE)
        return found

    def _texts(self, texts: Sequence[str], vectors: Floats) -> Texts:
        return Texts(vectors, self._spelling.vectors(texts), np.empty((len(texts), 0)))


@dataclass(frozen=True, slots=True)
class Profiles:
    """The mean topics of each label's examples, shape (labels, topics).

    One example shares a topic with a message by chance more easily than all of a label's do.
    """

    means: Doubles

    @classmethod
    def of(cls, topics: Doubles, of_label: Rows) -> Profiles:
        """From examples' topics and labels, which are counted from 0 without a gap."""
        ones = np.eye(of_label.max() + 1)[of_label]
        return cls(ones.T @ topics / ones.sum(axis=0)[:, None])

    def shared(self, topics: Doubles) -> Doubles:
        """How far texts agree with each label, in [0, 1], shape (len(topics), labels)."""
        found: Doubles = topics @ self.means.T
        return found

    def left_out(self, topics: Doubles, of_label: Rows, groups: Iterable[Rows]) -> Doubles:
        """What `shared` would be for each row, were its group not among the examples.

        The first len(of_label) rows of ``topics`` are the examples. A group has examples of one
        label, or rows that are no examples; a label left without any agrees with nothing.
        """
        found = self.shared(topics)
        counts = np.bincount(of_label)
        for rows in groups:
            if rows[0] >= len(of_label):
                continue
            label = of_label[rows[0]]
            kept = counts[label] - len(rows)
            rest = self.means[label] * counts[label] - topics[rows].sum(axis=0)
            found[rows, label] = topics[rows] @ rest / kept if kept else 0.0
        return found
