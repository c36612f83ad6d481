"""Scores of messages, with and without an answer -> what each threshold would bring, and the best.

Knows nothing of how the scores were made.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vectorstore.kernel import Doubles

# Thresholds whose expected accuracy is this near the best are as good; their middle is taken. The
# lowest would answer 2 more of 100 messages of HINT3's training parts rightly, near copies kept
# apart, and cost as much accuracy.
_AS_GOOD = 0.003


@dataclass(frozen=True, slots=True)
class Curve:
    """What each threshold would bring, by cross-validation; all of shape (thresholds,).

    ``right``, ``wrong``: shares of in-scope messages that get their own and another answer;
    ``false``: share of messages without an answer that get one.
    """

    thresholds: Doubles
    right: Doubles
    wrong: Doubles
    false: Doubles

    @classmethod
    def of(cls, right: Doubles, wrong: Doubles, false: Doubles, weights: Doubles) -> Curve:
        """From the best scores of messages: answered rightly, wrongly, and not to be answered.

        ``weights`` are those of the ``false`` ones and sum to 1.
        """
        found = np.unique(np.concatenate([right, wrong, false]))
        asked = len(right) + len(wrong)
        order = np.argsort(false)
        below = np.concatenate([[0.0], np.cumsum(weights[order])])
        return cls(
            found,
            (len(right) - np.searchsorted(np.sort(right), found)) / asked,
            (len(wrong) - np.searchsorted(np.sort(wrong), found)) / asked,
            np.maximum(1.0 - below[np.searchsorted(false[order], found)], 0.0),
        )

    def accuracy(self, share: float) -> Doubles:
        """Expected accuracy where this share of the messages has no answer (HINT3's measure)."""
        found: Doubles = (1 - share) * self.right + share * (1 - self.false)
        return found

    def best(self, share: float) -> float:
        """The threshold of the highest expected accuracy: the middle of those as good."""
        accuracy = self.accuracy(share)
        return float(self.thresholds[accuracy >= accuracy.max() - _AS_GOOD].mean())

    def at(self, threshold: float) -> tuple[float, float, float]:
        """Right, wrong and false shares at a threshold."""
        place = int(np.searchsorted(self.thresholds, threshold))
        if place == len(self.thresholds):
            return 0.0, 0.0, 0.0
        return float(self.right[place]), float(self.wrong[place]), float(self.false[place])
