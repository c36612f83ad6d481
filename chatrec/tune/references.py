"""Shown items -> the ways in which a shopper points at one of them.

By its place, or by what it has and no other shown item has.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatrec.types import Item
from chatrec.words import STOPWORDS, tokens

_PLACES = ("first", "second", "third", "fourth", "fifth")


def references(place: int, shown: Sequence[Item]) -> list[str]:
    """Ways to say the item at a place, from 1 on; likelier ones stand there more than once."""
    nth = _PLACES[place - 1]
    ways = [f"the {nth} one", f"the {nth}", f"number {place}", f"#{place}", f"the {nth} one"]
    ways += [f"option {place}", f"{nth} one", f"no {place}"]
    if place == len(shown):
        ways += ["the last one", "the last"]
    if len(shown) == 1:
        ways += ["it", "it", "that", "this", "that one", "this one"]
    return ways + 2 * _descriptions(shown[place - 1], shown)


def _descriptions(item: Item, shown: Sequence[Item]) -> list[str]:
    """What fits the item and no other shown one."""
    others = [other for other in shown if other is not item]
    ways = []
    for facet in ("brand", "color", "material"):
        theirs = {value for other in others for value in other.values(facet)}
        ways += [f"the {v} one" for v in item.values(facet) if v not in theirs]
    kinds = {kind for other in others for kind in other.types}
    ways += [f"the {kind}" for kind in item.types if others and kind not in kinds]
    words = [w for w in tokens(item.title) if not w.isdigit()]
    titles = {w for other in others for w in tokens(other.title)}
    own = [w for w in words if w not in titles and w not in STOPWORDS and len(w) > 3]
    ways += [f"the {w} one" for w in own[:2]]
    ways += own[:1]
    if own and len(words) >= 2:
        ways += [f"the {' '.join(words[:3])}", f"the {' '.join(words[:2])}"]
    if others and item.price is not None:
        prices = [o.price for o in others if o.price is not None]
        if prices and item.price < min(prices):
            ways += ["the cheapest one", "the cheapest", "the cheaper one"]
        if prices and item.price > max(prices):
            ways += ["the most expensive one", "the priciest"]
    return ways
