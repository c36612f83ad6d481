"""Candidates of a vague wish -> the one question whose answer narrows them most.

A question is about a facet or the budget, offers answers that exist, and is asked once in a
conversation. Nobody is asked twice in a row.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatrec.types import TYPE, Candidate, Constraints, Turn, Vocabulary
from chatrec.wording import (
    brand_case,
    is_quality,
    listed,
    means_no,
    means_yes,
    name_of,
    readable,
    things,
)

BUDGET = "budget"
_FEWEST = 6
_COVERAGE = 0.6
_OPTIONS = 3
_BUDGET_SPREAD = 2.0
_UNDERSTOOD = "Is that what you meant? If not, tell me what to change."
_NOT_ASKED = frozenset({"brand", "size"})


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask, what it is about ("budget", a facet), and answers to click."""

    about: str
    text: str
    answers: tuple[str, ...] = ()


def question(
    turn: Turn, constraints: Constraints, candidates: Sequence[Candidate], vocabulary: Vocabulary
) -> Question | None:
    """The question to ask after showing these, or None where none would help or one was asked."""
    if turn.asked or len(candidates) < _FEWEST:
        return None
    said = " ".join(m.text for m in turn.history if m.role == "assistant")
    options = [_on_facet(f, candidates) for f in _open_facets(constraints, vocabulary)]
    ranked = sorted((o for o in options if o is not None), key=lambda o: -o[0])
    asked = [q for _, q in ranked] + [_on_budget(constraints, candidates)]
    return next((q for q in asked if q is not None and q.text.split(":")[0] not in said), None)


def whether_understood(turn: Turn) -> Question | None:
    """Whether the search shown is the one that was meant; None where that was just asked.

    The line that opens the reply has said what was understood.
    """
    last = next((m.text for m in reversed(turn.history) if m.role == "assistant"), "")
    if turn.asked or _UNDERSTOOD in last:
        return None
    return Question("", _UNDERSTOOD)


def which_to_leave_out(unclear: Mapping[str, Sequence[str]]) -> Question:
    """Which of the shown values of a facet is turned down by "not that brand"."""
    facet, values = next(iter(unclear.items()))
    said = [brand_case(value) if readable(facet) == "brand" else value for value in values]
    offered = listed(said, "or")
    answers = tuple(f"not {value}" for value in said)
    return Question(
        f"not {facet}", f"Which {name_of(facet)} should I leave out: {offered}?", answers
    )


def _open_facets(constraints: Constraints, vocabulary: Vocabulary) -> list[str]:
    settled = {*constraints.require, *constraints.prefer, *_NOT_ASKED}
    if constraints.category:
        settled.add(TYPE)
    known = [f.name for f in vocabulary.facets if f.kind == "value" and f.name not in settled]
    return list(dict.fromkeys([*([] if TYPE in settled else [TYPE]), *known]))


def _on_facet(facet: str, candidates: Sequence[Candidate]) -> tuple[float, Question] | None:
    """The question on a facet with the bits of information its answer would give."""
    values = [c.item.values(facet)[:1] for c in candidates]
    counts = Counter(value[0] for value in values if value)
    total = sum(counts.values())
    if total < _COVERAGE * len(candidates) or len(counts) < 2:
        return None
    common = [label for label, number in counts.most_common(_OPTIONS) if number > 1]
    if len(common) < 2:
        return None
    bits = -sum(n / total * math.log2(n / total) for n in counts.values())
    gain = (4.0 if facet == TYPE else 0.0) + min(bits, 2.0) * total / len(candidates)
    return gain, _worded(facet, common, more=len(counts) > len(common))


def _worded(facet: str, labels: Sequence[str], *, more: bool) -> Question:
    name = name_of(facet)
    if any(means_yes(v) or means_no(v) for v in labels):
        adjective = readable(facet)
        text = f"Should it be {adjective}?" if is_quality(adjective) else f"With {adjective}?"
        return Question(facet, text, (f"only {adjective}",) if is_quality(adjective) else ())
    if facet == TYPE:
        kinds = [things(label) for label in labels]
        offered = listed([*kinds, "something else"] if more else kinds, "or")
        return Question(facet, f"What do you have in mind: {offered}?", tuple(kinds))
    offered = listed([*labels, "another"] if more else labels, "or")
    return Question(facet, f"Which {name} would you like: {offered}?", tuple(labels))


def _on_budget(constraints: Constraints, candidates: Sequence[Candidate]) -> Question | None:
    prices = sorted(c.item.price for c in candidates if c.item.price)
    if constraints.price_max is not None or len(prices) < _FEWEST:
        return None
    if prices[-1] < _BUDGET_SPREAD * prices[0]:
        return None
    return Question(BUDGET, "Is there a budget I should keep to?")
