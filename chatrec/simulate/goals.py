"""A catalogue -> hidden goals that can be met: a type and one to three constraints, perhaps a wish.

A goal is drawn around an item that meets it, so that a perfect assistant can always succeed. A
constraint is preferred that leaves something out, since one that everything meets tests nothing.
Knows no dialogue and no words.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence

from chatrec.simulate.extents import Extents
from chatrec.simulate.slots import PRICE, Goal, Role, Slot, budget, of_type
from chatrec.types import COLOR, GENDER, UNISEX, Bounds, Facet, Item, Vocabulary

_BRAND, _MATERIAL, _SIZE = "brand", "material", "size"
_NAMED = (_BRAND, COLOR, _MATERIAL, GENDER, _SIZE)
_AVOIDABLE = (_BRAND, COLOR, _MATERIAL)
_FOR_ANYONE = frozenset({UNISEX, "all", "one size"})
_YES = "yes"
# A type is asked for that has a few items and is no whole department.
_FEWEST, _LARGEST_SHARE = 4, 0.12
_AT_LEAST = frozenset(
    {"capacity", "storage", "memory", "battery", "power", "screen size", "volume"}
)
_WEIGHTS = {
    Role.BUDGET: 3.0, Role.WANT: 4.0, Role.AVOID: 2.0, Role.MEASURE: 1.5,
}  # fmt: skip
_SOFT_CHANCE = 0.2
_RANGE_CHANCE = 0.2


class Assortment:
    """The catalogue as goals are drawn from it. Items are looked at in the order given."""

    def __init__(self, items: Sequence[Item], vocabulary: Vocabulary) -> None:
        self.items = tuple(items)
        self.extents = Extents(items)
        self.vocabulary = vocabulary
        counts = Counter(label for item in items for label in item.types if _is_thing(item, label))
        most = max(_FEWEST, _LARGEST_SHARE * len(self.items))
        self._ambiguous = _ambiguous(vocabulary)
        self._types = {label for label, n in counts.items() if _FEWEST <= n <= most} or set(counts)

    def target(self, goal: Goal) -> list[Item]:
        """The items that meet the goal."""
        return self.extents.target(goal)

    def draw(self, rng: random.Random, *, other_than: str = "") -> Goal:
        """A goal that some item meets, of another type than the one named.

        Raises:
            ValueError: no item of the catalogue has a type to ask for.
        """
        askable = [
            (item, label)
            for item in self.items
            for label in item.types
            if label in self._types and label != other_than and _is_thing(item, label)
        ]
        if not askable:
            raise ValueError("no product of the index has a type that can be asked for")
        anchor, label = rng.choice(askable)
        goal = Goal((of_type(label),))
        for _ in range(rng.choice((1, 2, 2, 3))):
            slot = self._another(rng, goal, anchor)
            goal = goal if slot is None else goal.putting(slot)
        if rng.random() < _SOFT_CHANCE and (soft := self._soft(rng, goal, anchor)) is not None:
            goal = goal.putting(soft)
        return goal

    def replacement(self, rng: random.Random, goal: Goal, old: Slot) -> Slot | None:
        """Another value for a slot, such that something still meets the goal; None if none does."""
        rest = goal.dropping(old.key)
        kept = self.extents.of_slot(old)
        around = [item for item in self.target(rest) if item.id not in kept]
        rng.shuffle(around)
        for anchor in around:
            found = [
                slot
                for slot in self._slots(rng, anchor)
                if slot.key == old.key
                and slot != old
                and (slot.bounds.low is None) == (old.bounds.low is None)
                and rest.putting(slot).met_by(anchor)
            ]
            if found:
                return rng.choice(found)
        return None

    def _another(self, rng: random.Random, goal: Goal, anchor: Item) -> Slot | None:
        """One more constraint that the anchor meets, if it can be one that leaves something out."""
        taken = {slot.facet for slot in goal.slots}
        fitting = [
            slot
            for slot in (*self._slots(rng, anchor), *self._avoidable(goal))
            if slot.facet not in taken and anchor.id in self.extents.of_slot(slot)
        ]
        target = {item.id for item in self.target(goal)}
        telling = [slot for slot in fitting if not target <= self.extents.of_slot(slot)]
        by_role: dict[Role, list[Slot]] = {}
        for slot in telling or fitting:
            by_role.setdefault(slot.role, []).append(slot)
        if not by_role:
            return None
        role = rng.choices(list(by_role), [_WEIGHTS[role] for role in by_role])[0]
        return rng.choice(by_role[role])

    def _slots(self, rng: random.Random, anchor: Item) -> Iterator[Slot]:
        """Budgets, wanted values and measures that the anchor meets."""
        if anchor.price:
            high = _nice(anchor.price * rng.uniform(1.0, 1.4), up=True)
            low = _nice(anchor.price * rng.uniform(0.5, 0.9), up=False)
            ranged = rng.random() < _RANGE_CHANCE and low < high
            yield budget(high, low if ranged else None)
        for facet in self.vocabulary.facets:
            if facet.kind == "number":
                yield from _measure(rng, facet, anchor)
            elif not facet.mined:
                wanted = _wanted(facet, anchor)
                yield from (slot for slot in wanted if slot.value not in self._ambiguous)

    def _avoidable(self, goal: Goal) -> Iterator[Slot]:
        """Values of the items that still meet the goal."""
        for facet in _AVOIDABLE:
            known = self.vocabulary.facet(facet)
            if known is None or known.mined:
                continue
            values = dict.fromkeys(v for item in self.target(goal) for v in item.values(facet))
            for value in values:
                if value not in self._ambiguous:
                    yield Slot(Role.AVOID, facet, value)

    def _soft(self, rng: random.Random, goal: Goal, anchor: Item) -> Slot | None:
        taken = {slot.facet for slot in goal.slots}
        facets = [f.name for f in self.vocabulary.facets if f.mined or f.name == COLOR]
        found = [
            Slot(Role.SOFT, facet, value)
            for facet in facets
            if facet not in taken
            for value in anchor.values(facet)
        ]
        return rng.choice(found) if found else None


def _ambiguous(vocabulary: Vocabulary) -> set[str]:
    """Values of more than one facet: who says "terracotta" may mean the colour or the material."""
    counts = Counter(
        value.label
        for facet in vocabulary.facets
        if facet.kind == "value" and not facet.mined
        for value in facet.values
    )
    return {label for label, number in counts.items() if number > 1 and label != _YES}


def _is_thing(item: Item, label: str) -> bool:
    """Whether the label says what the item is, and not only which department it is in."""
    return item.types[0] == label or item.types[0].endswith(f" {label}")


def _wanted(facet: Facet, anchor: Item) -> Iterator[Slot]:
    values = anchor.values(facet.name)
    if facet.name in _NAMED:
        known = {value.label for value in facet.values}
        yield from (
            Slot(Role.WANT, facet.name, value)
            for value in values
            if value in known and value not in _FOR_ANYONE
        )
    elif values == (_YES,):
        yield Slot(Role.WANT, facet.name, _YES)


def _measure(rng: random.Random, facet: Facet, anchor: Item) -> Iterator[Slot]:
    """A bound of a measured quantity; bare counts ("4 ports") are left out."""
    number = anchor.measure(facet.name)
    if not number or number <= 0 or facet.unit is None or facet.name == PRICE:
        return
    at_least = facet.name in _AT_LEAST or (facet.name != "weight" and rng.random() < 0.5)
    bound = _nice(number, up=not at_least)
    bounds = Bounds(low=bound) if at_least else Bounds(high=bound)
    yield Slot(Role.MEASURE, facet.name, bounds=bounds)


def _nice(number: float, *, up: bool) -> float:
    """The next number above or below that people would say: 0.85, 1.5, 60, 200."""
    step = 5 * 10.0 ** (math.floor(math.log10(number)) - 1)
    steps = math.ceil(number / step - 1e-9) if up else math.floor(number / step + 1e-9)
    return round(steps * step, 6)
