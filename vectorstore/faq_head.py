"""A shop's labelled example questions -> which entry a message asks for, and whether any.

The head is fitted in seconds and chooses its own threshold, on the examples alone. A message is
answered where right answers outweigh false ones, and both are estimated by cross-validation:

- right ones from each example with its near copies left out, since shops write examples as
  variants of one another and shoppers do not keep to them;
- false ones in equal parts from each label with all its examples left out (questions of the shop's
  own kind that nothing answers) and from messages of no shop's kind, each left out with its like.

Knows nothing of entries or answers: labels are whatever the examples call them.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from importlib import resources
from pathlib import Path

import numpy as np

from chatrec.errors import CatalogueError, IndexMismatch, StorageError
from chatrec.ports import Embedder
from vectorstore.curve import Curve
from vectorstore.kernel import (
    Doubles,
    Floats,
    Kernel,
    Ridge,
    Rows,
    Spelling,
    Texts,
    near_copies,
)
from vectorstore.topics import Profiles, Topics, topic_phrases

OUT_OF_SCOPE_SHARE = 0.5
"""Share of messages that nothing answers; in HINT3's logs of three bots 42 to 72 % are such."""

MOST_EXAMPLES = 2500
"""More are thinned out evenly over the labels: fitting takes time cubic in their number."""

KERNEL = Kernel(meaning=0.52, spelling=0.18, topics=0.3, sharpness=2.0)
"""How alike two messages are to a head.

Chosen with `_RIDGE` on HINT3's training parts, near copies kept apart. Sharpness is flat from 1 to
3, the ridge from 0.03 to 0.1; twice as sharp and four times as ridged, as is right for the few
phrases of a topic, cost 2 points of accuracy.
"""

PROFILE_SHARE = 0.3
"""Weight in a score of how far the message agrees with the label's topics as a whole.

It tells questions that nothing answers apart where the nearest example does not: with the weight
of topics in `KERNEL` it brings nearly 2 points of accuracy on HINT3's Curekart, more with near
copies kept apart. From 0.2 to 0.4 it is about as good. The mean is a geometric one: an arithmetic
one answers more messages that share a topic and nothing else.
"""

_RIDGE = 0.05
_FORMAT = 3
_COPY = 0.8
_SAME_KIND = 0.6
# A background message as near as this to an example of the shop's may well be answered by it.
_ANSWERED = 0.75
# What a message shares with a label at the least: some labels are about no known topic.
_LEAST = 0.2


@dataclass(frozen=True, slots=True)
class Example:
    """A message and the label of what answers it; None: nothing does."""

    text: str
    label: str | None


@dataclass(frozen=True, slots=True)
class Head:
    """Which label a message belongs to.

    ``weights``: shape (examples, labels); ``embedder`` is the one that made the examples' vectors
    and those that ``topics`` were made of; ``profile_share`` is what the ``profiles`` count for.
    """

    labels: tuple[str, ...]
    threshold: float
    embedder: str
    examples: Texts
    weights: Doubles
    spelling: Spelling
    topics: Topics
    profiles: Profiles
    kernel: Kernel = KERNEL
    profile_share: float = PROFILE_SHARE

    def scores(self, texts: Sequence[str], vectors: Floats) -> Doubles:
        """Shape (len(texts), labels): about 1 at most, 0 for nothing known.

        ``vectors``: of the texts, shape (len(texts), dimension), rows of norm 1.
        """
        asked = Texts(vectors, self.spelling.vectors(texts), self.topics.of(texts, vectors))
        ridge = asked.alike(self.examples, self.kernel) @ self.weights
        return _mixed(ridge, self.profiles.shared(asked.topics), self.profile_share)

    def save(self, path: Path) -> None:
        """Write the head in one step: a reader sees the former file or this one.

        Raises:
            StorageError: the folder cannot be written.
        """
        written = io.BytesIO()
        np.savez_compressed(
            written,
            format=_FORMAT,
            labels=np.array(self.labels),
            threshold=self.threshold,
            embedder=self.embedder,
            meaning=self.examples.meaning,
            spelling=self.examples.spelling,
            topics=self.examples.topics,
            topics_checksum=self.topics.checksum,
            weights=self.weights,
            idf=self.spelling.idf,
            profiles=self.profiles.means,
            kernel=astuple(self.kernel),
            profile_share=self.profile_share,
        )
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(written.getvalue())
            os.replace(file.name, path)
        except OSError as exc:
            raise StorageError(f"{path} cannot be written: {exc.strerror or exc}") from exc

    @classmethod
    def load(cls, path: Path, embedder: str, topics: Topics) -> Head | None:
        """The head that was saved, or None where none was.

        Args:
            path: the file.
            embedder: the one in use.
            topics: English ones, made of its vectors.

        Raises:
            IndexMismatch: it was fitted with another embedding model or by another chatrec.
            StorageError: the file cannot be read.
        """
        if not path.exists():
            return None
        advice = "run `chatrec tune --faq-examples FILE` again, or delete it"
        try:
            with np.load(path, allow_pickle=False) as saved:
                if int(saved["format"]) != _FORMAT or str(saved["embedder"]) != embedder:
                    raise IndexMismatch(
                        f"{path} was fitted with the embedder {str(saved['embedder'])!r}, "
                        f"format {int(saved['format'])}, and does not fit {embedder!r}: {advice}"
                    )
                if int(saved["topics_checksum"]) != topics.checksum:
                    raise IndexMismatch(f"{path} was fitted with other service topics: {advice}")
                return cls(
                    labels=tuple(map(str, saved["labels"])),
                    threshold=float(saved["threshold"]),
                    embedder=embedder,
                    examples=Texts(saved["meaning"], saved["spelling"], saved["topics"]),
                    weights=saved["weights"],
                    spelling=Spelling(saved["idf"]),
                    topics=topics,
                    profiles=Profiles(saved["profiles"]),
                    kernel=Kernel(*map(float, saved["kernel"])),
                    profile_share=float(saved["profile_share"]),
                )
        except (OSError, KeyError, ValueError) as exc:
            raise StorageError(f"{path} cannot be read ({exc}): {advice}") from exc


