"""Labelled messages -> how often a way of answering is right, in the form of the HINT3 paper.

Accuracy is over all messages, an unanswered one without a label being right; in-scope accuracy
over those that have a label; out-of-scope recall over those that have none (Arora et al. 2020,
"HINT3: Raising the bar for Intent Detection in the Wild"). Each way chooses its threshold on its
training examples alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from chatrec.ports import Embedder
from vectorstore.curve import Curve
from vectorstore.faq_head import (
    KERNEL,
    OUT_OF_SCOPE_SHARE,
    PROFILE_SHARE,
    Example,
    background,
    fit_head,
    thinned,
)
from vectorstore.kernel import Doubles, Floats, Kernel, near_copies

_DEV_SHARE = 0.3
_HIDDEN_LABELS = 0.15


class Way(Protocol):
    """Messages -> scores of labels, and the score from which a message is answered."""

    @property
    def labels(self) -> Sequence[str]: ...

    @property
    def threshold(self) -> float: ...

    def scores(self, texts: Sequence[str], vectors: Floats) -> Doubles:
        """Shape (len(texts), len(labels))."""
        ...


@dataclass(frozen=True, slots=True)
class Nearest:
    """The label of the nearest example by cosine."""

    labels: tuple[str, ...]
    threshold: float
    vectors: Floats
    of_label: tuple[int, ...]

    def scores(self, texts: Sequence[str], vectors: Floats) -> Doubles:
        """The cosine to the nearest example of each label."""
        return _nearest(vectors @ self.vectors.T, np.array(self.of_label), len(self.labels))

    @classmethod
    def fit(cls, examples: Sequence[Example], embedder: Embedder, share: float) -> Nearest:
        """The threshold is chosen as a head's is: near copies, then whole labels left out."""
        inside = thinned([e for e in dict.fromkeys(examples) if e.label is not None])
        labels = tuple(sorted({e.label for e in inside if e.label is not None}))
        of_label = np.array([labels.index(e.label) for e in inside if e.label is not None])
        vectors = embedder.embed([e.text for e in inside])
        cosines = vectors @ vectors.T
        own = np.zeros_like(cosines, np.bool_)
        same = of_label[:, None] == of_label
        for rows in near_copies(vectors, 0.8):
            own[np.ix_(rows, rows)] = True
        scores = _nearest(np.where(own & same, -1.0, cosines), of_label, len(labels))
        best = scores.max(axis=1)
        right = scores.argmax(axis=1) == of_label
        hidden = np.where(same, -1.0, cosines).max(axis=1)
        far = (embedder.embed(background()) @ vectors.T).max(axis=1)
        false = np.concatenate([hidden, far]).astype(np.float64)
        weights = np.repeat([0.5 / len(hidden), 0.5 / len(far)], [len(hidden), len(far)])
        curve = Curve.of(best[right], best[~right], false, weights)
        return cls(labels, curve.best(share), vectors, tuple(map(int, of_label)))


def _nearest(cosines: Floats, of_label: Floats, labels: int) -> Doubles:
    return np.stack(
        [cosines[:, of_label == label].max(axis=1) for label in range(labels)], axis=1
    ).astype(np.float64)


Fit = Callable[[Sequence[Example], Embedder, float], Way]


def _head(kernel: Kernel, profile_share: float = 0.0) -> Fit:
    return lambda examples, embedder, share: (
        fit_head(examples, embedder, share=share, kernel=kernel, profile_share=profile_share).head
    )


WAYS: Mapping[str, Fit] = {
    "nearest neighbour": Nearest.fit,
    "head, by meaning": _head(replace(KERNEL, meaning=1.0, spelling=0.0, topics=0.0)),
    "head, and by spelling": _head(replace(KERNEL, meaning=0.75, spelling=0.25, topics=0.0)),
    "head, and by topic": _head(KERNEL, PROFILE_SHARE),
}


@dataclass(frozen=True, slots=True)
class LabelRates:
    """``in_scope`` and ``out_recall`` are None where there was no such message."""

    accuracy: float
    in_scope: float | None
    out_recall: float | None
    messages: int

    @classmethod
    def of(cls, expected: Sequence[str | None], told: Sequence[str | None]) -> LabelRates:
        """From what answers each message and what was given for it; None is no answer."""
        right = [a == b for a, b in zip(expected, told, strict=True)]
        inside = [ok for ok, label in zip(right, expected, strict=True) if label is not None]
        outside = [ok for ok, label in zip(right, expected, strict=True) if label is None]
        return cls(_share(right) or 0.0, _share(inside), _share(outside), len(right))


def _share(right: Sequence[bool]) -> float | None:
    return sum(right) / len(right) if right else None


def measure(way: Way, asked: Sequence[Example], embedder: Embedder) -> LabelRates:
    """How well a fitted way answers; labels that it was never shown count as no label."""
    texts = [example.text for example in asked]
    scores = way.scores(texts, embedder.embed(texts))
    best = scores.argmax(axis=1)
    answered = scores.max(axis=1) >= way.threshold
    told = [way.labels[b] if a else None for b, a in zip(best, answered, strict=True)]
    return LabelRates.of([e.label for e in asked], told)


def rates(
    train: Sequence[Example],
    asked: Sequence[Example],
    embedder: Embedder,
    share: float = OUT_OF_SCOPE_SHARE,
) -> dict[str, tuple[float | None, LabelRates]]:
    """Threshold and rates of each way, fitted on ``train`` and asked ``asked``."""
    found: dict[str, tuple[float | None, LabelRates]] = {}
    for name, fit in WAYS.items():
        way = fit(train, embedder, share)
        found[name] = (way.threshold, measure(way, asked, embedder))
    return found


def splits(
    examples: Sequence[Example], outside: Sequence[Example], count: int
) -> Iterator[tuple[list[Example], list[Example]]]:
    """Parts to train on and to ask, one pair a seed.

    Of each label three tenths are asked; of every seventh label all are, as questions that nothing
    answers, with ``outside`` beside them.
    """
    inside = [e for e in dict.fromkeys(examples) if e.label is not None]
    labels = sorted({e.label for e in inside if e.label is not None})
    for seed in range(count):
        rng = np.random.default_rng(seed)
        hidden = set(rng.permutation(labels)[: max(1, round(_HIDDEN_LABELS * len(labels)))])
        train: list[Example] = []
        asked = [Example(e.text, None) for e in outside]
        for label in labels:
            own = [e for e in inside if e.label == label]
            if label in hidden:
                asked += [Example(e.text, None) for e in own]
                continue
            order = rng.permutation(len(own))
            cut = min(round(_DEV_SHARE * len(own)), len(own) - 1)
            asked += [own[place] for place in order[:cut]]
            train += [own[place] for place in order[cut:]]
        yield train, asked
