"""Items as columns -> which rows a set of hard constraints allows, as one boolean mask.

The mask equals `Constraints.allows` row by row: numbers are compared in arrays, facet values looked
up in postings, and exclusions that reach into the text go through the word postings first and then
through `chatrec.types.excludes` itself. Knows nothing of queries or vectors.
"""

from __future__ import annotations

import copy
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from chatrec.types import ANY, TYPE, Bounds, Constraints, Item, excludes
from chatrec.words import stems
from vectorstore.lexical import Lexicon

Mask: TypeAlias = NDArray[np.bool_]
Numbers: TypeAlias = NDArray[np.float64]
Value: TypeAlias = tuple[str, str]
"""A facet and one of its values."""
Postings: TypeAlias = dict[Value, NDArray[np.int64]]

_REMEMBERED_EXCLUSIONS = 512
# Not an empty tuple: numpy takes that for every row.
_NO_ROWS = np.empty(0, np.int64)
_NO_NUMBERS = np.empty(0, np.float64)


class Columns:
    """The filterable side of n items. Safe to use from several threads."""

    def __init__(self, items: Sequence[Item], lexicon: Lexicon) -> None:
        self._items = items
        self._lexicon = lexicon
        self._row = {item.id: row for row, item in enumerate(items)}
        self._prices = _prices(items)
        self._measures = _measures(items)
        self._ranges = _ranges(items)
        self._values = _postings(enumerate(items), _values)
        self._any_value = _postings(enumerate(items), _any_value)
        self._gone = _NO_ROWS
        self._excluded: dict[tuple[str, str], Mask] = {}
        self._lock = threading.Lock()

    def with_items(self, changed: Mapping[int, Item | None]) -> Columns:
        """Columns in which some rows hold other items, or None: nothing that is allowed.

        The texts of the items stay, and so does the lexicon. What is not changed is shared.
        """
        new = copy.copy(self)
        new._excluded, new._lock = {}, threading.Lock()
        there = {row: item for row, item in changed.items() if item is not None}
        items = list(self._items)
        for row, item in there.items():
            items[row] = item
        new._items = items
        gone = set(self._gone.tolist()) - there.keys() | (changed.keys() - there.keys())
        new._gone = np.array(sorted(gone), np.int64)
        rows = np.fromiter(there, np.int64, len(there))
        new._prices = self._prices.copy()
        new._prices[rows] = _prices(list(there.values()))
        new._measures = self._measures | {"stock": self._stock(rows, there.values())}
        before = {row: self._items[row] for row in there}
        new._values = _moved(self._values, before, there, _values)
        new._any_value = _moved(self._any_value, before, there, _any_value)
        return new

    def _stock(
        self, rows: NDArray[np.int64], items: Iterable[Item]
    ) -> tuple[NDArray[np.int64], Numbers]:
        numbers = np.full(len(self._items), np.nan)
        known, counted = self._measures.get("stock", (_NO_ROWS, _NO_NUMBERS))
        numbers[known] = counted
        numbers[rows] = [np.nan if item.stock is None else item.stock for item in items]
        known = np.flatnonzero(~np.isnan(numbers))
        return known, numbers[known]

    def row(self, item_id: str) -> int | None:
        """The row of an item."""
        row = self._row.get(item_id)
        return None if row is None or row in self._gone else row

    def having(self, facet: str, value: str) -> Mask:
        """Rows of the items whose values of the facet include this one."""
        mask = np.zeros(len(self._items), np.bool_)
        mask[self._values.get((facet, value), _NO_ROWS)] = True
        return mask

    def allowed(self, constraints: Constraints) -> Mask:
        """Rows that break no hard constraint, shape (n,)."""
        mask = np.ones(len(self._items), np.bool_)
        mask[self._gone] = False
        mask[[self._row[i] for i in constraints.rejected if i in self._row]] = False
        if constraints.category:
            mask &= self._having_any(TYPE, constraints.category)
        if constraints.price_min is not None:
            mask &= self._prices >= constraints.price_min
        if constraints.price_max is not None:
            mask &= self._prices <= constraints.price_max
        for facet, values in constraints.require.items():
            mask &= self._having_any(facet, values)
        for name, bounds in constraints.numeric.items():
            mask &= self._within(name, bounds)
        for facet, values in constraints.exclude.items():
            for value in values:
                mask &= ~self._excluding(facet, value)
        return mask

    def _having_any(self, facet: str, values: Iterable[str]) -> Mask:
        mask = np.zeros(len(self._items), np.bool_)
        for value in values:
            mask |= self.having(facet, value)
        return mask

    def _within(self, name: str, bounds: Bounds) -> Mask:
        rows, numbers = self._measures.get(name, (_NO_ROWS, _NO_NUMBERS))
        inside = np.ones(rows.size, np.bool_)
        if bounds.low is not None:
            inside &= numbers >= bounds.low
        if bounds.high is not None:
            inside &= numbers <= bounds.high
        mask = np.zeros(len(self._items), np.bool_)
        mask[rows[inside]] = True
        suiting = [row for row, span in self._ranges.get(name, ()) if bounds.suits(span)]
        mask[np.array(suiting, np.int64)] = True
        return mask

    def _excluding(self, facet: str, value: str) -> Mask:
        """Rows that an exclusion keeps out; remembered, since constraints stand for many turns."""
        with self._lock:
            known = self._excluded.get((facet, value))
        if known is not None:
            return known
        if facet == TYPE:
            mask = self.having(TYPE, value)
        else:
            mask = np.zeros(len(self._items), np.bool_)
            if facet != ANY:
                mask[self._any_value.get((facet, value), _NO_ROWS)] = True
            for row in self._lexicon.rows_with_all(stems(value)):
                if not mask[row]:
                    mask[row] = excludes(self._items[row], facet, value)
        with self._lock:
            if len(self._excluded) >= _REMEMBERED_EXCLUSIONS:
                self._excluded.pop(next(iter(self._excluded)))
            self._excluded[facet, value] = mask
        return mask


