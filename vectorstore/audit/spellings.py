"""Items -> values that are spelt in several ways, and columns that stand under several names."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from chatrec.types import Item, Vocabulary
from chatrec.words import fold, stems, tokens
from vectorstore.audit.finding import EXAMPLES, Example, Finding, Level
from vectorstore.learn.columns import column_name, facet_name
from vectorstore.learn.spelling import known_spelling

# Below this length another letter makes another word; names with digits are models and sizes.
_LONG_ENOUGH, _VERY_LONG = 5, 10
# A slip is rare beside the word that was meant.
_RARER = 4
_MOST_VALUES = 3000


@dataclass(frozen=True, slots=True)
class Spelt:
    """One value of a facet in several spellings, the commonest first, each with its products.

    What differs in case, hyphens or known spelling (grey, gray) is joined at indexing and is one.
    """

    facet: str
    ways: tuple[tuple[str, int], ...]

    @property
    def others(self) -> int:
        """Products that do not have the commonest spelling."""
        return sum(count for _, count in self.ways[1:])


def spelt_in_several_ways(items: Sequence[Item], vocabulary: Vocabulary) -> list[Spelt]:
    """Values that mean one thing, those that concern most products first."""
    given = {f.name for f in vocabulary.facets if f.kind == "value" and not f.mined}
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for item in items:
        for name, value in item.attributes.items():
            facet = facet_name(column_name(name))
            if facet in given and facet != "size":
                parts = value if isinstance(value, tuple) else (value,)
                written[facet].update({p for part in parts for p in _parts(part)})
        if item.brand:
            written["brand"][item.brand] += 1
        written["category"].update(set(item.category))
    found = [Spelt(facet, ways) for facet, counts in written.items() for ways in _ways(counts)]
    return sorted(found, key=lambda one: (-one.others, one.facet, one.ways))


def spelling_findings(items: Sequence[Item], spelt: Sequence[Spelt]) -> Iterator[Finding]:
    """Findings on values and on columns."""
    yield Finding(
        "values spelt in several ways", sum(one.others for one in spelt), len(items), Level.NOTABLE,
        "Whoever asks for one misses the others. Case, hyphens, grey and gray are no matter.",
        "Choose one spelling for each value.",
        tuple(
            Example("", f"{one.facet}: {one.ways[0][0]}",
                    " · ".join(f"{way} ({count})" for way, count in one.ways))
            for one in spelt[:EXAMPLES]
        ),
    )  # fmt: skip
    columns: dict[str, Counter[str]] = defaultdict(Counter)
    for item in items:
        for name in item.attributes:
            columns[_key(_joined(column_name(name)))][name] += 1
    several = [counts for counts in columns.values() if len(counts) > 1]
    concerned = sum(counts.total() - max(counts.values()) for counts in several)
    yield Finding(
        "columns under several names", concerned, len(items), Level.MINOR,
        "They are joined where chatrec sees that they are one; what it does not see stays apart.",
        "Choose one name for each attribute.",
        tuple(
            Example("", counts.most_common(1)[0][0],
                    " · ".join(f"{name} ({n})" for name, n in counts.most_common()))
            for counts in several[:EXAMPLES]
        ),
    )  # fmt: skip


def _parts(value: str | float | bool) -> Iterator[str]:
    if isinstance(value, str):
        yield from (part.strip() for part in re.split(r"[,;|]", value) if part.strip())


def _ways(counts: Counter[str]) -> Iterator[tuple[tuple[str, int], ...]]:
    """Groups of two and more spellings of one value."""
    joined: dict[str, Counter[str]] = defaultdict(Counter)
    for way, count in counts.items():
        joined[_joined(way)][way] += count
    by_key: dict[str, Counter[str]] = defaultdict(Counter)
    for plain, ways in joined.items():
        by_key[_key(plain)][ways.most_common(1)[0][0]] += ways.total()
    total = {key: ways.total() for key, ways in by_key.items()}
    for slip, meant in _slips(total):
        by_key[meant] += by_key.pop(slip)
    for ways in by_key.values():
        if len(ways) > 1:
            yield tuple(ways.most_common())


def _joined(way: str) -> str:
    """Equal for values that indexing takes for one."""
    return " ".join(tokens(known_spelling(fold(way)))) or fold(way)


def _key(joined: str) -> str:
    """Equal for values that differ in spaces, signs or endings too."""
    return "".join(map(known_spelling, stems(joined))) or joined


def _slips(total: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Rare keys and the common key that each is a slip of the pen away from."""
    words = [key for key in total if len(key) >= _LONG_ENOUGH and not re.search(r"\d", key)]
    if len(words) > _MOST_VALUES:
        return
    words.sort(key=lambda key: (-total[key], key))
    taken: set[str] = set()
    for slip in reversed(words):
        common = [w for w in words if total[w] >= _RARER * total[slip] and w not in taken]
        meant = _nearest(slip, common)
        if meant is not None:
            taken.add(slip)
            yield slip, meant


def _nearest(slip: str, common: Iterable[str]) -> str | None:
    most = 1 if len(slip) < _VERY_LONG else 2
    candidates = [word for word in common if word[0] == slip[0] and word != slip]
    found = process.extractOne(slip, candidates, scorer=OSA.distance, score_cutoff=most)
    return None if found is None else str(found[0])
