"""Labels of a size column -> the single sizes that fit into a range: "40-43" fits 42 as well.

Knows ranges of a few whole numbers alone: a wider one ("98-104") is one size of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from chatrec.sizes import ends
from chatrec.types import Labels

_MOST = 6


def sizes_inside(labels: Iterable[str]) -> Callable[[str], Labels]:
    """Which single sizes a label of the column stands for; none where ``labels`` are no ranges.

    "32-34" beside "32-32" is a waist and a leg of trousers.
    """
    ranges = [ends(label) for label in labels]
    if any(each and each[0] >= each[1] for each in ranges):
        return lambda label: ()
    return _inside


def _inside(label: str) -> Labels:
    low, high = ends(label) or (0, 0)
    return tuple(map(str, range(low, high + 1))) if low < high < low + _MOST else ()
