"""Case + Understanding -> marks: which slots are right, which are missing, which too many.

A state is right when every slot is there and none too many, which dialogue state tracking calls
joint goal accuracy (Henderson et al., 2014, https://aclanthology.org/W14-4337); slot F1 says how
near the wrong ones come. Both are taken over the whole state after the turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from chatrec.testkit.reading_set import Case, State
from chatrec.types import TYPE, Bounds, Constraints, Turn, Understanding
from chatrec.words import stems

KINDS = ("wanted", "unwanted", "numeric", "reference")
_NEAR = 0.005  # numbers that differ by less, as a share, are the same to a shopper
_AROUND = (0.65, 1.35)  # how far "around 50" may be taken, as shares of it

_YES = "yes"

Value = tuple[str, str]


@dataclass(slots=True)
class Slots:
    """Slots of one kind that are right, missing and too many."""

    right: int = 0
    missing: int = 0
    spare: int = 0

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; None where there is nothing to find."""
        total = 2 * self.right + self.missing + self.spare
        return 2 * self.right / total if total else None

    def add(self, other: Slots) -> None:
        """Count another turn's slots in."""
        self.right += other.right
        self.missing += other.missing
        self.spare += other.spare


@dataclass(slots=True)
class Marks:
    """How well one turn was understood; ``problems`` says what is wrong with the state."""

    intent: bool
    slots: dict[str, Slots] = field(default_factory=lambda: {kind: Slots() for kind in KINDS})
    problems: list[str] = field(default_factory=list)

    @property
    def exact(self) -> bool:
        """Whether the whole state after the turn is as expected."""
        return not self.problems


def marks(case: Case, understood: Understanding) -> Marks:
    """The marks of one turn."""
    result = Marks(understood.readable and understood.intent in case.intents)
    got, then = understood.constraints, case.then
    told = [{(m.facet, value) for value in m.values} for m in understood.mentions]
    _values(result, "wanted", _wanted(then), _held(got), got.wish, told)
    _values(result, "unwanted", then.avoid, _pairs(got.exclude), "", told)
    hard = {*_pairs(got.require)}
    for slot in then.must:
        if not any(_is(slot, value) for value in hard):
            result.problems.append(f"{slot} is not a must")
    _numbers(result, case, got)
    _wish(result, then, got)
    _references(result, case, understood)
    return result


def _wanted(state: State) -> tuple[str, ...]:
    types = ("|".join(f"{TYPE}={a}" for a in each.split("|")) for each in state.type)
    return (*types, *state.want, *state.must)


def _held(constraints: Constraints) -> list[Value]:
    held = [(TYPE, value) for value in constraints.category]
    return [*held, *_pairs(constraints.require), *_pairs(constraints.prefer)]


def _pairs(values: Mapping[str, tuple[str, ...]]) -> list[Value]:
    return [(facet, value) for facet, labels in values.items() for value in labels]


def _is(slot: str, got: Value) -> bool:
    """Whether a value is one that the slot takes."""
    facet, value = got
    for each in slot.split("|"):
        name, _, wanted = each.rpartition("=")
        if name:
            same = (name, wanted) == got
        else:
            same = stems(wanted) == stems(value) or (wanted == facet and value == _YES)
        if same:
            return True
    return False


def _in_wish(slot: str, wish: str) -> bool:
    held = set(stems(wish))
    return any("=" not in each and set(stems(each)) <= held for each in slot.split("|"))


def _values(
    result: Marks,
    kind: str,
    slots: Sequence[str],
    got: Sequence[Value],
    wish: str,
    told: Sequence[AbstractSet[Value]],
) -> None:
    """Count the slots; ``told`` are the values that each mention of the message names together."""
    count = result.slots[kind]
    for slot in slots:
        if any(_is(slot, value) for value in got) or _in_wish(slot, wish):
            count.right += 1
        else:
            count.missing += 1
            result.problems.append(f"{kind}: {slot} is missing")
    for value in got:
        synonyms = {other for values in told if value in values for other in values} | {value}
        if not any(_is(slot, other) for slot in slots for other in synonyms):
            count.spare += 1
            result.problems.append(f"{kind}: {'='.join(value)} is too many")


