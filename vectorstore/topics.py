"""What a shop's customer service is asked about -> how much two questions share a topic.

A small sentence encoder does not know that "do you take visa" asks for the payment methods. The
topics in `service_topics.yaml` say so for shops in general: a ridge classifier over their phrases
turns a text into a score a topic, and texts agree as far as these point the same way. Topics that
a shop has no entry on keep a question about them away from its other entries. A text that is near
no topic agrees with nothing. English alone. Knows nothing of entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources

import numpy as np
import yaml

from vectorstore.kernel import MEANING_SHARE, Doubles, Floats, Ridge, Spelling, Texts

# A text whose topics together score less than this has hardly any, and agrees the less.
_SURE = 0.1


@cache
def _phrases() -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The phrases, and the place of each one's topic."""
    text = resources.files("vectorstore").joinpath("service_topics.yaml").read_text("utf-8")
    topics: dict[str, list[str]] = yaml.safe_load(text)
    pairs = [(phrase, place) for place, own in enumerate(topics.values()) for phrase in own]
    return tuple(phrase for phrase, _ in pairs), tuple(place for _, place in pairs)


def topic_phrases() -> tuple[str, ...]:
    """What `Topics` needs the vectors of, in order."""
    return _phrases()[0]


class Topics:
    """Texts -> their topics."""

    def __init__(self, vectors: Floats) -> None:
        """``vectors``: of `topic_phrases`, in their order, rows of norm 1."""
        phrases, of_topic = _phrases()
        self._spelling = Spelling.of(phrases)
        self._known = Texts(vectors, self._spelling.vectors(phrases))
        targets = np.eye(max(of_topic) + 1)[list(of_topic)]
        self._weights = Ridge.fit(self._known.alike(self._known, MEANING_SHARE), targets).weights

    def of(self, texts: Sequence[str], vectors: Floats) -> Doubles:
        """Shape (len(texts), topics), not negative, rows of norm 1 or less.

        The dot product of two rows is how much the texts agree, in [0, 1].
        """
        asked = Texts(vectors, self._spelling.vectors(texts))
        scores = np.clip(asked.alike(self._known, MEANING_SHARE) @ self._weights, 0.0, 1.0)
        found: Doubles = scores / np.maximum(np.linalg.norm(scores, axis=1, keepdims=True), _SURE)
        return found
