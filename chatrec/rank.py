"""Candidates + constraints -> recommendations: which items are shown, in which order, and why.

Evidence becomes features, features one score. Reasons are facts of the item that answer
something the shopper asked for. Ranking writes no prose and does not search.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chatrec.quoting import quotable
from chatrec.stated import stated_for
from chatrec.types import (
    CHILDREN,
    COLOR,
    GENDER,
    TYPE,
    Candidate,
    Constraints,
    Fact,
    Item,
    Recommendation,
    Vocabulary,
)
from chatrec.wording import measure, plain_number, price
from chatrec.words import STOPWORDS, SUPERLATIVES, names_value, stem, stems, tokens

_PREFERENCE, _SOFT_WORD, _RATING, _EXTREME = 0.35, 0.6, 0.15, 3.0
_DIVERSITY = 0.35
_MISFIT = 10.0  # more than all else together
_OF_ANOTHER_AGE = 2
_POOL = 30
_POOL_SHARE = 0.6
_SAME_TITLE = 0.75
_QUOTE_WORDS = 22
_REVIEW_COUNTS = ("reviews", "review_count", "rating_count", "ratings", "num_reviews")
_PRIOR_REVIEWS = 10.0
_BEST_RATING = 5.0
_UNKNOWN = 0.4

# Words of a wish that order things by a number: word -> (number, whether more of it is better).
_SOFT_WORDS: Mapping[str, tuple[str, bool]] = {
    **dict.fromkeys(("cheap", "cheaper", "inexpensive", "affordable"), ("price", False)),
    **dict.fromkeys(("expensive", "pricey", "costly"), ("price", True)),
    **dict.fromkeys(("premium", "luxury", "luxurious"), ("price", True)),
    **dict.fromkeys(("light", "lightweight", "ultralight", "lighter"), ("weight", False)),
    **dict.fromkeys(("heavy", "sturdy"), ("weight", True)),
    **dict.fromkeys(("small", "compact", "tiny", "little", "smaller"), ("size", False)),
    **dict.fromkeys(("big", "large", "spacious", "roomy", "huge", "bigger"), ("size", True)),
    **dict.fromkeys(("rated", "popular", "reviewed"), ("rating", True)),
}
_SIZES = ("capacity", "volume", "diameter", "screen size", "length", "width", "height", "depth")
_URGING = frozenset(
    stem(word)
    for word in "add bring delight discover elevate embark embrace enhance enjoy experience "
    "explore immerse indulge introduce introducing make step transform treat upgrade".split()
)
_NEGATIONS = frozenset({"not", "no", "isn't", "without", "less", "never", "don't"})


@dataclass(frozen=True, slots=True)
class _Scored:
    candidate: Candidate
    score: float

    @property
    def item(self) -> Item:
        return self.candidate.item


def rank(
    candidates: Sequence[Candidate],
    constraints: Constraints,
    vocabulary: Vocabulary,
    *,
    shown: int,
    diverse: bool,
) -> tuple[Recommendation, ...]:
    """At most ``shown`` recommendations, best first.

    What is sold out comes last. Items that differ from one already chosen in colour or size
    alone wait until nothing else is left. With ``diverse`` the choice is by maximal marginal
    relevance (Carbonell and Goldstein 1998).
    """
    scored = _score(_fitting(candidates, constraints), constraints)
    scored = _in_turns(scored, constraints.category)
    chosen = _choose(scored, vocabulary, shown, _DIVERSITY if diverse else 0.0)
    chosen.sort(key=lambda s: s.item.stock == 0)
    return tuple(
        Recommendation(s.item, place, tuple(_reasons(s, constraints, vocabulary)))
        for place, s in enumerate(chosen, 1)
    )


def _score(candidates: Sequence[Candidate], constraints: Constraints) -> list[_Scored]:
    if not candidates:
        return []
    top = max(candidate.score for candidate in candidates) or 1.0
    items = [candidate.item for candidate in candidates]
    rating = _shrunk_ratings(items)
    soft = [_percentile(items, *wanted) for wanted in soft_words(constraints.wish)]
    most = [_percentile(items, *wanted) for wanted in _superlatives(constraints.wish)]
    scored = [
        _Scored(
            candidate,
            candidate.score / top
            + _PREFERENCE * _preferred(candidate.item, constraints)
            + _RATING * rating(candidate.item)
            + _SOFT_WORD * sum(share(candidate.item) for share in soft) / max(len(soft), 1)
            + _EXTREME * sum(share(candidate.item) for share in most)
            - _MISFIT * _misfits(candidate.item, constraints),
        )
        for candidate in candidates
    ]
    return sorted(scored, key=lambda s: (s.item.stock == 0, -s.score))


def _in_turns(scored: list[_Scored], kinds: Sequence[str]) -> list[_Scored]:
    """The best of each kind first where several were asked for: a tent and a sleeping bag."""
    if len(kinds) < 2:
        return scored
    best = [next((s for s in scored if kind in s.item.types), None) for kind in kinds]
    first = [s for n, s in enumerate(best) if s is not None and s not in best[:n]]
    top = max((s.score for s in scored), default=0.0)
    raised = [_Scored(s.candidate, top + s.score) for s in first]
    return raised + [s for s in scored if s not in first]


def _preferred(item: Item, constraints: Constraints) -> float:
    """Share of the preferred facets that the item meets; what is for nobody suits anybody."""
    if not constraints.prefer:
        return 0.0
    met = sum(
        meets(item, facet, values) or (facet == GENDER and not item.values(GENDER))
        for facet, values in constraints.prefer.items()
    )
    return met / len(constraints.prefer)


def _fitting(candidates: Sequence[Candidate], constraints: Constraints) -> Sequence[Candidate]:
    """Without children's things for a grown-up, and the other way round, where others are left."""
    fitting = [c for c in candidates if _misfits(c.item, constraints) < _OF_ANOTHER_AGE]
    return fitting or candidates


