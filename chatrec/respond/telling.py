"""Recommendations + constraints -> for each item what there is to tell of it among the others.

What was asked for and is met, what sets it apart, which wished words others have and it lacks.
Chooses no words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from chatrec.respond import extremes
from chatrec.respond.extremes import BEST_RATED, CHEAPEST, LIGHTEST, ROOMIEST, Dimension
from chatrec.respond.facts import measured
from chatrec.types import Constraints, Item, Recommendation, Vocabulary
from chatrec.wording import plain_number, speaks_of_many, title
from chatrec.words import STOPWORDS, stem, stems, tokens

CONTENTS = ("capacity", "volume")
"""Measures that are told with what the item is: "a backpack of 28 l"."""


@dataclass(frozen=True)
class Telling:
    """One item among those shown, and what the shopper asked for."""

    recommendation: Recommendation
    shown: tuple[Item, ...]
    constraints: Constraints
    vocabulary: Vocabulary
    distinction: tuple[Dimension, str] | None
    met_elsewhere: frozenset[str]

    @property
    def item(self) -> Item:
        return self.recommendation.item

    @cached_property
    def many(self) -> bool:
        """Whether the item is spoken of in the plural."""
        return speaks_of_many(self.item)

    @cached_property
    def in_name(self) -> frozenset[str]:
        """Stems of the title, which need no telling again."""
        return frozenset(stems(title(self.item)))

    @cached_property
    def asked(self) -> dict[str, tuple[str, ...]]:
        """Facets that were asked for and are met, with what the item's listing says of them."""
        wanted = {*self.constraints.require, *self.constraints.prefer}
        met: dict[str, tuple[str, ...]] = {}
        for fact in self.recommendation.reasons:
            if fact.name in wanted:
                met[fact.name] = (*met.get(fact.name, ()), fact.value)
        return met

    def unsaid(self, values: Sequence[str]) -> list[str]:
        """The values that the title does not tell already."""
        return [value for value in values if not set(stems(value)) <= self.in_name]


def tellings(
    recommendations: Sequence[Recommendation], constraints: Constraints, vocabulary: Vocabulary
) -> list[Telling]:
    """The items with all that their sentences need, in the order of the cards."""
    items = tuple(recommendation.item for recommendation in recommendations)
    leads = extremes.distinctions(items, _dimensions(constraints))
    wished = [_wish_words(recommendation) for recommendation in recommendations]
    return [
        Telling(
            recommendation,
            items,
            constraints,
            vocabulary,
            leads.get(recommendation.item.id),
            frozenset().union(*wished) - wished[place],
        )
        for place, recommendation in enumerate(recommendations)
    ]


def _dimensions(constraints: Constraints) -> list[Dimension]:
    """What items are compared by: first the numbers the shopper has spoken of."""
    usual = [CHEAPEST, BEST_RATED, LIGHTEST, ROOMIEST]
    spoken = {*constraints.numeric, *tokens(constraints.wish)}
    return sorted(usual, key=lambda d: not _spoken_of(d, spoken))


def _spoken_of(dimension: Dimension, spoken: set[str]) -> bool:
    words = {w for phrase, d in extremes.WORDS.items() if d == dimension for w in phrase.split()}
    roots = {stem(word.removesuffix("est").removesuffix("er")) for word in words}
    return not spoken.isdisjoint({*dimension.names, *words, *roots} - {"most", "more", "least"})


def _wish_words(recommendation: Recommendation) -> frozenset[str]:
    told = (fact.value for fact in recommendation.reasons if fact.name == "wish")
    return frozenset(w for value in told for w in tokens(value) if w not in STOPWORDS)


def distinction(telling: Telling) -> str:
    """What sets the item apart, with the number where it has not been told."""
    if telling.distinction is None:
        return ""
    dimension, name = telling.distinction
    lead = extremes.said(dimension, len(telling.shown))
    if name == "price" or name in telling.constraints.numeric or name in CONTENTS:
        return lead
    told = of_five(telling.item) if name == "rating" else ""
    return f"{lead} at {told or measured(telling.item, name, telling.vocabulary)}"


def of_five(item: Item) -> str:
    """The rating with its scale: "4.6 out of 5"."""
    return f"{plain_number(item.rating or 0.0)} out of 5"
