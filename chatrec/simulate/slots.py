"""What a shopper wants -> the constraints it comes to, and which items meet it.

Exact, by `Constraints.allows`, the one definition of a hard constraint. Knows no words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from chatrec.types import TYPE, Bounds, Constraints, Item

PRICE = "price"
_OPEN = Bounds()


class Role(StrEnum):
    """What a shopper says of a facet."""

    TYPE = "type"
    BUDGET = "budget"
    WANT = "want"
    AVOID = "avoid"
    MEASURE = "measure"
    SOFT = "soft"  # welcome where it is to be had; never decides whether an item will do


@dataclass(frozen=True, slots=True)
class Slot:
    """One wish: a value of a facet, or bounds of a number in the facet's unit."""

    role: Role
    facet: str
    value: str = ""
    bounds: Bounds = _OPEN

    @property
    def key(self) -> str:
        """Slots of one key supersede each other: a new budget the old one."""
        return f"{self.role}.{self.facet}"

    @property
    def hard(self) -> bool:
        """Whether an item has to meet it."""
        return self.role is not Role.SOFT

    @property
    def constraints(self) -> Constraints:
        """The slot as the only hard constraint that stands; a soft one as a preference."""
        match self.role:
            case Role.TYPE:
                return Constraints(category=(self.value,))
            case Role.BUDGET:
                return Constraints(price_min=self.bounds.low, price_max=self.bounds.high)
            case Role.WANT:
                return Constraints(require={self.facet: (self.value,)})
            case Role.AVOID:
                return Constraints(exclude={self.facet: (self.value,)})
            case Role.MEASURE:
                return Constraints(numeric={self.facet: self.bounds})
            case Role.SOFT:
                return Constraints(prefer={self.facet: (self.value,)})

    def __str__(self) -> str:
        bounds = [
            f"{sign} {number:g}"
            for sign, number in (("from", self.bounds.low), ("to", self.bounds.high))
            if number is not None
        ]
        facet = [self.facet] if self.role is not Role.TYPE else []
        return " ".join(part for part in (self.role, *facet, self.value, *bounds) if part)


def budget(high: float | None, low: float | None = None) -> Slot:
    """The price between two bounds."""
    return Slot(Role.BUDGET, PRICE, bounds=Bounds(low, high))


def of_type(label: str) -> Slot:
    """The kind of thing."""
    return Slot(Role.TYPE, TYPE, label)


@dataclass(frozen=True, slots=True)
class Goal:
    """What a shopper wants now.

    ``rejected`` items were turned down; ``seen`` ones would have done, but others were asked for.
    """

    slots: tuple[Slot, ...]
    rejected: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()

    def get(self, key: str) -> Slot | None:
        """The slot of this key, if the goal has one."""
        return next((slot for slot in self.slots if slot.key == key), None)

    @property
    def type(self) -> str:
        """The kind of thing."""
        return next(slot.value for slot in self.slots if slot.role is Role.TYPE)

    def met_by(self, item: Item) -> bool:
        """Whether the item is what the shopper wants."""
        return item.id not in self.rejected | self.seen and all(
            slot.constraints.allows(item) for slot in self.slots
        )

    def putting(self, slot: Slot) -> Goal:
        """The goal with the slot in place of the one of its key."""
        others = tuple(one for one in self.slots if one.key != slot.key)
        return replace(self, slots=(*others, slot))

    def dropping(self, key: str) -> Goal:
        """The goal without a slot."""
        return replace(self, slots=tuple(slot for slot in self.slots if slot.key != key))
