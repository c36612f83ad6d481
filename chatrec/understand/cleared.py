"""Constraints that stand + what a message lets go -> what is left of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from chatrec.types import COLOR, GENDER, TYPE, Constraints, Labels, without
from chatrec.understand.schema import BUDGET, excluded_name, standing_names
from chatrec.understand.spotted import Spotted
from chatrec.words import spans, stem, stems

# Stems of what is said for the names of what stands.
_CALLED = {stem(word): BUDGET for word in ("price", "prices", "cost", "costs", "money")}
_CALLED |= {stem("colour"): COLOR, stem("make"): "brand", stem("maker"): "brand"}
_CALLED |= {stem("made"): "material", stem("fabric"): "material"}
_FOR_ME = re.compile(r"\bfor (?:me|myself)\b(?! to\b)", re.IGNORECASE)


def cleared(constraints: Constraints, answer: Mapping[str, Any], spotted: Spotted) -> Constraints:
    """What is left where null stands in the answer under names of what stood.

    And without what the message says does not matter: "size is not important".
    """
    names = let_go(constraints, spotted.indifferent)
    meant = {name for name in standing_names(constraints) if name in answer}
    names |= {name for name in meant if _is_spoken_of(name, constraints, spotted)}
    held = {**constraints.require, **constraints.prefer}
    dropped = {word for name in names for value in held.get(name, ()) for word in value.split()}
    wish = " ".join(word for word in constraints.wish.split() if word not in dropped)
    constraints = replace(constraints, wish=wish)
    if BUDGET in names:
        constraints = replace(constraints, price_min=None, price_max=None)
    return replace(
        constraints,
        category=() if TYPE in names else constraints.category,
        require=_lacking(constraints.require, names),
        prefer=_lacking(constraints.prefer, names),
        numeric=_lacking(constraints.numeric, names),
        exclude=minus(
            constraints.exclude,
            {
                (f, v)
                for f, vs in constraints.exclude.items()
                for v in vs
                if excluded_name(f, v) in names
            },
        ),
    )


def _is_spoken_of(name: str, constraints: Constraints, spotted: Spotted) -> bool:
    """Whether a name may be let go: where others are named, it is one of them.

    "Any make other than Larkwell" lets no leather in again. Of a budget one speaks in any words.
    """
    said = [m for m in spotted.mentions if m.kind == "value" and m.start >= 0]
    stood = set(
        called({stem(word.word) for word in spans(spotted.plain)}, standing_names(constraints))
    )
    if name == BUDGET or not (said or stood):
        return True
    facets = {f for f, vs in constraints.exclude.items() for v in vs if excluded_name(f, v) == name}
    facets.add(name)
    return name in stood or any(m.facet in facets for m in said)


def let_go(constraints: Constraints, indifferent: Collection[str]) -> set[str]:
    """Names of what stands and does not matter any more. What a thing is, always does."""
    return set(called(indifferent, standing_names(constraints)))


def called(indifferent: Collection[str], names: Iterable[str]) -> Labels:
    """Those of the names that the stems are said for."""
    said = {_CALLED.get(word, word) for word in indifferent}
    return tuple(
        name for name in names if name != TYPE and not said.isdisjoint([name, *stems(name)])
    )


def for_another(constraints: Constraints, spotted: Spotted) -> Constraints:
    """What is left where the thing is for somebody else now: no liking of the one before.

    The thing itself and what is asked of it stay.
    """
    before = set(constraints.prefer.get(GENDER, ()))
    now = {value for person in spotted.persons for value in person.values}
    if not before or not before.isdisjoint(now) or not (now or _FOR_ME.search(spotted.plain)):
        return constraints
    wish = constraints.wish if constraints.category else ""
    return replace(constraints, wish=wish, prefer=without(constraints.prefer, GENDER))


def _lacking(mapping: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if name not in names}


def minus(values: Mapping[str, Labels], gone: set[tuple[str, str]]) -> dict[str, Labels]:
    """The mapping without some (facet, value), and without facets that lose all of theirs."""
    left = {f: tuple(v for v in vs if (f, v) not in gone) for f, vs in values.items()}
    return {facet: vs for facet, vs in left.items() if vs}