@dataclass(frozen=True, slots=True)
class Fitted:
    """A head, the curve its threshold was chosen on, and how many examples it was fitted on."""

    head: Head
    curve: Curve
    examples: int


def background() -> list[str]:
    """Messages that no shop's help pages answer: greetings, bare data, small talk, other trades."""
    text = resources.files("vectorstore").joinpath("background.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def fit_head(
    examples: Sequence[Example],
    embedder: Embedder,
    *,
    share: float = OUT_OF_SCOPE_SHARE,
    kernel: Kernel = KERNEL,
    profile_share: float = PROFILE_SHARE,
) -> Fitted:
    """A head for these examples, its threshold chosen by cross-validation on them alone.

    Args:
        examples: at least two labels with two examples each; those without a label join the
            built-in messages that nothing answers.
        embedder: makes their vectors, and those of the messages later.
        share: of the messages that nothing answers, among those to be expected.
        kernel: how alike two messages are.
        profile_share: what the labels' topics as a whole count for in a score.

    Raises:
        CatalogueError: too few labels or examples.
        EngineError: the embedding model failed.
    """
    inside = thinned([e for e in dict.fromkeys(examples) if e.label is not None])
    labels = tuple(sorted({e.label for e in inside if e.label is not None}))
    if len(labels) < 2 or len(inside) < 2 * len(labels):
        raise CatalogueError(
            f"{len(inside)} examples of {len(labels)} labels are too few to learn from: give at "
            "least two labels and, on average, two examples of each"
        )
    texts = [e.text for e in inside]
    vectors = embedder.embed(texts)
    outside = [e.text for e in dict.fromkeys(examples) if e.label is None]
    known = background()
    near = (embedder.embed(known) @ vectors.T).max(axis=1)
    outside += [text for text, cosine in zip(known, near, strict=True) if cosine < _ANSWERED]
    outside = list(dict.fromkeys(outside))
    meaning = np.concatenate([vectors, embedder.embed(outside)])
    spelling = Spelling.of(texts)
    topics = Topics(embedder.embed(topic_phrases()))
    together = [*texts, *outside]
    known_texts = Texts(meaning, spelling.vectors(together), topics.of(together, meaning))
    targets = np.zeros((len(meaning), len(labels)))
    of_label = np.array([labels.index(e.label) for e in inside if e.label is not None])
    targets[np.arange(len(inside)), of_label] = 1.0
    ridge = Ridge.fit(known_texts.alike(known_texts, kernel), targets, _RIDGE)
    profiles = Profiles.of(known_texts.topics[: len(inside)], of_label)
    curve = _cross_validated(ridge, profiles, known_texts, of_label, profile_share)
    head = Head(
        labels,
        curve.best(share),
        embedder.name,
        known_texts,
        ridge.weights,
        spelling,
        topics,
        profiles,
        kernel,
        profile_share,
    )
    return Fitted(head, curve, len(inside))


def _mixed(ridge: Doubles, shared: Doubles, share: float) -> Doubles:
    """The weighed geometric mean of both."""
    mixed: Doubles = np.maximum(ridge, 0.0) ** (1 - share) * np.maximum(shared, _LEAST) ** share
    return mixed


def _cross_validated(
    ridge: Ridge, profiles: Profiles, known: Texts, of_label: Rows, share: float
) -> Curve:
    """The curve that left-out examples, labels and background messages give.

    The first len(of_label) rows are examples, the rest background.
    """

    def left_out(groups: Sequence[Rows]) -> Doubles:
        shared = profiles.left_out(known.topics, of_label, groups)
        return _mixed(ridge.left_out(groups), shared, share)

    meaning = known.meaning
    inside = len(of_label)
    by_label = [np.flatnonzero(of_label == label) for label in np.unique(of_label)]
    copies = [rows[group] for rows in by_label for group in near_copies(meaning[rows], _COPY)]
    kinds = [inside + group for group in near_copies(meaning[inside:], _SAME_KIND)]
    scores = left_out([*copies, *kinds])
    best = scores.max(axis=1)
    right = scores[:inside].argmax(axis=1) == of_label
    unanswered = left_out([*by_label, *kinds]).max(axis=1)
    counts = np.array([inside] * inside + [len(unanswered) - inside] * (len(unanswered) - inside))
    return Curve.of(best[:inside][right], best[:inside][~right], unanswered, 0.5 / counts)


def thinned(examples: list[Example]) -> list[Example]:
    """At most `MOST_EXAMPLES`, taken in turn from each label, in the order they came."""
    if len(examples) <= MOST_EXAMPLES:
        return examples
    seen: dict[str | None, int] = {}
    turn = []
    for place, example in enumerate(examples):
        turn.append((seen.get(example.label, 0), place))
        seen[example.label] = seen.get(example.label, 0) + 1
    return [examples[place] for place in sorted(p for _, p in sorted(turn)[:MOST_EXAMPLES])]
