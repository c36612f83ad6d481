"""The constraints after a turn and what was expected of them -> what is not so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chatrec.testkit.observed import Failure, Observed, unmet
from chatrec.testkit.scenario import ConstraintsExpect, RangeExpect
from chatrec.types import Bounds, Constraints
from chatrec.words import fold, stems


def check_constraints(expect: ConstraintsExpect, observed: Observed) -> Iterator[Failure]:
    """What of the state is not as expected; keys that are not given are not looked at.

    Raises:
        ReferenceProblem: ``rejected`` points at nothing that was shown.
    """
    state, given = observed.exchange.reply.constraints, expect.model_fields_set
    for name in ("price_min", "price_max"):
        wanted, got = getattr(expect, name), getattr(state, name)
        if name in given and wanted != got:
            yield unmet(f"constraints.{name}", wanted, got)
    if "category" in given and not _holds(expect.category, state.category):
        yield unmet("constraints.category", expect.category, state.category)
    if "wish" in given and not _wishes(expect.wish, state):
        yield unmet("constraints.wish", expect.wish, repr(state.wish))
    for name in ("require", "exclude", "prefer"):
        if name in given:
            yield from _facets(name, getattr(expect, name), getattr(state, name))
    if "numeric" in given:
        yield from _numeric(expect.numeric or {}, state.numeric)
    for reference in expect.rejected or ():
        if observed.refer(reference).id not in state.rejected:
            yield unmet("constraints.rejected", reference, sorted(state.rejected))


def _facets(
    name: str,
    wanted: Mapping[str, list[str] | None] | None,
    held: Mapping[str, tuple[str, ...]],
) -> Iterator[Failure]:
    if not wanted and held:
        yield unmet(f"constraints.{name}", "none", dict(held))
    for facet, values in (wanted or {}).items():
        if not _holds(values, held.get(facet, ())):
            yield unmet(f"constraints.{name}.{facet}", values, held.get(facet))


def _numeric(
    wanted: Mapping[str, RangeExpect | None], held: Mapping[str, Bounds]
) -> Iterator[Failure]:
    if not wanted and held:
        yield unmet("constraints.numeric", "none", dict(held))
    for facet, limits in wanted.items():
        if not _limits(limits, held.get(facet)):
            told = limits and limits.model_dump(exclude_unset=True)
            yield unmet(f"constraints.numeric.{facet}", told, held.get(facet))


def _holds(wanted: list[str] | None, held: tuple[str, ...]) -> bool:
    """Whether all wanted labels stand; None wants none to."""
    if wanted is None:
        return not held
    return {fold(label) for label in wanted} <= {fold(label) for label in held}


def _wishes(wanted: list[str] | None, state: Constraints) -> bool:
    if wanted is None:
        return not state.wish.strip()
    return {stem for word in wanted for stem in stems(word)} <= set(stems(state.wish))


def _limits(wanted: RangeExpect | None, held: Bounds | None) -> bool:
    if wanted is None or held is None:
        return wanted is None and held is None
    return all(
        getattr(wanted, side) == getattr(held, bound)
        for side, bound in (("min", "low"), ("max", "high"))
        if side in wanted.model_fields_set
    )
