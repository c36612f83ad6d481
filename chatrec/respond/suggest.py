"""What was found -> short messages to click, each of which the shop can really fulfil.

A narrower search is suggested only where it leaves something and changes something.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from chatrec.types import COLOR, TYPE, UNISEX, Candidate, Constraints, Item, Vocabulary
from chatrec.wording import is_quality, means_yes, money, ordinal, readable, things

_MOST = 4
_FEWEST_LEFT = 2
_DEPARTMENT_SHARE = 0.07
_STEPS = (5, 10, 15, 20, 25, 30, 40, 50, 60, 75, 80, 100, 120, 150, 200, 250, 300, 400, 500, 750)


def after_search(
    shown: Sequence[Item],
    candidates: Sequence[Candidate],
    constraints: Constraints,
    vocabulary: Vocabulary,
    answers: Sequence[str] = (),
) -> tuple[str, ...]:
    """Two to four messages after items were shown; answers to a question asked go first.

    ``candidates`` are all that was found, of which ``shown`` are the cards.
    """
    found = list(answers[:2])
    more = len(candidates) > len(shown)
    if more:
        found += _narrower(candidates, constraints, vocabulary)
        found.append("show me more")
    if len(shown) > 1:
        found.append("compare them" if len(shown) == 2 else "compare the first two")
        found.append(f"more like the {ordinal(2)} one")
    elif shown and more:
        found.append("more like this one")
    return tuple(dict.fromkeys(found))[:_MOST]


def after_photo(shown: Sequence[Item]) -> tuple[str, ...]:
    """Messages after a search by photo: what can be said without sending the photo again."""
    if len(shown) < 2:
        return ("more like this one",) if shown else ()
    return (
        "more like the first one",
        f"more like the {ordinal(2)} one",
        "compare them" if len(shown) == 2 else "compare the first two",
    )


def _narrower(
    candidates: Sequence[Candidate], constraints: Constraints, vocabulary: Vocabulary
) -> Iterator[str]:
    """A lower price and a value that some of what was found has."""
    limit = _lower_price(candidates, constraints)
    if limit is not None and _divides(replace(constraints, price_max=limit), candidates):
        yield f"under {money(limit, candidates[0].item.currency)}"
    value = _splitting_value(candidates, constraints, vocabulary)
    if value is not None:
        yield _only(*value)


def _divides(constraints: Constraints, candidates: Sequence[Candidate]) -> bool:
    """Whether the constraints keep some and leave some out."""
    kept = sum(constraints.allows(candidate.item) for candidate in candidates)
    return _FEWEST_LEFT <= kept < len(candidates)


def _lower_price(candidates: Sequence[Candidate], constraints: Constraints) -> float | None:
    """A round amount near the lower third of the prices found."""
    prices = sorted(c.item.price for c in candidates if c.item.price)
    if len(prices) < 2 * _FEWEST_LEFT:
        return None
    target = prices[len(prices) // 3]
    limit = next((float(step) for step in _STEPS if step >= target), None)
    ceiling = prices[-1] if constraints.price_max is None else constraints.price_max
    low = constraints.price_min or 0.0
    return limit if limit is not None and low < limit < ceiling else None


def _splitting_value(
    candidates: Sequence[Candidate], constraints: Constraints, vocabulary: Vocabulary
) -> tuple[str, str] | None:
    """The given value that comes nearest to halving what was found; qualities go first."""
    settled = {*constraints.require, *constraints.prefer, TYPE, "brand", "size"}
    known = {f.name for f in vocabulary.facets if f.kind == "value" and not f.mined}
    counts = Counter(
        (facet, label)
        for candidate in candidates
        for facet, labels in candidate.item.facets.items()
        if facet in known and facet not in settled
        for label in labels
        if _sayable(facet, label)
    )
    half = len(candidates) / 2
    several = [pair for pair, number in counts.items() if _FEWEST_LEFT <= number < len(candidates)]
    return min(several, key=lambda p: (not means_yes(p[1]), abs(counts[p] - half)), default=None)


def _sayable(facet: str, label: str) -> bool:
    if means_yes(label):
        return is_quality(readable(facet))
    return facet in (COLOR, "material") or readable(facet) == "gender"


def _only(facet: str, label: str) -> str:
    if means_yes(label):
        return f"only {readable(facet)}"
    if facet == COLOR:
        return f"only in {label}"
    if readable(facet) == "size":
        return f"in size {label}"
    whose = readable(facet) == "gender" and label != UNISEX
    return f"only for {label}" if whose else f"only {label}"


def after_question(items: Sequence[Item], shown: Sequence[Item]) -> tuple[str, ...]:
    """Messages after a question on items: what else can be done with those that are shown."""
    found = ["compare them"] if 1 < len(shown) != len(items) else []
    place = next((n for n, item in enumerate(shown, 1) if item.id == items[0].id), None)
    if len(items) == 1 and place is not None:
        found.append(
            f"more like the {ordinal(place)} one" if len(shown) > 1 else "more like this one"
        )
    return (*found, "show me more")


def after_choices(facet: str, values: Sequence[str]) -> tuple[str, ...]:
    """The first of the values that were told, as messages."""
    first = values[:_MOST]
    return tuple(things(v) if facet == TYPE else _only(facet, v) for v in first)


def departments(vocabulary: Vocabulary, number: int = _MOST) -> tuple[str, ...]:
    """The kinds of things the shop has most of, as messages."""
    facet = vocabulary.facet(TYPE)
    values = facet.values if facet else ()
    # What many items are is a department ("travel"); what has other names too is asked for.
    particular = [v for v in values if v.count <= _DEPARTMENT_SHARE * vocabulary.size]
    known_otherwise = [v for v in particular if v.aliases]
    labels = [value.label for value in (known_otherwise or particular or values)]
    return tuple(dict.fromkeys(things(label) for label in labels))[:number]
