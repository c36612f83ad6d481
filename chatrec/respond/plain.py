"""A telling -> plain true sentences on the item.

What is told of an item is what was asked for, what it is beyond its name, what sets it apart from
the others shown, and where it falls short, in this order. The wording follows from the facts:
the same items give the same words. No model is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chatrec.respond.facts import kind, measured, sure, unit_of
from chatrec.respond.shortfall import short_of, shortfalls
from chatrec.respond.sizes import is_size, phrase
from chatrec.respond.telling import CONTENTS, Telling, distinction, of_five
from chatrec.types import COLOR, UNISEX
from chatrec.wording import (
    USERS,
    article,
    capital,
    facet_phrase,
    is_equipment,
    is_mass,
    is_number_of,
    is_plural,
    is_quality,
    is_theme,
    listed,
    means_no,
    means_yes,
    named,
    plural,
    price,
    readable,
    title,
)
from chatrec.words import STOPWORDS, names_value, stem, stems, tokens

_MOST_CLAUSES = 4
_SHORT_QUOTE = 14
_OF_PARTS = (COLOR, "material", "pattern")  # what a text may say of a part alone
_WELL_RATED = 4.5
_VERBS = {  # how a measure is told: (one, many)
    "weight": ("weighs", "weigh"),
    "capacity": ("holds", "hold"),
    "volume": ("holds", "hold"),
    "battery": ("runs for", "run for"),
}
_MANY = {"is": "are", "has": "have", "comes": "come"}


def sentence(telling: Telling) -> str:
    """What a shop assistant would say of the item, and perhaps a sentence of its listing."""
    clauses = list(_clauses(telling))[:_MOST_CLAUSES]
    lead = _lead(telling, clauses)
    shortfall = ", and ".join(shortfalls(telling))
    quote = _quotation(telling, thin=len(clauses) < 2)
    if shortfall:
        lead = f"{lead}: {shortfall}" if lead == _subject(telling) else f"{lead}, but {shortfall}"
    elif lead == _subject(telling):
        return f"{lead}: {_stopped(quote)}" if quote else f"{_offered(telling)}."
    return f"{lead}. {_stopped(quote)}".strip()


def _stopped(quote: str) -> str:
    return quote if quote[-1:] in ("", ".", "!", "?") else f"{quote}."


def _offered(telling: Telling) -> str:
    """That there is such a thing and what it costs, where no more is known of it."""
    cost = price(telling.item)
    name = capital(named(telling.item))
    if not cost:
        return f"{name} {'are' if telling.many else 'is'} in our catalogue"
    return f"{name} {'cost' if telling.many else 'costs'} {cost}"


def _lead(telling: Telling, clauses: list[tuple[str, str]]) -> str:
    """The first sentence without its stop: it opens with the price or rating that sets it apart."""
    item = telling.item
    verb = "are" if telling.many else "is"
    name = telling.distinction[1] if telling.distinction else ""
    lead_in = distinction(telling)
    if name == "price":
        lead = f"At {price(item)}, {named(item)} {verb} {lead_in}"
        return f"{lead}{_trailing(telling, clauses)}"
    if name == "rating" and clauses:
        lead = f"{_subject(telling)} {verb} {lead_in}"
        return f"{lead}{_trailing(telling, clauses)}"
    if lead_in:
        clauses = [*clauses, ("is", lead_in)]
    elif not clauses and item.rating is not None:
        clauses = [("is", f"rated {of_five(item)}")]
    if not clauses:
        return _subject(telling)
    return f"{_subject(telling)} {_joined(clauses, telling.many)}"


def _trailing(telling: Telling, clauses: Sequence[tuple[str, str]]) -> str:
    """Clauses after a first statement: ", in mint", ": moss green and made of nylon"."""
    if not clauses:
        return ""
    if [said for _, said in clauses] == [listed(telling.unsaid(sure(telling.item, COLOR)))]:
        return f", in {clauses[0][1]}"
    if all(verb == "is" for verb, _ in clauses):
        return f": {listed([said for _, said in clauses])}"
    return f"; {'they' if telling.many else 'it'} {_joined(clauses, telling.many)}"


def _subject(telling: Telling) -> str:
    cost = price(telling.item)
    return f"{capital(named(telling.item))}{f' ({cost})' if cost else ''}"


def _clauses(telling: Telling) -> Iterator[tuple[str, str]]:
    """Verbs in the singular with what they say, the most wanted first."""
    told = set(short_of(telling))
    yield from _identity(telling, told)
    item = telling.item
    for facet, values in telling.asked.items():
        fresh = telling.unsaid(values)
        opened = len(telling.constraints.require.get(facet, ())) == 1
        unsure = facet not in item.facets and facet in _OF_PARTS
        if facet in told or opened or unsure or not (fresh or all(map(means_yes, values))):
            continue
        told.add(facet)
        yield value_clause(facet, fresh or list(values))
    for name in telling.constraints.numeric:
        if name not in told and name not in ("rating", "stock") and item.measure(name) is not None:
            told.add(name)
            yield _measure_clause(name, telling)
    if _rating_matters(telling):
        yield "is", f"rated {of_five(item)}"


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
    colours = telling.unsaid(sure(item, COLOR))
    if COLOR in adjectives and colours:
        yield ("is", listed(colours)) if len(colours) == 1 else ("comes", f"in {listed(colours)}")
    materials = telling.unsaid(sure(item, "material"))
    if "material" in adjectives and materials:
        yield "is", f"made of {listed(materials)}"
    if size:
        yield "holds", size


def _worth_saying(telling: Telling, label: str) -> bool:
    """Whether the kind of thing is news after the title, and surely what one would call it."""
    item = telling.item
    colours = {s for value in item.values(COLOR) for s in stems(value)}
    kinds = (set(stems(kind)) for kind in item.types)
    if is_theme(label) or any(words <= telling.in_name and not words <= colours for words in kinds):
        return False
    asked = label in telling.constraints.category and label == item.types[0]
    return asked or names_value(item.description, label)


def _adjectives(telling: Telling, told: set[str]) -> dict[str, str]:
    """Colour and material by facet, where each is one and the name does not say it."""
    found = {}
    for facet in (COLOR, "material"):
        values = sure(telling.item, facet)
        fresh = telling.unsaid(values)
        if fresh and len(values) <= 2 and facet not in told:
            told.add(facet)
            found[facet] = " and ".join(fresh)
    return found


def _size(telling: Telling, told: set[str]) -> str:
    """The measure that tells most of such a thing, where the name does not say it."""
    for name in CONTENTS:
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
    if is_size(facet):
        return "comes", phrase(values)
    if UNISEX in values:
        return "is", UNISEX
    if name == "feature":
        parts = [value for value in values if is_equipment(value)]
        how = [value for value in values if not is_equipment(value)]
        if not how:
            return "comes", f"with {listed(parts)}"
        return "is", f"{listed(how)}, with {listed(parts)}" if parts else listed(how)
    return "is" if name in ("material", "brand", "gender") else "comes", facet_phrase(
        facet, values, "and"
    )


def _measure_clause(name: str, telling: Telling) -> tuple[str, str]:
    text = measured(telling.item, name, telling.vocabulary)
    said = readable(name)
    if name in _VERBS:
        return _VERBS[name][0], text
    if is_number_of(name, unit_of(name, telling.vocabulary)):
        return ("is", f"for {text} {said}") if said in USERS else ("has", f"{text} {said}")
    if text.endswith(f" {said}"):  # a unit that is its name: "6 pieces"
        return "has", text
    return "has", f"{article(said)} of {text}"


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


def _quotation(telling: Telling, *, thin: bool) -> str:
    """A sentence of the listing: a short one, or one that answers the wish, or for want of more."""
    quote = next((f.value for f in telling.recommendation.reasons if f.name == "listing"), "")
    wished = {stem(word) for word in tokens(telling.constraints.wish) if word not in STOPWORDS}
    fresh = wished - telling.in_name - {s for c in telling.constraints.category for s in stems(c)}
    short = len(quote.split()) <= _SHORT_QUOTE
    return quote if thin or short or fresh & set(stems(quote)) else ""
