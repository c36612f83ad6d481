"""A call that takes long -> its outcome in a future, from a thread that nobody has to wait for.

Foreign code that loads a model looks at no signal, and an interpreter that ends waits for
ordinary threads or tears foreign code down in the middle of its work. A call made here is left
alone instead: Ctrl-C reaches the main thread at once, and `leave` ends the process under the call.
So it must be one that may be cut off anywhere, as by a power failure.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import NoReturn, TypeVar

T = TypeVar("T")


class _Background(threading.Thread):
    """A thread that runs one call."""


def in_background(call: Callable[[], T]) -> Future[T]:
    """The future outcome of the call; it cannot be cancelled, only left."""
    outcome: Future[T] = Future()
    outcome.set_running_or_notify_cancel()

    def run() -> None:
        try:
            result = call()
        except BaseException as exc:
            outcome.set_exception(exc)
        else:
            outcome.set_result(result)

    _Background(target=run, name="background", daemon=True).start()
    return outcome


def leave(status: int) -> NoReturn:
    """End the program, at once where a call in the background is still running."""
    if not any(isinstance(thread, _Background) for thread in threading.enumerate()):
        sys.exit(status)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
