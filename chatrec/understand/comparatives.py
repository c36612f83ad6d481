"""Comparatives of English -> the number of a thing that each is more or less of.

A table, and the rule for what is said by a measure's own name: "more burners". Knows no message.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chatrec.types import Facet, Labels, Vocabulary
from chatrec.units import unit_of
from chatrec.words import tokens

MORE_OF, LESS_OF = "with more ", "with less "
"""What the label of a measure's own name begins with."""


@dataclass(frozen=True, slots=True)
class Relative:
    """More or less of a number of the shown items: the first of ``names`` that they tell.

    Then of any measure that has one of ``words`` in its name, or one of ``units``. ``wish`` is what
    is wished for where they tell none.
    """

    more: bool
    names: Labels
    words: Labels = ()
    units: Labels = ()
    wish: str = ""

    def measures(self, vocabulary: Vocabulary) -> Iterator[str]:
        """Names of the numbers that it may be of, the likeliest first."""
        yield from self.names
        for facet in vocabulary.facets:
            if facet.kind == "number" and facet.name not in self.names and self._is_of(facet):
                yield facet.name

    def _is_of(self, facet: Facet) -> bool:
        unit = unit_of(facet.unit or "")
        named = not set(self.words).isdisjoint(words_of(facet.name))
        return named or (unit is not None and unit in self.units)


# What makes a thing big, the most telling first.
_EXTENTS = (
    "capacity", "volume", "screen", "screen size", "diameter", "area", "length", "width", "height",
    "persons", "pieces",
)  # fmt: skip
# Words of a measure's name, and its units.
_POWER = (("power", "wattage", "suction", "torque"), ("watt", "kilowatt"))
_NOISE = (("noise", "loudness"), ("decibel",))
_LIGHT = (("brightness", "lumens", "luminosity"), ("lumen",))
_SPEED = ("speed", "rpm", "fps")
_BATTERY = ("battery", "runtime", "playtime")
_LOADS = ("max load", "load capacity", "load")
_WARMTH = ("comfort temperature", "temperature rating", "comfort")
_WATER = ("water column", "hydrostatic head")

RELATIVES: Mapping[str, Relative] = {
    "cheaper": Relative(False, ("price",), wish="cheap"),
    "pricier": Relative(True, ("price",)),
    "lighter": Relative(False, ("weight",), wish="light"),
    "heavier": Relative(True, ("weight",), wish="heavy"),
    "smaller": Relative(False, _EXTENTS, wish="small"),
    "bigger": Relative(True, _EXTENTS, wish="big"),
    "better rated": Relative(True, ("rating",)),
    "brighter": Relative(True, ("brightness",), *_LIGHT, wish="bright"),
    "dimmer": Relative(False, ("brightness",), *_LIGHT, wish="dim"),
    "more powerful": Relative(True, ("power",), *_POWER, wish="powerful"),
    "less powerful": Relative(False, ("power",), *_POWER),
    "quieter": Relative(False, ("noise level", "noise"), *_NOISE, wish="quiet"),
    "louder": Relative(True, ("loudness", "noise level"), *_NOISE, wish="loud"),
    "faster": Relative(True, ("speed", "max speed", "top speed"), _SPEED, wish="fast"),
    "slower": Relative(False, ("speed", "max speed", "top speed"), _SPEED, wish="slow"),
    "thinner": Relative(False, ("thickness",), ("thickness",), wish="thin"),
    "thicker": Relative(True, ("thickness",), ("thickness",), wish="thick"),
    "longer": Relative(True, ("length",), wish="long"),
    "shorter": Relative(False, ("length", "height"), wish="short"),
    "taller": Relative(True, ("height",), wish="tall"),
    "wider": Relative(True, ("width",), wish="wide"),
    "narrower": Relative(False, ("width",), wish="narrow"),
    "deeper": Relative(True, ("depth",), wish="deep"),
    "shallower": Relative(False, ("depth",), wish="shallow"),
    "roomier": Relative(True, ("capacity", "volume"), wish="roomy"),
    "stronger": Relative(True, _LOADS, *_POWER, wish="strong"),
    "sharper": Relative(True, ("resolution",), units=("megapixel",), wish="sharp"),
    "warmer": Relative(False, _WARMTH, wish="warm"),
    "more waterproof": Relative(True, _WATER, wish="waterproof"),
    "newer": Relative(True, ("year", "model year", "release year"), wish="new"),
    "with more battery": Relative(True, ("battery", "battery life"), _BATTERY, wish="battery"),
    "with a bigger screen": Relative(True, ("screen size", "screen"), wish="screen"),
    "with a smaller screen": Relative(False, ("screen size", "screen"), wish="screen"),
}
"""What a comparative is more or less of, by its label."""

