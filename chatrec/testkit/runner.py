"""Scenario and shop -> report: plays the turns, carries the state, checks each turn.

A turn that fails does not end its dialogue, since what follows it may tell why; one that could
not be finished does, since there is no state to go on from.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path

from chatrec.conversations import clean
from chatrec.errors import ChatrecError
from chatrec.handoff import handed_back, said_by_person
from chatrec.records import turn_after
from chatrec.testkit.always import CONSTRAINT, GROUNDED, PROMISES, check_always
from chatrec.testkit.errors import ScriptError
from chatrec.testkit.expected import check_expected
from chatrec.testkit.grounding import Shelf
from chatrec.testkit.observed import Failure, Observed
from chatrec.testkit.predicates import expected_fields, known_fields
from chatrec.testkit.reading import Located
from chatrec.testkit.reception import Reception
from chatrec.testkit.scenario import Scenario, TurnScript
from chatrec.testkit.stages import Stage
from chatrec.types import Event, Exchange, Turn
from chatrec.words import fold

_NEVER_EXCUSED = PROMISES | {"error", "model", "items.field"}


@dataclass(frozen=True, slots=True)
class Step:
    """A turn as played; ``observed`` is None where it could not be finished."""

    script: TurnScript
    seconds: float
    observed: Observed | None = None
    failures: Sequence[Failure] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A dialogue as played. ``skipped`` says why it was not."""

    scenario: Scenario
    path: Path
    line: int = 1
    steps: Sequence[Step] = field(default=())
    skipped: str = ""

    @property
    def failures(self) -> list[Failure]:
        """All failures, in the order of the turns."""
        return [failure for step in self.steps for failure in step.failures]

    @property
    def known(self) -> bool:
        """Whether it failed as it says it does, and broke no promise."""
        excused = self.scenario.xfail and not any(f.check in _NEVER_EXCUSED for f in self.failures)
        return bool(excused and self.failures)

    @property
    def mended(self) -> bool:
        """Whether it says that it fails, and does not."""
        return bool(self.scenario.xfail) and not self.skipped and not self.failures

    @property
    def passed(self) -> bool:
        """Whether it has no failure, or only known ones."""
        return not self.failures or self.known

    @property
    def seconds(self) -> float:
        """How long it took."""
        return sum(step.seconds for step in self.steps)

    def count(self, check: str) -> int:
        """Distinct subjects of a check that failed, counted turn by turn."""
        return sum(len({f.subject for f in s.failures if f.check == check}) for s in self.steps)

    @property
    def constraint_violations(self) -> int:
        """Shown items that break a hard constraint."""
        return self.count(CONSTRAINT)

    @property
    def ungrounded_sentences(self) -> int:
        """Sentences that name a title, brand or price that is not so."""
        return self.count(GROUNDED)


def following(exchange: Exchange, text: str) -> Turn:
    """The turn that ``text`` makes after a finished one, as a conversation store would."""
    turn = exchange.turn
    return replace(turn_after(turn, turn.said, exchange.reply), text=text)


async def play(located: Located, stage: Stage) -> Report:
    """Play a dialogue to its end, or to a turn that could not be finished."""
    scenario = located.scenario
    steps: list[Step] = []
    past: list[Exchange] = []
    turn = Turn(text=scenario.turns[0].user, profile=scenario.profile)
    reception = stage.reception() if stage.reception is not None else None
    for script in scenario.turns:
        if past:
            turn = following(past[-1], script.user)
        for exchange in _by_staff(script, turn):
            past.append(exchange)
            turn = following(exchange, script.user)
        before = [step.observed for step in steps if step.observed is not None]
        step = await _step(script, turn, stage, reception, tuple(before), tuple(past))
        steps.append(step)
        if step.observed is None:
            break
        past.append(step.observed.exchange)
    return Report(scenario, located.path, located.line, steps)


def _by_staff(script: TurnScript, turn: Turn) -> Iterator[Exchange]:
    """What the shop's people did before the message came."""
    silent = replace(turn, text="")
    if script.person:
        yield said_by_person(silent, script.person)
    if script.hand_back:
        yield handed_back(silent)


async def _step(
    script: TurnScript,
    turn: Turn,
    stage: Stage,
    reception: Reception | None,
    before: Sequence[Observed],
    past: Sequence[Exchange],
) -> Step:
    if stage.script is not None:
        stage.script.lay(script.model or [])
    started = time.perf_counter()
    events: list[Event] = []
    failures: list[Failure] = []
    try:
        turn = replace(turn, text=clean(turn.text, stage.max_message_chars))
        answer = stage.dialogue.run(turn)
        if reception is not None:
            answer = reception.attended(past, turn, answer)
        async with aclosing(answer) as running:
            events = [event async for event in running]
    except ScriptError as exc:
        failures.append(Failure("model", str(exc)))
    except ChatrecError as exc:
        failures.append(Failure("error", f"{type(exc).__name__}: {exc}"))
    except Exception:  # a crash is a finding of this dialogue and must not end the others
        failures.append(Failure("error", traceback.format_exc()))
    seconds = time.perf_counter() - started
    if stage.script is not None and not failures:
        failures += [Failure("model", problem) for problem in stage.script.finish()]
    exchanges = [event for event in events if isinstance(event, Exchange)]
    if failures and not exchanges:
        return Step(script, seconds, None, failures)
    if len(exchanges) != 1 or not isinstance(events[-1], Exchange):
        failures.append(Failure("events", "the last event, and only it, has to be the exchange"))
        return Step(script, seconds, None, failures)
    by_turn = [earlier.shown for earlier in before]
    said = [*(earlier.turn.text for earlier in before), script.user]
    summary = reception.taken if reception else None
    observed = Observed(turn, events, exchanges[0], by_turn, said, summary)
    failures += _unknown_fields(script, stage.shelf)
    failures += check_expected(script.expect, observed, stage.shelf)
    failures += check_always(observed, stage.shelf)
    return Step(script, seconds, observed, failures)


def _unknown_fields(script: TurnScript, shelf: Shelf) -> list[Failure]:
    """A misspelt field would pass every negative test for ever."""
    if script.expect.items is None:
        return []
    known = known_fields(shelf.attributes)
    unknown = [n for n in sorted(expected_fields(script.expect.items)) if fold(n) not in known]
    return [
        Failure("items.field", f"no row has '{name}'; rows have {', '.join(sorted(known))}")
        for name in unknown
    ]
