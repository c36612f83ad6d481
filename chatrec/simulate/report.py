"""Records and rates -> a table, a JSON object, and transcripts in which failures come first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from chatrec.dialogue.offers import question_of
from chatrec.simulate.judge import Marks
from chatrec.simulate.play import WITHIN, Record, Step
from chatrec.simulate.rates import Rate, Rates
from chatrec.testkit.report import constraints_line, item_line

ALL = "all"


def summary(told: Rates) -> str:
    """The rates of all dialogues, one a line."""
    shares = (
        (f"goal met within {WITHIN} turns", told.success),
        ("cards and sentences that break a promise", told.promises),
        ("cards that break what the shopper said", told.violations),
        ("slots not in the state once said", told.unread),
        ("slots forgotten later", told.forgotten),
        ("slots still held when taken back", told.stuck),
        ("questions asked again", told.asked_again),
        ("side steps answered as such", told.asides),
        ("cards pointed at, found", told.pointed),
    )
    lines = [
        f"{name:42}{_share(rate):>8}  {_interval(rate):15}{rate.hits:.0f} of {rate.total}"
        for name, rate in shares
    ]
    for name, rate in (("turns to success", told.turns), ("seconds a turn", told.seconds)):
        lines.append(f"{name:42}{_number(rate.value):>8}  {_range(rate)}")
    if told.errors:
        lines.append(f"{'dialogues ended by an error':42}{told.errors:>8}")
    return "\n".join(lines)


def table(rows: Mapping[str, Rates]) -> str:
    """The rates by behaviour. A dialogue counts in every row that fits it."""
    head = ("dialogues", "success", "95 %", "turns", "promises", "misread", "unread", "forgotten")
    lines = [f"{'':17}" + "".join(f"{name:>{_width(name)}}" for name in head)]
    for name, row in rows.items():
        cells = (
            str(row.success.total),
            _share(row.success),
            _interval(row.success),
            _number(row.turns.value),
            f"{row.promises.hits:.0f}",
            _share(row.violations),
            _share(row.unread),
            _share(row.forgotten),
        )
        pairs = zip(head, cells, strict=True)
        lines.append(f"{name:17}" + "".join(f"{cell:>{_width(of)}}" for of, cell in pairs))
    return "\n".join(lines)


def as_json(
    records: Sequence[Record], told: Rates, rows: Mapping[str, Rates], run: Mapping[str, Any]
) -> dict[str, Any]:
    """Everything measured, and each dialogue in short; ``run`` says how it was made."""
    return {
        **run,
        "played": len(records),
        "rates": _rates(told),
        "behaviours": {name: _rates(row) for name, row in rows.items()},
        "dialogues": [_dialogue(record) for record in records],
    }


def transcripts(records: Sequence[Record]) -> str:
    """Every dialogue in full: those that failed first, then those with anything wrong in them."""
    ordered = sorted(records, key=lambda r: (r.succeeded, _clean(r), r.number))
    return "\n\n".join("\n".join(_transcript(record)) for record in ordered) + "\n"


def _transcript(record: Record) -> Iterator[str]:
    verdict = "met" if record.succeeded else "met late" if record.met else "NOT MET"
    yield f"=== shopper {record.number}: {verdict}, {record.turns} turns"
    yield f"    {', '.join(record.behaviours)}"
    yield f"    goal at the end: {'; '.join(map(str, record.goal.slots))}"
    for number, step in enumerate(record.steps, start=1):
        yield ""
        yield from _turn(number, step)
    if record.error:
        yield ""
        yield from (f"    {line}" for line in record.error.splitlines())


def _turn(number: int, step: Step) -> Iterator[str]:
    exchange = step.observed.exchange
    reply, understood = exchange.reply, exchange.understanding
    meant = [str(slot) for slot in step.act.slots]
    taken_back = [f"no longer {step.act.old}"] if step.act.old else []
    yield f"{number}   {step.observed.turn.text}"
    yield f"    meant     {': '.join(filter(None, (step.act.does, '; '.join(meant + taken_back))))}"
    asked = f", asks for {question}" if (question := question_of(reply)) else ""
    unreadable = "" if understood.readable else " (unreadable)"
    yield f"    answer    {understood.intent} -> {reply.kind}{asked}{unreadable}"
    yield f"    state     {constraints_line(reply.constraints)}"
    yield from (f"    card      {item_line(card.item)}" for card in reply.recommendations)
    if not reply.recommendations:
        yield f"    text      {reply.text.splitlines()[0] if reply.text else ''}"
    yield from (f"  ! {problem}" for problem in problems(step.marks))


def problems(marks: Marks) -> Iterator[str]:
    """What is wrong with a turn, one thing a line."""
    yield from (f"PROMISE {failure.check}: {failure.message}" for failure in marks.promises)
    for violation in marks.violations:
        broken = violation.slot or "being turned down"
        yield f"card {violation.item.id} breaks what was said: {broken}"
    yield from (f"not in the state: {slot}" for slot in marks.unread)
    yield from (f"forgotten: {slot}" for slot in marks.forgotten)
    yield from (f"taken back and still held: {slot}" for slot in marks.stuck)
    if marks.asked_again:
        yield "asks what is known or was asked before"
    if marks.aside is False:
        yield "the side step was not answered as one"
    if marks.pointed is False:
        yield "not the card that was pointed at"


def _clean(record: Record) -> bool:
    return not any(list(problems(step.marks)) for step in record.steps)


def _dialogue(record: Record) -> dict[str, Any]:
    return {
        "number": record.number,
        "succeeded": record.succeeded,
        "met": record.met,
        "turns": record.turns,
        "behaviours": record.behaviours,
        "goal": [str(slot) for slot in record.goal.slots],
        "messages": [step.observed.turn.text for step in record.steps],
        "problems": [list(problems(step.marks)) for step in record.steps],
        "error": record.error,
    }


def _rates(told: Rates) -> dict[str, Any]:
    numbers: dict[str, Any] = asdict(told)
    for name, rate in numbers.items():
        if isinstance(rate, dict):
            known: Rate = getattr(told, name)
            rate["value"] = known.value
    return numbers


def _width(name: str) -> int:
    return 16 if name == "95 %" else 11


def _share(rate: Rate) -> str:
    return "-" if rate.value is None else f"{rate.value:.1%}"


def _interval(rate: Rate) -> str:
    return "" if rate.value is None else f"{rate.low:.1%}-{rate.high:.1%}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _range(rate: Rate) -> str:
    return "" if rate.value is None else f"{rate.low:.2f}-{rate.high:.2f}"
