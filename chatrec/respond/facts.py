"""Item -> the facts that can be told of it, each with its name and value as one would say them.

Facts come from columns first and from mined values where no column has them. Nothing is judged
or left out for being unflattering.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chatrec.respond.sizes import cased
from chatrec.stated import stated
from chatrec.types import COLOR, TYPE, AttributeValue, Fact, Item, Vocabulary
from chatrec.wording import amount, listed, measure, name_of, plain_number, price, readable
from chatrec.words import is_internal, stem, stems, tokens

_TOLD_ELSEWHERE = frozenset(
    "source stock quantity price currency rating reviews review count".split()
)
_LONGEST_VALUE = 80


def kind(item: Item, wanted: Sequence[str] = ()) -> str:
    """What the item is: the type asked for, else the longest that its title has, else the first."""
    for label in wanted:
        if label in item.types:
            return label
    title = set(stems(item.title))
    colours = {s for value in item.values(COLOR) for s in stems(value)}
    named = [t for t in item.types if set(stems(t)) <= title and not set(stems(t)) <= colours]
    return max(named, key=len, default=item.types[0] if item.types else "")


def sure(item: Item, facet: str) -> tuple[str, ...]:
    """Values that may be said of the item as a whole.

    Those that a column gives, and a colour that its text gives alone: other words of a text may
    speak of a part ("leather straps") or of something else ("with a striped top").
    """
    values = stated(item, facet)
    if item.facets.get(facet) or (facet == COLOR and len(values) == 1):
        return values
    return ()


def unit_of(name: str, vocabulary: Vocabulary) -> str | None:
    """The unit of a numeric facet."""
    facet = vocabulary.facet(name)
    return facet.unit if facet else None


def measured(item: Item, name: str, vocabulary: Vocabulary, *, alone: bool = False) -> str:
    """The item's measure with its unit, or "" where it is unknown.

    ``alone``: its name does not stand beside it.
    """
    value = item.measure(name)
    if value is None:
        return ""
    unit = unit_of(name, vocabulary)
    return amount(name, value, unit) if alone else measure(value, unit)


def facts(item: Item, vocabulary: Vocabulary) -> tuple[Fact, ...]:
    """Price, brand, kind, facets, measures, other attributes, rating and stock, in this order."""
    return tuple(_facts(item, vocabulary))


def _facts(item: Item, vocabulary: Vocabulary) -> Iterator[Fact]:
    if item.price is not None:
        yield Fact("price", price(item))
    if item.brand:
        yield Fact("brand", item.brand)
    if item.types:
        yield Fact(TYPE, kind(item))
    told = {"brand", TYPE, "rating"}
    for facet in [*item.facets, *(f for f in item.mined if f not in item.facets)]:
        if facet not in told and sure(item, facet):
            told.add(facet)
            yield Fact(facet, listed(cased(facet, sure(item, facet))))
    for name in item.measures:
        if name not in told:
            told.add(name)
            yield Fact(name, measured(item, name, vocabulary))
    yield from _attributes(item, told)
    if item.rating is not None:
        yield Fact("rating", plain_number(item.rating))
    if item.stock is not None:
        yield Fact("stock", str(item.stock))


def _attributes(item: Item, told: set[str]) -> Iterator[Fact]:
    """Attributes that no facet or measure has told already."""
    known = [set(stems(said)) for name in told for said in (readable(name), name_of(name))]
    for name, value in item.attributes.items():
        words = set(stems(readable(name)))
        elsewhere = all(token in _TOLD_ELSEWHERE for token in tokens(readable(name)))
        if (
            elsewhere
            or is_internal(name)
            or any(words and words >= other for other in known if other)
        ):
            continue
        said = attribute_text(value)
        if said and len(said) <= _LONGEST_VALUE:
            yield Fact(name, said)


def attribute_text(value: AttributeValue) -> str:
    """An attribute's value as one reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return plain_number(value)
    if isinstance(value, tuple):
        return listed(value)
    return " ".join(value.split())


def texts(item: Item) -> list[str]:
    """Everything that the shop wrote about the item, attributes as "name value"."""
    written = [item.title, item.description, item.brand or "", *item.category, *item.types]
    written += [
        f"{readable(name)} {attribute_text(value)}"
        for name, value in item.attributes.items()
        if not isinstance(value, bool)
    ]
    return [text for text in written if text]


def denied(item: Item) -> set[str]:
    """Stems of the qualities that a column says the item does not have."""
    no = [name for name, value in item.attributes.items() if value is False]
    no += [facet for facet in item.facets if item.facets[facet] == ("no",)]
    return {stem(word) for name in no for word in tokens(readable(name))}


def granted(item: Item) -> set[str]:
    """Stems of the qualities that a column says the item has."""
    yes = [name for name, value in item.attributes.items() if value is True]
    yes += [facet for facet in item.facets if item.facets[facet] == ("yes",)]
    return {stem(word) for name in yes for word in tokens(readable(name))}
