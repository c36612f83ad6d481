"""Type labels of a whole catalogue -> one label a thing, its other names, and more general ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from chatrec.words import tokens
from vectorstore.learn.inflection import normal_stem, plurals
from vectorstore.learn.lexicon import Stems, names


class Canonical:
    """One label for the names of one thing: the catalogue's commonest."""

    def __init__(self, labels: Iterable[str]) -> None:
        self._counts = Counter(labels)
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

    def closed(self, types: Iterable[str]) -> tuple[str, ...]:
        """The labels, then the more general names of each, none twice."""
        found = list(dict.fromkeys(self._label.get(name, name) for name in types))
        for label in found:
            for name in self._group.get(label, (label,)):
                for general in names().kinds.get(name, ()):
                    general = self._label.get(general, general)
                    if general not in found:
                        found.append(general)
        return tuple(found)

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
