"""Files and folders -> a turn each time that something in them has changed and is at rest.

A file is waited for until nothing has been written for a while, so that one that is being copied is
not read half. What a watch cannot see (network drives, new folders, the day on which a sale ends)
is looked at from time to time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from watchfiles import Change, watch

_AT_REST, _LOOK_ANYWAY, _LONGEST = 1.0, 600.0, 60.0  # seconds
# Nothing says when a watch has begun but that it has been without news for so long.
_KEPT_WITHIN = 0.5


def turns(
    paths: Sequence[Path],
    stop: threading.Event | None = None,
    *,
    at_rest: float = _AT_REST,
    look_anyway: float = _LOOK_ANYWAY,
) -> Iterator[None]:
    """A turn once the watch is kept, after each change, and when it is time to look anyway.

    Ends when ``stop`` is set. What changes while a turn is used is told by the next one.
    """
    files = frozenset(path.resolve() for path in paths)
    folders = {place for path in files for place in _folders(path)}

    def ours(_: Change, name: str) -> bool:
        place = Path(name)
        return place in files or not files.isdisjoint(place.parents)

    looked: float | None = None
    for changes in watch(
        *sorted(folders),
        watch_filter=ours,
        recursive=False,
        step=int(at_rest * 1000),
        debounce=int(_LONGEST * 1000),
        rust_timeout=int(_KEPT_WITHIN * 1000),
        yield_on_timeout=True,
        stop_event=stop,
    ):
        if changes or looked is None or time.monotonic() - looked >= look_anyway:
            yield
            looked = time.monotonic()


def _folders(path: Path) -> Iterator[Path]:
    """What has to be watched: of a file its folder, for programs put a new file in its place."""
    if path.is_dir():
        yield path
        yield from (place for place in path.rglob("*") if place.is_dir())
    else:
        yield path.parent