def _misfits(item: Item, constraints: Constraints) -> int:
    """How far the item is from whom it is to be for: another age is further than another gender.

    What is made for others is not hidden, and comes after all that may suit.
    """
    wanted, known = set(constraints.prefer.get(GENDER, ())), set(item.values(GENDER))
    if not wanted or not known or wanted & known:
        return 0
    same_age = wanted.isdisjoint(CHILDREN) == known.isdisjoint(CHILDREN)
    return 1 if same_age else _OF_ANOTHER_AGE


def meets(item: Item, facet: str, values: Sequence[str]) -> bool:
    """Whether the item has one of the values, as a facet or, where it has none, in its text."""
    known = item.values(facet)
    if known:
        return not set(values).isdisjoint(known)
    return any(names_value(item.text, value, of_whole=facet == COLOR) for value in values)


def _shrunk_ratings(items: Sequence[Item]) -> Callable[[Item], float]:
    """Ratings in [0, 1], drawn to the candidates' mean the more the fewer reviews there are.

    The Bayesian average: (prior weight x mean + reviews x rating) / (prior weight + reviews).
    Where the number of reviews is unknown it counts as the prior's.
    """
    rated = [item.rating for item in items if item.rating is not None]
    mean = sum(rated) / len(rated) if rated else 0.0

    def shrunk(item: Item) -> float:
        reviews = _reviews(item)
        if item.rating is None:
            return mean / _BEST_RATING
        total = _PRIOR_REVIEWS * mean + reviews * item.rating
        return total / (_PRIOR_REVIEWS + reviews) / _BEST_RATING

    return shrunk


def _reviews(item: Item) -> float:
    for name in _REVIEW_COUNTS:
        known = item.measure(name) or item.attributes.get(name)
        if isinstance(known, int | float):
            return float(known)
    return _PRIOR_REVIEWS


def soft_words(wish: str) -> list[tuple[str, bool]]:
    """What a wish would have more or less of: "not too expensive" is (price, False)."""
    words = tokens(wish)
    found: dict[str, bool] = {}
    for place, word in enumerate(words):
        if word in _SOFT_WORDS:
            name, more = _SOFT_WORDS[word]
            negated = not _NEGATIONS.isdisjoint(words[max(0, place - 3) : place])
            least = words[max(0, place - 1) : place] == ["least"]
            found[name] = more != (negated or least)
    return list(found.items())


def _superlatives(wish: str) -> list[tuple[str, bool]]:
    """What the wish would have most or least of, whatever else it is."""
    words = tokens(wish)
    phrases = [" ".join(words[i : i + width]) for i in range(len(words)) for width in (2, 1)]
    return [SUPERLATIVES[phrase] for phrase in phrases if phrase in SUPERLATIVES]


def soft_number(item: Item, name: str) -> float | None:
    """The number a soft word speaks of; "size" is the first known of several measures."""
    if name == "price":
        return item.price
    if name == "size":
        return next((v for v in map(item.measure, _SIZES) if v is not None), None)
    return item.measure(name)


def _percentile(items: Sequence[Item], name: str, more: bool) -> Callable[[Item], float]:
    known = sorted(v for v in (soft_number(item, name) for item in items) if v is not None)

    def share(item: Item) -> float:
        value = soft_number(item, name)
        if value is None or len(known) < 2:
            return _UNKNOWN
        below = sum(v < value for v in known) / (len(known) - 1)
        return min(below, 1.0) if more else 1.0 - min(below, 1.0)

    return share


