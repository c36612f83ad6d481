"""Message -> the numbers in it: money, measures, ratings, ranges. No model; knows no roles.

"under two hundred bucks" has the number 200 of money; that it is an upper bound is for the model
to say. A number that no unit or currency marks is taken for money, the commonest bare number in
a shop; the model may leave it out. Number words are read by `text_to_num`, units by
`chatrec.units`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from chatrec.types import Facet, Mention, Vocabulary
from chatrec.understand.beside import AGE, HINTS, is_named, measure_named
from chatrec.units import convert, parse_amount, parse_measure, symbol, unit_names, unit_of
from chatrec.words import STOPWORDS, spans, stem

PRICE = "price"
RATING = "rating"
NUMBERS = ("number", "range")
"""The kinds of mentions that are amounts."""

CURRENCY_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}

_SIGN = r"(?:us)?[$€£¥￥₹]|\b(?:usd|eur|gbp|rs\.?|inr)\b"
_MONEY_WORD = (
    r"(?:[$€£¥￥₹]|dollars?|bucks?|usd|euros?|eur|quid|pounds? sterling|gbp|rupees?"
    r"|rs|inr|pesos?|yen|d[oó]lar(?:es)?|livres? sterling|libras? esterlinas?"
    r"|人民币|美元|美金|欧元|英镑|日元|元|块钱|块)"
    r"(?!\w)"
)
_DIGITS = r"\d{1,3}(?:[,.]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?"
_THOUSAND = r"k(?!\w)|\s?grand(?!\w)"
_DASHES = r"-|–|—|~|\uff5e"
# Words of ranges by language: what opens one, what joins its ends, and which of these joins ends
# only where one was opened ("between 40 and 60"; "40 and 60" are two amounts).
_RANGES = {
    "en": ("between|from", "to|till|and|or", "and"),
    "de": ("zwischen|von", "bis|und", "und"),
    "es": ("entre|de", "a|hasta|y", "y"),
    "fr": ("entre|de", "à|et", "et"),
    "zh": ("", "到|至", ""),
}
# Stems; beside these an ounce is one of fluid.
_VESSELS = frozenset("bottl cup mug flask tumbler glass jug pitcher teapot kettl".split())
_BESIDE = 40  # characters


@cache
def _units_pattern() -> str:
    # "in" is a preposition unless it touches the number, which the caller checks.
    return "|".join(re.escape(name) for name in unit_names())


def _amount(i: int, *, sterling: bool) -> str:
    """One amount; "pounds" are money in a shop that sells for them, and a weight elsewhere."""
    money = rf"(?:{_MONEY_WORD}|pounds?(?!\w))" if sterling else _MONEY_WORD
    return (
        rf"(?P<sign{i}>{_SIGN})?\s?(?P<digits{i}>{_DIGITS})(?P<k{i}>{_THOUSAND})?"
        rf"(?:\s?(?P<money{i}>{money})"
        rf"|(?P<gap{i}>[\s-]?)(?P<unit{i}>{_units_pattern()})(?!\w)"
        rf"|\s?(?P<stars{i}>\+?\s?stars?)(?!\w))?"
    )


@cache
def _amount_pattern(language: str, sterling: bool) -> re.Pattern[str]:
    opening, joining, _ = _RANGES.get(language, _RANGES["en"])
    first, second = (_amount(i, sterling=sterling) for i in (1, 2))
    between = rf"(?P<between>\b(?:{opening})\s+)?" if opening else "(?P<between>(?!))?"
    return re.compile(
        rf"(?<![\w#.,-]){between}{first}"
        rf"(?:(?P<join>\s*(?:{_DASHES}|\b(?:{joining})\b)\s*){second})?(?![\w%])(?!-\w|\.\d)",
        re.IGNORECASE,
    )


def plain(number: float) -> str:
    """A number as people write it: no trailing zeros, two decimals of money kept."""
    return f"{number:.2f}".rstrip("0").rstrip(".") if number % 1 else f"{number:.0f}"


# How many times a facet's range an amount may lie outside it.
_FAR = 5.0
# Things are made for children of an age; from this one on it says nothing of what they are.
_GROWN_UP = 18


@dataclass(frozen=True, slots=True)
class _Amount:
    value: float
    unit: str | None  # of measures
    money: bool
    stars: bool


def spot_numbers(text: str, vocabulary: Vocabulary, language: str = "en") -> list[Mention]:
    """Numbers of a normalised text, in order; those attached to letters ("XR500") are names."""
    found: list[Mention] = []
    needs_opening = _RANGES.get(language, _RANGES["en"])[2]
    for match in _amount_pattern(language, vocabulary.currency == "GBP").finditer(text):
        found.extend(_mentions(match, text, vocabulary, needs_opening))
    return found


def _mentions(
    match: re.Match[str], text: str, vocabulary: Vocabulary, needs_opening: str
) -> list[Mention]:
    first, second = _read(match, 1), _read(match, 2)
    if first is None:
        return []
    joined = match["join"] is not None and second is not None
    if joined and second is not None:
        word = match["join"].strip().lower()
        either = word == "or"
        if _are_alike(first, second) if either else match["between"] or word != needs_opening:
            low, high = _share(first, second)
            if (match["between"] or either) and low.value > high.value:  # "between 100 and 50"
                low, high = high, low
            if low.value <= high.value:
                start = match.start("between") if match["between"] else _start(match, 1)
                return _mention(low, high, start, match.end(), text, vocabulary)
    mentions = _mention(first, first, _start(match, 1), _end(match, 1), text, vocabulary)
    if joined and second is not None:
        mentions += _mention(second, second, _start(match, 2), _end(match, 2), text, vocabulary)
    return mentions


def _start(match: re.Match[str], i: int) -> int:
    return match.start(f"sign{i}") if match[f"sign{i}"] else match.start(f"digits{i}")


def _end(match: re.Match[str], i: int) -> int:
    if match[f"sign{i}"]:  # a quote behind "$99 is no inch
        return max(match.end(f"{group}{i}") for group in ("digits", "k", "money"))
    preposition = match[f"gap{i}"] and (match[f"unit{i}"] or "").lower() == "in"
    groups = ("digits", "k", "money", "stars") + (() if preposition else ("unit",))
    return max(match.end(f"{group}{i}") for group in groups)


def _read(match: re.Match[str], i: int) -> _Amount | None:
    if match[f"digits{i}"] is None:
        return None
    unit = match[f"unit{i}"]
    if match[f"sign{i}"] or (unit and unit.lower() == "in" and match[f"gap{i}"]):
        unit = None
    digits = match[f"digits{i}"]
    try:
        value = parse_measure(digits, unit) if unit else parse_amount(digits)
    except ValueError:  # "1.234.56" is no number
        return None
    if match[f"k{i}"]:
        value *= 1000
    return _Amount(
        value,
        unit_of(unit) if unit else None,
        bool(match[f"sign{i}"] or match[f"money{i}"] or match[f"k{i}"]),
        bool(match[f"stars{i}"]),
    )


def _are_alike(first: _Amount, second: _Amount) -> bool:
    """Whether "24 or 26 cm" are two of one measure: not "42 or 43", nor "60 or 3 kg"."""
    shared = second.unit is not None and not first.money and first.unit in (None, second.unit)
    least, most = sorted((first.value, second.value))
    return shared and most <= least * _FAR


def _share(first: _Amount, second: _Amount) -> tuple[_Amount, _Amount]:
    """In "1-2k" and "5-10 kg" the first number has the unit, and the thousands, of the second.

    "500 g to 1 kg" is told in kilograms.
    """
    money = first.money or second.money
    if first.unit and second.unit and first.unit != second.unit:
        same = convert(first.value, first.unit, second.unit)
        if same is not None:
            first = replace(first, value=same, unit=second.unit)
    low = first.value
    if second.value >= 1000 and second.value % 1000 == 0 and low < 10 and not first.unit:
        low *= 1000
    unit = first.unit or second.unit
    stars = first.stars or second.stars
    return _Amount(low, unit, money, stars), _Amount(
        second.value, second.unit or unit, money, stars
    )


def _mention(
    low: _Amount, high: _Amount, start: int, end: int, text: str, vocabulary: Vocabulary
) -> list[Mention]:
    kind: Literal["number", "range"] = "number" if low is high else "range"
    if low.stars or (low.unit is None and not low.money and _asks_rating(text, start)):
        label = _label(low, high, " stars")
        return [Mention(kind, label, start, end, RATING, low.value, high.value)]
    named = measure_named(text, start, end)
    if low.unit is None and not low.money and named:
        return [_of_named(kind, low, high, start, end, named, vocabulary)]
    if low.unit is None:
        sign = CURRENCY_SIGNS.get(vocabulary.currency, "") if low.money else ""
        label = _label(low, high, "", sign)
        counted = None if low.money else _counted(text, start, end, vocabulary)
        facet_name = counted.name if counted else PRICE
        return [Mention(kind, label, start, end, facet_name, low.value, high.value)]
    label = _label(low, high, f" {symbol(low.unit)}")
    beside = {stem(t.word) for t in spans(text[max(0, start - _BESIDE) : end + _BESIDE])}
    if low.unit == "ounce" and beside & _VESSELS:
        low, high = replace(low, unit="fluid_ounce"), replace(high, unit="fluid_ounce")
    facet = _facet_for(low, beside, vocabulary)
    if facet is None or high.unit is None:
        return [Mention("word", label, start, end)]
    fits = is_named(facet.name, named)
    if named and not facet.mined and _is_extent(low) and not fits:
        return [Mention(kind, label, start, end, named, low.value, high.value, named=True)]
    bounds = [_in_unit_of(facet, a) for a in (low, high)]
    return [Mention(kind, label, start, end, facet.name, bounds[0], bounds[1], named=fits)]


def _of_named(
    kind: Literal["number", "range"],
    low: _Amount,
    high: _Amount,
    start: int,
    end: int,
    named: str,
    vocabulary: Vocabulary,
) -> Mention:
    """A number without a unit as the measure that the words beside it name; never as money.

    It is in the measure's own unit where things have as much of it; else only a word.
    """
    facets = [f for f in vocabulary.facets if f.kind == "number" and is_named(f.name, named)]
    facet = max(facets, key=lambda f: (f.name == named, f.count), default=None)
    if named == AGE and (facet is None or low.value >= _GROWN_UP):
        return Mention("word", _label(low, high, " years old"), start, end)
    if facet is None or facet.low is None or facet.high is None:
        return Mention(kind, _label(low, high, ""), start, end, named, low.value, high.value)
    if not facet.low / 2 <= low.value <= high.value <= facet.high * 2:
        return Mention("word", _label(low, high, ""), start, end)
    label = _label(low, high, f" {symbol(facet.unit)}" if facet.unit else "")
    return Mention(kind, label, start, end, facet.name, low.value, high.value, named=True)


def _is_extent(amount: _Amount) -> bool:
    return amount.unit is not None and convert(1, amount.unit, "cm") is not None


def _label(low: _Amount, high: _Amount, suffix: str, sign: str = "") -> str:
    if low is high:
        return f"{sign}{plain(low.value)}{suffix}"
    return f"{sign}{plain(low.value)}-{plain(high.value)}{suffix}"


def _asks_rating(text: str, start: int) -> bool:
    before = [token.word for token in spans(text[:start])][-4:]
    return before[-1:] != ["the"] and any(stem(word) == "rate" for word in before)


def _in_unit_of(facet: Facet, amount: _Amount) -> float | None:
    """The amount in the facet's unit; a facet without one counts what its name says."""
    unit = facet.unit or unit_of(facet.name) or ("year" if is_named(facet.name, AGE) else None)
    return convert(amount.value, str(amount.unit), unit) if unit else None


