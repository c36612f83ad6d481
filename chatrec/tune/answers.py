"""What a message's parts are for -> the answer that a reading should give.

The gold answer speaks in the labels that spotting gives, so training sees exactly what serving
sees. A part that spotting does not find makes the turn unusable, never a wrong lesson.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chatrec.tune.parts import Card, NotSayable, Phrase, Relative, Slot, Title
from chatrec.tune.shoppers import Amount, Value
from chatrec.types import TYPE, Constraints, Intent, Mention
from chatrec.understand.bounds import around
from chatrec.understand.items import label_of
from chatrec.understand.number_words import normalise
from chatrec.understand.schema import ROLES, standing_names
from chatrec.understand.spotted import Spotted


def gold_answer(
    intent: Intent,
    roles: Mapping[str, Sequence[Slot]],
    cleared: Sequence[str],
    spotted: Spotted,
    text: str,
    constraints: Constraints,
) -> dict[str, Any]:
    """The answer as the schema orders it.

    Raises:
        NotSayable: spotting does not find what a slot says.
    """
    labels: dict[str, list[str]] = {role: [] for role in ROLES}
    for role, slots in roles.items():
        for slot in slots:
            for target, label in _labels(role, slot, spotted, text):
                asked = intent in (Intent.ABOUT, Intent.COMPARE) and target == "want"
                labels["wish" if asked or target == "ideal" else target].append(label)
    return arranged(intent, labels, cleared, spotted, constraints)


def arranged(
    intent: Intent,
    labels: Mapping[str, Sequence[str]],
    cleared: Sequence[str],
    spotted: Spotted,
    constraints: Constraints,
) -> dict[str, Any]:
    """The answer of these labels: roles as the schema orders them, each as the message does."""
    places = {m.label: m.start for m in reversed(spotted.mentions)}
    answer: dict[str, Any] = {"intent": str(intent)}
    for role in ROLES:
        if labels[role]:
            unique = dict.fromkeys(labels[role])
            answer[role] = sorted(unique, key=lambda label: _order(label, places))
    for name in standing_names(constraints):
        if name in cleared:
            answer[name] = None
    return answer


def _order(label: str, places: Mapping[str, int]) -> tuple[int, str]:
    """As the message has them; cards by place."""
    return (-1, label) if label.startswith("#") else (places.get(label, -1), label)


def compact(answer: Mapping[str, Any]) -> str:
    """JSON without spaces, as the engines decode it."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def _labels(role: str, slot: Slot, spotted: Spotted, text: str) -> Iterator[tuple[str, str]]:
    match slot:
        case Card(place):
            yield role, label_of(place)
        case Relative(label):
            _require(any(m.kind == "relative" and m.label == label for m in spotted.mentions))
            yield role, label
        case Amount():
            yield role, _amount_label(role, slot, spotted)
        case Value():
            yield from _value_labels(role, slot, spotted, text)
        case Phrase(surface):
            for mention in _inside(surface, spotted, text):
                given = role == "wish" and mention.kind == "value" and mention.facet != TYPE
                yield ("want" if given else role), mention.label
        case Title(surface, types):
            found = _inside(surface, spotted, text)
            kinds = [m for m in found if m.facet == TYPE and set(m.values) & set(types)]
            for mention in found:
                wanted = mention.facet == "brand" or mention in kinds[-1:]
                yield ("want" if wanted else "wish"), mention.label


def _require(found: bool) -> None:
    if not found:
        raise NotSayable("not spotted")


def _amount_label(role: str, slot: Amount, spotted: Spotted) -> str:
    meant = Mention("range", "", -1, -1, slot.facet, slot.low, slot.high)
    near = around(meant)
    told: dict[str, tuple[float | None, float | None]] = {
        "min": (slot.low, None),
        "max": (None, slot.high),
        "near": (near.low, near.high),
    }
    wanted = (told[role], (slot.low, slot.high))
    for mention in spotted.mentions:
        same = mention.kind in ("number", "range") and mention.facet == slot.facet
        if same and any(
            _near(mention.low, low) and _near(mention.high, high) for low, high in wanted
        ):
            return mention.label
    raise NotSayable("amount not spotted")


def _near(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= 1e-3 * max(abs(a), abs(b), 1e-9)


def _value_labels(role: str, slot: Value, spotted: Spotted, text: str) -> Iterator[tuple[str, str]]:
    for mention in spotted.mentions:
        same = mention.facet == slot.facet and slot.value in mention.values
        if mention.kind == "value" and same:
            yield role, mention.label
            return
    raise NotSayable("value not spotted")


def _inside(surface: str, spotted: Spotted, text: str) -> list[Mention]:
    """Values and words that stand inside a surface; at least one must."""
    whole, part = normalise(text).lower(), normalise(surface).lower()
    start = whole.find(part)
    _require(start >= 0)
    end = start + len(part)
    found = [
        m
        for m in spotted.mentions
        if m.kind in ("value", "word") and start <= m.start and m.end <= end
    ]
    _require(bool(found))
    return found