def _choose(
    scored: Sequence[_Scored], vocabulary: Vocabulary, shown: int, diversity: float
) -> list[_Scored]:
    best = max((s.score for s in scored), default=0.0)
    pool = [s for s in scored[:_POOL] if s.score >= _POOL_SHARE * best] if diversity else scored
    rest, chosen = list(pool), list[_Scored]()
    colours = _colours(vocabulary)
    while rest and len(chosen) < shown:
        fresh = [
            s for s in rest if not any(_twins(s.item, c.item, colours) for c in chosen)
        ] or rest
        pick = max(fresh, key=lambda s: _marginal(s, chosen, diversity))
        chosen.append(pick)
        rest.remove(pick)
    spare = [s for s in scored if s not in chosen]
    return chosen + spare[: shown - len(chosen)]


def _marginal(scored: _Scored, chosen: Sequence[_Scored], diversity: float) -> float:
    nearest = max((_likeness(scored.item, c.item) for c in chosen), default=0.0)
    sold_out = 2.0 if scored.item.stock == 0 else 0.0
    return (1.0 - diversity) * scored.score - diversity * nearest - sold_out


def _likeness(one: Item, other: Item) -> float:
    """How alike two items are, in [0, 1]: by type first, then by title and brand."""
    types = _jaccard(set(one.types), set(other.types))
    titles = _jaccard(set(stems(one.title)), set(stems(other.title)))
    brand = float(one.brand is not None and one.brand == other.brand)
    return 0.6 * types + 0.25 * titles + 0.15 * brand


def _jaccard(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


def _colours(vocabulary: Vocabulary) -> frozenset[str]:
    facet = vocabulary.facet(COLOR)
    labels = [value.label for value in facet.values] if facet else []
    return frozenset(stem(word) for label in labels for word in tokens(label))


def _twins(one: Item, other: Item, colours: frozenset[str]) -> bool:
    """Whether two items are one product, or told apart by colour or size alone."""
    if one.group and one.group == other.group:
        return True
    if one.brand != other.brand:
        return False
    first, second = _name(one, colours), _name(other, colours)
    return bool(first) and (first == second or _jaccard(first, second) >= _SAME_TITLE)


def _name(item: Item, colours: frozenset[str]) -> set[str]:
    """The stems of a title without colours, sizes and what stands in brackets."""
    words = stems(re.sub(r"\([^)]*\)", " ", item.title))
    sizes = {"xs", "s", "m", "l", "xl", "xxl", "small", "medium", "larg", "size"}
    return {word for word in words if word not in colours and word not in sizes}


def _reasons(scored: _Scored, constraints: Constraints, vocabulary: Vocabulary) -> list[Fact]:
    """Facts of the item that answer what was asked: values, measures, words, price, rating."""
    item, evidence = scored.item, scored.candidate.evidence
    asked = {**constraints.require, **constraints.prefer}
    reasons = [
        *dict.fromkeys(
            Fact(facet, own)
            for facet, values in asked.items()
            if facet != TYPE
            for value in values
            if meets(item, facet, (value,))
            for own in stated_for(item, facet, value)
        )
    ]
    for name in constraints.numeric:
        value, facet = item.measure(name), vocabulary.facet(name)
        if value is not None and name not in ("rating", "stock"):
            reasons.append(Fact(name, measure(value, facet.unit if facet else None)))
    wished = set(stems(constraints.wish))
    words = [w for w in evidence.words if stem(w) in wished and names_value(item.text, w)]
    if words:
        reasons.append(Fact("wish", " ".join(words)))
    if item.price is not None:
        reasons.append(Fact("price", price(item)))
    if item.rating is not None:
        reasons.append(Fact("rating", plain_number(item.rating)))
    quote = telling_sentence(item, constraints.wish)
    if quote:
        reasons.append(Fact("listing", quote))
    return reasons


def telling_sentence(item: Item, wish: str) -> str:
    """The short sentence of the description that has most words of the wish; the first of equals.

    One that urges to buy ("Discover ...") is taken for want of a better, one that names the item
    again never; "" where none is short enough to be quoted.
    """
    wanted = {stem(word) for word in tokens(wish) if word not in STOPWORDS}
    name = item.title.casefold()
    short = [
        sentence
        for sentence in quotable(item.description)
        if 4 <= len(sentence.split()) <= _QUOTE_WORDS and name not in sentence.casefold()
    ]

    def worth(sentence: str) -> float:
        words = stems(sentence)
        return len(wanted & set(words)) - 0.5 * (words[0] in _URGING)

    return max(short, key=worth, default="")
