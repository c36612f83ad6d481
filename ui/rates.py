"""Requests -> requests at a pace, by visitor, by address and over the whole shop; others get 429.

Counts are kept in this process: several processes answer so many times as much. Knows nothing of
what is asked.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable
from contextlib import aclosing
from typing import Literal, TypeAlias

from fastapi import Request
from starlette.requests import HTTPConnection

from chatrec.settings import LimitSettings
from ui.errors import TooMany
from ui.metrics import Metrics
from ui.pace import Accounts, Pace, paces
from ui.under_way import Events
from ui.visitors import address_of

What: TypeAlias = Literal["messages", "tokens", "requests"]
By: TypeAlias = Literal["visitor", "address", "shop"]

_WORDS = {
    "messages": "Too many messages: please wait {}.",
    "tokens": "Too many conversations begun from here: please wait {}.",
    "requests": "Too many requests: please wait {}.",
}


class Rates:
    """How much each may ask of one server. Used from one event loop."""

    def __init__(self, settings: LimitSettings, metrics: Metrics) -> None:
        self._settings = settings
        self._metrics = metrics
        self._accounts = Accounts(time.monotonic)
        self._streams: Counter[tuple[str, str]] = Counter()
        self._paces: dict[What, dict[By, tuple[Pace, ...]]] = {
            "messages": {
                "visitor": paces(settings.visitor_messages),
                "address": paces(settings.address_messages),
                "shop": paces(settings.shop_messages),
            },
            "tokens": {"address": paces(settings.address_tokens)},
            "requests": {"address": paces(settings.address_requests)},
        }

    def spend(self, what: What, address: str, visitor: str = "") -> None:
        """Count one; nothing is counted where any limit is reached.

        Args:
            what: is asked for.
            address: where it comes from.
            visitor: who asks; "" for nobody in particular, whom the address stands for.

        Raises:
            TooMany: a limit is reached; says when to come back.
        """
        whose = {"visitor": visitor or address, "address": address, "shop": ""}
        keys = {
            by: [(f"{what} {by} {whose[by]}", pace) for pace in limits]
            for by, limits in self._paces[what].items()
        }
        for by, of in keys.items():
            if waits := self._accounts.wait(of):
                self._metrics.refused(what, by)
                raise _too_many(_WORDS[what], max(waits.values()))
        for of in keys.values():
            self._accounts.spend(of)

    def answer(self, start: Callable[[], Events], address: str, visitor: str = "") -> Events:
        """The events of an answer, begun where there is room for one more.

        Args:
            start: begins it.
            address: where the message comes from.
            visitor: whose it is; "" as in `spend`.

        Raises:
            TooMany: a limit is reached, and nothing was begun.
        """
        most = self._settings
        places = {
            ("visitor", visitor or address): most.visitor_streams,
            ("address", address): most.address_streams,
            ("shop", ""): most.shop_streams,
        }
        for place, allowed in places.items():
            if self._streams[place] >= allowed:
                self._metrics.refused("streams", place[0])
                raise _too_many("Too many answers are under way: please wait {}.", 1)
        self.spend("messages", address, visitor)
        return self._counted(self._metrics.watched(start()), list(places))

    async def _counted(self, events: Events, places: list[tuple[str, str]]) -> Events:
        self._streams.update(places)
        try:
            async with aclosing(events):
                async for event in events:
                    yield event
        finally:
            self._streams.subtract(places)
            self._streams += Counter()  # forgets who has none

    def check_conversations(self, count: int) -> None:
        """Whether a visitor with so many conversations may begin another.

        Raises:
            TooMany: it may not, before one is erased.
        """
        if count >= self._settings.visitor_conversations:
            self._metrics.refused("conversations", "visitor")
            raise _too_many("Too many conversations: erase one, or wait {}.", 3600)


def rates_of(request: HTTPConnection) -> Rates:
    """The app's."""
    rates: Rates = request.app.state.rates
    return rates


async def paced(request: Request) -> None:
    """Lets a request through unless its address sends too many."""
    rates_of(request).spend("requests", address_of(request))


def _too_many(words: str, seconds: float) -> TooMany:
    wait = max(1, math.ceil(seconds))
    told = f"{wait} seconds" if wait > 1 else "a second"
    if wait > 120:
        told = f"{math.ceil(wait / 60)} minutes"
    return TooMany(words.format(told), wait)
