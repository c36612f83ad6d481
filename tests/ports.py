"""Ports for programs that have to be told one before they start."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from itertools import islice

_PORTS = range(20_000, 32_000)
"""Below those that the system gives to whoever asks for any: what is free here stays free."""
_OF_ONE_PROCESS = 100


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nothing listens on, and that no test beside this one looks at."""
    with ExitStack() as held:
        return list(islice(_free(held), count))


def _free(held: ExitStack) -> Iterator[int]:
    first = os.getpid() * _OF_ONE_PROCESS % len(_PORTS)
    for port in _PORTS[first : first + _OF_ONE_PROCESS]:
        one = held.enter_context(socket.socket())
        with suppress(OSError):
            one.bind(("127.0.0.1", port))
            yield port
