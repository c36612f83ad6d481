"""Names of units as shops and shoppers write them -> one name each, and exact conversion.

Conversion is `pint`'s. What is counted in pieces, persons or seats is a unit of its own and
converts to nothing else. Knows nothing of items or messages.
"""

from __future__ import annotations

from functools import cache, lru_cache

import pint

from chatrec.words import fold

# pint's name, then what people write for it.
_NAMES = """
kilogram kg kgs kilo kilos kilogramme kilograms kilogrammes
gram g gr grams gramme grammes
pound lb lbs pounds-weight
ounce oz ounces
meter m metre metres meters
centimeter cm cms centimetre centimetres centimeters
millimeter mm millimetre millimetres millimeters
inch in inches " ″ ''
foot ft feet
liter l litre litres liters ltr ltrs
milliliter ml millilitre millilitres milliliters
gallon gal gallons
fluid_ounce fl-oz floz
terabyte tb terabytes
gigabyte gb gig gigs gigabytes
megabyte mb meg megs megabytes
kilowatt kw kilowatts
watt w watts
watt_hour wh
milliampere_hour mah
volt v volts
gigahertz ghz
megahertz mhz
hertz hz
kilohertz khz
megapixel mp megapixels mpix
hour h hr hrs hours
minute min mins minutes
day days
year yr yrs years
lumen lm lumens
decibel db
degree_Celsius °c celsius
""".strip().splitlines()
_COUNTED = """
piece pieces pc pcs
person persons people
seat seats seater
player players
""".strip().splitlines()

_ALIASES = {
    alias: names[0] for names in (line.split() for line in _NAMES + _COUNTED) for alias in names
}
_COUNTS = frozenset(line.split()[0] for line in _COUNTED)
# What a shop writes behind a number; other units are shown by pint's own name.
_SYMBOLS = {
    names[0]: names[1] for names in (line.split() for line in _NAMES) if len(names[1]) <= 3
} | {"inch": "inch", "megapixel": "MP", "milliampere_hour": "mAh", "watt_hour": "Wh"}
_CASED = {"gb": "GB", "tb": "TB", "mb": "MB", "w": "W", "kw": "kW", "v": "V", "db": "dB"}
_CASED |= {"ghz": "GHz", "mhz": "MHz", "khz": "kHz", "hz": "Hz"}


def unit_names() -> list[str]:
    """Every written name of a unit, the longest first, for building patterns."""
    return sorted(_ALIASES, key=len, reverse=True)


def unit_of(text: str) -> str | None:
    """The one name of the unit that the text writes, or None if it writes none."""
    return _ALIASES.get(fold(text).strip().rstrip("."))


def symbol(unit: str) -> str:
    """How a unit is written behind a number: "kilogram" -> "kg"."""
    known = unit_of(unit) or unit
    short = _SYMBOLS.get(known, known)
    return _CASED.get(short, short)


@cache
def _registry() -> pint.UnitRegistry[float]:
    return pint.UnitRegistry()


@lru_cache(maxsize=1024)
def _factor(unit: str, to: str) -> float | None:
    if unit == to:
        return 1.0
    if unit in _COUNTS or to in _COUNTS:
        return None
    try:
        return float(_registry().Quantity(1.0, unit).to(to).magnitude)
    except (pint.DimensionalityError, pint.UndefinedUnitError, pint.OffsetUnitCalculusError):
        return None


def convert(value: float, unit: str, to: str) -> float | None:
    """The value in another unit, to 9 significant digits, or None where they do not compare.

    Both units may be written in any known way.
    """
    factor = _factor(unit_of(unit) or unit, unit_of(to) or to)
    return None if factor is None else float(f"{value * factor:.9g}")
