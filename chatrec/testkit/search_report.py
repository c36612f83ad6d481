"""What each way of searching found -> tables for a person, or one JSON object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from chatrec.testkit.search_measures import MEASURES, Marks, gained, marked
from chatrec.testkit.search_methods import OURS, Found


@dataclass(frozen=True, slots=True)
class SearchReport:
    """Figures of all ways over the same queries.

    ``marks`` hold each way's marks, one for each answerable query in order; ``types`` their
    types. ``refused`` and ``recognised`` are shares of the queries with and without a good answer
    for which nothing reaches the floor; None where there is no such query.
    """

    marks: Mapping[str, Sequence[Marks]]
    types: Sequence[str]
    refused: float | None
    recognised: float | None
    unanswerable: int

    @classmethod
    def of(cls, found: Sequence[Found], floor: float) -> SearchReport:
        """The figures of queries that were searched; ``floor`` is the source's."""
        good = [one for one in found if one.query.good]
        bad = [one for one in found if not one.query.good]
        ways = good[0].rankings if good else {}
        return cls(
            marks={way: [marked(one.rankings[way], one.query) for one in good] for way in ways},
            types=[one.query.type for one in good],
            refused=_below(good, floor),
            recognised=_below(bad, floor),
            unanswerable=len(bad),
        )

    def means(self, way: str, type_: str | None = None) -> dict[str, float]:
        """Mean of each measure, over all queries or those of a type."""
        marks = [m for m, t in zip(self.marks[way], self.types, strict=True) if type_ in (None, t)]
        return {name: fmean(getattr(m, name) for m in marks) for name in MEASURES}

    def against(self, way: str, baseline: str, measure: str) -> tuple[float, float, float]:
        """Mean gain of a way over the baseline, and its 95 % interval."""
        ours, theirs = ([getattr(m, measure) for m in self.marks[name]] for name in (way, baseline))
        return gained(ours, theirs)

    def text(self, baseline: str) -> str:
        """Tables for a person."""
        blocks = [self._overall(baseline), *self._by_type()]
        if self.refused is not None:
            blocks.append(
                f"nothing reaches the floor for {self.refused:.0%} of {len(self.types)} queries "
                "that have a good answer"
                + (
                    ""
                    if self.recognised is None
                    else f", and for {self.recognised:.0%} of {self.unanswerable} that have none"
                )
            )
        return "\n\n".join(blocks)

    def _overall(self, baseline: str) -> str:
        rows = [["", *MEASURES.values(), f"nDCG@10 over {baseline}", "judged only"]]
        for way in self.marks:
            means = [f"{mean:.3f}" for mean in self.means(way).values()]
            gains = (
                ["", ""]
                if way == baseline
                else [_interval(self.against(way, baseline, m)) for m in ("ndcg", "judged")]
            )
            rows.append([way, *means, *gains])
        return _table(rows)

    def _by_type(self) -> list[str]:
        types = dict.fromkeys(self.types)
        if set(types) <= {""}:
            return []
        tables = []
        for measure in ("ndcg", "judged"):
            rows = [[f"{MEASURES[measure]} by type", "queries", *self.marks]]
            for type_ in types:
                means = [f"{self.means(way, type_)[measure]:.3f}" for way in self.marks]
                rows.append([type_ or "(none)", str(self.types.count(type_)), *means])
            tables.append(_table(rows))
        return tables

    def json(self, baseline: str) -> dict[str, Any]:
        """The same figures, for a program."""
        return {
            "queries": len(self.types),
            "baseline": baseline,
            "ways": {
                way: {
                    "means": self.means(way),
                    "gain": {m: self.against(way, baseline, m) for m in MEASURES},
                    "types": {t: self.means(way, t) for t in dict.fromkeys(self.types) if t},
                }
                for way in self.marks
            },
            "nothing_fits": {
                "refused": self.refused,
                "recognised": self.recognised,
                "unanswerable": self.unanswerable,
            },
        }


def worst(found: Sequence[Found], count: int) -> str:
    """The answerable queries that our search does worst on, with its nDCG@10."""
    marks = [(marked(one.rankings[OURS], one.query), one.query) for one in found if one.query.good]
    marks.sort(key=lambda pair: pair[0].ndcg)
    rows = [["ours does worst on", "nDCG@10", "judged only"]]
    rows += [[query.text, f"{m.ndcg:.3f}", f"{m.judged:.3f}"] for m, query in marks[:count]]
    return _table(rows)


def _below(found: Sequence[Found], floor: float) -> float | None:
    return fmean(one.best < floor for one in found) if found else None


def _interval(gain: tuple[float, float, float]) -> str:
    mean, low, high = gain
    return f"{mean:+.3f} [{low:+.3f}, {high:+.3f}]"


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
