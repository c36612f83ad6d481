"""Labels of a size column -> the single sizes that fit into a range: "40-43" fits 42 as well.

Knows ranges of a few whole numbers alone: a wider one ("98-104") is one size of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from chatrec.types import Labels

_RANGE = re.compile(r"(?P<low>\d{1,3})\s*[-\u2010-\u2014]\s*(?P<high>\d{1,3})")
_MOST = 6


def sizes_inside(labels: Iterable[str]) -> Callable[[str], Labels]:
    """Which single sizes a label of the column stands for; none where ``labels`` are no ranges.

    "32-34" beside "32-32" is a waist and a leg of trousers.
    """
    ends = [_ends(label) for label in labels]
    if any(each and each[0] >= each[1] for each in ends):
        return lambda label: ()
    return _inside


def _inside(label: str) -> Labels:
    ends = _ends(label)
    if ends is None or not ends[0] < ends[1] < ends[0] + _MOST:
        return ()
    return tuple(map(str, range(ends[0], ends[1] + 1)))


def _ends(label: str) -> tuple[int, int] | None:
    match = _RANGE.fullmatch(label)
    return (int(match["low"]), int(match["high"])) if match else None
