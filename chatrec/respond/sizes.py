"""Sizes -> how they are told, and whether an item comes in one that is asked for.

An item's stock is that of all its sizes together; what is left of one size is told where its
variants tell it, and of nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chatrec.sizes import LETTERS, SYSTEMS, ends, in_order, written
from chatrec.stated import stated
from chatrec.types import Item, Vocabulary
from chatrec.wording import capital, listed, named, readable, speaks_of_many
from chatrec.words import fold, tokens

_NAMES = frozenset({"size", "sizes"})
_BEFORE = frozenset({"in", "a", "an", *SYSTEMS})
_AFTER = frozenset({"", "or", "and", "please", "too", "then", "now", "as"})


def is_size(facet: str) -> bool:
    """Whether a facet tells sizes that people wear or choose, and is no measure."""
    return readable(facet) in _NAMES


def cased(facet: str, values: Iterable[str]) -> list[str]:
    """Values as one writes them: those of a size in letters in upper case, others as they are."""
    return [written(value) for value in values] if is_size(facet) else list(values)


def phrase(labels: Sequence[str]) -> str:
    """As in "in size M", "in the sizes S, M and L", "in one size"."""
    ordered = in_order(labels)
    if len(ordered) == 1:
        return f"in {ordered[0]}" if "size" in fold(ordered[0]) else f"in size {ordered[0]}"
    return f"in the sizes {listed(ordered)}"


def sizes_of(item: Item) -> tuple[str, ...]:
    """The sizes that the item's listing tells."""
    facets = (facet for facet in (*item.facets, *item.mined) if is_size(facet))
    return next((stated(item, facet) for facet in facets), ())


def asked_for(text: str, vocabulary: Vocabulary) -> list[str]:
    """The sizes that a text names: letters, and numbers of the shop's where they can be no other.

    One letter or a number is a size behind "size", or behind "in" or "a" where it ends the clause.
    """
    numbers = {v.label for f in vocabulary.facets if is_size(f.name) for v in f.values}
    words = tokens(text)
    found: list[str] = []
    for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
        apart = before in _BEFORE and (after in _AFTER or after in LETTERS)
        told = before in _NAMES or apart or (bool(found) and before in ("or", "and"))
        if word in LETTERS and (told or len(word) > 1):
            found.append(word)
        elif told and (word in numbers or (before in _NAMES and word.isdecimal())):
            found.append(word)
    return list(dict.fromkeys(found))


def answer(item: Item, wanted: Sequence[str], *, of_stock: bool) -> str:
    """Whether the item comes in the sizes; with ``of_stock`` also what is known to be left."""
    own, name = sizes_of(item), named(item)
    many = speaks_of_many(item)
    if not own:
        return f"The listing of {name} gives no sizes."
    lacks = in_order(size for size in wanted if not _among(size, own))
    has = [size for size in wanted if _among(size, own)]
    comes = f"{name} {'come' if many else 'comes'}"
    if lacks and not has:
        return f"No, {comes} {phrase(own)}, not in {listed(lacks, 'or')}."
    if lacks:
        return f"{capital(comes)} {phrase(has)}, not in {listed(lacks, 'or')}."
    left = _left(item, has)
    if of_stock and left == 0:
        return f"No, {name} {'are' if many else 'is'} sold out {phrase(has)} at the moment."
    return f"Yes, {comes} {phrase(has)}{_in_stock(item, own, left) if of_stock else ''}."


def _in_stock(item: Item, own: Sequence[str], left: int | None) -> str:
    if left is not None:
        return f", with {left} left"
    if not item.stock:
        return ""
    together = ", in all sizes together" if len(own) > 1 else ""
    return f"; {item.stock} {'is' if item.stock == 1 else 'are'} in stock{together}"


def _left(item: Item, wanted: Sequence[str]) -> int | None:
    """How many there are in the sizes, where the variants tell it of each."""
    stocks = [
        variant.stock for variant in item.variants if any(_among(s, variant.sizes) for s in wanted)
    ]
    known = [stock for stock in stocks if stock is not None]
    return sum(known) if known and len(known) == len(stocks) else None


def _among(size: str, own: Sequence[str]) -> bool:
    """Whether the size is one of these or lies in a span of them ("40-43")."""
    return any(fold(label) == fold(size) or _spans(label, size) for label in own)


def _spans(label: str, size: str) -> bool:
    span = ends(label)
    return span is not None and size.isdecimal() and span[0] <= int(size) <= span[1]
