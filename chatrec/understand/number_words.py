"""Message -> the same message with its numbers in digits and apart from the words around them.

"two hundred bucks" becomes "200 bucks", "fünfzig Euro" "50 Euro", "1 200,50 €" "1200,50 €",
"不超过一百元" "不超过 100 元". Number words of European languages are read by `text_to_num`,
Chinese numerals by the values that Unicode gives their characters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from text_to_num import alpha2digit

from chatrec.understand.beside import CONNECTORS, MEASURES
from chatrec.units import convert, unit_names
from chatrec.words import slip_of

_WORDED = frozenset({"en", "es", "fr", "de", "pt", "it", "nl", "ca"})  # that `text_to_num` reads

# "a grand", "half a litre", "fifty-ish": quantities that `text_to_num` leaves as words.
_BEFORE = (
    (re.compile(r"\b(?:a|one)\s+tenner\b", re.I), "10"),
    (re.compile(r"\b(?:a|one)\s+fiver\b", re.I), "5"),
    (re.compile(r"\bhalf\s+a\s+grand\b", re.I), "500"),
    (re.compile(r"\b(?:a|one)\s+grand\b", re.I), "1000"),
    (re.compile(r"(?<![\d.,])([1-9])\s*hundred\b", re.I), r"\g<1>00"),
    (re.compile(r"(?<![\d.,])(\d{1,3})\s*thousand\b", re.I), r"\g<1>000"),
    (re.compile(r"\bhalf\s+a\s+(?=\w)", re.I), "0.5 "),
    (re.compile(r"(?:(?<=\d)|-)ish\b", re.I), " ish"),
)
# "one fifty", "two twenty five": a price of hundreds, said without the word.
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ONES = "one two three four five six seven eight nine".split()
_HUNDREDS = re.compile(
    rf"\b({'|'.join(_ONES)})\s({'|'.join(_TENS)})(?:[\s-]({'|'.join(_ONES)}))?\b(?![\s-](?:thousand|hundred))",
    re.IGNORECASE,
)
# "a litre and a half", "4+ people".
_AND_A_HALF = re.compile(r"\b(?:an?|one)\s+([a-z]+)\s+and\s+a\s+half\b", re.IGNORECASE)
_OR_MORE = re.compile(r"\b(\d+)\+\s+(people|ppl|persons?)\b", re.IGNORECASE)
_AFTER = (
    (re.compile(r"\ba\s+(?=\d)", re.I), ""),
    (re.compile(r"\b(\d+)\s+and\s+a\s+half\b", re.I), r"\1.5"),
    (re.compile(r"\bbtwn\b", re.I), "between"),
    (re.compile(r"(?<=\d)\s(?:n|&)\s(?=[$€£]?\d)", re.I), " and "),
)
# `text_to_num` leaves "one" and "two" alone, which are mostly no amounts: only before these.
_SMALL = {"one": "1", "two": "2", "zwei": "2", "dos": "2", "deux": "2"}
_SMALL |= dict.fromkeys(("ein", "eine", "einen", "un", "una", "une"), "1")
_NOT_AFTER_SMALL = frozenset({"in", "''", "piece", "day", "days", "year", "years"})
_SMALL_BEFORE = "|".join(
    re.escape(name)
    for name in ["grand", *unit_names()]
    if len(name) > 1 and name not in _NOT_AFTER_SMALL
)
_SMALL_WORD = re.compile(
    rf"\b({'|'.join(_SMALL)})(?=\s+(?:and a half\s+)?(?:{_SMALL_BEFORE})(?!\w))", re.IGNORECASE
)
# Number words that are often misspelt: "hunderd", "fourty", "ninty".
_SPELT = (
    "three seven eight eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen "
    "twenty thirty forty fifty sixty seventy eighty ninety hundred thousand"
).split()
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
# Words that say something of the number beside them, and are misspelt there: "beolw 1 kg".
_OF_A_NUMBER = (
    "under below beneath within over above beyond around about roughly between least maximum "
    "minimum cheaper lighter heavier smaller larger bigger shorter longer budget limit dollars "
    "bucks euros pounds"
).split()
_BESIDE_NUMBER = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<gap>)\b(?P<word>[a-z]{4,})(?=(?: than| of| is| the)?\s?[$€£]?\d)",
        r"(?<=\d)(?P<gap>\s?)(?P<word>[a-z]{4,})\b",
        r"(?<=\d)(?P<gap>\s?[a-z]+\s)(?P<word>[a-z]{4,})\b",  # behind the number's unit
    )
]
# Names of measures, before the bound that they are given: "weigt under 2 kg".
_NAME_BEFORE = re.compile(
    rf"\b(?P<word>[a-z]{{5,}})(?=:?(?:\s(?:{'|'.join(CONNECTORS)})){{0,5}}\s[$€£]?\d)",
    re.IGNORECASE,
)
_FRACTION = re.compile(r"(?:(?<![\d.,/])(\d+)\s?)?([¼-¾⅐-⅞])")
# "under100": a word of amounts that the number has run into.
_RUN_TOGETHER = re.compile(r"\b(under|below|over|above|max|min|upto|about|around)(?=\d)", re.I)

# Thousands parted by a space: a thin or a fixed one anywhere, a plain one where that is usual.
_THIN = re.compile(r"(?<=\d)[\u00a0\u2009\u202f](?=\d{3}(?!\d))")
_SPACED = re.compile(r"(?<![\d.,])(\d{1,3}) (?=\d{3}(?!\d))")
_SPACING = frozenset({"es", "fr", "pt", "it"})

_HAN = r"\u4e00-\u9fff"
_HAN_NUMERAL = re.compile("[〇零一二两三四五六七八九十百千万亿]+")
_HAN_PAIR = {"两": 2.0}
_HAN_BESIDE = re.compile(rf"(?<=[{_HAN}])(?=[\d¥￥$€£])|(?<=\d)(?=[{_HAN}])")
_HAN_UNITS = "|".join(name for name in unit_names() if "\u4e00" <= name[0] <= "\u9fff")
_HAN_UNIT = re.compile(
    rf"(?<=\d )({_HAN_UNITS}|人民币|美元|美金|欧元|英镑|日元|元|块钱|块)(?=[{_HAN}])"
)


def normalise(text: str, language: str = "en") -> str:
    """The text with the numbers of its language in digits."""
    text = _FRACTION.sub(_decimal, _THIN.sub("", text))
    text = _written_fraction().sub(_decimal, text)
    if language in _SPACING:
        text = _SPACED.sub(r"\1", text)
    if language == "zh":
        return _han_apart(_HAN_NUMERAL.sub(_han_digits, text))
    if language == "en":
        text = _WORD.sub(_spelt, text)
        for pattern, digits in _BEFORE:
            text = pattern.sub(digits, text)
        text = _HUNDREDS.sub(_hundreds, text)
        text = _AND_A_HALF.sub(_one_and_a_half, text)
        text = _OR_MORE.sub(r"\1 \2 or more", text)
        text = _RUN_TOGETHER.sub(r"\1 ", text)
        text = _NAME_BEFORE.sub(_named, text)
    text = _SMALL_WORD.sub(lambda match: _SMALL[match[1].lower()], text)
    if language in _WORDED:
        text = alpha2digit(text, language)
    if language == "en":
        for pattern, digits in _AFTER:
            text = pattern.sub(digits, text)
        for pattern in _BESIDE_NUMBER:
            text = pattern.sub(_beside, text)
    return text


@cache
def _written_fraction() -> re.Pattern[str]:
    """Of "1/2 kg" and "1 1/2 l": before a unit that can be parted, so not "2/3 persons"."""
    parted = (
        re.escape(name)
        for name in unit_names()
        if any(convert(1, name, unit) is not None for unit in ("kg", "l", "cm", "hour"))
    )
    return re.compile(
        rf"(?<![\w.,/])(?:(\d+)\s)?([1-7])/([2-8])(?=\s?(?:{'|'.join(parted)})(?!\w))",
        re.IGNORECASE,
    )


def _spelt(match: re.Match[str]) -> str:
    """A number word as it should be spelt; any other word as it is."""
    word = match[0].lower()
    meant = slip_of(word, _SPELT)
    return match[0] if meant == word else meant


def _hundreds(match: re.Match[str]) -> str:
    hundreds, tens, ones = (word and word.lower() for word in match.groups())
    value = (_ONES.index(hundreds) + 1) * 100 + (_TENS.index(tens) + 2) * 10
    return str(value + (_ONES.index(ones) + 1 if ones else 0))


def _one_and_a_half(match: re.Match[str]) -> str:
    """The measure in figures; anything else as it is."""
    return f"1.5 {match[1]}" if match[1].lower() in unit_names() else match[0]


def _decimal(match: re.Match[str]) -> str:
    """A whole number and a fraction, as one decimal: "1½", "1 1/2"."""
    whole, top, *below = match.groups()
    part = float(top) / float(below[0]) if below else unicodedata.numeric(top)
    return f"{float(whole or 0) + part:.4g}"


def _named(match: re.Match[str]) -> str:
    """A word before a number as the measure that it is a slip of; any other as it is."""
    word = match["word"].lower()
    meant = slip_of(word, MEASURES)
    return match[0] if meant == word else meant


def _beside(match: re.Match[str]) -> str:
    """A word beside a number as it should be spelt, if it is one that belongs to numbers."""
    word = match["word"].lower()
    meant = slip_of(word, _OF_A_NUMBER)
    return match[0] if meant == word else match["gap"] + meant


def _han_digits(match: re.Match[str]) -> str:
    """Digits of a numeral: within each ten thousand, figures times their power of ten.

    A numeral without a power is left where it is one figure long: "一双" is "a pair".
    """
    numeral = match[0]
    values = [_HAN_PAIR.get(each) or unicodedata.numeric(each) for each in numeral]
    if len(values) == 1 and values[0] < 10:
        return numeral if numeral in "一〇零" else f"{values[0]:.0f}"
    if all(value < 10 for value in values):  # "二〇" is read figure by figure
        return "".join(f"{value:.0f}" for value in values)
    total = section = figure = 0.0
    for value in values:
        if value >= 10_000:  # ten thousands, or all so far as hundreds of millions
            above = total if value > 10_000 else 0.0
            total += (above + section + figure) * value - above
            section = figure = 0.0
        elif value >= 10:
            section, figure = section + (figure or 1.0) * value, 0.0
        else:
            figure = value
    return f"{total + section + figure:.0f}"


def _han_apart(text: str) -> str:
    """Chinese has no spaces: the numbers, and the units behind them, are set apart by one."""
    return _HAN_UNIT.sub(r"\1 ", _HAN_BESIDE.sub(" ", text))
