"""Recommendations -> plain true sentences, one telling per item, and the line on its card.

What is told of an item is what was asked for, what it is beyond its name, what sets it apart from
the others shown, and where it falls short, in this order. The wording follows from the facts:
the same items give the same words. No model is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from chatrec.respond import extremes
from chatrec.respond.extremes import BEST_RATED, CHEAPEST, LIGHTEST, ROOMIEST, Dimension
from chatrec.respond.facts import kind, measured, name_of, spoken
from chatrec.types import COLOR, TYPE, Constraints, Item, Recommendation, Vocabulary
from chatrec.wording import (
    article,
    capital,
    count,
    facet_phrase,
    is_mass,
    is_plural,
    is_quality,
    listed,
    means_no,
    means_yes,
    named,
    plain_number,
    plural,
    price,
    readable,
    speaks_of_many,
    title,
)
from chatrec.words import STOPWORDS, names_value, stem, stems, tokens

_MOST_CLAUSES = 4
_LOW_STOCK = 3
_SHORT_QUOTE = 14
_WELL_RATED = 4.5
_FAIRLY_RATED = 4.0
_CONTENTS = ("capacity", "volume")
_VERBS = {  # how a measure is told: (one, many)
    "weight": ("weighs", "weigh"),
    "capacity": ("holds", "hold"),
    "volume": ("holds", "hold"),
    "battery": ("runs for", "run for"),
}
_MANY = {"is": "are", "has": "have", "comes": "come"}


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
        """Facets that were asked for, with the values of them that the item has."""
        wanted = {**self.constraints.require, **self.constraints.prefer}
        met: dict[str, tuple[str, ...]] = {}
        for fact in self.recommendation.reasons:
            if fact.name in wanted and fact.value in wanted[fact.name]:
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


def sentence(telling: Telling) -> str:
    """What a shop assistant would say of the item, and perhaps a sentence of its listing."""
    clauses = list(_clauses(telling))[:_MOST_CLAUSES]
    lead = _lead(telling, clauses)
    shortfall = listed(list(_shortfalls(telling)))
    quote = _quotation(telling, thin=len(clauses) < 2)
    if shortfall:
        lead = f"{lead}, but {shortfall}"
    elif lead == _subject(telling):
        return f"{lead}: {quote or kind(telling.item) or 'as listed.'}"
    return f"{lead}. {quote}".strip() if quote[-1:] in ("", ".", "!", "?") else f"{lead}. {quote}."


def _lead(telling: Telling, clauses: list[tuple[str, str]]) -> str:
    """The first sentence without its stop: it opens with the price or rating that sets it apart."""
    item = telling.item
    verb = "are" if telling.many else "is"
    name = telling.distinction[1] if telling.distinction else ""
    distinction = _distinction(telling)
    if name == "price":
        lead = f"At {price(item)}, {named(item)} {verb} {distinction}"
        return f"{lead}{_trailing(telling, clauses)}"
    if name == "rating" and clauses:
        lead = f"{_subject(telling)} {verb} {distinction}"
        return f"{lead}{_trailing(telling, clauses)}"
    if distinction:
        clauses = [*clauses, ("is", distinction)]
    elif not clauses and item.rating is not None:
        clauses = [("is", f"rated {_of_five(item)}")]
    if not clauses:
        return _subject(telling)
    return f"{_subject(telling)} {_joined(clauses, telling.many)}"


def _trailing(telling: Telling, clauses: Sequence[tuple[str, str]]) -> str:
    """Clauses after a first statement: ", in mint", ": moss green and made of nylon"."""
    if not clauses:
        return ""
    if [said for _, said in clauses] == [listed(telling.unsaid(spoken(telling.item, COLOR)))]:
        return f", in {clauses[0][1]}"
    if all(verb == "is" for verb, _ in clauses):
        return f": {listed([said for _, said in clauses])}"
    return f"; {'they' if telling.many else 'it'} {_joined(clauses, telling.many)}"


def _subject(telling: Telling) -> str:
    cost = price(telling.item)
    return f"{capital(named(telling.item))}{f' ({cost})' if cost else ''}"


def _clauses(telling: Telling) -> Iterator[tuple[str, str]]:
    """Verbs in the singular with what they say, the most wanted first."""
    told = set(_short_of(telling))
    yield from _identity(telling, told)
    item = telling.item
    for facet, values in telling.asked.items():
        fresh = telling.unsaid(values)
        opened = len(telling.constraints.require.get(facet, ())) == 1
        if facet in told or opened or not (fresh or all(map(means_yes, values))):
            continue
        told.add(facet)
        yield value_clause(facet, fresh or list(values))
    for name in telling.constraints.numeric:
        if name not in told and name not in ("rating", "stock") and item.measure(name) is not None:
            told.add(name)
            yield _measure_clause(name, measured(item, name, telling.vocabulary))
    if _rating_matters(telling):
        yield "is", f"rated {_of_five(item)}"


def _rating_matters(telling: Telling) -> bool:
    rating = telling.item.rating
    compared = telling.distinction is not None and telling.distinction[1] == "rating"
    asked = "rating" in telling.constraints.numeric
    return rating is not None and not compared and (asked or rating >= _WELL_RATED)


def _identity(telling: Telling, told: set[str]) -> Iterator[tuple[str, str]]:
    """What the item is, beyond its name: "is a moss-green nylon backpack of 28 l"."""
    item = telling.item
    label = kind(item, telling.constraints.category)
    adjectives = _adjectives(telling, told)
    size = _size(telling, told)
    if label and _worth_saying(telling, label) and (adjectives or size):
        single = {f: v for f, v in adjectives.items() if " and " not in v}
        told -= set(adjectives) - set(single)
        words = " ".join([*(v.replace(" ", "-") for v in single.values()), label])
        phrase = plural(words) if telling.many else words
        bare = telling.many or is_mass(label) or is_plural(label.split()[-1])
        yield "is", f"{phrase if bare else article(phrase)}{f' of {size}' if size else ''}"
        return
    colours = telling.unsaid(spoken(item, COLOR))
    if COLOR in adjectives and colours:
        yield ("is", listed(colours)) if len(colours) == 1 else ("comes", f"in {listed(colours)}")
    materials = telling.unsaid(spoken(item, "material"))
    if "material" in adjectives and materials:
        yield "is", f"made of {listed(materials)}"
    if size:
        yield "holds", size


def _worth_saying(telling: Telling, label: str) -> bool:
    """Whether the kind of thing is news after the title, and surely what one would call it."""
    item = telling.item
    colours = {s for value in item.values(COLOR) for s in stems(value)}
    kinds = (set(stems(kind)) for kind in item.types)
    if any(words <= telling.in_name and not words <= colours for words in kinds):
        return False
    return label in telling.constraints.category or names_value(item.description, label)


def _adjectives(telling: Telling, told: set[str]) -> dict[str, str]:
    """Colour and material by facet, where each is one and the name does not say it."""
    found = {}
    for facet in (COLOR, "material"):
        values = spoken(telling.item, facet)
        fresh = telling.unsaid(values)
        if fresh and len(values) <= 2 and facet not in told:
            told.add(facet)
            found[facet] = " and ".join(fresh)
    return found


def _size(telling: Telling, told: set[str]) -> str:
    """The measure that tells most of such a thing, where the name does not say it."""
    for name in _CONTENTS:
        text = measured(telling.item, name, telling.vocabulary)
        if text and not set(tokens(text)[:1]) <= set(tokens(title(telling.item))):
            told.add(name)
            return text
    return ""


def value_clause(facet: str, values: Sequence[str]) -> tuple[str, str]:
    """Verb in the singular and what it says: that the item has these values of the facet."""
    name = readable(facet)
    if all(map(means_yes, values)):
        return ("is", name) if is_quality(name) else ("comes", f"with {name}")
    if all(map(means_no, values)):
        return ("is", f"not {name}") if is_quality(name) else ("comes", f"without {name}")
    if facet == COLOR:
        return "comes", f"in {listed(values)}"
    if name == "feature":
        return "is", listed(values)
    return "is" if name in ("material", "brand", "gender") else "comes", facet_phrase(
        facet, values, "and"
    )


def _measure_clause(name: str, text: str) -> tuple[str, str]:
    if name in _VERBS:
        return _VERBS[name][0], text
    return "has", f"{article(readable(name))} of {text}"


def _joined(clauses: Sequence[tuple[str, str]], many: bool) -> str:
    """Clauses with the same verb share it: "is moss green, made of nylon and weighs 1 kg"."""
    plurals = _MANY | dict(_VERBS.values())
    parts: list[str] = []
    last = ""
    for verb, said in clauses:
        shared = verb == last and not parts[-1].startswith(("is a", "are a"))
        parts.append(said if shared else f"{plurals[verb] if many else verb} {said}")
        last = verb
    return listed(parts)


def _distinction(telling: Telling) -> str:
    """What sets the item apart, with the number where it has not been told."""
    if telling.distinction is None:
        return ""
    dimension, name = telling.distinction
    lead = extremes.said(dimension, len(telling.shown))
    if name == "price" or name in telling.constraints.numeric or name in _CONTENTS:
        return lead
    told = _of_five(telling.item) if name == "rating" else ""
    return f"{lead} at {told or measured(telling.item, name, telling.vocabulary)}"


def _of_five(item: Item) -> str:
    rating = item.rating or 0.0
    return f"{plain_number(rating)} out of {5 if rating <= 5 else 10}"


def _short_of(telling: Telling) -> list[str]:
    """Preferred facets that the item does not meet."""
    preferred = telling.constraints.prefer
    return [facet for facet in preferred if facet not in telling.asked and facet != TYPE]


def _shortfalls(telling: Telling) -> Iterator[str]:
    """Where the item is less than was asked for, or hard to get."""
    item = telling.item
    verb = "are" if telling.many else "is"
    it = "they" if telling.many else "it"
    for facet in _short_of(telling):
        wanted = listed(telling.constraints.prefer[facet], "or")
        known = spoken(item, facet)
        if known and facet == COLOR:
            yield f"{it} {verb} {listed(known)}, not {wanted}"
        elif known:
            yield f"the {name_of(facet)} is {listed(known)}, not {wanted}"
        else:
            yield f"the listing does not give the {name_of(facet)}"
    missing = [f"“{word}”" for word in _missing(telling)]
    if missing:
        yield f"the listing does not mention {listed(missing)}"
    if item.stock == 0:
        yield f"{it} {verb} sold out at the moment"
    elif item.stock is not None and item.stock <= _LOW_STOCK:
        yield f"only {count(item.stock)} {'is' if item.stock == 1 else 'are'} left"


def _missing(telling: Telling) -> list[str]:
    """Qualities in the wish that another shown item has and this one is not known to have."""
    qualities = {
        word
        for facet in telling.vocabulary.facets
        if facet.name not in (TYPE, "brand")
        for word in (readable(facet.name), *(value.label for value in facet.values))
    }
    item = telling.item
    own = {v for f in (*item.facets, *item.mined) for v in (readable(f), *item.values(f))}
    wished = dict.fromkeys(tokens(telling.constraints.wish))
    return [w for w in wished if w in telling.met_elsewhere and w in qualities and w not in own]


def _quotation(telling: Telling, *, thin: bool) -> str:
    """A sentence of the listing: a short one, or one that answers the wish, or for want of more."""
    quote = next((f.value for f in telling.recommendation.reasons if f.name == "listing"), "")
    wished = {stem(word) for word in tokens(telling.constraints.wish) if word not in STOPWORDS}
    fresh = wished - telling.in_name - {s for c in telling.constraints.category for s in stems(c)}
    short = len(quote.split()) <= _SHORT_QUOTE
    return quote if thin or short or fresh & set(stems(quote)) else ""


def card_line(telling: Telling) -> str:
    """Why the item is shown, in a few words: "moss green, 28 l, the lightest of the three"."""
    parts = [value for values in telling.asked.values() for value in values]
    parts = [p for p in parts if not (means_yes(p) or means_no(p))]
    parts += [readable(f) for f, values in telling.asked.items() if all(map(means_yes, values))]
    for name in telling.constraints.numeric:
        if name not in ("rating", "stock"):
            parts.append(measured(telling.item, name, telling.vocabulary))
    parts.append(_distinction(telling))
    if telling.item.stock == 0:
        parts.insert(0, "sold out")
    parts = [part for part in parts if part][:3] or list(_by_the_way(telling))
    return capital(", ".join(parts))


def _by_the_way(telling: Telling) -> Iterator[str]:
    """What to put on the card where nothing was asked for and nothing sets the item apart."""
    category = {s for label in telling.constraints.category for s in stems(label)}
    wished = [
        w for f in telling.recommendation.reasons if f.name == "wish" for w in tokens(f.value)
    ]
    matched = [word for word in wished if stem(word) not in category and word not in STOPWORDS]
    if matched:
        yield f"mentions {listed([f'“{word}”' for word in matched[:3]])}"
    elif telling.item.rating is not None and telling.item.rating >= _FAIRLY_RATED:
        yield f"rated {_of_five(telling.item)}"
    else:
        known = [v for f in (COLOR, "material") for v in spoken(telling.item, f)[:1]]
        yield from known or [kind(telling.item)]


def with_reasons(
    recommendations: Sequence[Recommendation], constraints: Constraints, vocabulary: Vocabulary
) -> tuple[Recommendation, ...]:
    """The recommendations with the line on each card filled in."""
    return tuple(
        replace(telling.recommendation, reason=card_line(telling))
        for telling in tellings(recommendations, constraints, vocabulary)
    )