def _numbers(result: Marks, case: Case, got: Constraints) -> None:
    count = result.slots["numeric"]
    bounds = {"price": Bounds(got.price_min, got.price_max), **got.numeric}
    expected = _expected_bounds(case)
    for name in dict.fromkeys([*expected, *bounds]):
        ends = expected.get(name, (None, None))
        held = bounds.get(name, Bounds())
        for side, end, value in (("min", ends[0], held.low), ("max", ends[1], held.high)):
            if end is None and value is None:
                continue
            if end is not None and value is not None and end[0] <= value <= end[1]:
                count.right += 1
                continue
            count.missing += end is not None
            count.spare += value is not None
            result.problems.append(f"numeric: {name} {side} is {value}, not {_told(end)}")


Interval = tuple[float, float]
Ends = tuple[Interval | None, Interval | None]


def _expected_bounds(case: Case) -> dict[str, Ends]:
    """For each number's lower and upper end, the interval in which it may lie."""
    state, turn = case.then, case.turn
    price: Ends = (_end(state.min, turn), _end(state.max, turn))
    if state.around is not None:
        price = _around(state.around)
    expected = {"price": price}
    for name, bounds in state.numeric.items():
        if isinstance(bounds, str):
            expected[name] = _around(float(bounds.removeprefix("around ")))
        else:
            expected[name] = (_end(bounds[0], turn), _end(bounds[1], turn))
    return expected


def _around(number: float) -> Ends:
    return (number * _AROUND[0], number), (number, number * _AROUND[1])


def _end(bound: float | str | None, turn: Turn) -> Interval | None:
    if bound is None:
        return None
    if not isinstance(bound, str):
        return bound * (1 - _NEAR), bound * (1 + _NEAR)
    side, which = bound.split()
    cards = turn.shown if which == "all" else (turn.shown[int(which[1:]) - 1],)
    prices = [card.price for card in cards if card.price is not None]
    if side == "<":
        return min(prices) * 0.5, min(prices) - 0.001
    return max(prices) + 0.001, max(prices) * 2


def _told(end: Interval | None) -> str:
    return "open" if end is None else f"{end[0]:g} to {end[1]:g}"


def _wish(result: Marks, then: State, got: Constraints) -> None:
    held = {*stems(got.wish), *(s for _, value in _held(got) for s in stems(value))}
    said = set(stems(got.wish))
    for words in then.wish:
        if not any(set(stems(each)) <= held for each in words.split("|")):
            result.problems.append(f"wish: {words} is missing")
    result.problems += [
        f"wish: {word} is in it" for word in then.wish_not if stems(word)[0] in said
    ]


def _references(result: Marks, case: Case, understood: Understanding) -> None:
    count = result.slots["reference"]
    refused = {case.turn.shown[place - 1].id for place in case.then.reject}
    pairs: list[tuple[str, Iterable[str], Iterable[str]]] = [
        ("rejected", refused, understood.constraints.rejected)
    ]
    if case.items is not None:
        pairs.append(("items", case.items, understood.about))
    for name, wanted, got in pairs:
        wanted, got = set(wanted), set(got)
        count.right += len(wanted & got)
        count.missing += len(wanted - got)
        count.spare += len(got - wanted)
        if wanted != got:
            result.problems.append(f"reference: {name} {_places(got, case.turn)}")


def _places(ids: Iterable[str], turn: Turn) -> str:
    places = {item.id: f"#{n}" for n, item in enumerate(turn.shown, start=1)}
    return " ".join(sorted(places.get(item_id, item_id) for item_id in ids)) or "none"


def unspotted(case: Case, understood: Understanding) -> Iterator[str]:
    """Expected slots that no answer could have given: nothing standing or mentioned has them."""
    stood = case.turn.constraints
    mentions = understood.mentions
    values = [(m.facet, v) for m in mentions for v in m.values]
    values += [*_held(stood), *_pairs(stood.exclude)]
    words = " ".join(m.label for m in mentions if m.kind in ("word", "value"))
    for slot in (*_wanted(case.then), *case.then.avoid):
        if not any(_is(slot, value) for value in values) and not _in_wish(slot, words):
            yield slot
    ends: list[tuple[str, float | None]] = [("price", stood.price_min), ("price", stood.price_max)]
    ends += [(name, end) for name, b in stood.numeric.items() for end in (b.low, b.high)]
    ends += [(m.facet, end) for m in mentions for end in (m.low, m.high)]
    relative = any(m.kind == "relative" for m in mentions)
    for name, expected in _expected_bounds(case).items():
        for end in expected:
            near = end is not None and any(
                name == facet and value is not None and end[0] <= value <= end[1]
                for facet, value in ends
            )
            if end is not None and not near and not relative:
                yield f"{name} {_told(end)}"
