"""Items as their file gave them, and what was said of price and stock since -> items as they are.

A change concerns one thing that can be bought, by its id, or all variants of a product, by the
group's. What an item then says holds for every variant that it lists. Knows nothing of storage.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from chatrec.sizes import SIZE
from chatrec.types import Item, Labels, Variant, without
from chatrec.words import fold
from vectorstore.learn.sizes import sizes_inside
from vectorstore.offers import AVAILABILITY, ON_SALE, REGULAR_PRICE


@dataclass(frozen=True, slots=True)
class Change:
    """News of one thing; None is no news. ``gone``: it is not sold any more."""

    price: float | None = None
    stock: int | None = None
    gone: bool = False

    def after(self, earlier: Change | None) -> Change:
        """This change where another was made before it: what it leaves open stays."""
        if earlier is None:
            return self
        return Change(
            earlier.price if self.price is None else self.price,
            earlier.stock if self.stock is None else self.stock,
            self.gone,
        )


def ids_of(item: Item) -> Labels:
    """The ids under which news of an item comes."""
    own = tuple(variant.id for variant in item.variants) or (item.id,)
    return (*own, item.group) if item.group else own


def changed(item: Item, changes: Mapping[str, Change]) -> Item | None:
    """The item after the changes, None where nothing of it is sold any more.

    Of variants at several prices those at the commonest are kept: no card says two prices. The
    others are left out until the catalogue is indexed again.
    """
    if not any(key in changes for key in ids_of(item)):
        return item
    own = item.variants or (Variant(item.id, (), item.price, item.stock),)
    after = [v for v in (_after(variant, item.group, changes) for variant in own) if v is not None]
    if not after:
        return None
    there = [variant for variant in after if variant.stock != 0] or after
    price = _commonest(variant.price for variant in there)
    kept = [variant for variant in there if variant.price == price]
    stocks = [variant.stock for variant in kept]
    new = replace(
        item,
        price=price,
        stock=None if None in stocks else sum(stock for stock in stocks if stock is not None),
    )
    if price != item.price:  # what it was reduced from is not known now
        new = _silent(_silent(new, ON_SALE), REGULAR_PRICE)
    if any(_news(variant, item.group, changes) for variant in kept):
        new = _silent(new, AVAILABILITY)
    return _with_sizes(new, kept) if item.variants else new


def _after(variant: Variant, group: str, changes: Mapping[str, Change]) -> Variant | None:
    for key in (group, variant.id):  # what is said of the variant itself goes before
        change = changes.get(key) if key else None
        if change is None:
            continue
        if change.gone:
            return None
        variant = replace(
            variant,
            price=variant.price if change.price is None else change.price,
            stock=variant.stock if change.stock is None else change.stock,
        )
    return variant


def _news(variant: Variant, group: str, changes: Mapping[str, Change]) -> bool:
    """Whether the number in stock was told, so that a word such as "backorder" is out of date."""
    found = (changes.get(key) for key in (variant.id, group))
    return any(change is not None and change.stock is not None for change in found)


def _commonest(prices: Iterable[float | None]) -> float | None:
    counts = Counter(prices)
    return max(counts, key=lambda price: counts[price])


def _with_sizes(item: Item, kept: Iterable[Variant]) -> Item:
    sizes = tuple(dict.fromkeys(size for variant in kept for size in variant.sizes))
    if not sizes or SIZE not in item.attributes:
        return item
    facets = dict(item.facets)
    if SIZE in facets:
        labels = tuple(" ".join(fold(size).split()) for size in sizes)
        inside = sizes_inside(labels)
        fitting = (size for label in labels for size in inside(label) if size in facets[SIZE])
        facets[SIZE] = tuple(dict.fromkeys((*labels, *fitting)))
    return replace(item, attributes={**item.attributes, SIZE: sizes}, facets=facets)


def _silent(item: Item, name: str) -> Item:
    """The item without what it says under a name."""
    return replace(
        item, attributes=without(item.attributes, name), facets=without(item.facets, name)
    )