_DEAR = ("expensive", "pricey", "dear", "costly")
# Said of a thing whether or not anything is shown.
ALWAYS: dict[tuple[str, ...], str] = {
    ("cheaper",): "cheaper",
    ("less", "expensive"): "cheaper",
    ("lower", "price"): "cheaper",
    ("smaller", "price"): "cheaper",
    ("lower", "priced"): "cheaper",
    ("pricier",): "pricier",
    ("more", "expensive"): "pricier",
    ("lighter",): "lighter",
    ("heavier",): "heavier",
    ("smaller",): "smaller",
    ("bigger",): "bigger",
    ("larger",): "bigger",
    ("better", "rated"): "better rated",
    ("higher", "rated"): "better rated",
    **{("too", what): "cheaper" for what in _DEAR},
    ("too", "heavy"): "lighter",
    ("too", "light"): "heavier",
    ("too", "big"): "smaller",
    ("too", "large"): "smaller",
    ("too", "small"): "bigger",
    **{("not", how, what): "cheaper" for how in ("so", "as", "that") for what in _DEAR},
    **{
        (*outside, "my", *purse): "cheaper"
        for outside in (("out", "of"), ("beyond",), ("over",), ("above",))
        for purse in (("budget",), ("league",), ("price", "range"), ("means",))
    },
}
# Said of what is shown.
OF_SHOWN: dict[tuple[str, ...], str] = {
    tuple(phrase.split()): label
    for label, phrases in {
        "brighter": "brighter|more bright|too dim|not bright enough",
        "dimmer": "dimmer|less bright|too bright",
        "more powerful": "more powerful|more power|higher wattage|more watts|too weak"
        "|not powerful enough|not strong enough|stronger motor|stronger engine",
        "less powerful": "less powerful|less power|too powerful",
        "quieter": "quieter|less noisy|less noise|less loud|more quiet|more silent|too loud"
        "|too noisy|not so loud|not quiet enough",
        "louder": "louder|more loud|too quiet|not loud enough",
        "faster": "faster|quicker|speedier|too slow|not fast enough",
        "slower": "slower|too fast",
        "thinner": "thinner|slimmer|too thick",
        "thicker": "thicker|too thin",
        "longer": "longer|too short|not long enough",
        "shorter": "shorter|too long",
        "taller": "taller|not tall enough",
        "wider": "wider|too narrow|not wide enough",
        "narrower": "narrower|too wide",
        "deeper": "deeper|too shallow",
        "shallower": "shallower|too deep",
        "roomier": "roomier|more spacious|more roomy|more room|more space",
        "bigger": "not big enough|not large enough",
        "lighter": "less heavy|more lightweight|not light enough",
        "stronger": "stronger|sturdier",
        "sharper": "sharper|higher resolution|better resolution|more megapixels",
        "warmer": "warmer|not warm enough",
        "more waterproof": "more waterproof|more water resistant|not waterproof enough",
        "newer": "newer",
        "with more battery": "stronger battery|better battery|longer battery|bigger battery"
        "|more battery|longer battery life|better battery life|more battery life|stronger batteries"
        "|longer batteries|better batteries|longer lasting battery|battery lasts longer"
        "|lasts longer|last longer|longer lasting|longer runtime|longer playtime",
        "with a bigger screen": "bigger screen|larger screen|bigger display|larger display",
        "with a smaller screen": "smaller screen|smaller display",
    }.items()
    for phrase in phrases.split("|")
}


def relative_of(label: str) -> Relative | None:
    """What the comparative of this label is more or less of."""
    for beginning in (MORE_OF, LESS_OF):
        if label not in RELATIVES and label.startswith(beginning):
            name = label.removeprefix(beginning)
            return Relative(beginning == MORE_OF, (name,), wish=name)
    return RELATIVES.get(label)


def words_of(name: str) -> list[str]:
    """The words of a measure's name."""
    return tokens(name.replace("_", " "))
