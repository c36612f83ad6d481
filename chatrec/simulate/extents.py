"""Constraints of one catalogue -> the items that they select, worked out once each."""

from __future__ import annotations

from collections.abc import Sequence

from chatrec.simulate.slots import Goal, Slot
from chatrec.types import Constraints, Item


class Extents:
    """What constraints select of one catalogue, by `Constraints.allows`, remembered."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = tuple(items)
        self._known: dict[str, frozenset[str]] = {}

    def of(self, constraints: Constraints) -> frozenset[str]:
        """Ids of the items that the constraints allow."""
        key = repr(constraints)
        if key not in self._known:
            allowed = (item.id for item in self.items if constraints.allows(item))
            self._known[key] = frozenset(allowed)
        return self._known[key]

    def of_slot(self, slot: Slot) -> frozenset[str]:
        """Ids of the items that meet a slot."""
        return self.of(slot.constraints)

    def target(self, goal: Goal) -> list[Item]:
        """The items that meet a goal, in the order of the catalogue."""
        met = self.of(Constraints()) - goal.rejected - goal.seen
        for slot in goal.slots:
            met &= self.of_slot(slot)
        return [item for item in self.items if item.id in met]
