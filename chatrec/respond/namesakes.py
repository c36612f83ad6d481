"""Items that share a name -> the same items under names with their colours in them.

A shop lists one tent in two colours as two products. A sentence that sets one beside the other has
to say which it means.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from chatrec.stated import stated
from chatrec.types import COLOR, Item
from chatrec.wording import named, title


def in_its_colour(item: Item) -> Item:
    """The item under a name with its colour in it, where it has one."""
    colours = stated(item, COLOR)
    return replace(item, title=f"{title(item)} in {colours[0]}") if len(colours) == 1 else item


def told_apart(items: Sequence[Item]) -> list[Item]:
    """The items, those of one name under the name of their colours."""
    shared = Counter(map(named, items))
    return [in_its_colour(item) if shared[named(item)] > 1 else item for item in items]
