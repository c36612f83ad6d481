"""Records of dialogues -> rates with their 95 % intervals, overall and by behaviour.

Shares of dialogues have Wilson's score interval (Wilson 1927, JASA 22). What is counted in turns,
cards or slots is not independent within a dialogue: its intervals come from a bootstrap that
draws whole dialogues (Efron & Tibshirani 1993, percentiles of 2,000 draws, a fixed seed).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chatrec.dialogue.offers import question_of
from chatrec.simulate.acts import Does
from chatrec.simulate.play import BEHAVIOURS, Record

_Z = 1.959964  # of 95 %
_DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Rate:
    """``hits`` of ``total`` with the interval of the ratio; ``value`` is None where total is 0."""

    hits: float
    total: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """The ratio."""
        return self.hits / self.total if self.total else None


def wilson(hits: int, total: int) -> Rate:
    """A share of independent trials with Wilson's score interval."""
    if not total:
        return Rate(0, 0, 0.0, 1.0)
    share, z2 = hits / total, _Z * _Z
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    spread = _Z / (1 + z2 / total) * math.sqrt(share * (1 - share) / total + z2 / (4 * total**2))
    return Rate(hits, total, max(0.0, middle - spread), min(1.0, middle + spread))


def clustered(hits: Sequence[float], totals: Sequence[int]) -> Rate:
    """A ratio of sums over dialogues, with the percentiles of its bootstrap over dialogues."""
    above: NDArray[np.float64] = np.asarray(hits, dtype=np.float64)
    below: NDArray[np.float64] = np.asarray(totals, dtype=np.float64)
    total = int(below.sum())
    if not total:
        return Rate(0, 0, 0.0, 0.0)
    drawn = np.random.default_rng(0).integers(0, len(above), size=(_DRAWS, len(above)))
    sums = below[drawn].sum(axis=1)
    ratios = above[drawn].sum(axis=1)[sums > 0] / sums[sums > 0]
    low, high = np.percentile(ratios, [2.5, 97.5])
    return Rate(float(above.sum()), total, float(low), float(high))


@dataclass(frozen=True, slots=True)
class Rates:
    """What is measured of some dialogues.

    ``success`` of all dialogues; ``turns`` to it, of those that succeeded. ``promises`` are cards
    and sentences that break a promise, of all cards, and must be 0; ``violations`` cards that
    break what was said, of all cards. ``unread`` and ``forgotten`` slots, of the slots said;
    ``stuck`` ones, of those taken back or replaced. ``asked_again`` of the questions asked;
    ``asides`` answered as such; ``pointed`` at the right card; ``seconds`` a turn took on average.
    """

    success: Rate
    turns: Rate
    promises: Rate
    violations: Rate
    unread: Rate
    forgotten: Rate
    stuck: Rate
    asked_again: Rate
    asides: Rate
    pointed: Rate
    seconds: Rate
    errors: int


def rates(records: Sequence[Record]) -> Rates:
    """The rates of these dialogues."""
    won = [record for record in records if record.succeeded]

    def of(hits: Callable[[Record], float], totals: Callable[[Record], int]) -> Rate:
        return clustered([hits(r) for r in records], [totals(r) for r in records])

    return Rates(
        success=wilson(len(won), len(records)),
        turns=clustered([record.turns for record in won], [1] * len(won)),
        promises=of(lambda r: sum(len(s.marks.promises) for s in r.steps), _cards),
        violations=of(_violating, _cards),
        unread=of(lambda r: len({s for step in r.steps for s in step.marks.unread}), _slots),
        forgotten=of(lambda r: len({s for step in r.steps for s in step.marks.forgotten}), _slots),
        stuck=of(lambda r: len({s for step in r.steps for s in step.marks.stuck}), _taken_back),
        asked_again=of(lambda r: sum(s.marks.asked_again for s in r.steps), _questions),
        asides=_judged(records, "aside"),
        pointed=_judged(records, "pointed"),
        seconds=of(lambda r: sum(s.seconds for s in r.steps), lambda r: r.turns),
        errors=sum(bool(record.error) for record in records),
    )


def by_behaviour(records: Sequence[Record]) -> dict[str, Rates]:
    """The rates of each behaviour that occurred. A dialogue counts in every row that fits it."""
    rows = {name: [r for r in records if name in r.behaviours] for name in BEHAVIOURS}
    return {name: rates(some) for name, some in rows.items() if some}


def _judged(records: Sequence[Record], mark: str) -> Rate:
    """How often a mark that only some turns have is right."""
    marks = [[getattr(step.marks, mark) for step in record.steps] for record in records]
    hits = [sum(value is True for value in values) for values in marks]
    return clustered(hits, [sum(value is not None for value in values) for values in marks])


def _cards(record: Record) -> int:
    return sum(len(step.observed.shown) for step in record.steps)


def _violating(record: Record) -> int:
    return sum(len({v.item.id for v in step.marks.violations}) for step in record.steps)


def _slots(record: Record) -> int:
    return len({slot for step in record.steps for slot in step.act.slots if slot.hard})


def _taken_back(record: Record) -> int:
    return sum(step.act.does in {Does.DROP, Does.REPLACE} for step in record.steps)


def _questions(record: Record) -> int:
    return sum(bool(question_of(step.observed.exchange.reply)) for step in record.steps)
