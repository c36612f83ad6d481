"""Predicate and catalogue row -> holds or not.

Looks at what the shop wrote (and, for ``type_in``, at the types that indexing learnt); knows
nothing of constraints, so that it can convict them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from chatrec.testkit.scenario import FieldTest, ItemsExpect, Predicate, Scalar
from chatrec.types import AttributeValue, Item
from chatrec.words import fold, names_value

_NUMBER = re.compile(r"-?\d+(?:,\d{3})*(?:\.\d+)?")

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
        yield any(number >= test.gte for number in _numbers(values))
    if test.lte is not None:
        yield any(number <= test.lte for number in _numbers(values))


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
    return next(_numbers([value]), None) == next(_numbers([other]), None)


def _numbers(values: Iterable[Scalar]) -> Iterator[float]:
    """The numbers, or the first number of each text; units are not converted."""
    for value in values:
        if isinstance(value, bool):
            continue
        if isinstance(value, int | float):
            yield float(value)
        elif found := _NUMBER.search(value):
            yield float(found.group().replace(",", ""))


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


def known_fields(items: Iterable[Item]) -> set[str]:
    """The folded names of the columns and of all attributes that any row has."""
    return set(_COLUMNS).union(*({fold(name) for name in item.attributes} for item in items))


def describe(predicate: Predicate) -> str:
    """The predicate on one line, as it is written."""
    return str(predicate.model_dump(exclude_unset=True, by_alias=True)).replace("'", "")
