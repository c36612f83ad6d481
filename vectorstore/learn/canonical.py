"""Type labels of a whole catalogue -> one label a thing, its other names, and more general ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from chatrec.words import tokens
from vectorstore.learn.inflection import normal_stem, plurals
from vectorstore.learn.lexicon import Stems, names

_FOOD = frozenset(
    "fruit vegetable meat seafood bread pastry cake dairy drink candy snack pasta soup".split()
)


class Canonical:
    """One label for the names of one thing: the catalogue's commonest."""

    def __init__(self, own: Iterable[str], shelves: Iterable[str]) -> None:
        """``own``: every name that an item's texts give it; ``shelves``: category labels."""
        own = list(own)
        self._counts = Counter(own)
        self._things = names().labels | self._counts.keys()
        self._counts.update(shelves)
        self._ancestors: dict[str, frozenset[str]] = {}
        self._label: dict[str, str] = {}
        self._group: dict[str, tuple[str, ...]] = {}
        for group in names().groups:
            first = max(group, key=lambda name: (self._counts[name], -group.index(name)))
            for name in group:
                self._label.setdefault(name, first)
                self._group.setdefault(name, group)
        self._join_inflections()

    def _join_inflections(self) -> None:
        """Join spellings of one name ("hoop earring"), not names known to be two ("glasses")."""
        by_stems: dict[Stems, list[str]] = defaultdict(list)
        for label in self._counts:
            by_stems[tuple(map(normal_stem, tokens(label)))].append(label)
        for same in by_stems.values():
            known = [label for label in same if label in names().labels]
            first = known[0] if known else max(same, key=lambda name: (self._counts[name], name))
            for label in same:
                if label not in names().labels:
                    self._label[label] = self._label.get(first, first)

    def closed(self, own: Iterable[str], path: Iterable[str]) -> tuple[str, ...]:
        """What a thing is, the special before the general, departments last; none twice.

        ``own`` are the names that its texts give it, ``path`` its category labels, general first.
        """
        own = list(dict.fromkeys(self._label.get(name, name) for name in own))
        shelves = [self._label.get(name, name) for name in path][::-1]
        denied = {name for label in (*own, *shelves[:1]) for name in self._denied(label)}
        denied -= {kind for label in own for kind in self._kinds(label)}
        found = list(dict.fromkeys((*own, *(s for s in shelves if s not in denied))))
        departments = {s for s in found if s in shelves and s not in own and s not in self._things}
        for label in found:
            found += [name for name in self._generals(label) if name not in {*found, *denied}]
        return self._ordered(found, departments)

    def _denied(self, label: str) -> Iterator[str]:
        for name in self._group.get(label, (label,)):
            for other in names().denied.get(name, ()):
                yield self._label.get(other, other)

    def _kinds(self, label: str) -> Iterator[str]:
        for name in self._group.get(label, (label,)):
            for general in names().kinds.get(name, ()):
                yield self._label.get(general, general)

    def _generals(self, label: str) -> tuple[str, ...]:
        """More general labels, one step up: by kind, and by the name that its last words are."""
        found = list(self._kinds(label))
        words = label.split()
        heads = (" ".join(words[start:]) for start in range(1, len(words)))
        head = next((head for head in heads if head in self._things), None)
        # "Kids and toys" are no toys, face cream is no cream.
        if head and "and" not in words and not _is_food(head):
            general = self._label.get(head, head)
            if general != label and general not in self._denied(label):
                found.append(general)
        return tuple(dict.fromkeys(found))

    def _above(self, label: str) -> frozenset[str]:
        """All more general labels; remembered."""
        known = self._ancestors.get(label)
        if known is None:
            found = list(self._generals(label))
            for name in found:
                found += [general for general in self._generals(name) if general not in found]
            known = self._ancestors[label] = frozenset(found) - {label}
        return known

    def _ordered(self, labels: list[str], departments: set[str]) -> tuple[str, ...]:
        """The order found, but each label after those that it is more general than."""
        waiting = sorted(labels, key=lambda label: label in departments)
        ordered: list[str] = []
        while waiting:
            free = (x for x in waiting if not any(x in self._above(other) for other in waiting))
            label = next(free, waiting[0])
            waiting.remove(label)
            ordered.append(label)
        return tuple(ordered)

    def aliases(self, labels: set[str]) -> dict[str, tuple[str, ...]]:
        """For each label the catalogue has, the other names of that thing."""
        found: dict[str, list[str]] = defaultdict(list)
        for name, label in self._label.items():
            if label in labels and name != label:
                found[label].append(name)
        for label in labels:
            found[label] += plurals(label)
        for one, other in names().similar:
            if one in labels:
                found[one].append(other)
            if other in labels:
                found[other].append(one)
        return {label: tuple(dict.fromkeys(others)) for label, others in found.items() if others}


@cache
def _is_food(label: str) -> bool:
    """Whether the lexicon has the name as food: "face cream" is no cream."""
    above = [label]
    for name in above:
        above += [general for general in names().kinds.get(name, ()) if general not in above]
    return not _FOOD.isdisjoint(above)
