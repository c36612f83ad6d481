"""Engine threads that end with the program, even when nobody closed the engine."""

from __future__ import annotations

import threading
from collections.abc import Callable


def when_program_ends(stop: Callable[[], object]) -> None:
    """Call ``stop`` once the main thread has ended.

    The interpreter waits for ordinary threads before it runs exit handlers, so a thread that
    waits for work would keep the program alive; and a daemon thread may be killed in the middle
    of foreign code, which aborts the process.
    """

    def wait() -> None:
        threading.main_thread().join()
        stop()

    threading.Thread(target=wait, name="engine-shutdown", daemon=True).start()
