"""Text -> where street addresses stand in it, by the forms in which they are written.

    12 Old Mill Road, Apt 4, Springfield, IL 62704      Via Roma 17      ul. Zamkowa 33
    Lindenstraße 12, 10115 Berlin      Kossuth u. 15.      PO Box 255      PSC 3294, Box 9168

A house number and a word for a street make one. Where that word is also said of products ("2 Way",
"4 Place"), or is written small, something else has to say so: "ship it to", a flat, a postcode.
What follows of it, such as a flat, a town and a postcode, belongs to it. Knows no towns or streets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_CAPITAL = "A-ZÀ-ÖØ-ÞĀ-Ž"
_WORD = rf"(?!Apt\b|Suite\b|Unit\b|Flat\b)[{_CAPITAL}][\w'’.-]{{0,24}}"
_NUMBER = r"\d{1,5}[A-Za-z]?(?:[-/]\d{1,4}[A-Za-z]?)?"
_BEFORE = r"(?<![\w.,/#'’$€£-])"  # it is no part of a price, a measure or a name
_HOUSE = rf"{_BEFORE}{_NUMBER},? "

_STREET = (
    r"(?:Street|Avenue|Ave|Road|Rd|Lane|Ln|Boulevard|Blvd|Terrace|Crescent|Cres|Highway|Hwy"
    r"|Parkway|Pkwy)\b\.?"
)
_ST = r"St\b(?!\.? (?!Apt|Suite|Unit|Flat)[A-Z])\.?"  # not of St. Louis
_ALSO_SAID_OF_PRODUCTS = (
    r"(?:Drive|Dr|Court|Ct|Close|Way|Place|Pl|Square|Sq|Hill|Grove|Gardens|Row|Walk|Circle|Cir"
    r"|Trail|Trl|Rise|View|Loop|Mews|Quay|Plaza|Alley)\b\.?"
)
_ENDING = (
    r"(?:straße|strasse|str\.|gasse|allee|platz|weg|damm|ufer|gatan|gata|vägen|gränd|stigen|vej"
    r"|veien|vegen|stræti|straeti|katu|kuja|straat|laan|plein|gracht|kade|dreef|steenweg)"
)
_LEADING = (
    r"(?:Rua|Travessa|Calle|Avenida|Avda\.|Paseo|Plaza|Rue|Avenue|Boulevard|Chemin|Impasse|Via"
    r"|Viale|Corso|Piazza|Piazzale|Largo|Strada|ul\.|al\.|Ulica|Ulice|Bulevar)"
)
_LINK = r"(?:de la|de los|de|del|della|dei|delle|do|da|dos|das|du|des|di|el|la|le|e|i)"
_NAME = rf"(?:(?:{_WORD}|{_LINK}) ){{0,4}}{_WORD}"

_GAP = r"[,\s>]{1,4}"
_UNIT = r"(?:Apt|Apartment|Suite|Ste|Unit|Flat|Room|Floor)\b\.?(?: ?#)? ?\w{1,6}\b"
_POSTCODE = r"(?:\d{4,6}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|[A-Z]\d[A-Z] \d[A-Z]\d)\b"
_TOWN = rf"(?:{_GAP}{_WORD}){{0,6}}?"
_REST = (
    rf"(?:{_GAP}{_UNIT}){{0,2}}(?:{_GAP}\d{{4,5}} {_WORD}|{_TOWN}{_GAP}{_POSTCODE}"
    rf"|(?:, ?{_WORD}(?: {_WORD}){{0,2}}){{1,3}})?"
)
"""What an address goes on with: a flat, then a town, with its postcode on either side of it."""

_FORMS = (
    # 12 Old Mill Road
    rf"{_HOUSE}(?:{_WORD} ){{1,4}}(?<!Off )(?<!On )(?:{_STREET}|{_ST})",
    # 5 Elm Court, Apt 4; 5 Elm Court, Springfield, IL 62704
    rf"{_HOUSE}(?:{_WORD} ){{1,4}}{_ALSO_SAID_OF_PRODUCTS}"
    rf"(?={_GAP}{_UNIT}|,{_TOWN}{_GAP}{_POSTCODE})",
    # 213 Pilekrogen 53 Apt. 263
    rf"{_HOUSE}{_WORD}(?: {_WORD}){{0,3}}(?: \d{{1,4}})?(?={_GAP}(?:Apt\.|Suite) \d{{1,5}}\b)",
    # Lindenstraße 12; Berliner Str. 3
    rf"\b(?:{_WORD} )?[{_CAPITAL}][\w-]*{_ENDING} {{1,2}}\d{{1,4}}(?: ?[a-z])?\b",
    rf"\b[{_CAPITAL}][\w-]* (?:Str|Straße|Strasse|Weg|Allee|Platz)\b\.? \d{{1,4}}(?: ?[a-z])?\b",
    # Rue de Virton 38; 39 Rue Ibn El-Jazzar
    rf"\b{_LEADING} {_NAME},? \d{{1,4}}[a-z]?\b",
    rf"{_HOUSE}(?:{_LEADING}|rue|calle|rua|avenida|ulica) {_NAME}",
    # Kossuth Lajos utca 15.
    rf"\b(?:{_WORD} ){{1,3}}(?:utca|útja|út|u\.|tér|tere) \d{{1,4}}\b\.?",
    # PO Box 255; PSC 3294, Box 9168; FPO AE 25990
    r"\b(?i:p\.? ?o\.? ?box|postbox|postfach|postboks|postbus|apartado) \d{1,6}\b",
    r"\b(?i:psc|unit) \d{1,5},? (?i:box) \d{1,5}\b",
    r"\b(?i:apo|fpo|dpo) (?i:aa|ae|ap),? \d{5}\b",
    r"\bApt\. \d{1,5}\b",
)
_ADDRESS = re.compile(rf"(?:\b{_UNIT},? )?(?:{_BEFORE}\d{{1,6}},? )?(?:{'|'.join(_FORMS)}){_REST}")

_SAID = (
    r"\b(?:address(?:es)?(?: is| was|:)?|(?:lives?|living|resid(?:e|ing)|stay(?:ing)?) (?:at|on)"
    r"|(?:ship|shipped|send|sent|deliver|delivered|mail|forward)(?: \w+){0,3}(?<! up) to|moved to"
    r"|delivery to|shipping to|located at)[:,]? "
)
_TOLD = re.compile(
    # my address is 333 Golfskálinn 78
    rf"(?i:{_SAID})"
    rf"(?P<named>(?:{_NUMBER},? ){{1,2}}(?:{_WORD} ){{0,3}}{_WORD}(?: \d{{1,4}}\b)?{_REST})"
    # send it to 12 old mill road
    rf"|(?i:{_SAID})(?P<small>(?i:{_NUMBER},? (?:(?:[\w'’.-]{{1,24}} ){{1,4}}{_STREET}"
    rf"|(?:[\w'’.-]{{1,24}} ){{1,2}}(?:st\b\.?|{_ALSO_SAID_OF_PRODUCTS}))){_REST})"
)


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each address, in order; those that overlap are one."""
    spans = [match.span() for match in _ADDRESS.finditer(text)]
    spans += [match.span(match.lastgroup or 0) for match in _TOLD.finditer(text)]
    last: tuple[int, int] | None = None
    for start, end in sorted(spans):
        if last is not None and start < last[1]:
            last = (last[0], max(last[1], end))
            continue
        if last is not None:
            yield last
        last = (start, end)
    if last is not None:
        yield last