def _prices(items: Sequence[Item]) -> Numbers:
    """Shape (n,); NaN, which every comparison denies, stands for what is unknown."""
    return np.array([np.nan if item.price is None else item.price for item in items], np.float64)


def _measures(items: Sequence[Item]) -> dict[str, tuple[NDArray[np.int64], Numbers]]:
    """For each measure the rows where it is known and its numbers there.

    Real catalogues have thousands of measures that few items share.
    """
    known: defaultdict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
    for row, item in enumerate(items):
        for name in {*item.measures, "rating", "stock"}:
            number = item.measure(name)
            if number is not None:
                known[name][0].append(row)
                known[name][1].append(number)
    return {
        name: (np.array(rows, np.int64), np.array(numbers, np.float64))
        for name, (rows, numbers) in known.items()
    }


def _ranges(items: Sequence[Item]) -> dict[str, list[tuple[int, Bounds]]]:
    """For each measure the rows that tell a range of it, and the ranges; few columns have any."""
    known: defaultdict[str, list[tuple[int, Bounds]]] = defaultdict(list)
    for row, item in enumerate(items):
        for name, span in item.ranges.items():
            known[name].append((row, span))
    return dict(known)


def _values(item: Item) -> Iterator[Value]:
    """What a requirement is compared with."""
    for facet in {TYPE, *item.facets, *item.mined}:
        for value in item.values(facet):
            yield facet, value


def _any_value(item: Item) -> Iterator[Value]:
    """What an exclusion is compared with: what a given value hides still counts against it."""
    for labels in (item.facets, item.mined):
        for facet, values in labels.items():
            for value in values:
                yield facet, value


def _postings(
    items: Iterable[tuple[int, Item]], values: Callable[[Item], Iterable[Value]]
) -> Postings:
    rows: defaultdict[Value, list[int]] = defaultdict(list)
    for row, item in items:
        for value in values(item):
            rows[value].append(row)
    return {value: np.array(found, np.int64) for value, found in rows.items()}


def _moved(
    postings: Postings,
    before: Mapping[int, Item],
    after: Mapping[int, Item],
    values: Callable[[Item], Iterable[Value]],
) -> Postings:
    """Postings in which some rows have other values; most news is of prices and changes none."""
    rows = [row for row, item in after.items() if set(values(item)) != set(values(before[row]))]
    lost = _postings(((row, before[row]) for row in rows), values)
    won = _postings(((row, after[row]) for row in rows), values)
    moved = dict(postings)
    for value in lost.keys() | won.keys():
        kept = np.setdiff1d(moved.get(value, _NO_ROWS), lost.get(value, _NO_ROWS))
        moved[value] = np.union1d(kept, won.get(value, _NO_ROWS))
    return moved
