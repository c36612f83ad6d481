"""What can be wrong with a catalogue, as values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chatrec.types import Item

EXAMPLES = 200
"""So many products of a finding are listed at most."""


class Level(StrEnum):
    """How much a finding costs."""

    SERIOUS = "serious"  # the product is not found, or not shown to those who would buy it
    NOTABLE = "notable"  # it is found less often, or said less of
    MINOR = "minor"


@dataclass(frozen=True, slots=True)
class Example:
    """A product that shows it; ``id`` is "" for what is no single product."""

    id: str
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that hurts recommendations.

    ``name`` is short ("no price"), ``count`` the products that it concerns out of ``total``,
    ``why`` what it does to recommendations, ``remedy`` what to do.
    """

    name: str
    count: int
    total: int
    level: Level
    why: str
    remedy: str
    examples: tuple[Example, ...] = ()

    @property
    def share(self) -> float:
        """Part of the products that it concerns, in [0, 1]."""
        return self.count / self.total if self.total else 0.0


def examples(items: Iterable[Item], note: str = "") -> tuple[Example, ...]:
    """The first products of a finding."""
    found = (Example(item.id, item.title, note) for item in items)
    return tuple(example for example, _ in zip(found, range(EXAMPLES), strict=False))


def found(
    items: Sequence[Item],
    concerned: Sequence[Item],
    name: str,
    level: Level,
    why: str,
    remedy: str,
) -> Finding:
    """A finding about some of the items."""
    return Finding(name, len(concerned), len(items), level, why, remedy, examples(concerned))
