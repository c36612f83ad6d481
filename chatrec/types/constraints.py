"""What a shopper holds items to: the one definition of a hard constraint, `Constraints.allows`.

Every index must agree with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from chatrec.types.items import ANY, COLOR, NOTHING, TYPE, Bounds, Item, Labels, without
from chatrec.words import names_value


@dataclass(frozen=True, slots=True)
class Constraints:
    """What stands between the shopper and the shop.

    ``wish`` and ``prefer`` are soft and move the ranking; all else is hard. ``category`` holds
    product types, any of which will do. Within a facet of ``require`` any value will do, and
    every facet has to be met. ``exclude`` holds facets, or ``ANY`` for bare words. ``near`` says
    how bounds were told and holds items to nothing: the ranges, of "price" and ``numeric``, that
    stand for one amount that was meant roughly, for as long as the bounds are still these.
    """

    wish: str = ""
    category: Labels = ()
    price_min: float | None = None
    price_max: float | None = None
    require: Mapping[str, Labels] = NOTHING
    exclude: Mapping[str, Labels] = NOTHING
    prefer: Mapping[str, Labels] = NOTHING
    numeric: Mapping[str, Bounds] = NOTHING
    rejected: frozenset[str] = frozenset()
    near: Mapping[str, Bounds] = field(default=NOTHING, compare=False)

    def allows(self, item: Item) -> bool:
        """Whether the item breaks no hard constraint.

        An unknown value meets no requirement and breaks no exclusion.
        """
        return next(self.violations(item), None) is None

    def violations(self, item: Item) -> Iterator[str]:
        """Names of the hard constraints that the item breaks."""
        if item.id in self.rejected:
            yield "rejected"
        if self.category and not set(self.category) & set(item.types):
            yield "category"
        if self.price_min is not None and (item.price is None or item.price < self.price_min):
            yield "price_min"
        if self.price_max is not None and (item.price is None or item.price > self.price_max):
            yield "price_max"
        for facet, values in self.require.items():
            if not set(values) & set(item.values(facet)):
                yield f"require.{facet}"
        for facet, values in self.exclude.items():
            if any(excludes(item, facet, value) for value in values):
                yield f"exclude.{facet}"
        for name, bounds in self.numeric.items():
            if not (bounds.holds(item.measure(name)) or bounds.suits(item.ranges.get(name))):
                yield f"numeric.{name}"

    def standing(self) -> Iterator[tuple[str, Constraints]]:
        """Each hard constraint that stands, by name, with the constraints that lack it alone.

        ``rejected`` is left out: what the shopper has turned down is not offered again.
        """
        if self.category:
            yield "category", replace(self, category=())
        if self.price_min is not None:
            yield "price_min", replace(self, price_min=None)
        if self.price_max is not None:
            yield "price_max", replace(self, price_max=None)
        for facet in self.require:
            yield f"require.{facet}", replace(self, require=without(self.require, facet))
        for facet in self.exclude:
            yield f"exclude.{facet}", replace(self, exclude=without(self.exclude, facet))
        for name in self.numeric:
            yield f"numeric.{name}", replace(self, numeric=without(self.numeric, name))


UNCONSTRAINED = Constraints()
"""What every item meets."""


def excludes(item: Item, facet: str, value: str) -> bool:
    """Whether an exclusion of ``value`` keeps the item out.

    A type is matched against the item's types; any other value against the item's facets, given
    and mined, and then word by word against its text (`chatrec.words.names_value`). The colour of a
    part ("black laces") is none of the thing's own; but where that is not told, the parts' are all
    that is known, and sunglasses "with a black frame" are black.
    """
    if facet == TYPE:
        return value in item.types
    known = () if facet == ANY else (*item.facets.get(facet, ()), *item.mined.get(facet, ()))
    return value in known or names_value(item.text, value, of_whole=facet == COLOR and bool(known))