def _counted(text: str, start: int, end: int, vocabulary: Vocabulary) -> Facet | None:
    """The facet without a unit that the next word names, or of ranges the last: "2 burners"."""
    after, before = spans(text[end : end + _BESIDE])[:1], spans(text[:start])[-2:]
    name = stem(after[0].word) if after else ""
    unitless = [f for f in vocabulary.facets if f.kind == "number" and f.unit is None]
    of_next = next((f for f in unitless if stem(f.name) == name), None)
    if of_next or not before or before[0].word.isdigit():
        return of_next
    last = before[0 if before[-1].word in ("size", "of") else -1].word
    return next((f for f in unitless if f.ranged and stem(f.name) == stem(last)), None)


def _facet_for(amount: _Amount, beside: set[str], vocabulary: Vocabulary) -> Facet | None:
    """The numeric facet that a measure speaks of, by the stems that stand beside it.

    Among facets of its dimension: the one whose name stands there, else the one that most items
    have. "For a 3 year old" speaks of no battery: a value far outside a facet is not meant for it.
    """
    telling = beside | {stem(name) for word, name in HINTS.items() if stem(word) in beside}
    best: tuple[tuple[int, bool, int], Facet] | None = None
    for facet in vocabulary.facets:
        value = _in_unit_of(facet, amount) if facet.kind == "number" else None
        if value is None or facet.low is None or facet.high is None:
            continue
        names = [token.word for token in spans(facet.name) if token.word not in STOPWORDS]
        named = len(telling & {stem(name) for name in names})
        if is_named(facet.name, AGE) and value >= _GROWN_UP:
            continue
        far = 1.0 if facet.ranged else _FAR
        if not named and not facet.low / far <= value <= facet.high * far:
            continue
        fitness = (named, facet.low / 2 <= value <= facet.high * 2, facet.count)
        if best is None or fitness > best[0]:
            best = fitness, facet
    return best[1] if best else None
