"""Items, attributes and brands -> their names as one says them.

"battery_life_h" is "battery life h", and a long title is said by its beginning.
"""

from __future__ import annotations

import re

from chatrec.types import COLOR, TYPE, Item
from chatrec.wording.nouns import is_plural
from chatrec.words import fold, stem, tokens

_MAX_TITLE = 60


def readable(name: str) -> str:
    """An attribute's name as one says it: "battery_life_h" is "battery life h"."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.sub(r"[_\-.\s]+", " ", spaced).strip().lower()


def name_of(facet: str) -> str:
    """A facet's name as one says it to a shopper, whatever the shop's column is called."""
    return {COLOR: "colour", TYPE: "kind"}.get(facet, readable(facet))


def brand_case(label: str) -> str:
    """A folded brand as one writes it, where nothing better is known."""
    return " ".join(word[:1].upper() + word[1:] for word in label.split())


def title(item: Item) -> str:
    """The item's title as one says it, without a colour behind a comma.

    Of a very long one the part before the first separator.
    """
    full = " ".join(item.title.split())
    name, comma, variant = full.rpartition(",")
    if comma and name and fold(variant).strip() in item.values(COLOR):
        full = name
    if len(full) <= _MAX_TITLE:
        return full
    head = re.split(r"\s[-–|]\s|[,(|;]", full)[0].strip()
    if 8 <= len(head) <= _MAX_TITLE:
        return head
    return full[:_MAX_TITLE].rsplit(" ", 1)[0]


def named(item: Item) -> str:
    """The item as the subject of a sentence: "the Ridge 28"."""
    name = title(item)
    return name if name.lower().startswith(("the ", "a ", "an ")) else f"the {name}"


def speaks_of_many(item: Item) -> bool:
    """Whether the title is a plural: its type's word ("Running Shoes 2"), or else its last."""
    kinds = {stem(tokens(kind)[-1]) for kind in item.types if tokens(kind)}
    head = re.split(r"\s(?:with|for|in|of|by|to|and)\s|[,(|–]|\s-\s", title(item))[0]
    words = tokens(head)
    for word in reversed(words):
        if stem(word) in kinds:
            return is_plural(word)
    return bool(words) and is_plural(words[-1])
