"""Many dialogues, one event loop, one set of shops."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

from chatrec.testkit.errors import CatalogueAbsent
from chatrec.testkit.reading import Located
from chatrec.testkit.runner import Report, play
from chatrec.testkit.stages import Stage, Stages

AT_ONCE = 4
"""Dialogues that are played at once unless told otherwise: a model reads four turns together in
half the time that it takes for one after the other."""


class Session:
    """Plays dialogues and keeps their reports.

    It has a loop of its own and leaves the caller's alone, so it cannot be used inside one.
    """

    def __init__(self, stages: Stages, at_once: int = AT_ONCE) -> None:
        """Dialogues in ``stages``, at most so many ``at_once``."""
        self.reports: list[Report] = []
        self._stages = stages
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._gate = asyncio.Semaphore(at_once)
        self._opening = asyncio.Lock()
        self._scripted = asyncio.Lock()

    def play(self, located: Located) -> Report:
        """Play one dialogue.

        Raises:
            ChatrecError: its shop cannot be opened.
        """
        return next(self.play_all([located]))

    def play_all(self, dialogues: Sequence[Located]) -> Iterator[Report]:
        """Play the dialogues, several at once; their reports in the order given.

        Raises:
            ChatrecError: a shop cannot be opened.
            KeyboardInterrupt: stopped; the reports of all that had ended are kept.
        """
        tasks = self._runner.run(self._begin(dialogues))
        while tasks:
            try:
                report = self._runner.run(_ended(tasks[0]))
            except KeyboardInterrupt:
                self.reports += [task.result() for task in tasks if _is_well(task)]
                raise
            del tasks[0]
            self.reports.append(report)
            yield report

    async def _begin(self, dialogues: Sequence[Located]) -> list[asyncio.Task[Report]]:
        return [asyncio.create_task(self._play(located)) for located in dialogues]

    async def _play(self, located: Located) -> Report:
        async with self._gate:
            try:
                async with self._opening:
                    stage = await self._stages.open(located)
            except CatalogueAbsent as exc:
                return Report(located.scenario, located.path, located.line, skipped=str(exc))
            return await self._played(located, stage)

    async def _played(self, located: Located, stage: Stage) -> Report:
        if stage.script is None:
            return await play(located, stage)
        async with self._scripted:  # its answers are laid down for one turn at a time
            return await play(located, stage)

    def close(self) -> None:
        """Close the shops and the loop."""
        try:
            self._runner.run(self._stages.aclose())
        finally:
            self._runner.close()


async def _ended(task: asyncio.Task[Report]) -> Report:
    return await task


def _is_well(task: asyncio.Task[Report]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is None
