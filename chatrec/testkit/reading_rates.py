"""Cases + model -> every case read and marked, rates by behaviour, failures for a person.

Prompts and raw answers are kept beside the marks, so that a failure can be seen whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field

from chatrec.ports import Completion, JsonSchema, LanguageModel
from chatrec.testkit.reading_score import KINDS, Marks, Slots, marks, unspotted
from chatrec.testkit.reading_set import Case, ReadingShop
from chatrec.types import Intent, Message, Understanding
from chatrec.understand import Reader

_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Scored:
    """A case, what was understood, its marks, and the exchange with the model behind it."""

    case: Case
    understood: Understanding
    marks: Marks
    prompt: str
    answers: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether intent and state are both right."""
        return self.marks.intent and self.marks.exact


_heard: ContextVar[tuple[list[str], list[str]]] = ContextVar("heard")


class _Overheard:
    """A model whose prompts and answers are noted for the turn that they belong to."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self.name = model.name
        self.tuned = model.tuned

    async def complete(
        self, messages: Sequence[Message], schema: JsonSchema, *, max_tokens: int
    ) -> Completion:
        prompts, answers = _heard.get()
        prompts.append(messages[-1].text)
        done = await self._model.complete(messages, schema, max_tokens=max_tokens)
        answers.append(done.text)
        return done

    def stream(self, messages: Sequence[Message], *, max_tokens: int) -> AsyncGenerator[str, None]:
        return self._model.stream(messages, max_tokens=max_tokens)

    def count_tokens(self, messages: Sequence[Message]) -> int:
        return self._model.count_tokens(messages)

    async def aclose(self) -> None:
        """The model belongs to who made it."""


async def score(
    cases: Sequence[Case], shops: Mapping[str, ReadingShop], model: LanguageModel
) -> list[Scored]:
    """Every case read by the model and marked, in order.

    Raises:
        EngineError: the model failed.
    """
    overheard = _Overheard(model)
    names = dict.fromkeys(case.shop for case in cases)
    readers = {name: Reader(shops[name].vocabulary, overheard) for name in names}
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(case: Case) -> Scored:
        async with gate:
            heard: tuple[list[str], list[str]] = ([], [])
            _heard.set(heard)
            understood, _calls = await readers[case.shop].understand(case.turn)
        prompt = heard[0][0] if heard[0] else ""
        return Scored(case, understood, marks(case, understood), prompt, tuple(heard[1]))

    return list(await asyncio.gather(*(one(case) for case in cases)))


@dataclass(slots=True)
class Rates:
    """Rates of one behaviour, or of all."""

    turns: int = 0
    intents: int = 0
    exact: int = 0
    passed: int = 0
    slots: dict[str, Slots] = field(default_factory=lambda: {kind: Slots() for kind in KINDS})

    def add(self, one: Scored) -> None:
        """Count a turn in."""
        self.turns += 1
        self.intents += one.marks.intent
        self.exact += one.marks.exact
        self.passed += one.passed
        for kind in KINDS:
            self.slots[kind].add(one.marks.slots[kind])

    def table(self) -> dict[str, float | int | None]:
        """Shares in [0, 1] under the names that reports use."""
        turns = max(1, self.turns)
        rates: dict[str, float | int | None] = {
            "turns": self.turns,
            "intent": self.intents / turns,
            "state": self.exact / turns,
            "both": self.passed / turns,
        }
        return rates | {kind: self.slots[kind].f1 for kind in KINDS}


ALL = "all"


def by_behaviour(scored: Sequence[Scored]) -> dict[str, Rates]:
    """Rates of each behaviour, and last those of all turns."""
    rates: dict[str, Rates] = {}
    for one in scored:
        rates.setdefault(one.case.behaviour, Rates()).add(one)
    total = Rates()
    for one in scored:
        total.add(one)
    return rates | {ALL: total}


@dataclass(frozen=True, slots=True)
class Doubt:
    """What asking back below a confidence would do; all as shares.

    ``asked`` of all turns; ``wrong_asked`` of the misread turns, which are the ones to catch;
    ``right`` of the turns that are not asked about.
    """

    below: float
    asked: float
    wrong_asked: float
    right: float


def doubts(scored: Sequence[Scored], thresholds: Sequence[float]) -> list[Doubt]:
    """The curve from which the confidence below which to ask back is chosen.

    Turns whose model told no confidence are left out.
    """
    told = [(one.understood.confidence, one.passed) for one in scored]
    known = [(confidence, passed) for confidence, passed in told if confidence is not None]
    wrong = sum(not passed for _, passed in known)
    curve = []
    for below in thresholds:
        rest = [passed for confidence, passed in known if confidence >= below]
        asked = len(known) - len(rest)
        caught = wrong - rest.count(False)
        curve.append(
            Doubt(
                below,
                asked / max(1, len(known)),
                caught / max(1, wrong),
                rest.count(True) / max(1, len(rest)),
            )
        )
    return curve


def failure_text(one: Scored) -> str:
    """A failed turn for a person to read."""
    case, got = one.case, one.understood
    lines = [
        f"{case.behaviour} ({case.shop}): {case.turn.text!r}",
        *(f"    {line}" for line in one.prompt.splitlines()),
        *(f"    answer {answer}" for answer in one.answers),
    ]
    if not one.marks.intent:
        wanted = " or ".join(str(intent) for intent in case.intents)
        lines.append(f"  intent is {_intent(got)}, not {wanted}")
    lines += [f"  {problem}" for problem in one.marks.problems]
    missed = list(unspotted(case, got))
    if missed:
        lines.append(f"  not spotted: {', '.join(missed)}")
    return "\n".join(lines)


def _intent(understood: Understanding) -> Intent | str:
    return understood.intent if understood.readable else "unreadable"
