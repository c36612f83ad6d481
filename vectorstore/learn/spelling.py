"""Values of a whole catalogue -> one label for each, spelt as the shop spells it, and aliases.

"gray", "Grey" and "grey" are one colour, "male" and "men's" one gender, "transparent" and "clear"
one look. What a value includes is added: what is unisex is for women and for men. Knows nothing
of items but the labels read of them, and how often their texts spell a word which way.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from chatrec.types import COLOR, Item, Labels
from chatrec.words import fold, tokens
from vectorstore.learn.lexicon import families, includes, lines, synonyms
from vectorstore.learn.qualities import YES, is_yes_or_no, names_of_quality

GENDER = "gender"
_WORD = re.compile(r"[^\W\d_]+")
# Names and sizes are no words.
_LITERAL = frozenset({"brand", "size"})


@dataclass(frozen=True, slots=True)
class Unified:
    """Given and mined values of each item, and by facet the other names of a label."""

    given: list[dict[str, Labels]]
    mined: list[dict[str, Labels]]
    aliases: Mapping[str, Mapping[str, Labels]]


def unify(
    items: Sequence[Item],
    given: Sequence[Mapping[str, Labels]],
    mined: Sequence[Mapping[str, Labels]],
) -> Unified:
    """The values of all items under one label for each."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for values in (*given, *given, *mined):  # what the shop wrote weighs more than what was read
        for facet, labels in values.items():
            counts[facet].update(labels)
    spelling = _Spelling(items)
    labels_of = {facet: _OneLabel(facet, found, spelling) for facet, found in counts.items()}

    def under_one(values: Mapping[str, Labels]) -> dict[str, Labels]:
        return {facet: labels_of[facet].of(labels) for facet, labels in values.items()}

    return Unified(
        [under_one(values) for values in given],
        [under_one(values) for values in mined],
        {facet: one.aliases for facet, one in labels_of.items()},
    )


class _Spelling:
    """Which of several spellings of a word the shop's texts use."""

    def __init__(self, items: Iterable[Item]) -> None:
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, _variants()))})\b")
        seen: Counter[str] = Counter()
        for item in items:
            written = (v for v in item.attributes.values() if isinstance(v, str))
            listed = (p for v in item.attributes.values() if isinstance(v, tuple) for p in v)
            for text in (item.title, item.description, *item.category, *written, *listed):
                seen.update(pattern.findall(fold(text)))
        self._own = {
            word: max(group, key=lambda one: (seen[one], -group.index(one)))
            for word, group in _variants().items()
        }

    def own(self, label: str) -> str:
        """The label as the shop spells it."""
        return _WORD.sub(lambda word: self._own.get(word[0], word[0]), label)

    def others(self, label: str) -> Labels:
        """The label in the other spellings."""
        found = [label]
        for word in dict.fromkeys(_WORD.findall(label)):
            for other in _variants().get(word, ()):
                found += [re.sub(rf"\b{word}\b", other, one) for one in list(found)]
        return tuple(one for one in dict.fromkeys(found) if one != label)


@cache
def _variants() -> dict[str, Labels]:
    groups = [tuple(line.split()) for line in lines("spellings.txt")]
    return {word: group for group in groups for word in group}


def known_spelling(text: str) -> str:
    """The text with words of several known spellings in the first of them."""
    return _WORD.sub(lambda word: _variants().get(word[0], (word[0],))[0], text)


class _OneLabel:
    """One label for each value of a facet."""

    def __init__(self, facet: str, counts: Counter[str], spelling: _Spelling) -> None:
        self._literal = facet in _LITERAL
        self._implied = includes("genders.txt") if facet == GENDER else {}
        self._label: dict[str, str] = {}
        self.aliases: dict[str, Labels] = {}
        if self._literal:
            return
        known = known_aliases(facet)
        if is_yes_or_no(counts):
            known = {YES: names_of_quality(facet)}
        family = {alias: name for name, others in known.items() for alias in others}
        key_of = {label: _key(spelling.own(family.get(label, label))) for label in counts}
        groups: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for label, count in counts.items():
            # A gender has one name in every shop; other values have the name the shop uses most.
            one = family.get(label, label) if facet == GENDER else label
            groups[key_of[label]][spelling.own(one)] += count
        chosen = {
            key: max(found, key=lambda one: (found[one], one)) for key, found in groups.items()
        }
        self._label = {label: chosen[key] for label, key in key_of.items()}
        included = {label for more in self._implied.values() for label in more}
        named = {label: list(spelling.others(label)) for label in {*chosen.values(), *included}}
        for name, others in known.items():
            label = chosen.get(_key(spelling.own(name)), name)
            if label in named:
                for other in (name, *others):
                    named[label] += (other, *spelling.others(other))
        for label, found in named.items():
            self.aliases[label] = tuple(dict.fromkeys(n for n in found if n not in (label, facet)))

    def of(self, labels: Labels) -> Labels:
        """The labels that stand for these, and those that they include."""
        if self._literal:
            return labels
        one = [self._label[label] for label in labels]
        for label in dict.fromkeys(one):
            included = self._implied.get(label, ())
            if not set(included) & set(one):  # a "girls" thing for kids is not for boys
                one += included
        return tuple(dict.fromkeys(one))


def _key(label: str) -> str:
    """Equal for labels that differ in hyphens alone; a fraction is no decimal."""
    return label if any(map(str.isdigit, label)) else " ".join(tokens(label)) or label


def known_aliases(facet: str) -> Mapping[str, Labels]:
    """Other names of the values of a facet, whatever the catalogue."""
    if facet in ("pattern", "feature", GENDER):
        return synonyms(f"{facet}s.txt").aliases
    if facet in (COLOR, "material"):
        return families("colors.txt" if facet == COLOR else "materials.txt").aliases
    return {}
