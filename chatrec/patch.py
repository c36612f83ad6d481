"""Constraints <-> the JSON document that pages see, and a merge patch of it -> new constraints.

What the shopper turned down (``rejected``) is no part of the document: it is neither shown nor
changed by hand. Knows nothing of conversations or HTTP.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from chatrec.errors import MessageRefused
from chatrec.types import ANY, TYPE, Bounds, Constraints, Vocabulary
from chatrec.words import fold

_Label = Annotated[str, StringConstraints(min_length=1, max_length=100)]
_Labels = Annotated[list[_Label], Field(max_length=50)]
_Number = Annotated[float, Field(allow_inf_nan=False)]
_Price = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class BoundsDocument(BaseModel):
    """A closed interval in the facet's unit; null leaves a side open."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    min: _Number | None = None
    max: _Number | None = None


class ConstraintsDocument(BaseModel):
    """The constraints that stand. ``wish`` and ``prefer`` are soft, all else is hard."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    wish: str = Field("", max_length=500)
    category: _Labels = Field(default_factory=list, description="any of these product types")
    price_min: _Price | None = None
    price_max: _Price | None = None
    require: dict[_Label, _Labels] = Field(
        default_factory=dict, description="facet: values, any of which will do"
    )
    exclude: dict[_Label, _Labels] = Field(default_factory=dict, description="facet: values")
    prefer: dict[_Label, _Labels] = Field(default_factory=dict, description="facet: values")
    numeric: dict[_Label, BoundsDocument] = Field(default_factory=dict)


def document(constraints: Constraints) -> ConstraintsDocument:
    """What a page is told of the constraints."""
    return ConstraintsDocument.model_construct(
        wish=constraints.wish,
        category=list(constraints.category),
        price_min=constraints.price_min,
        price_max=constraints.price_max,
        require=_lists(constraints.require),
        exclude=_lists(constraints.exclude),
        prefer=_lists(constraints.prefer),
        numeric={
            name: BoundsDocument.model_construct(min=bounds.low, max=bounds.high)
            for name, bounds in constraints.numeric.items()
        },
    )


def patched(
    constraints: Constraints, patch: Mapping[str, Any], vocabulary: Vocabulary
) -> Constraints:
    """The constraints under a JSON merge patch (RFC 7396) of their document: null clears.

    Raises:
        MessageRefused: the patch names an unknown field or facet, or gives an impossible value.
    """
    unknown = sorted(set(patch) - set(ConstraintsDocument.model_fields))
    if unknown:
        raise MessageRefused(
            f"{', '.join(unknown)}: no such constraint; there are "
            f"{', '.join(ConstraintsDocument.model_fields)}"
        )
    merged = _merge(document(constraints).model_dump(), patch)
    try:
        wanted = ConstraintsDocument.model_validate(merged)
    except ValidationError as exc:
        raise MessageRefused(
            "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in exc.errors())
        ) from exc
    _check_known(wanted, constraints, vocabulary)
    _check_order("price", wanted.price_min, wanted.price_max)
    for name, bounds in wanted.numeric.items():
        _check_order(name, bounds.min, bounds.max)
    return Constraints(
        wish=wanted.wish.strip(),
        category=_folded(wanted.category),
        price_min=wanted.price_min,
        price_max=wanted.price_max,
        require=_facets(wanted.require),
        exclude=_facets(wanted.exclude),
        prefer=_facets(wanted.prefer),
        numeric={
            name: Bounds(bounds.min, bounds.max)
            for name, bounds in wanted.numeric.items()
            if bounds != BoundsDocument()
        },
        rejected=constraints.rejected,
        near=constraints.near,
    )


def _merge(target: Any, patch: Any, depth: int = 3) -> Any:
    """RFC 7396, section 2, as deep as the document goes; what lies deeper is left to be refused."""
    if depth == 0 or not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _merge(merged.get(name), value, depth - 1)
    return merged


def _check_known(wanted: ConstraintsDocument, held: Constraints, vocabulary: Vocabulary) -> None:
    """Refuse a facet that the catalogue does not have, unless it stands already."""
    numbers = {facet.name for facet in vocabulary.facets if facet.kind == "number"}
    values = {facet.name for facet in vocabulary.facets if facet.kind == "value"} | {TYPE}
    for field, given, known in (
        ("require", wanted.require, values | set(held.require)),
        ("exclude", wanted.exclude, values | {ANY} | set(held.exclude)),
        ("prefer", wanted.prefer, values | {ANY} | set(held.prefer)),
        ("numeric", wanted.numeric, numbers | {"rating", "stock"} | set(held.numeric)),
    ):
        for name in given:
            if name not in known:
                raise MessageRefused(f"{field}.{name}: the catalogue has no such facet")


def _check_order(name: str, low: float | None, high: float | None) -> None:
    if low is not None and high is not None and low > high:
        raise MessageRefused(f"{name}: the least ({low:g}) is above the most ({high:g})")


def _lists(facets: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    return {name: list(values) for name, values in facets.items()}


def _facets(facets: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    return {name: _folded(values) for name, values in facets.items() if values}


def _folded(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fold(value) for value in values))
