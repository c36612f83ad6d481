"""Constraints -> chips to show, and a chip to remove -> the merge patch that removes it.

A chip is addressed by where it stands in the constraints document: field, facet, value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chatrec.patch import ConstraintsDocument
from chatrec.sizes import SIZE, written
from chatrec.types import ANY, TYPE, Vocabulary
from chatrec.wording import (
    at_least,
    at_most,
    brand_case,
    capital,
    means_no,
    means_yes,
    measure,
    money,
    plural,
    readable,
    things,
)
from chatrec.words import stems


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that is held; ``soft`` ones move the ranking and filter nothing."""

    label: str
    field: str
    facet: str = ""
    value: str = ""
    soft: bool = False


def chips(held: ConstraintsDocument, vocabulary: Vocabulary) -> list[Chip]:
    """A chip for each thing that is held, in the order one would say them."""
    found = [Chip(capital(things(kind)), "category", value=kind) for kind in held.category]
    currency = vocabulary.currency
    if held.price_min is not None:
        found.append(Chip(f"From {money(held.price_min, currency)}", "price_min"))
    if held.price_max is not None:
        found.append(Chip(f"Up to {money(held.price_max, currency)}", "price_max"))
    found += _values(held)
    found += (
        Chip(_bounds(name, bounds.min, bounds.max, vocabulary), "numeric", name)
        for name, bounds in held.numeric.items()
    )
    said = {stem for chip in found for stem in stems(f"{chip.label} {chip.value}")}
    if held.wish and not set(stems(held.wish)) <= said:
        found.insert(0, Chip(f"“{held.wish}”", "wish", soft=True))
    return found


def patch_without(held: ConstraintsDocument, field: str, facet: str, value: str) -> dict[str, Any]:
    """The merge patch that removes a chip; empty where it does not stand any more."""
    here = getattr(held, field, None) if field in ConstraintsDocument.model_fields else None
    if isinstance(here, list):
        patch: dict[str, Any] = {field: [each for each in here if each != value] or None}
        # A wish that only names the kind of thing would go on looking for it.
        if set(stems(held.wish)) <= set(stems(value)):
            patch["wish"] = None
        return patch
    if isinstance(here, dict):
        if facet not in here:
            return {}
        values = here[facet]
        left = [each for each in values if each != value] if isinstance(values, list) else []
        return {field: {facet: left or None}}
    return {} if here is None else {field: None}


def _values(held: ConstraintsDocument) -> Iterator[Chip]:
    for field, facets in (
        ("require", held.require),
        ("exclude", held.exclude),
        ("prefer", held.prefer),
    ):
        for facet, values in facets.items():
            for value in values:
                soft = field == "prefer"
                yield Chip(_label(field, facet, value), field, facet, value, soft)


def _label(field: str, facet: str, value: str) -> str:
    name = readable(facet)
    if name == "brand":
        value = brand_case(value)
    if facet == SIZE:
        value = written(value)
    if field == "exclude":
        said = plural(value) if facet == TYPE else name if means_yes(value) else value
        return f"Not {name}: {value}" if means_no(value) else f"No {said}"
    if means_yes(value):
        said = name
    elif means_no(value):
        said = f"not {name}"
    else:
        said = value if facet in (TYPE, ANY) else f"{name}: {value}"
    return capital(f"rather {said}" if field == "prefer" else said)


def _bounds(name: str, low: float | None, high: float | None, vocabulary: Vocabulary) -> str:
    facet = vocabulary.facet(name)
    unit = facet.unit if facet else None
    if low is not None and high is not None:
        said = f"{measure(low, unit)} to {measure(high, unit)}"
    elif low is not None:
        said = at_least(low, unit)
    elif high is not None:
        said = at_most(high, unit)
    else:
        said = "any"
    return capital(f"{readable(name)}: {said}")
