"""The parts of a made message and what each is for: values of the training turns.

Knows no pattern and no shop.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from chatrec.tune.shoppers import Amount, Value


class NotSayable(Exception):
    """The pattern needs something that this shop or state does not have."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Free words in a role."""

    surface: str


@dataclass(frozen=True, slots=True)
class Card:
    """A shown item, by place."""

    place: int


@dataclass(frozen=True, slots=True)
class Relative:
    """A comparative, by its canonical label."""

    label: str


@dataclass(frozen=True, slots=True)
class Title:
    """Words of a product's title: its own type and brand are wanted, the rest is wished for.

    Of several types the last is the thing itself: a "guitar strap" is a strap.
    """

    surface: str
    types: tuple[str, ...]


Slot = Value | Amount | Phrase | Card | Relative | Title


@dataclass(slots=True)
class Said:
    """A message under construction and what its parts are for."""

    roles: dict[str, list[Slot]] = field(default_factory=dict)

    def add(self, role: str, slot: Slot) -> None:
        """Note that a slot has a role."""
        self.roles.setdefault(role, []).append(slot)

    @property
    def contradictory(self) -> bool:
        """Whether a value is both asked for and turned down, or a lower bound above the upper."""
        asked = [slot for role in ("want", "must") for slot in self.roles.get(role, ())]
        values = {(s.facet, s.value) for s in asked if isinstance(s, Value)}
        refused = {(s.facet, s.value) for s in self.roles.get("avoid", ()) if isinstance(s, Value)}
        tops = {s.facet: s.low for s in self.roles.get("max", ()) if isinstance(s, Amount)}
        crossed = any(
            s.low >= tops.get(s.facet, s.low + 1)
            for s in self.roles.get("min", ())
            if isinstance(s, Amount)
        )
        return crossed or not values.isdisjoint(refused)
