"""A wish's words -> the numbers that it would have more or less of: "cheap" is (price, less).

Says by which number of an item a word is meant, and not how much it weighs. English only.
"""

from __future__ import annotations

from collections.abc import Mapping

from chatrec.types import Item
from chatrec.words import SUPERLATIVES, tokens

# Words of a wish that order things by a number: word -> (number, whether more of it is better).
_SOFT_WORDS: Mapping[str, tuple[str, bool]] = {
    **dict.fromkeys(("cheap", "cheaper", "inexpensive", "affordable"), ("price", False)),
    **dict.fromkeys(("expensive", "pricey", "costly"), ("price", True)),
    **dict.fromkeys(("premium", "luxury", "luxurious"), ("price", True)),
    **dict.fromkeys(("light", "lightweight", "ultralight", "lighter"), ("weight", False)),
    **dict.fromkeys(("heavy", "sturdy"), ("weight", True)),
    **dict.fromkeys(("small", "compact", "tiny", "little", "smaller"), ("size", False)),
    **dict.fromkeys(("big", "large", "spacious", "roomy", "huge", "bigger"), ("size", True)),
    **dict.fromkeys(("rated", "popular", "reviewed"), ("rating", True)),
}
_SIZES = ("capacity", "volume", "diameter", "screen size", "length", "width", "height", "depth")
_NEGATIONS = frozenset({"not", "no", "isn't", "without", "less", "never", "don't"})


def soft_words(wish: str) -> list[tuple[str, bool]]:
    """What a wish would have more or less of: "not too expensive" is (price, False)."""
    words = tokens(wish)
    found: dict[str, bool] = {}
    for place, word in enumerate(words):
        if word in _SOFT_WORDS:
            name, more = _SOFT_WORDS[word]
            negated = not _NEGATIONS.isdisjoint(words[max(0, place - 3) : place])
            least = words[max(0, place - 1) : place] == ["least"]
            found[name] = more != (negated or least)
    return list(found.items())


def superlatives(wish: str) -> list[tuple[str, bool]]:
    """What the wish would have most or least of, whatever else it is."""
    words = tokens(wish)
    phrases = [" ".join(words[i : i + width]) for i in range(len(words)) for width in (2, 1)]
    return [SUPERLATIVES[phrase] for phrase in phrases if phrase in SUPERLATIVES]


def soft_number(item: Item, name: str) -> float | None:
    """The number a soft word speaks of; "size" is the first known of several measures."""
    if name == "price":
        return item.price
    if name == "size":
        return next((v for v in map(item.measure, _SIZES) if v is not None), None)
    return item.measure(name)
