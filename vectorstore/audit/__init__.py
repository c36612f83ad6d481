"""A catalogue that was learnt -> what hurts recommendations, for the people who keep the catalogue.

Counts and examples of what is missing, odd, double or spelt in several ways, with what each does to
recommendations and what to do. Changes nothing; `vectorstore.audit.page` draws it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chatrec.types import Item, Vocabulary
from vectorstore.audit.finding import EXAMPLES, Example, Finding, Level
from vectorstore.audit.missing import FIELDS, missing
from vectorstore.audit.prices import odd_prices
from vectorstore.audit.repeats import repeats
from vectorstore.audit.spellings import Spelt, spelling_findings, spelt_in_several_ways
from vectorstore.records import RowError

__all__ = ["Audit", "Example", "Finding", "Level", "Spelt", "audit"]

_ORDER = {Level.SERIOUS: 0, Level.NOTABLE: 1, Level.MINOR: 2}


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found, the worst first, and how much of the catalogue says what.

    ``complete``: for each field the part of the items that has it. ``spelt``: values in several
    spellings.
    """

    items: tuple[Item, ...]
    vocabulary: Vocabulary
    findings: tuple[Finding, ...]
    complete: dict[str, float]
    spelt: tuple[Spelt, ...]

    @property
    def sound(self) -> float:
        """Part of the products that have description, price, picture and a known kind."""
        good = sum(
            bool(item.types)
            and all(FIELDS[name](item) for name in ("description", "price", "picture"))
            for item in self.items
        )
        return good / len(self.items) if self.items else 0.0


def audit(items: Sequence[Item], vocabulary: Vocabulary, errors: Sequence[RowError] = ()) -> Audit:
    """Look through learnt items; ``errors`` are rows of their file that were left out."""
    spelt = spelt_in_several_ways(items, vocabulary)
    findings = [
        _left_out(items, errors),
        *missing(items),
        *odd_prices(items),
        *repeats(items),
        *spelling_findings(items, spelt),
    ]
    worst = sorted((f for f in findings if f.count), key=lambda f: (_ORDER[f.level], -f.share))
    total = max(len(items), 1)
    complete = {name: sum(map(has, items)) / total for name, has in FIELDS.items()}
    return Audit(tuple(items), vocabulary, tuple(worst), complete, tuple(spelt))


def _left_out(items: Sequence[Item], errors: Sequence[RowError]) -> Finding:
    return Finding(
        "rows left out", len(errors), len(items) + len(errors), Level.SERIOUS,
        "They are not in the index.",
        "Put them right and index again.",
        tuple(Example(f"line {e.line}", e.reason, e.raw[:80]) for e in errors[:EXAMPLES]),
    )  # fmt: skip
