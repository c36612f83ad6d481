"""Settings -> a shop that answers, loaded while the server already listens.

Knows no routes. A shop is ready when its model has answered a tiny request; later checks ask
again only after `_FRESH_SECONDS`, so that they cost a busy engine nothing.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from fastapi import Request

from chatrec.background import in_background
from chatrec.conversations import Conversations
from chatrec.errors import ChatrecError, StorageError
from chatrec.ports import CandidateSource, ConversationStore, FaqSource, LanguageModel
from chatrec.retention import erase_idle
from chatrec.settings import Settings
from chatrec.types import Message
from ui.errors import Starting
from vectorstore.changes import Change

logger = logging.getLogger(__name__)

_FRESH_SECONDS = 30.0
_HOUR_SECONDS = 3600.0
_PROBE_SECONDS = 20.0
_PROBE = (Message("user", "Answer: ok"),)
_PROBE_SCHEMA = {"type": "string", "enum": ["ok"]}


class LiveSource(CandidateSource, Protocol):
    """A catalogue that takes news: `vectorstore.live_catalogue.LiveCatalogue`."""

    async def change(self, changes: Mapping[str, Change]) -> frozenset[str]:
        """Put changes of price and stock into every search from now on; the unknown ids.

        Raises:
            StorageError: they cannot be kept; then nothing is changed.
        """
        ...


class Shop(Protocol):
    """What the pages need of `chatrec.wiring.Shop`."""

    @property
    def conversations(self) -> Conversations: ...

    @property
    def model(self) -> LanguageModel: ...

    def under(self, settings: Settings) -> Conversations:
        """The same conversations, answered under other settings."""
        ...

    @property
    def source(self) -> LiveSource: ...

    @property
    def faq(self) -> FaqSource: ...

    @property
    def store(self) -> ConversationStore: ...

    async def aclose(self) -> None:
        """Stop the engine and close the files."""
        ...


class Loading:
    """A shop that is being loaded, then is there, or failed to load."""

    def __init__(self, build: Callable[[], Shop], on_failure: Callable[[], None]) -> None:
        """Nothing is loaded before `start`.

        Args:
            build: makes the shop; blocking, runs in the background (`chatrec.background`).
            on_failure: called once where that fails; `failure` then says why.
        """
        self._build = build
        self._on_failure = on_failure
        self._task: asyncio.Task[None] | None = None
        self._shop: Shop | None = None
        self._answered_at = self._failed_at = float("-inf")
        self._probing = asyncio.Lock()
        self._there = asyncio.Event()
        self.failure: Exception | None = None

    @property
    def shop(self) -> Shop:
        """The shop.

        Raises:
            Starting: it is not loaded yet.
        """
        if self._shop is None:
            raise Starting("The assistant is just opening the shop. Please try in a moment.")
        return self._shop

    def start(self) -> None:
        """Begin to load in the background."""
        self._task = asyncio.create_task(self._load())

    async def opened(self) -> None:
        """Wait until the shop is there or has failed to load."""
        await self._there.wait()

    async def check(self) -> None:
        """Return where the model answers.

        Raises:
            Starting: it does not, or the shop is not loaded yet.
        """
        model, came_at = self.shop.model, time.monotonic()
        async with self._probing:
            if time.monotonic() - self._answered_at < _FRESH_SECONDS:
                return
            if self._failed_at >= came_at:  # asked for whoever was waiting, too
                raise Starting("The model does not answer.")
            try:
                async with asyncio.timeout(_PROBE_SECONDS):
                    await model.complete(_PROBE, _PROBE_SCHEMA, max_tokens=8)
            except (ChatrecError, TimeoutError) as exc:
                self._failed_at = time.monotonic()
                logger.warning("the model does not answer: %s", exc or "no answer in time")
                raise Starting("The model does not answer.") from exc
            self._answered_at = time.monotonic()

    async def aclose(self) -> None:
        """Close the shop, or leave its loading alone: whoever stops does not wait for that."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._shop is not None:
            await self._shop.aclose()

    async def _load(self) -> None:
        began = time.monotonic()
        try:
            self._shop = await asyncio.wrap_future(in_background(self._build))
            await self.check()
        except Exception as exc:
            self.failure = exc
            self._on_failure()
            return
        finally:
            self._there.set()
        logger.info("ready after %.1f s", time.monotonic() - began)


async def expire(loading: Loading, days: int) -> None:
    """Erase the conversations that were idle for so many days, every hour; 0 keeps them."""
    await loading.opened()
    while days and loading.failure is None:
        try:
            erased = await asyncio.to_thread(erase_idle, loading.shop.store, days, time.time())
        except StorageError as exc:
            logger.error("old conversations could not be erased: %s", exc)
        else:
            if erased:
                logger.info("%d conversations were idle for %d days and are erased", erased, days)
        await asyncio.sleep(_HOUR_SECONDS)


def loading_of(request: Request) -> Loading:
    """The app's shop, loaded or not."""
    loading: Loading = request.app.state.loading
    return loading
