"""`*.dialogue.yaml` -> pytest items, one per dialogue, all played in one wired shop a session.

pytest loads this module in every run of everyone who has chatrec installed, so it imports
nothing of chatrec until a dialogue file is found.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from chatrec.testkit.reading import Located
    from chatrec.testkit.runner import Report
    from chatrec.testkit.session import Session
    from chatrec.testkit.stages import Stages

_SUFFIX = ".dialogue.yaml"

STAGES: pytest.StashKey[Stages] = pytest.StashKey()
"""A conftest that wires its own shop puts it into ``config.stash`` under this key."""
_SESSION: pytest.StashKey[Session] = pytest.StashKey()
_PLAYED: pytest.StashKey[dict[str, Report]] = pytest.StashKey()


class DialogueFailed(Exception):
    """A dialogue was not as expected; carries its report."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.scenario.id)
        self.report = report


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--chatrec-data-dir`` and ``--chatrec-at-once``."""
    group = parser.getgroup("chatrec", "dialogue tests")
    group.addoption(
        "--chatrec-at-once",
        metavar="N",
        type=int,
        default=4,
        help="dialogues of a file that are played at once (default: 4)",
    )
    group.addoption(
        "--chatrec-data-dir",
        metavar="DIR",
        help="index that dialogues without a catalogue of their own are about (default: demo shop)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker of dialogues that need the configured model."""
    config.addinivalue_line("markers", "model: runs the configured language model")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect dialogue files."""
    if not file_path.name.endswith(_SUFFIX):
        return None
    return DialogueFile.from_parent(parent, path=file_path)


class DialogueFile(pytest.File):
    """A file of dialogues."""

    def collect(self) -> Iterator[pytest.Item]:
        """One item per dialogue."""
        from chatrec.testkit.errors import ScenarioError
        from chatrec.testkit.reading import load

        try:
            dialogues = load(self.path)
        except ScenarioError as exc:
            raise self.CollectError(str(exc)) from exc
        for located in dialogues:
            item = DialogueItem.from_parent(self, name=located.scenario.id, located=located)
            if not located.scenario.scripted:
                item.add_marker(pytest.mark.model)
            yield item


class DialogueItem(pytest.Item):
    """A dialogue."""

    def __init__(self, *, located: Located, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.located = located

    def runtest(self) -> None:
        """Play it; fail with its report."""
        played = self.config.stash.setdefault(_PLAYED, {})
        if self.nodeid not in played:
            together = self._together()
            reports = _session(self.config).play_all([item.located for item in together])
            played |= zip([item.nodeid for item in together], reports, strict=True)
        report = played.pop(self.nodeid)
        if report.skipped:
            pytest.skip(report.skipped)
        if report.known:
            pytest.xfail(report.scenario.xfail)
        if not report.passed:
            raise DialogueFailed(report)

    def _together(self) -> list[DialogueItem]:
        """The chosen dialogues of the file: those that may be played along with this one."""
        if self.config.getoption("--chatrec-at-once") < 2:
            return [self]
        items = self.session.items
        return [i for i in items if isinstance(i, DialogueItem) and i.path == self.path]

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The turns that failed, what was expected of the state and what was shown."""
        if isinstance(excinfo.value, DialogueFailed):
            from chatrec.testkit.report import failure_text

            return failure_text(excinfo.value.report)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands."""
        return self.path, self.located.line - 1, self.name


def _session(config: pytest.Config) -> Session:
    if _SESSION not in config.stash:
        from chatrec.testkit.session import Session

        stages = config.stash.get(STAGES, None)
        at_once = max(1, config.getoption("--chatrec-at-once"))
        config.stash[_SESSION] = Session(stages or _wired(config), at_once)
    return config.stash[_SESSION]


def _wired(config: pytest.Config) -> Stages:
    from chatrec.testkit.shops import Shops

    data_dir = config.getoption("--chatrec-data-dir")
    return Shops(Path(data_dir) if data_dir else None)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the two totals that have to be zero."""
    if _SESSION in config.stash:
        from chatrec.testkit.report import totals

        terminalreporter.section("dialogues")
        terminalreporter.write_line(totals(config.stash[_SESSION].reports))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Close the shops."""
    if _SESSION in session.config.stash:
        session.config.stash[_SESSION].close()
