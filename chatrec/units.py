"""Numbers and units as shops and shoppers write them -> numbers, one name a unit, conversion.

Conversion is `pint`'s. What is counted in pieces, persons or seats is a unit of its own and
converts to nothing else. Knows nothing of items or messages.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

import pint

from chatrec.words import fold

STEP = 0.01
"""The least by which what is asked to be more than something is more."""

# pint's name, then what people write for it.
_NAMES = """
kilogram kg kgs kilo kilos kilogramme kilograms kilogrammes kilogramm kilogramo kilogramos 公斤 千克
gram g gr grams gramme grammes gramm gramo gramos 克
pound lb lbs pounds
ounce oz ounces
meter m metre metres meters metro metros 米
centimeter cm cms centimetre centimetres centimeters zentimeter centimetro centimetros 厘米 公分
millimeter mm millimetre millimetres millimeters milimetro milimetros 毫米
inch in inches zoll pulgada pulgadas pouce pouces 英寸 寸 " ″ ''
foot ft feet
liter l litre litres liters ltr ltrs litro litros 升
milliliter ml millilitre millilitres milliliters mililitro mililitros 毫升
gallon gal gallons
fluid_ounce fl-oz floz
terabyte tb terabytes
gigabyte gb gig gigs gigabytes
megabyte mb meg megs megabytes
kilowatt kw kilowatts
watt w watts vatio vatios 瓦
watt_hour wh
milliampere_hour mah
volt v volts
gigahertz ghz
megahertz mhz
hertz hz
kilohertz khz
megapixel mp megapixels mpix
hour h hr hrs hours stunde stunden hora horas heure heures 小时
minute min mins minutes minuten minuto minutos 分钟
day days
year yr yrs years
lumen lm lumens
decibel db
degree_Celsius °c celsius
""".strip().splitlines()
_COUNTED = """
piece pieces pc pcs teile teil piezas pieza 件
person persons people ppl personen persona personas personne personnes 人
seat seats seater
player players
""".strip().splitlines()

_ALIASES = {
    alias: names[0] for names in (line.split() for line in _NAMES + _COUNTED) for alias in names
} | {"fl oz": "fluid_ounce"}
_COUNTS = frozenset(line.split()[0] for line in _COUNTED)
# What a shop writes behind a number; other units are shown by pint's own name.
_SYMBOLS = {
    names[0]: names[1] for names in (line.split() for line in _NAMES) if len(names[1]) <= 3
} | {
    "inch": "inch",
    "fluid_ounce": "fl oz",
    "megapixel": "MP",
    "milliampere_hour": "mAh",
    "watt_hour": "Wh",
}
_CASED = {"gb": "GB", "tb": "TB", "mb": "MB", "w": "W", "kw": "kW", "v": "V", "db": "dB"}
_CASED |= {"ghz": "GHz", "mhz": "MHz", "khz": "kHz", "hz": "Hz", "°c": "°C"}

# Units so small that nobody writes thousandths of them.
_WHOLE = frozenset(
    "gram milliliter millimeter watt watt_hour milliampere_hour lumen megahertz".split()
) | frozenset(_COUNTS)
# "1,299.00", "1.299,00", "1,299,000", and "1,29,000" as it is written in India.
_GROUPED = re.compile(r"[1-9]\d{0,2}(?P<sep>[.,])(?:\d{2,3}(?P=sep))*\d{3}(?:(?!(?P=sep))[.,]\d+)?")


def parse_amount(digits: str, *, thousandths: bool = False) -> float:
    """The number that digits with separators write: "1,299.00", "1.299,00" and "12,5" alike.

    A single separator before exactly three digits parts thousands, but with ``thousandths`` a
    single dot there is a decimal point ("1.125 kg").

    Raises:
        ValueError: the text is no number.
    """
    decimal = thousandths and digits.count(".") == 1 and "," not in digits
    grouped = None if decimal else _GROUPED.fullmatch(digits)
    if grouped is None:
        return float(digits.replace(",", "."))
    last = max(digits.rfind("."), digits.rfind(","))
    if digits[last] == grouped["sep"]:
        return float(re.sub(r"[.,]", "", digits))
    return float(re.sub(r"[.,]", "", digits[:last]) + "." + digits[last + 1 :])


def parse_measure(digits: str, unit: str | None) -> float:
    """The number before a unit, or of a measure without one.

    "2,200 W" and "20.000 mAh" have thousands; "1.125 kg" has thousandths.

    Raises:
        ValueError: the text is no number.
    """
    return parse_amount(digits, thousandths=unit is None or (unit_of(unit) or unit) not in _WHOLE)


def unit_names() -> list[str]:
    """Every written name of a unit, the longest first, for building patterns."""
    return sorted(_ALIASES, key=len, reverse=True)


def unit_of(text: str) -> str | None:
    """The one name of the unit that the text writes, or None if it writes none."""
    written = text.strip().rstrip(".")
    return _ALIASES.get(fold(written)) or _ALIASES.get(written)  # folding takes ″ apart


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
