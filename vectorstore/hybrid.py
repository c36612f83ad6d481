"""Search terms and a query's vector -> the best of the allowed rows, with their scores.

What the best are is defined by `vectorstore.fusion`, over the exact scores of every allowed row:
both sides fused, once more with the vector that the first finds have drawn towards them, scaled by
how sure the shop can be to have anything, raised by preferences. Few rows are scored so. Of many,
near cosines tell which can be among the best at all, given how far they may be off, and only
those are scored exactly. Either way gives the same rows, scores and order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectorstore.fusion import (
    PLAIN,
    Demand,
    Most,
    Scores,
    confidence,
    mixed,
    preferred,
    reaching,
    with_feedback,
)
from vectorstore.lexical import Lexicon
from vectorstore.scan import Scan

Places = NDArray[np.intp]

_FEEDBACK_FROM = 15
GATHERED = 10
"""Up to the so-manieth part of all rows, fetching them one by one beats a scan of the whole.

Measured among 100,000 rows of 384 numbers: 6 ms for the scan, 0.6 ms for a thousand rows.
"""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Rows, best first, with their scores and what each side says of them.

    ``pictures`` are cosines to a photo where there was one.
    """

    rows: Places
    scores: Scores
    lexical: Scores
    dense: Scores
    pictures: Scores | None = None


class Hybrid:
    """The rows of one catalogue. Safe to use from several threads."""

    def __init__(self, lexicon: Lexicon, scan: Scan, gathered: int = GATHERED) -> None:
        self._lexicon = lexicon
        self._scan = scan
        self._gathered = gathered

    def ranked(
        self,
        terms: Sequence[str],
        vector: Scores,
        rows: Places,
        meets: NDArray[np.bool_],
        k: int,
        demand: Demand = PLAIN,
    ) -> Ranked:
        """At most k of the rows, best first; ties in the order of rows.

        ``rows`` ascend and are at least one; ``meets``: shape (wanted values, len(rows)).
        """
        lexical = self._lexicon.scores(terms)[rows]
        dense = self._cosines(vector, rows)
        first = _Mixed(lexical, dense).best(_FEEDBACK_FROM)
        drawn = with_feedback(vector, self._scan.vectors[rows[first]])
        mix = _Mixed(lexical, self._cosines(drawn, rows))
        covered = self._lexicon.covered(terms)[rows]
        sure = demand.weight * self._confidence(covered, dense, demand.words)
        most = mix.exact(mix.best(1))[0]
        share = np.float32(sure / most) if most > 0 else np.float32(0)

        def score(places: Places) -> Scores:
            return preferred(mix.exact(places) * share, meets[:, places])

        near = preferred(mix.near * share, meets)
        # Preferences raise a score by at most as much as it grows by itself.
        slack = mix.slack * float(share) * (2 if len(meets) else 1)
        best, scores = _best(near, slack, score, k)
        return Ranked(rows[best], scores, lexical[best], dense.exact(best))

    def sureness(self, terms: Sequence[str], vector: Scores, words: float) -> float:
        """`confidence` that any row is about the query; 0 where there is none."""
        if not self._scan.size:
            return 0.0
        rows = np.arange(self._scan.size)
        return self._confidence(self._lexicon.covered(terms), self._cosines(vector, rows), words)

    def _cosines(self, vector: Scores, rows: Places) -> _Cosines:
        return _Cosines(self._scan, vector, rows, self._gathered)

    @staticmethod
    def _confidence(covered: Scores, dense: _Cosines, words: float) -> float:
        """`confidence` over all places, of which few have a say."""
        having = np.flatnonzero(covered)
        if not having.size:
            return confidence(covered[dense.nearest], dense.exact(dense.nearest), words)

        def said(places: Places) -> Scores:
            return covered[having[places]] * dense.exact(having[places])

        best = _best(covered[having] * dense.near[having], dense.slack, said, 1)[0]
        telling = np.union1d(having[best], dense.nearest)
        return confidence(covered[telling], dense.exact(telling), words)


class _Cosines:
    """Cosines of the rows to a vector: near ones with their slack, exact ones for the asking."""

    def __init__(self, scan: Scan, vector: Scores, rows: Places, gathered: int) -> None:
        self._scan, self._vector, self._rows = scan, vector, rows
        self.near: Scores
        if rows.size * gathered <= scan.size:
            self.near, self.slack = scan.exact(vector, rows), 0.0
        else:
            cosines, self.slack = scan.near(vector)
            self.near = cosines if rows.size == scan.size else cosines[rows]
        self.nearest = self._nearest()

    def _nearest(self) -> Places:
        """The place of the biggest, as an array of one."""
        return _best(self.near, self.slack, self.exact, 1)[0]

    def exact(self, places: Places) -> Scores:
        """The cosines at these places."""
        if not self.slack:
            return self.near[places]
        return self._scan.exact(self._vector, self._rows[places])


class _Mixed:
    """Both sides as one score: near ones with their slack, exact ones for the asking."""

    def __init__(self, lexical: Scores, dense: _Cosines) -> None:
        self._lexical, self._dense = lexical, dense
        self._most = Most(lexical.max(), dense.exact(dense.nearest)[0])
        self.near = mixed(lexical, dense.near, self._most)
        self.slack = dense.slack * self._most.slope

    def exact(self, places: Places) -> Scores:
        """The scores at these places."""
        return mixed(self._lexical[places], self._dense.exact(places), self._most)

    def best(self, k: int) -> Places:
        """Places of the k biggest, biggest first, ties by place."""
        return _best(self.near, self.slack, self.exact, k)[0]


def _best(
    near: Scores, slack: float, exact: Callable[[Places], Scores], k: int
) -> tuple[Places, Scores]:
    """Places and exact values of the k biggest, where near ones are off by at most the slack.

    At least k exact values lie no more than the slack below the k-th biggest near one; what is
    near to less than that by two slacks is not among the k biggest.
    """
    places = reaching(near, k, 2 * slack)
    values = exact(places)
    order = np.argsort(-values, kind="stable")[:k]
    return places[order], values[order]
