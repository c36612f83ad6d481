"""Many dialogues, one event loop, one set of shops."""

from __future__ import annotations

import asyncio

from chatrec.testkit.errors import CatalogueAbsent
from chatrec.testkit.reading import Located
from chatrec.testkit.runner import Report, play
from chatrec.testkit.stages import Stages


class Session:
    """Plays dialogues one after the other and keeps their reports.

    It has a loop of its own and leaves the caller's alone, so it cannot be used inside one.
    """

    def __init__(self, stages: Stages) -> None:
        self.reports: list[Report] = []
        self._stages = stages
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)

    def play(self, located: Located) -> Report:
        """Play one dialogue.

        Raises:
            ChatrecError: its shop cannot be opened.
        """
        report = self._runner.run(self._play(located))
        self.reports.append(report)
        return report

    async def _play(self, located: Located) -> Report:
        try:
            stage = await self._stages.open(located)
        except CatalogueAbsent as exc:
            return Report(located.scenario, located.path, located.line, skipped=str(exc))
        return await play(located, stage)

    def close(self) -> None:
        """Close the shops and the loop."""
        try:
            self._runner.run(self._stages.aclose())
        finally:
            self._runner.close()
