"""Predicate and catalogue row -> holds or not.

Looks at what the shop wrote (and, for ``type_in``, at the types that indexing learnt); knows
nothing of constraints, so that it can convict them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chatrec.testkit.scenario import MEASURE, FieldTest, ItemsExpect, Predicate, Scalar
from chatrec.types import AttributeValue, Item
from chatrec.units import convert, unit_of
from chatrec.words import fold, names_value

_COLUMNS = ("id", "title", "description", "category", "brand", "price", "rating", "stock")


def holds(predicate: Predicate, item: Item) -> bool:
    """Whether the row passes every key of the predicate; a missing price passes no bound."""
    return all(_verdicts(predicate, item))


def _verdicts(predicate: Predicate, item: Item) -> Iterator[bool]:
    if predicate.price_min is not None:
        yield item.price is not None and item.price >= predicate.price_min
    if predicate.price_max is not None:
        yield item.price is not None and item.price <= predicate.price_max
    if predicate.category_in is not None:
        yield not _folded(item.category).isdisjoint(_folded(predicate.category_in))
    if predicate.type_in is not None:
        yield not _folded(item.types).isdisjoint(_folded(predicate.type_in))
    if predicate.field is not None:
        yield field_holds(predicate.field, item)
    if predicate.any_of is not None:
        yield any(holds(part, item) for part in predicate.any_of)
    if predicate.all_of is not None:
        yield all(holds(part, item) for part in predicate.all_of)
    if predicate.not_ is not None:
        yield not holds(predicate.not_, item)


def field_holds(test: FieldTest, item: Item) -> bool:
    """Whether one field of the row passes every key of its test."""
    return all(_field_verdicts(test, field_values(item, test.name)))


def _field_verdicts(test: FieldTest, values: tuple[Scalar, ...]) -> Iterator[bool]:
    if test.exists is not None:
        yield bool(values) == test.exists
    if test.eq is not None:
        yield any(_same(value, test.eq) for value in values)
    if test.in_ is not None:
        yield any(_same(value, wanted) for value in values for wanted in test.in_)
    if test.not_in is not None:
        yield not any(_same(value, banned) for value in values for banned in test.not_in)
    if test.contains is not None:
        yield any(names_value(str(value), test.contains) for value in values)
    if test.not_contains is not None:
        yield not any(names_value(str(value), test.not_contains) for value in values)
    if test.gte is not None:
        yield any(number >= limit for number, limit in _against(values, test.gte))
    if test.lte is not None:
        yield any(number <= limit for number, limit in _against(values, test.lte))


def field_values(item: Item, name: str) -> tuple[Scalar, ...]:
    """The values of a column or attribute; empty where the row has none."""
    wanted = fold(name)
    if wanted in _COLUMNS:
        return _present(getattr(item, wanted))
    for attribute, value in item.attributes.items():
        if fold(attribute) == wanted:
            return _present(value)
    return ()


def _present(value: AttributeValue | None) -> tuple[Scalar, ...]:
    if isinstance(value, tuple):
        return tuple(part for part in value if part != "")
    return () if value is None or value == "" else (value,)


def _same(value: Scalar, other: Scalar) -> bool:
    """Equal as texts without case, or as numbers; a boolean equals only a boolean."""
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other
    if isinstance(value, str) and isinstance(other, str):
        return fold(value) == fold(other)
    one, two = _measure(value), _measure(other)
    return one is not None and two is not None and one[0] == two[0]


def _against(values: Iterable[Scalar], limit: float | str) -> Iterator[tuple[float, float]]:
    """Each value that compares to the limit, in the limit's unit, and the limit's number."""
    bound, unit = _measure(limit) or (0.0, None)
    for value in values:
        number, own = _measure(value) or (None, None)
        if number is not None and unit is not None:
            number = None if own is None else convert(number, own, unit)
        if number is not None:
            yield number, bound


def _measure(value: Scalar) -> tuple[float, str | None] | None:
    """A value's first number and the unit behind it, if it has a number."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value), None
    match = MEASURE.search(value)
    if match is None:
        return None
    return float(match["number"].replace(",", "")), unit_of(match["unit"] or "")


def _folded(labels: Iterable[str]) -> set[str]:
    return {fold(label) for label in labels}


def field_names(predicate: Predicate) -> Iterator[str]:
    """The names of the fields that a predicate looks at, inner ones too."""
    if predicate.field is not None:
        yield predicate.field.name
    inner = [*(predicate.any_of or ()), *(predicate.all_of or ())]
    for part in [*inner, predicate.not_] if predicate.not_ is not None else inner:
        if part is not None:
            yield from field_names(part)


def expected_fields(expect: ItemsExpect) -> set[str]:
    """The names of all fields that the expectation looks at."""
    parts = (expect.every, expect.some, expect.none)
    return {name for part in parts if part is not None for name in field_names(part)}


def known_fields(attributes: Iterable[str]) -> set[str]:
    """The folded names of the columns and of all attributes that rows have."""
    return {*_COLUMNS, *map(fold, attributes)}


def describe(predicate: Predicate) -> str:
    """The predicate on one line, as it is written."""
    return str(predicate.model_dump(exclude_unset=True, by_alias=True)).replace("'", "")
