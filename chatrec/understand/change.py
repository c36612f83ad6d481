"""Roles of what was spotted -> what stands after them. Exact; no model.

A wanted type or given value is required; a wanted value that indexing only mined from texts
(`Facet.mined`) is preferred, unless the shopper insists; what is wished for joins the wish, and is
preferred where it is a value; what is avoided is excluded. Amounts of money bound the price, others
their own facet. The newest word wins: a lower bound above the standing upper bound drops the
latter, and any bound the range that stood for "around 100".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chatrec.types import (
    ANY,
    TYPE,
    Bounds,
    Constraints,
    Intent,
    Item,
    Labels,
    Mention,
    Turn,
    Vocabulary,
)
from chatrec.understand.cards import turned_down
from chatrec.understand.cleared import minus
from chatrec.understand.comparatives import relative_of
from chatrec.understand.items import fact_of
from chatrec.understand.measures import (
    for_how_many,
    has_measure,
    is_count,
    meant,
    of_things,
    said_of,
)
from chatrec.understand.numbers import NUMBERS, PRICE
from chatrec.understand.schema import excluded_name
from chatrec.understand.spotted import Spotted
from chatrec.understand.that import Pointed
from chatrec.understand.unread import Read, with_unread
from chatrec.units import STEP
from chatrec.wording import bounds_phrase

_WISH_WORDS = 16
_DIGITS = 6  # of a bound, so that a step below 7.9 is 7.89
_AGE = re.compile(r"\b[\d.-]+ years old\b")
# What each role may name: of a "46" that may be a size or an amount, the one that fits.
_KINDS = {
    "want": ("value", "relative"),
    "must": ("value",),
    "wish": ("value", "word"),
    "avoid": ("value", "word"),
    "min": NUMBERS,
    "max": NUMBERS,
    "near": NUMBERS,
}


class Change:
    """One patch on its way into constraints; a private scratch value, never shared."""

    def __init__(self, base: Constraints, vocabulary: Vocabulary, reference: list[Item]) -> None:
        self._base = base
        self._vocabulary = vocabulary
        self._reference = reference
        self._price = Bounds(base.price_min, base.price_max)
        self._numeric = dict(base.numeric)
        self._near = dict(base.near)
        self._unmet: list[Mention] = []
        self.unmeasured: list[str] = []

    def apply(self, intent: Intent, that: Pointed, spotted: Spotted, turn: Turn) -> Constraints:
        """The base with the answer's roles worked in."""
        answer = that.answer
        read = {
            role: _found(answer.get(role, ()), spotted, kinds) for role, kinds in _KINDS.items()
        }
        found = with_unread(read, intent, spotted)
        self.unmeasured += [f"of size {size.upper()}" for size in spotted.sizes_untold]
        changed = self._values(found["want"], found["must"], found["wish"], spotted.persons)
        self._numbers(found, spotted, changed.category)
        changed = self._avoided(changed, [m for m in found["avoid"] if not _is_let_in(m, answer)])
        cards, kinds = turned_down(answer, spotted, turn.shown)
        changed = self._avoided(changed, [*kinds, *that.avoided])
        about = bool(answer.get("items")) and not spotted.of_all
        if spotted.in_stock and not about:
            self._set("stock", Bounds(low=1.0))
        return replace(
            changed,
            wish=_wish(
                self._base.wish,
                [*_beside_kinds(found["wish"], changed.category), *self._unmet],
                () if about else spotted.superlatives,
            ),
            price_min=self._price.low,
            price_max=self._price.high,
            numeric=self._numeric,
            rejected=self._base.rejected | set(cards),
            near=self._near,
        )

    def _numbers(self, found: Read, spotted: Spotted, category: Labels) -> None:
        """Amounts and bounds, as measures that the things looked for have.

        What bounded other things than these, and is no measure of theirs, is let go; where no
        thing was named before, it is told that these do not tell it.
        """
        if category != self._base.category:
            self._let_go(
                name for name in self._numeric if not has_measure(name, category, self._vocabulary)
            )
        counted = for_how_many(spotted.for_how_many, category, self._vocabulary)
        if counted:
            exact = meant(counted, self._vocabulary)
            self._set(exact.facet, Bounds(exact.low, exact.high))
        for role in ("want", "near", "min", "max"):
            for mention in found[role]:
                if counted and mention == spotted.for_how_many:
                    continue
                known = of_things(mention, category, self._vocabulary)
                if known is None:
                    self.unmeasured.append(said_of(mention))
                elif role == "min":
                    self._bound(known, low=known.low)
                elif role == "max":
                    self._bound(known, high=known.high)
                elif mention.kind == "relative":
                    self._relative(mention, category)
                else:
                    self._amount(known)

    def _let_go(self, names: Iterable[str]) -> None:
        for name in list(names):
            bounds, facet = self._numeric.pop(name), self._vocabulary.facet(name)
            if not self._base.category:
                self.unmeasured.append(bounds_phrase(name, bounds, facet.unit if facet else None))

    def _values(
        self,
        wanted: Sequence[Mention],
        musts: Sequence[Mention],
        wished: Sequence[Mention],
        persons: Sequence[Mention],
    ) -> Constraints:
        """Wanted values of a facet replace those that stood for it; wished ones are preferred.

        So is what suits the persons, in place of whom the thing was for before.
        """
        require, prefer = dict(self._base.require), dict(self._base.prefer)
        category = self._base.category
        hard = _by_facet([m for m in wanted if not self._is_mined(m.facet)] + list(musts))
        soft = _by_facet([*(m for m in wanted if self._is_mined(m.facet)), *persons])
        ideal = _by_facet([m for m in wished if m.facet not in {TYPE, *hard, *require}])
        soft = {**ideal, **soft}
        if TYPE in hard:
            category = hard.pop(TYPE)
        for facet, values in hard.items():
            require[facet] = values
            prefer.pop(facet, None)
        for facet, values in soft.items():
            if facet not in hard:
                prefer[facet] = values
                require.pop(facet, None)
        asked_for = _pairs({**hard, **soft, TYPE: category})
        asked_for |= {(ANY, value) for _, value in asked_for}
        return replace(
            self._base,
            category=category,
            require=require,
            prefer=prefer,
            exclude=minus(self._base.exclude, asked_for),
        )

    def _avoided(self, constraints: Constraints, avoided: Sequence[Mention]) -> Constraints:
        """Exclusions add up, and what is excluded is no longer wanted."""
        by_facet = _by_facet([m for m in avoided if m.kind == "value"])
        for facet, value in self._namesakes(by_facet.get(TYPE, ())):
            by_facet[facet] = tuple(dict.fromkeys((*by_facet.get(facet, ()), value)))
            if constraints.category and value not in constraints.category:
                by_facet = minus(by_facet, {(TYPE, value)})
        words = tuple(dict.fromkeys(m.label for m in avoided if m.kind == "word"))
        if words:
            by_facet[ANY] = words
        gone = _pairs(by_facet)
        exclude = dict(constraints.exclude)
        for facet, values in by_facet.items():
            exclude[facet] = tuple(dict.fromkeys((*exclude.get(facet, ()), *values)))
        return replace(
            constraints,
            exclude=exclude,
            category=tuple(v for v in constraints.category if (TYPE, v) not in gone),
            require=minus(constraints.require, gone),
            prefer=minus(constraints.prefer, gone),
        )

    def _namesakes(self, types: Labels) -> list[tuple[str, str]]:
        """Values of other facets with the names of types: a table with no glass is not of it."""
        return [
            (facet.name, value.label)
            for facet in self._vocabulary.facets
            for value in facet.values
            if facet.name != TYPE and value.label in types
        ]

    def _is_mined(self, facet: str) -> bool:
        known = self._vocabulary.facet(facet)
        return facet != TYPE and known is not None and known.mined

    def _amount(self, mention: Mention) -> None:
        """A wanted amount."""
        if mention.kind == "number" and is_count(mention):
            return
        elif mention.low is None or mention.high is None:
            self._bound(mention, low=mention.low, high=mention.high)
        elif mention.kind in NUMBERS:
            asked = meant(mention, self._vocabulary)
            self._set(asked.facet, Bounds(asked.low, asked.high), rough=asked.rough)

    def _relative(self, mention: Mention, category: Labels) -> None:
        """Less or more of a number than every item it is measured against.

        Where none of them tells it, it is wished for. Things of another kind are no measure: who
        saw boots and wants a bigger tent wants none that is bigger than boots.
        """
        relative = relative_of(mention.label)
        if relative is None:
            return
        alike = [i for i in self._reference if not category or set(category) & set(i.types)]
        for name in relative.measures(self._vocabulary):
            known = [v for item in alike if (v := fact_of(item, name)) is not None]
            if known and relative.more:
                self._bound_by(name, low=round(max(known) + STEP, _DIGITS))
            elif known:
                self._bound_by(name, high=round(min(known) - STEP, _DIGITS))
            if known:
                return
        if self._reference and relative.wish:
            self._unmet.append(replace(mention, kind="word", label=relative.wish))
        if alike:
            self.unmeasured.append(mention.label)

    def _bound(
        self, mention: Mention, *, low: float | None = None, high: float | None = None
    ) -> None:
        if mention.kind in NUMBERS:
            self._bound_by(mention.facet, low=low, high=high)

    def _bound_by(self, facet: str, *, low: float | None = None, high: float | None = None) -> None:
        standing = self._price if facet == PRICE else self._numeric.get(facet, Bounds())
        if standing == self._base.near.get(facet):  # its other end was never said
            standing = Bounds()
        new = Bounds(standing.low if low is None else low, standing.high if high is None else high)
        if new.low is not None and new.high is not None and new.low >= new.high:
            new = Bounds(low, high)
        self._set(facet, new)

    def _set(self, facet: str, bounds: Bounds, *, rough: bool = False) -> None:
        self._near.pop(facet, None)
        if rough:
            self._near[facet] = bounds
        if facet == PRICE:
            self._price = bounds
        elif facet:
            self._numeric[facet] = bounds


