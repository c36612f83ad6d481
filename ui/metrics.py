"""What a server does -> counts for Prometheus: turns by kind, their time, refusals, what is open.

Nothing in them is of one shopper.
"""

from __future__ import annotations

import time
from contextlib import aclosing

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from chatrec.types import Exchange, Shown
from ui.under_way import Events

_BUCKETS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


class Metrics:
    """The counts of one server."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._turns = Counter(
            "chatrec_turns",
            "Answered messages, by kind of reply.",
            ["kind"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "chatrec_turn_seconds",
            "Seconds until the items are there, and until the reply is whole.",
            ["until"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._refused = Counter(
            "chatrec_refused",
            "Refused requests, by limit.",
            ["what", "by"],
            registry=self._registry,
        )
        self._open = Gauge(
            "chatrec_answers_under_way", "Answers under way.", registry=self._registry
        )

    async def watched(self, events: Events) -> Events:
        """The events, counted."""
        began = time.monotonic()
        async with aclosing(events):
            with self._open.track_inprogress():
                async for event in events:
                    if isinstance(event, Shown):
                        self._seconds.labels("items").observe(time.monotonic() - began)
                    if isinstance(event, Exchange):
                        self._turns.labels(event.reply.kind).inc()
                        self._seconds.labels("reply").observe(time.monotonic() - began)
                    yield event

    def refused(self, what: str, by: str) -> None:
        """Count a request that a limit refused."""
        self._refused.labels(what, by).inc()

    def text(self) -> bytes:
        """All counts in Prometheus' text format."""
        return generate_latest(self._registry)
