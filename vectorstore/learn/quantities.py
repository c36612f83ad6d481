"""Title and description -> measures: "16GB", "1.5 l", '43.2 cm (17")', "500 piece".

The name of a mined measure is its unit's dimension. A text that gives two different numbers of
one dimension gives none, but for storage, where the larger is the disk.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from chatrec.types import Item, Labels
from chatrec.units import convert, parse_measure

# One letter is a unit only in the case that it is written in: "5G" is no weight.
_PATTERN = re.compile(
    r"(?<![\w.,/-])(?P<number>\d{1,3}(?P<sep>[,.])\d{3}(?:(?P=sep)\d{3})*(?:[.,]\d{1,2})?|\d{1,5}(?:[.,]\d{1,3})?)\s?-?\s?(?P<unit>"
    r"(?i:kgs?|kilograms?|grams?|lbs?|pounds?|ml|millilit(?:er|re)s?|lit(?:er|re)s?|gallons?|"
    r"fl\.? ?oz|ounces?|oz|[gt]b|mah|wh|watts?|cm|mm|inch(?:es)?|feet|foot|ft|pieces?|pcs|mp|"
    r"megapixels?|hours?|lumens?)(?![\w/])|[gmlLW](?![\w/²³])|[\"”″])"
)
_DIMENSIONS = ("kg", "l", "gb", "w", "wh", "mah", "cm", "piece", "mp", "hour", "lumen")
_NAMES = {
    "kg": "weight", "l": "capacity", "gb": "storage", "w": "power", "wh": "energy",
    "mah": "battery", "cm": "length", "piece": "pieces", "mp": "resolution",
    "hour": "battery life", "lumen": "brightness",
}  # fmt: skip
_UNITS = {**{name: unit for unit, name in _NAMES.items()}, "memory": "gb", "screen size": "inch"}
_SYMBOLS = {"gb": "GB", "w": "W", "wh": "Wh", "mah": "mAh", "mp": "MP", "lumen": "lm", "hour": "h"}
# Beyond these a number is a model code or a tear-off of one.
_PLAUSIBLE = {
    "kg": (0.001, 1000), "l": (0.005, 5000), "gb": (0.1, 100_000), "w": (0.1, 20_000),
    "wh": (1, 10_000), "mah": (10, 1_000_000), "cm": (0.1, 20_000), "piece": (2, 50_000),
    "mp": (0.1, 300), "hour": (1, 1000), "lumen": (1, 100_000), "inch": (1, 150),
}  # fmt: skip
_MEMORY = re.compile(r"\s*(?:ram|ddr|memory|sdram|lpddr)", re.IGNORECASE)
_SCREENS = frozenset(
    {"tv", "television", "monitor", "laptop", "notebook", "smartphone", "tablet", "e-reader"}
)
_DESCRIPTION_CHARS = 600


def unit_symbols() -> Mapping[str, str]:
    """The unit of every measure that can be mined, as it is written behind a number."""
    return {name: _SYMBOLS.get(unit, unit) for name, unit in _UNITS.items()}


def mine_measures(item: Item, types: Labels) -> dict[str, float]:
    """Measures that the title names, or else the description."""
    found = _read(item.description[:_DESCRIPTION_CHARS], types)
    return {**found, **_read(item.title, types)}


def _read(text: str, types: Labels) -> dict[str, float]:
    numbers: dict[str, set[float]] = defaultdict(set)
    for match in _PATTERN.finditer(text):
        named = _measure(match, text, types)
        if named:
            numbers[named[0]].add(named[1])
    return {
        name: max(values)
        for name, values in numbers.items()
        if len(values) == 1 or name == "storage"
    }


def _measure(match: re.Match[str], text: str, types: Labels) -> tuple[str, float] | None:
    written = match["unit"].lower().replace("”", '"').replace("″", '"').replace(".", "")
    unit = "floz" if written.replace(" ", "") == "floz" else written
    try:
        number = parse_measure(match["number"], unit)
    except ValueError:  # "14.171.38" is a model
        return None
    for known in _DIMENSIONS:
        value = convert(number, unit, known)
        if value is None:
            continue
        low, high = _PLAUSIBLE[known]
        if not low <= value <= high:
            return None
        if known == "gb" and _MEMORY.match(text, match.end()):
            return "memory", value
        if known == "cm" and _SCREENS & set(types):
            inches = convert(number, unit, "inch")
            low, high = _PLAUSIBLE["inch"]
            fits = inches is not None and low <= inches <= high
            return ("screen size", round(inches or 0.0, 1)) if fits else None
        return _NAMES[known], value
    return None
