"""A facet and its values -> the phrase behind a noun for what has them, or has none of them.

"in green", "by Osprey", "without leather", "that are not waterproof": a yes-or-no facet is told as
the adjective or the thing that its name is. Knows no numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chatrec.types import ANY, COLOR, TYPE, UNISEX
from chatrec.wording.names import brand_case, readable
from chatrec.wording.nouns import plural
from chatrec.wording.text import listed

_YES = frozenset({"yes", "true", "1"})
_NO = frozenset({"no", "false", "0"})
_FOR_WHOM = frozenset({"gender", "department", "audience", "age group"})
_LOOKS = frozenset({"pattern", "style", "finish", "shape", "fit", "look", "design", "theme"})
_EQUIPMENT = frozenset({"bluetooth", "wifi", "wi-fi", "gps", "nfc", "touchscreen"})


def means_yes(value: str) -> bool:
    """Whether a facet value stands for a plain yes."""
    return value in _YES


def means_no(value: str) -> bool:
    """Whether a facet value stands for a plain no."""
    return value in _NO


def is_quality(name: str) -> bool:
    """Whether a yes-or-no attribute reads as an adjective ("waterproof", "dishwasher safe")."""
    endings = ("proof", "resistant", "repellent", "free", "able", "ible", "safe", "less", "ed")
    qualities = ("vegan", "organic", "electric", "wireless", "automatic", "friendly", "handmade")
    return name.split()[-1:] != [] and name.split()[-1].endswith(endings + qualities)


def is_equipment(feature: str) -> bool:
    """Whether a feature is what a thing has rather than how it is."""
    return feature in _EQUIPMENT


def facet_phrase(facet: str, values: Sequence[str], last: str = "or") -> str:
    """What has these values of a facet, said after the noun: "in green", "by Osprey"."""
    said = listed(list(values), last)
    name = readable(facet)
    if all(map(means_yes, values)):
        return f"that are {name}" if is_quality(name) else f"with {name}"
    if all(map(means_no, values)):
        return f"that are not {name}" if is_quality(name) else f"without {name}"
    if facet == COLOR or name == "colour":
        return f"in {said}"
    if name == "feature":
        return f"with {said}" if is_equipment(values[0]) else f"that are {said}"
    if name == "material":
        return f"made of {said}"
    if name == "brand":
        return f"by {listed([brand_case(value) for value in values], last)}"
    if name in _FOR_WHOM:
        return f"that are {said}" if said == UNISEX else f"for {said}"
    if name == "size":
        return f"in size {said.upper() if len(said) <= 3 else said}"
    if facet in (TYPE, ANY):
        return f"with {said}"
    return f"with {name} {said}"


def exclusion_phrase(facet: str, values: Iterable[str]) -> str:
    """What has none of these values: "not in red", "without leather", "other than boots"."""
    values = list(values)
    said = listed(values, "or")
    if facet == COLOR:
        return f"not in {said}"
    if readable(facet) in _FOR_WHOM:
        return f"not for {said}"
    if readable(facet) == "brand":
        return f"not by {listed([brand_case(value) for value in values], 'or')}"
    if facet == TYPE:
        return f"other than {listed(list(map(plural, values)), 'or')}"
    if facet in (ANY, "feature"):  # looked for in the words alone: silence is no proof
        return f"that do not mention {listed([f'“{value}”' for value in values], 'or')}"
    if all(map(means_yes, values)):
        return facet_phrase(facet, ("no",))
    if all(map(means_no, values)):
        return facet_phrase(facet, ("yes",))
    if readable(facet) in _LOOKS:
        return f"that are not {said}"
    return f"without {said}"
