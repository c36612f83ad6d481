"""Titles and category paths of a whole catalogue -> what each item is, general names too.

The name is where the catalogue speaks for it most surely: in the column of types, at the end of
the title, in the description. Knows nothing of prices or attributes but for the column, if any,
that names the type.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chatrec.types import Item
from chatrec.words import tokens
from vectorstore.learn.canonical import Canonical
from vectorstore.learn.inflection import normal_stem, singular_phrase
from vectorstore.learn.lexicon import Stems, collectives, label_of
from vectorstore.learn.type_evidence import SEEN_SHARE, Judge, Reading, count, head_positions, read

_TYPE_COLUMNS = ("product type", "item type", "product category", "type")
# What its place leaves of a word's score, and what it gains where the description says it.
_EARLIER, _INSIDE_PHRASE, _INSIDE = 0.85, 0.6, 0.4
_SAID_BONUS = 1.5


@dataclass(frozen=True, slots=True)
class Types:
    """``of`` holds each item's types, the most special first; ``aliases`` other names of a type."""

    of: list[tuple[str, ...]]
    aliases: Mapping[str, tuple[str, ...]]


def learn_types(items: Sequence[Item]) -> Types:
    """The types of every item, and what else shoppers may call them."""
    readings = [read(item) for item in items]
    counts = count(items, readings)
    judge = Judge(counts, _category_stems(items))
    found = [_own_types(item, r, judge) for item, r in zip(items, readings, strict=True)]
    labels = [_category_labels(item) for item in items]
    kept = _without_misfiled(found, labels, readings)
    canonical = Canonical(
        (label for types in found for label in types), (label for path in kept for label in path)
    )
    of = [canonical.closed(own, path) for own, path in zip(found, kept, strict=True)]
    return Types(of, canonical.aliases({label for types in of for label in types}))


def _own_types(item: Item, reading: Reading, judge: Judge) -> tuple[str, ...]:
    """Types that the item's own column, title or description names, the most special first."""
    given = _from_column(item, judge)
    sure, number, place = max(_scored(reading, judge), default=(0.0, 0, 0))
    if sure:
        named = _phrases(reading.runs[-number], reading.stems[-number], place, judge)
        return tuple(dict.fromkeys((*given, *named)))
    return given or _from_description(reading, judge)


def _scored(reading: Reading, judge: Judge) -> Iterator[tuple[float, int, int]]:
    """Score, negative number of the run, and place of each word that may be the head.

    A head stands at the end of its run. Inside one only what the description calls the thing, or
    the title writes small, is considered: "Electric Guitar Cherry", "Stickers Waterproof Gifts".
    """
    for number, run in enumerate(reading.stems):
        ends = set(head_positions(run))
        for place, word in enumerate(run):
            phrase = judge.known_phrase(run, place)
            sure = 1.0 if phrase else judge.head(word)
            if place not in ends:
                called = word in reading.said or word in reading.small
                sure *= (_INSIDE_PHRASE if phrase else _INSIDE) if called else 0.0
            sure *= _EARLIER**number * (_SAID_BONUS if word in reading.said else 1.0)
            yield sure, -number, place


def _phrases(run: tuple[str, ...], stems_: Stems, place: int, judge: Judge) -> Iterator[str]:
    length = judge.known_phrase(stems_, place)
    if length:
        yield singular_phrase(run[place + 1 - length : place + 1])
        return
    if place and judge.kind(stems_[place - 1], stems_[place]):
        if place > 1 and judge.kind(stems_[place - 2], stems_[place - 1]):
            yield singular_phrase(run[place - 2 : place + 1])
        yield singular_phrase(run[place - 1 : place + 1])
    yield singular_phrase(run[place : place + 1])


def _from_column(item: Item, judge: Judge) -> tuple[str, ...]:
    for column in _TYPE_COLUMNS:
        value = item.attributes.get(column)
        if isinstance(value, str) and value.replace(" ", "").replace("-", "").isalpha():
            run = tuple(tokens(value))
            stems_ = tuple(map(normal_stem, run))
            if run and (
                judge.known_phrase(stems_, len(run) - 1) == len(run) or judge.head(stems_[-1])
            ):
                return (singular_phrase(run),)
    return ()


def _from_description(reading: Reading, judge: Judge) -> tuple[str, ...]:
    sure = [(judge.head(word), word) for word in reading.said if judge.seen(word)]
    best = max(sure, default=(0.0, ""))
    return (judge.spelled(best[1]),) if best[0] >= SEEN_SHARE else ()


def _category_stems(items: Sequence[Item]) -> frozenset[Stems]:
    labels = {label for item in items for label in item.category}
    return frozenset(tuple(map(normal_stem, tokens(label))) for label in labels)


def _category_labels(item: Item) -> tuple[str, ...]:
    """The category path as types, the general first; a label such as "set" names nothing."""
    labels = (label_of(label.replace("&", " and ")) for label in item.category)
    return tuple(
        dict.fromkeys(
            label
            for label in labels
            if label and not set(map(normal_stem, label.split())) <= collectives()
        )
    )


def _without_misfiled(
    found: Sequence[tuple[str, ...]],
    labels: Sequence[tuple[str, ...]],
    readings: Sequence[Reading],
) -> list[tuple[str, ...]]:
    """Category labels but for a last one that the item's title contradicts.

    A dress filed under belts is no belt: its title does not say belt, and the things that are
    called what it is called stand elsewhere.
    """
    filed: dict[str, Counter[str]] = defaultdict(Counter)
    sizes: Counter[str] = Counter()
    for types, path in zip(found, labels, strict=True):
        if types and path:
            filed[types[-1]][path[-1]] += 1
            sizes[path[-1]] += 1
    kept: list[tuple[str, ...]] = []
    for types, path, reading in zip(found, labels, readings, strict=True):
        last = path[-1] if path else ""
        others = filed[types[-1]] if types else Counter()
        title = {s for run in reading.stems for s in run}
        # "halloween" is a category that no title ends in, so that no other name contradicts it.
        is_name = filed[last][last] >= 0.2 * sizes[last]
        elsewhere = is_name and others.total() >= 5 and others[last] <= 0.2 * others.total()
        said = set(map(normal_stem, last.split())) & (title | reading.said)
        kept.append(path[:-1] if len(path) > 1 and elsewhere and not said else path)
    return kept
