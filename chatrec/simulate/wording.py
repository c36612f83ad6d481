"""An act -> a message, by the patterns of `phrases.yaml`. Knows no goal and no dialogue.

A thing is named with some of its slots in front ("black waterproof boots") and the others behind
("under $80, no leather"); amounts are written in the shop's currency, measures in a unit.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from chatrec.simulate.acts import Act, Does
from chatrec.simulate.slots import Role, Slot
from chatrec.types import Vocabulary
from chatrec.wording import measure, ordinal, plain_number, plural, readable

_IN_FRONT = 0.5
_YES = "yes"


@cache
def phrases() -> Mapping[str, Any]:
    """The patterns that come with the package."""
    text = files("chatrec.simulate").joinpath("phrases.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


class Wording:
    """Words acts for one shop."""

    def __init__(self, vocabulary: Vocabulary, patterns: Mapping[str, Any] | None = None) -> None:
        self._patterns = phrases() if patterns is None else patterns
        self._currency = vocabulary.currency
        self._units = {f.name: f.unit for f in vocabulary.facets if f.kind == "number"}

    def message(self, rng: random.Random, act: Act) -> str:
        """The act in words, spelt right."""
        match act.does:
            case Does.OPEN if not any(slot.role is Role.TYPE for slot in act.slots):
                return self._pick(rng, "vague").format(parts=self._behind(rng, act.slots))
            case Does.OPEN | Does.RESTATE | Does.CHANGE_TYPE:
                old = plural(act.old.value) if act.old else ""
                pattern = self._pick(rng, act.does.replace(" ", "_"))
                return pattern.format(np=self._thing(rng, act.slots), old=old)
            case Does.INFORM:
                return self._informs(rng, act.slots)
            case Does.ANSWER:
                return self._said(rng, act.slots[0], "answer")
            case Does.INSIST:
                return self._pick(rng, "insist").format(
                    behind=self._said(rng, act.slots[0], "behind")
                )
            case Does.REPLACE:
                return self._said(rng, act.slots[0], "replace", act.old)
            case Does.DROP if act.old is not None:
                return self._said(rng, act.old, "drop")
        place = ordinal(act.places[0]) if act.places else ""
        return self._pick(rng, act.does.replace(" ", "_")).format(place=place)

    def _informs(self, rng: random.Random, slots: Sequence[Slot]) -> str:
        """The first slot as a sentence, the others behind it."""
        parts = [self._said(rng, slots[0], "alone")]
        if rest := self._behind(rng, slots[1:]):
            parts.append(rest)
        return self._pick(rng, "join").join(parts)

    def _thing(self, rng: random.Random, slots: Iterable[Slot]) -> str:
        """A noun phrase: what the thing is with everything that is said of it."""
        kind, front, behind = "", [], []
        for slot in slots:
            if slot.role is Role.TYPE:
                kind = plural(slot.value)
            elif "front" in self._of(slot) and rng.random() < _IN_FRONT:
                front.append(self._said(rng, slot, "front"))
            else:
                behind.append(slot)
        phrase = " ".join([*front, kind])
        if behind:
            joint = rng.choice((" ", ", ")) if _is_tail(behind[0]) else " "
            phrase += joint + self._behind(rng, behind)
        return phrase + self._pick(rng, "end")

    def _behind(self, rng: random.Random, slots: Sequence[Slot]) -> str:
        return self._pick(rng, "join").join(self._said(rng, slot, "behind") for slot in slots)

    def _said(self, rng: random.Random, slot: Slot, form: str, old: Slot | None = None) -> str:
        pattern: str = rng.choice(self._of(slot)[form])
        return pattern.format(
            value=slot.value,
            old=self._short(rng, old) if old else "",
            types=plural(slot.value),
            facet=readable(slot.facet),
            low=self._amount(rng, slot, slot.bounds.low),
            amount=self._amount(
                rng, slot, slot.bounds.low if slot.bounds.high is None else slot.bounds.high
            ),
        )

    def _short(self, rng: random.Random, slot: Slot) -> str:
        """The slot in one or two words: "black", "$80"."""
        high = slot.bounds.low if slot.bounds.high is None else slot.bounds.high
        return slot.value or self._amount(rng, slot, high)

    def _of(self, slot: Slot) -> Mapping[str, Sequence[str]]:
        """The patterns of a slot."""
        forms: Mapping[str, Sequence[str]] = self._patterns["slots"][_kind(slot)]
        return forms

    def _amount(self, rng: random.Random, slot: Slot, number: float | None) -> str:
        if number is None:
            return ""
        if slot.role is Role.MEASURE:
            return measure(number, self._units.get(slot.facet))
        known: Mapping[str, Sequence[str]] = self._patterns["amount"]
        pattern = rng.choice(known.get(self._currency, known[""]))
        return pattern.format(n=plain_number(number))

    def _pick(self, rng: random.Random, key: str) -> str:
        pattern: str = rng.choice(self._patterns[key])
        return pattern


def _kind(slot: Slot) -> str:
    """The section of the patterns that a slot belongs to."""
    match slot.role:
        case Role.BUDGET:
            return "budget" if slot.bounds.low is None else "budget_range"
        case Role.MEASURE if slot.bounds.high is None:
            return "measure_min"
        case Role.MEASURE:
            return "weight_max" if slot.facet == "weight" else "measure_max"
        case Role.AVOID:
            return "avoid_brand" if slot.facet == "brand" else "avoid"
        case Role.WANT if slot.value == _YES:
            return "quality"
        case Role.WANT:
            return slot.facet
    return str(slot.role)


def _is_tail(slot: Slot) -> bool:
    return slot.role in {Role.BUDGET, Role.AVOID, Role.SOFT, Role.MEASURE}
