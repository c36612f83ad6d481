"""A whole catalogue -> what each item is and has, and what the shop can be asked for.

Pure functions of the items. What a column gives goes to ``facets``, what is read out of texts to
``mined``; types come from titles and category paths; numbers are kept in one unit a measure.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from chatrec.types import TYPE, Facet, FacetValue, Item, Vocabulary
from vectorstore.learn.columns import learn_columns
from vectorstore.learn.mining import mine
from vectorstore.learn.product_types import learn_types
from vectorstore.learn.proper_names import name_words
from vectorstore.learn.qualities import told_by_columns
from vectorstore.learn.quantities import mine_measures, unit_symbols
from vectorstore.learn.report import describe
from vectorstore.learn.spelling import unify

__all__ = ["Learnt", "describe", "learn", "way_of_learning"]

# A measure that fewer items' texts name is an accident of wording.
_MINED_SHARE, _MINED_LEAST = 0.001, 2


@dataclass(frozen=True, slots=True)
class Learnt:
    """``items`` in the order given, with what was learnt of each; ``vocabulary`` of them all."""

    items: tuple[Item, ...]
    vocabulary: Vocabulary


@cache
def way_of_learning() -> str:
    """A hash of the code and the words here: another version of chatrec learns anew."""
    files = sorted(resources.files(__name__).iterdir(), key=lambda file: file.name)
    read = [file.read_bytes() for file in files if file.name.endswith((".py", ".txt"))]
    return hashlib.sha256(b"".join(read)).hexdigest()


def learn(items: Sequence[Item]) -> Learnt:
    """Learn types, facets, mined values and measures from all items together.

    Earlier learning is replaced. Items without any of it come back as they are.
    """
    types = learn_types(items)
    columns = learn_columns(items)
    given = frozenset(name for facets in columns.facets for name in facets)
    told = told_by_columns(columns.facets)
    mined = [
        mine(item, of, frozenset(facets), told)
        for item, of, facets in zip(items, types.of, columns.facets, strict=True)
    ]
    values = unify(items, columns.facets, mined)
    numbers, units = _with_mined(items, types.of, columns.measures, columns.units)
    enriched = tuple(
        replace(item, types=of, facets=facets, mined=read, measures=measures, ranges=ranges)
        for item, of, facets, read, measures, ranges in zip(
            items, types.of, values.given, values.mined, numbers, columns.ranges, strict=True
        )
    )
    facets = (
        _type_facet(enriched, types.aliases),
        *_value_facets(enriched, given, values.aliases),
        *_number_facets(enriched, units, frozenset(columns.units)),
    )
    return Learnt(enriched, _vocabulary(enriched, tuple(f for f in facets if f.count)))


def _with_mined(
    items: Sequence[Item],
    types: Sequence[tuple[str, ...]],
    given: Sequence[dict[str, float]],
    units: Mapping[str, str | None],
) -> tuple[list[dict[str, float]], dict[str, str | None]]:
    """Measures of columns, and of texts where no column has the name; the unit of each."""
    read = [mine_measures(item, of) for item, of in zip(items, types, strict=True)]
    counts = Counter(name for measures in read for name in measures)
    least = max(_MINED_LEAST, _MINED_SHARE * len(items)) if len(items) > 20 else 1
    fresh = {name for name, count in counts.items() if count >= least and name not in units}
    merged = [
        {**{name: number for name, number in texts.items() if name in fresh}, **columns}
        for texts, columns in zip(read, given, strict=True)
    ]
    return merged, {**units, **{name: unit_symbols()[name] for name in fresh}}


def _value_facets(
    items: Sequence[Item],
    given: frozenset[str],
    aliases: Mapping[str, Mapping[str, tuple[str, ...]]],
) -> Iterator[Facet]:
    sizes: Counter[str] = Counter()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for item in items:
        for name in item.facets.keys() | item.mined.keys():
            sizes[name] += 1
            counts[name].update(item.values(name))
    for name in sorted(counts, key=lambda name: (-sizes[name], name)):
        values = _values(counts[name], aliases[name])
        yield Facet(name, "value", values, count=sizes[name], mined=name not in given)


def _type_facet(items: Sequence[Item], aliases: Mapping[str, tuple[str, ...]]) -> Facet:
    """Types count as given where the shop sorts its items into categories."""
    counts = Counter(label for item in items for label in item.types)
    return Facet(
        TYPE,
        "value",
        _values(counts, aliases),
        count=sum(bool(item.types) for item in items),
        mined=not any(item.category for item in items),
    )


def _values(counts: Counter[str], aliases: Mapping[str, tuple[str, ...]]) -> tuple[FacetValue, ...]:
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(FacetValue(label, n, aliases.get(label, ())) for label, n in ordered)


def _number_facets(
    items: Sequence[Item], units: Mapping[str, str | None], given: frozenset[str]
) -> Iterator[Facet]:
    numbers: dict[str, list[float]] = defaultdict(list)
    told: dict[str, Counter[str]] = defaultdict(Counter)
    there = Counter(kind for item in items for kind in item.types)
    items_with: Counter[str] = Counter()
    for item in items:
        ends = {name: (span.low, span.high) for name, span in item.ranges.items()}
        ends |= {name: (number, number) for name, number in item.measures.items()}
        items_with.update(ends.keys())
        for name, both in ends.items():
            numbers[name] += [end for end in both if end is not None]
            told[name].update(item.types)
    ranged = {name for item in items for name in item.ranges}
    for name, known in sorted(numbers.items(), key=lambda pair: (-items_with[pair[0]], pair[0])):
        yield Facet(
            name,
            "number",
            unit=units[name],
            low=min(known),
            high=max(known),
            count=items_with[name],
            mined=name not in given,
            types=tuple(kind for kind, n in told[name].items() if 2 * n > there[kind]),
            told_by=tuple(told[name]),
            ranged=name in ranged,
        )


def _vocabulary(items: Sequence[Item], facets: tuple[Facet, ...]) -> Vocabulary:
    prices = [item.price for item in items if item.price is not None]
    currencies = Counter(item.currency for item in items if item.currency)
    return Vocabulary(
        facets=facets,
        currency=max(currencies, key=lambda c: (currencies[c], c), default="USD"),
        price_low=min(prices, default=0.0),
        price_high=max(prices, default=0.0),
        size=len(items),
        name_words=name_words(items, facets),
    )
