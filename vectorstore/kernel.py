"""Texts and their vectors -> how alike they are, and a ridge classifier over that likeness.

Two messages are alike as far as they mean the same (a Gaussian of the angle between their
vectors), as far as they are spelt the same (cosine of their character n-grams, which a typo leaves
mostly as they are), and as far as they share topics, where these are known. Ridge regression over
such a kernel has its leave-out predictions in closed form, so cross-validation costs one solve a
group. Far from every example its scores go to zero, which a softmax does not do. Knows nothing of
questions or thresholds.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from chatrec.words import fold

Floats: TypeAlias = NDArray[np.float32]
Doubles: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.intp]

_RIDGE = 0.2
_GRAM_SIZES = (2, 3, 4, 5)
_BUCKETS = 4096
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=65536)
def _bucket(gram: str) -> tuple[int, float]:
    digest = zlib.crc32(gram.encode("utf-8", "replace"))
    return digest % _BUCKETS, 1.0 if digest & 0x80000000 else -1.0


def _grams(text: str) -> Iterable[str]:
    """Character n-grams of each word with its borders, and the word itself."""
    for word in _WORD.findall(fold(text)):
        framed = f" {word} "
        yield f"#{framed}"
        for size in _GRAM_SIZES:
            for start in range(len(framed) - size + 1):
                yield framed[start : start + size]


@dataclass(frozen=True, slots=True)
class Spelling:
    """Weights of character n-grams by their rarity among some texts.

    Grams are hashed with a sign into a vector of fixed length (Weinberger et al. 2009, "Feature
    Hashing for Large Scale Multitask Learning").
    """

    idf: Floats

    @classmethod
    def of(cls, texts: Sequence[str]) -> Spelling:
        """The weights that the texts give: the smoothed idf of each bucket, shape (4096,)."""
        having = np.zeros(_BUCKETS, np.float32)
        for text in texts:
            having[list({_bucket(gram)[0] for gram in _grams(text)})] += 1
        return cls((np.log((1 + len(texts)) / (1 + having)) + 1).astype(np.float32))

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Shape (len(texts), 4096), rows of norm 1 or, without a word, 0."""
        found = np.zeros((len(texts), _BUCKETS), np.float32)
        for row, text in enumerate(texts):
            for gram, count in Counter(_grams(text)).items():
                bucket, sign = _bucket(gram)
                found[row, bucket] += sign * (1 + np.log(count))
        found *= self.idf
        norms = np.linalg.norm(found, axis=1, keepdims=True)
        found /= np.maximum(norms, 1e-9)
        return found


@dataclass(frozen=True, slots=True)
class Kernel:
    """What each kind of likeness counts for; together 1.

    ``sharpness``: how fast likeness of meaning falls with the angle; as it goes to 0 the kernel
    becomes linear.
    """

    meaning: float = 0.75
    spelling: float = 0.25
    topics: float = 0.0
    sharpness: float = 4.0


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts by meaning, by spelling and by topic, one a row, all of norm 1 or less.

    ``topics`` has no columns where they are not known.
    """

    meaning: Floats
    spelling: Floats
    topics: Doubles

    def alike(self, other: Texts, kernel: Kernel) -> Doubles:
        """The kernel, shape (len(self), len(other)), 1 for the same text."""
        angle = np.exp(kernel.sharpness * (self.meaning @ other.meaning.T - 1.0))
        spelt = self.spelling @ other.spelling.T
        shared = self.topics @ other.topics.T
        alike: Doubles = kernel.meaning * angle + kernel.spelling * spelt + kernel.topics * shared
        return alike


@dataclass(frozen=True, slots=True)
class Ridge:
    """Kernel ridge regression onto one column a label (Saunders et al. 1998).

    ``inverse``: of the regularised kernel, shape (n, n); ``targets``: shape (n, labels), 1 for an
    example's label and 0 otherwise, so that a row of zeros stands for no label at all.
    """

    inverse: Doubles
    targets: Doubles

    @classmethod
    def fit(cls, kernel: Doubles, targets: Doubles, ridge: float = _RIDGE) -> Ridge:
        """``kernel``: of the examples with themselves, shape (n, n)."""
        inverse = np.linalg.inv(kernel + ridge * np.eye(len(kernel)))
        return cls(inverse.astype(np.float64), targets)

    @property
    def weights(self) -> Doubles:
        """Shape (n, labels): a message's scores are its kernel row times these."""
        found: Doubles = self.inverse @ self.targets
        return found

    def left_out(self, groups: Iterable[Rows]) -> Doubles:
        """What each row would score had its group not been among the examples.

        The groups have to cover all rows. For a group G it is y_G - (A_GG)^-1 (A y)_G with the
        inverse A (Rifkin and Lippert 2007, "Notes on Regularized Least Squares", for single rows).
        """
        weights = self.weights
        found = np.empty_like(self.targets)
        for rows in groups:
            block = self.inverse[np.ix_(rows, rows)]
            found[rows] = self.targets[rows] - np.linalg.solve(block, weights[rows])
        return found


def near_copies(meaning: Floats, cosine: float) -> list[Rows]:
    """Rows grouped so that any two above the cosine lie in one group (single linkage)."""
    close = meaning @ meaning.T > cosine
    np.fill_diagonal(close, True)
    group = np.arange(len(meaning))
    for row in range(len(meaning)):
        met = np.unique(group[close[row]])
        group[np.isin(group, met[1:])] = met[0]
    return [np.flatnonzero(group == name) for name in np.unique(group)]
