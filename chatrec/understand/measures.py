"""Numbers of a message -> the measures they are of, as the things that are looked for tell them."""

from __future__ import annotations

from dataclasses import replace

from chatrec.types import Labels, Mention, Vocabulary
from chatrec.understand.beside import MEASURES, is_named
from chatrec.understand.bounds import around
from chatrec.understand.numbers import NUMBERS, PRICE, RATING, plain
from chatrec.units import convert
from chatrec.wording import is_number_of

# "A tent for 2": a bare number this small counts something and is no price to be near to.
_COUNTS_UP_TO = 12
# Under these names things say for how many they are.
_PERSONS = frozenset("persons people person seats seater players guests servings places".split())


def is_count(mention: Mention) -> bool:
    """Whether a bare number is one of things rather than of money."""
    bare = mention.facet == PRICE and mention.label[:1].isdigit()
    return bare and mention.low is not None and mention.low <= _COUNTS_UP_TO


def for_how_many(
    number: Mention | None, category: Labels, vocabulary: Vocabulary
) -> Mention | None:
    """The number of "a tent for 4" as the measure by which such things tell for how many they are.

    None where they tell none, or where it is no such number.
    """
    if number is None or not is_count(number):
        return None
    for facet in vocabulary.facets:
        if facet.name in _PERSONS and not set(facet.types).isdisjoint(category):
            return replace(number, facet=facet.name)
    return None


def of_things(mention: Mention, category: Labels, vocabulary: Vocabulary) -> Mention | None:
    """The number as a measure that things of these kinds have; None where they have none like it.

    "32 inch" is spotted as the measure of inches that most items of the shop have, and that need
    not be one of trousers; "32 inch wide" is of no other than a width. A measure that most things
    of these kinds tell comes before one that a few do. What is no measure, money above all, comes
    back as it is.
    """
    if mention.kind not in NUMBERS:
        return mention
    spotted = vocabulary.facet(mention.facet)
    if spotted is None and mention.facet in MEASURES:  # which nothing in the shop tells
        return None
    if spotted is None or not spotted.types or not category:
        return mention
    measure = next((name for name in MEASURES if is_named(spotted.name, name)), "")
    alike = [
        facet
        for facet in vocabulary.facets
        if facet.kind == "number"
        and (facet == spotted or _in(facet.unit, spotted.unit, 1.0) is not None)
        and (facet == spotted or not mention.named or facet.mined or is_named(facet.name, measure))
    ]
    of_most = [facet for facet in alike if not set(facet.types).isdisjoint(category)]
    of_some = [facet for facet in alike if not set(facet.told_by).isdisjoint(category)]
    for told in (of_most, of_some):
        if spotted in told:
            return mention
        if told:
            best = max(told, key=lambda facet: facet.count)
            low, high = (_in(best.unit, spotted.unit, end) for end in (mention.low, mention.high))
            return replace(mention, facet=best.name, low=low, high=high)
    return None


def _in(unit: str | None, of: str | None, value: float | None) -> float | None:
    """A value of a unit in another; None without one, or where they do not compare."""
    if unit is None or of is None or value is None:
        return None
    return value if unit == of else convert(value, of, unit)


def has_measure(name: str, category: Labels, vocabulary: Vocabulary) -> bool:
    """Whether things of these kinds may tell the measure."""
    facet = vocabulary.facet(name)
    told_by = facet.told_by if facet else ()
    return not told_by or not category or not set(told_by).isdisjoint(category)


def said_of(mention: Mention) -> str:
    """What things that have the measure are: "for 6 persons", "of 100 lm"."""
    if mention.facet in _PERSONS:
        return f"for {plain(mention.low or mention.high or 0)} {mention.facet}"
    return f"of {mention.label}"


def meant(mention: Mention, vocabulary: Vocabulary) -> Mention:
    """The amount that is asked for: a range as it is, a single number as around it.

    A thing for four is for four at least, four stars are at least as many, and two wheels are
    not 1.8 to 2.2.
    """
    if mention.low != mention.high or mention.low is None:
        return mention
    facet = vocabulary.facet(mention.facet)
    if facet is not None and facet.ranged:  # a game for 4 to 6 is for 4, and one for 6 to 8 is not
        return mention
    if mention.facet in _PERSONS or mention.facet == RATING:
        return replace(mention, high=None)
    few = mention.low <= _COUNTS_UP_TO and mention.low % 1 == 0
    if few and facet is not None and is_number_of(facet.name, facet.unit):
        return mention
    return around(mention)
