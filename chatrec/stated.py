"""Item + facet -> its values in the shop's own words, without what they only imply.

A "moss green" bag is found as green and a unisex jacket among those for women; both are told as
what the listing calls them.
"""

from __future__ import annotations

from chatrec.types import UNISEX, AttributeValue, Item
from chatrec.wording import name_of, readable
from chatrec.words import fold, stems


def stated(item: Item, facet: str) -> tuple[str, ...]:
    """The item's values of a facet as the shop gave them, without the broader ones they imply."""
    values = item.values(facet)
    given = tuple(
        part if part.isupper() and len(part) > 1 else fold(part)  # "EVA" is spelt out
        for name, value in item.attributes.items()
        if set(stems(readable(name))) & {*stems(facet), *stems(name_of(facet))}
        for part in _parts(value)
        if fold(part) in values
    )
    if given:
        return given
    if UNISEX in values:
        return (UNISEX,)
    words = [set(stems(value)) for value in values]
    return tuple(
        value
        for value, own in zip(values, words, strict=True)
        if not any(own < other for other in words)
    )


def stated_for(item: Item, facet: str, value: str) -> tuple[str, ...]:
    """What the listing says where the item has a value that was asked for.

    The value itself where the shop gave it, else those given that hold its words ("moss green" for
    "green"), else all that it gave ("unisex" for "women").
    """
    given = stated(item, facet)
    same = tuple(own for own in given if fold(own) == value)
    narrower = tuple(own for own in given if set(stems(value)) <= set(stems(own)))
    return same or narrower or given or (value,)


def _parts(value: AttributeValue) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, str) else ()
