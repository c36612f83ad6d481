"""Reports -> text: what was expected of the state in a turn, and what was shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from chatrec.testkit.observed import Observed
from chatrec.testkit.runner import Report, Step
from chatrec.types import Constraints, Item


def heading(report: Report) -> str:
    """One line on a dialogue."""
    if report.skipped:
        return f"skip   {report.scenario.id}: {report.skipped}"
    if report.known:
        return f"xfail  {report.scenario.id}: {report.scenario.xfail}"
    if report.mended:
        return f"MENDED {report.scenario.id}: passes, though marked: {report.scenario.xfail}"
    verdict = "ok" if report.passed else "FAILED"
    turns = len(report.scenario.turns)
    return f"{verdict:<6} {report.scenario.id} ({turns} turns, {report.seconds:.1f} s)"


def failure_text(report: Report) -> str:
    """The dialogue up to its last failed turn; the turns that failed in full."""
    lines = [f"{report.scenario.id}  {report.path}:{report.line}"]
    failed = [number for number, step in enumerate(report.steps) if step.failures]
    for number, step in enumerate(report.steps[: failed[-1] + 1 if failed else 0]):
        lines.append(f"  turn {number + 1}: {step.script.user!r}")
        lines += [f"    {line}" for line in (_full(step) if step.failures else _brief(step))]
    return "\n".join(lines)


def totals(reports: Sequence[Report]) -> str:
    """How many passed, the two totals that have to be zero, and which marks can go."""
    played = [report for report in reports if not report.skipped]
    passed = sum(report.passed and not report.known for report in played)
    known = sum(report.known for report in played)
    shown = sum(
        len(step.observed.shown) for report in played for step in report.steps if step.observed
    )
    lines = [
        f"{passed} of {len(played)} dialogues passed, {known} failed as known, "
        f"{len(reports) - len(played)} skipped",
        f"constraint violations: {sum(r.constraint_violations for r in played)} "
        f"among {shown} shown items",
        f"ungrounded sentences: {sum(r.ungrounded_sentences for r in played)}",
    ]
    if mended := [report.scenario.id for report in played if report.mended]:
        lines.append(f"marked as known failures, but pass now: {', '.join(mended)}")
    return "\n".join(lines)


def _full(step: Step) -> Iterator[str]:
    wanted = step.script.expect.model_dump(mode="json", exclude_unset=True, by_alias=True)
    yield f"expected     {json.dumps(wanted, ensure_ascii=False) if wanted else 'the promises'}"
    for failure in step.failures:
        first, *more = failure.message.splitlines() or [""]
        yield f"x {failure.check}: {first}"
        yield from (f"    {line}" for line in more)
    if step.observed is not None:
        yield from _state(step.observed)


def _brief(step: Step) -> Iterator[str]:
    if step.observed is not None:
        kind, shown = step.observed.exchange.reply.kind, step.observed.shown
        yield f"{kind}: {', '.join(item.id for item in shown) or 'no items'}"


def _state(observed: Observed) -> Iterator[str]:
    exchange = observed.exchange
    reply, understanding = exchange.reply, exchange.understanding
    about = f" about {', '.join(understanding.about)}" if understanding.about else ""
    unreadable = "" if understanding.readable else " (the reading was unreadable)"
    yield f"kind         {reply.kind} (intent {understanding.intent}{about}){unreadable}"
    yield f"constraints  {constraints_line(reply.constraints)}"
    if not reply.recommendations:
        yield "items        none"
    for card in reply.recommendations:
        yield f"items        {card.rank}. {item_line(card.item)}"
    if reply.citations:
        yield f"cited        {', '.join(entry.id for entry in reply.citations)}"
    yield f"text         {reply.text!r}"


def item_line(item: Item) -> str:
    """Id, title, price and currency."""
    price = "no price" if item.price is None else f"{item.price:g} {item.currency or ''}"
    return f"{item.id} '{item.title}' {price.strip()}"


def constraints_line(constraints: Constraints) -> str:
    """What stands, by name; "none" when nothing does."""
    parts = [f"wish={constraints.wish!r}"] if constraints.wish else []
    if constraints.category:
        parts.append(f"category={'|'.join(constraints.category)}")
    for name in ("price_min", "price_max"):
        if (bound := getattr(constraints, name)) is not None:
            parts.append(f"{name}={bound:g}")
    for name in ("require", "exclude", "prefer"):
        facets: Mapping[str, tuple[str, ...]] = getattr(constraints, name)
        parts += [f"{name}.{facet}={'|'.join(values)}" for facet, values in facets.items()]
    for facet, bounds in constraints.numeric.items():
        parts.append(f"{facet}={bounds.low}..{bounds.high}")
    if constraints.rejected:
        parts.append(f"rejected={'|'.join(sorted(constraints.rejected))}")
    return " ".join(parts) or "none"
