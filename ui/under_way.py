"""Answers under way -> the same events for everyone who asks under the same key.

A connection that is lost does not end an answer that has a key: for some seconds it goes on, and
whoever asks again is told it from the beginning. Knows nothing of HTTP; what was finished is the
conversation's to tell again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TypeAlias

from chatrec.conversations import Accepted
from chatrec.types import Event
from ui.errors import Stopped

Events: TypeAlias = AsyncGenerator[Accepted | Event]

_GRACE_SECONDS = 15.0


class UnderWay:
    """The answers of one server that can be followed again. Used from one event loop."""

    def __init__(self, grace_seconds: float = _GRACE_SECONDS) -> None:
        """``grace_seconds``: how long an answer that nobody follows goes on."""
        self._grace_seconds = grace_seconds
        self._answers: dict[tuple[str, object], _Answer] = {}

    def follow(self, conversation_id: str, key: str, start: Callable[[], Events]) -> Events:
        """The events of an answer, from the first; without a key they end with their reader.

        Args:
            conversation_id: whose answer it is.
            key: the request's, or "".
            start: begins the answer where none is under way.
        """
        place = (conversation_id, key or object())
        answer = self._answers.get(place)
        if answer is None:
            answer = self._answers[place] = _Answer(start(), self._grace_seconds if key else 0.0)
            answer.task.add_done_callback(lambda _: self._answers.pop(place, None))
        return answer.follow()

    async def stop(self, conversation_id: str) -> None:
        """End the conversation's answers under way; return when what was sent is kept.

        Whoever follows one is told that it was stopped.
        """
        stopped = [a for (owner, _), a in self._answers.items() if owner == conversation_id]
        for answer in stopped:
            answer.error = Stopped("The answer was stopped; what was sent of it is kept.")
        await self._end(stopped)

    async def aclose(self) -> None:
        """End all of them; they break off, and may be asked for again."""
        await self._end(list(self._answers.values()))

    async def _end(self, answers: list[_Answer]) -> None:
        for answer in answers:
            answer.task.cancel()
        await asyncio.gather(*(answer.task for answer in answers), return_exceptions=True)


class _Answer:
    """One answer: its events so far, who follows them, and the task that brings more."""

    def __init__(self, events: Events, grace_seconds: float) -> None:
        self._events = events
        self._grace_seconds = grace_seconds
        self._so_far: list[Accepted | Event] = []
        self._more = asyncio.Condition()
        self._followers = 0
        self._leaving: asyncio.TimerHandle | None = None
        self.error: Exception | None = None
        self._finished = False
        self.task = asyncio.create_task(self._collect())

    async def _collect(self) -> None:
        try:
            async with aclosing(self._events) as events:
                async for event in events:
                    async with self._more:
                        self._so_far.append(event)
                        self._more.notify_all()
        except Exception as exc:
            self.error = exc
        finally:
            self._finished = True
            async with self._more:
                self._more.notify_all()

    async def follow(self) -> Events:
        self._followers += 1
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None
        told = 0
        try:
            while True:
                while told < len(self._so_far):
                    yield self._so_far[told]
                    told += 1
                if self._finished:
                    break
                async with self._more:
                    while not self._finished and told == len(self._so_far):
                        await self._more.wait()
            if self.error is not None:
                raise self.error
        finally:
            self._followers -= 1
            if not self._followers and not self._finished and not self._grace_seconds:
                self.task.cancel()
                await asyncio.gather(self.task, return_exceptions=True)
            elif not self._followers and not self._finished:
                loop = asyncio.get_running_loop()
                self._leaving = loop.call_later(self._grace_seconds, self.task.cancel)
