"""Variants of one product -> cards, such that a card's values hold together.

A shopper who wants a blue one in 42 must not be shown blue of one variant and 42 of another. So a
card stands for variants that are alike in everything but the size: its colour, price and other
values are those of each of them, and its sizes are the list of what can be bought at that price in
that colour. Any colour, material and size that a card has are then one variant that is in stock.
Knows nothing of files.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace

from chatrec.sizes import SIZE
from chatrec.types import AttributeValue, Item, Variant
from chatrec.words import names_value, tokens
from vectorstore.offers import AVAILABILITY, ON_SALE, REGULAR_PRICE

CODES = frozenset(
    "sku skus gtin gtins ean upc isbn mpn barcode barcodes asin code codes id ids".split()
)
"""Words of the names of attributes that number a variant and say nothing of what it is like."""

_SIZES = frozenset(
    "size sizes groesse große größe grosse grösse taille taglia talla maat tamanho storlek rozmiar "
    "koko waist inseam".split()
)
# "Screen size" is a measure by which things are compared.
_MEASURED = frozenset({"screen", "display", "monitor"})
# Each variant has its own, and none of them tells shoppers one variant from another.
_INCIDENTAL = CODES | frozenset(
    "weight grams length width height depth dimensions inventory quantity position url link image "
    "tags updated created date cost".split()
)
_NOT_IN_TITLE = frozenset({ON_SALE, REGULAR_PRICE, AVAILABILITY})
_LONGEST_SUFFIX = 40


def as_cards(variants: Sequence[Item]) -> list[Item]:
    """The cards of one product, in the order of their first variants, whose ids they have.

    Sizes that are sold out are left out of a card, unless all are: then its stock is 0. What is
    alike in all variants of a card stays; weights and the like that differ are left out.
    """
    if len(variants) < 2:
        return list(variants)
    names = list(dict.fromkeys(name for item in variants for name in item.attributes))
    differing = [n for n in names if len({item.attributes.get(n) for item in variants}) > 1]
    size = next(filter(_is_size, differing), None)
    telling = [n for n in differing if n != size and not _words(n) & _INCIDENTAL]
    alike: dict[Hashable, list[Item]] = defaultdict(list)
    for item in variants:
        values = tuple(item.attributes.get(name) for name in telling)
        alike[item.price, item.currency, item.brand, item.category, values].append(item)
    return [_card(members, telling, size) for members in alike.values()]


def _is_size(name: str) -> bool:
    words = _words(name)
    return bool(words & _SIZES) and not words & _MEASURED


def _words(name: str) -> frozenset[str]:
    return frozenset(tokens(name.replace("_", " ")))


def _card(members: Sequence[Item], telling: Sequence[str], size: str | None) -> Item:
    there = [item for item in members if item.stock != 0] or list(members)
    first = there[0]
    suffix = [text for name in telling for text in _said(name, first.attributes.get(name))]
    return replace(
        first,
        id=members[0].id,
        title=_title([item.title for item in there], suffix),
        stock=_together(item.stock for item in there),
        attributes=dict(_attributes(there, size)),
        variants=tuple(_variant(item, size) for item in members) if len(members) > 1 else (),
    )


def _variant(item: Item, size: str | None) -> Variant:
    return Variant(item.id, _listed([item], size) if size else (), item.price, item.stock)


def _said(name: str, value: AttributeValue | None) -> Iterator[str]:
    """What a title says of the value that tells a card from its siblings."""
    if name in _NOT_IN_TITLE or isinstance(value, bool):
        return
    text = f"{value:g}" if isinstance(value, float) else value
    if isinstance(text, str) and 0 < len(text) <= _LONGEST_SUFFIX:
        yield text


def _together(stocks: Iterable[int | None]) -> int | None:
    """How many there are of all together, None where one is not counted."""
    known = list(stocks)
    return None if None in known else sum(number for number in known if number is not None)


def _attributes(items: Sequence[Item], size: str | None) -> Iterator[tuple[str, AttributeValue]]:
    codes: dict[str, tuple[str, ...]] = {}
    for name, value in items[0].attributes.items():
        if name == size:
            yield SIZE, _listed(items, name)
        elif all(item.attributes.get(name) == value for item in items):
            yield name, value
        elif _words(name) & CODES:
            codes[name] = _listed(items, name)
    yield from codes.items()


def _listed(items: Sequence[Item], name: str) -> tuple[str, ...]:
    """All values of an attribute, each once, in order."""
    found: dict[str, None] = {}
    for item in items:
        value = item.attributes.get(name)
        parts = value if isinstance(value, tuple) else () if value is None else (value,)
        found.update(
            (f"{part:g}" if isinstance(part, float) else str(part), None) for part in parts
        )
    return tuple(found)


def _title(titles: Sequence[str], suffix: Sequence[str]) -> str:
    """What the variants' titles have in common, and the values that it lacks."""
    title = titles[0] if len(set(titles)) == 1 else _common(titles)
    missing = [text for text in suffix if not names_value(title, text)]
    return ", ".join([title, *missing])


def _common(titles: Sequence[str]) -> str:
    """The words with which all titles begin, or the first title where that is no name."""
    words = [title.split() for title in titles]
    count = 0
    for column in zip(*words, strict=False):
        if len(set(column)) > 1:
            break
        count += 1
    begun = re.sub(r"[\s,;:|/(\[–-]+$", "", " ".join(words[0][:count]))
    return begun if count >= 2 else titles[0]
