"""Items as columns -> which rows a set of hard constraints allows, as one boolean mask.

The mask equals `Constraints.allows` row by row: numbers are compared in arrays, facet values looked
up in postings, and exclusions that reach into the text go through the word postings first and then
through `chatrec.types.excludes` itself. Knows nothing of queries or vectors.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from chatrec.types import ANY, TYPE, Bounds, Constraints, Item, excludes
from chatrec.words import stems
from vectorstore.lexical import Lexicon

Mask: TypeAlias = NDArray[np.bool_]
Numbers: TypeAlias = NDArray[np.float64]

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
        self._values = _postings(
            ((facet, value), row)
            for row, item in enumerate(items)
            for facet in {TYPE, *item.facets, *item.mined}
            for value in item.values(facet)
        )
        # What a given value hides still counts against the item when it is excluded.
        self._any_value = _postings(
            ((facet, value), row)
            for row, item in enumerate(items)
            for labels in (item.facets, item.mined)
            for facet, values in labels.items()
            for value in values
        )
        self._excluded: dict[tuple[str, str], Mask] = {}
        self._lock = threading.Lock()

    def row(self, item_id: str) -> int | None:
        """The row of an item."""
        return self._row.get(item_id)

    def having(self, facet: str, value: str) -> Mask:
        """Rows of the items whose values of the facet include this one."""
        mask = np.zeros(len(self._items), np.bool_)
        mask[self._values.get((facet, value), _NO_ROWS)] = True
        return mask

    def allowed(self, constraints: Constraints) -> Mask:
        """Rows that break no hard constraint, shape (n,)."""
        mask = np.ones(len(self._items), np.bool_)
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


def _postings(
    pairs: Iterable[tuple[tuple[str, str], int]],
) -> dict[tuple[str, str], NDArray[np.int64]]:
    rows: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for key, row in pairs:
        rows[key].append(row)
    return {key: np.array(found, np.int64) for key, found in rows.items()}