def _found(labels: Iterable[str], spotted: Spotted, kinds: Collection[str]) -> list[Mention]:
    named = (m for label in dict.fromkeys(labels) for m in spotted.named(label))
    return [m for m in named if m.kind in kinds]


def _by_facet(mentions: Iterable[Mention]) -> dict[str, Labels]:
    values: dict[str, dict[str, None]] = {}
    for mention in mentions:
        if mention.kind == "value":
            values.setdefault(mention.facet, {}).update(dict.fromkeys(mention.values))
    return {facet: tuple(labels) for facet, labels in values.items()}


def _is_let_in(mention: Mention, answer: Mapping[str, Any]) -> bool:
    """Whether the answer lifts an exclusion of it: "no plastic" was a bit harsh of me."""
    return any(excluded_name(mention.facet, value) in answer for value in mention.values)


def _pairs(values: Mapping[str, Labels]) -> set[tuple[str, str]]:
    return {(facet, value) for facet, labels in values.items() for value in labels}


def _beside_kinds(wished: Sequence[Mention], category: Labels) -> list[Mention]:
    """What is wished for without the kind of thing itself, which the category tells."""
    return [m for m in wished if m.facet != TYPE or set(m.values).isdisjoint(category)]


def _wish(standing: str, found: Sequence[Mention], superlatives: Labels) -> str:
    """The wish with new words behind it, each once, the latest kept when it grows too long.

    A new age takes the place of the one that stands.
    """
    new = [m.label for m in sorted(found, key=lambda m: m.start) if m.kind in {"word", "value"}]
    new += [word for phrase in superlatives for word in phrase.split() if word not in new]
    if any(_AGE.search(label) for label in new):
        standing = _AGE.sub("", standing)
    words = [word for word in standing.split() if word not in new] + new
    return " ".join(words[-_WISH_WORDS:])
