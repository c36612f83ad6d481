"""Keys that come again and again -> whether one may pass now, and if not, in how many seconds.

The generic cell rate algorithm (ITU-T I.371; virtual scheduling): one number a key says when it
will have nothing to its account. A burst of the whole amount may pass, then one at a time as the
account empties. Knows no requests and no clock but the one that it is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_SECONDS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0}
_PART = re.compile(r"(\d+)/(\w+)")
_FIRST_PURGE = 1024


@dataclass(frozen=True, slots=True)
class Pace:
    """So many in so many seconds."""

    amount: int
    seconds: float


def paces(written: str) -> tuple[Pace, ...]:
    """The paces of "30/minute;500/day"."""
    return tuple(Pace(int(n), _SECONDS[unit]) for n, unit in _PART.findall(written))


class Accounts:
    """What each key has spent of its pace."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """``clock``: seconds that only grow."""
        self._clock = clock
        self._clear_at: dict[tuple[str, Pace], float] = {}
        self._purge_at = _FIRST_PURGE

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._clear_at)

    def wait(self, keys: Iterable[tuple[str, Pace]]) -> dict[str, float]:
        """Keys that may not spend now, with the seconds until they may; empty if all may."""
        now = self._clock()
        found: dict[str, float] = {}
        for key, pace in keys:
            ahead = max(self._clear_at.get((key, pace), now) - now, 0.0)
            late = ahead - pace.seconds * (1 - 1 / pace.amount) if pace.amount else pace.seconds
            if late > 1e-9:
                found[key] = max(late, found.get(key, 0.0))
        return found

    def spend(self, keys: Iterable[tuple[str, Pace]]) -> None:
        """Put one to each key's account."""
        now = self._clock()
        for key, pace in keys:
            clear = max(self._clear_at.get((key, pace), now), now)
            self._clear_at[key, pace] = clear + pace.seconds / pace.amount
        if len(self._clear_at) > self._purge_at:
            self._clear_at = {key: at for key, at in self._clear_at.items() if at > now}
            self._purge_at = max(_FIRST_PURGE, 2 * len(self._clear_at))
