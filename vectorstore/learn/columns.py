"""Attribute columns of a whole catalogue -> which are facets, and each item's values in them.

A column is a facet when its values repeat and are short; a number column when nearly all of its
values are numbers, with or without a unit, or ranges of numbers ("2-4", "8+"). Ids, links, dates,
free text and columns with one value are left out, but for those that say yes, or no, wherever they
say anything. Knows nothing of titles and descriptions.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from chatrec.sizes import SIZE
from chatrec.types import COLOR, TYPE, AttributeValue, Bounds, Item, Labels
from chatrec.units import convert, parse_measure, symbol, unit_of
from chatrec.words import fold, is_internal, tokens
from vectorstore.learn.lexicon import Text, Words, families, synonyms
from vectorstore.learn.qualities import NO, YES, is_yes_or_no
from vectorstore.learn.sizes import sizes_inside

_COLOR_COLUMNS = frozenset(
    f"{prefix}{word}".strip()
    for prefix in ("", "product ", "item ", "main ", "body ", "cable ", "printing ", "variant ")
    for word in ("color", "colour", "colors", "colours", "color name", "colour name")
)
_GENDER_COLUMNS = frozenset({"gender", "genders", "sex", "target gender", "product gender"})
_RESERVED = frozenset(
    {TYPE, "price", "regular price", "rating", "stock", "any", "category", "title", "brand"}
)
# Whether the shop's systems offer, ship or tax a thing.
_RESERVED_FLAGS = frozenset(
    {"active", "enabled", "featured", "taxable", "searchable", "purchasable", "requires shipping"}
)
_YES, _NO = frozenset({"true", "yes", "y"}), frozenset({"false", "no", "n"})
_MEASURE = re.compile(r"(?P<number>\d+(?:[.,]\d+)*)\s*(?P<unit>[^\d\s.,].{0,15})?")
# "2-4", "8 to 12 years", "28 cm – 32 cm"; "3+ years" has no upper end.
_RANGE = re.compile(
    r"(?P<low>\d+(?:[.,]\d+)?)\s*(?P<own>[^\W\d]{1,15})?\s*(?:[-–—]|\bto\b)\s*"
    r"(?P<high>\d+(?:[.,]\d+)?)\s*(?P<unit>[^\W\d]{1,15}|[\"″])?"
    r"|(?P<least>\d+(?:[.,]\d+)?)\s*\+\s*(?P<more>[^\W\d]{1,15})?"
)
_FEWEST_RANGES = 2
_DATE = re.compile(r"\d{4}-\d\d-\d\d.*|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}")
_LABEL_CHARS, _LABEL_WORDS = 40, 5
_REPEATS, _MEASURED_SHARE, _SHARE_OF_ITEMS = 2.0, 0.8, 0.004
_SCREEN = frozenset({"screen", "display", "monitor", "diagonal"})
# One unit a dimension: what shoppers say. The first that a unit converts to.
CANONICAL = ("kg", "cm", "l", "gb", "w", "wh", "mah", "v", "ghz", "mp", "hour", "lumen", "db",
             "piece", "person", "celsius")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """Per item, folded values of the facets that columns give, and numbers or ranges in units."""

    facets: list[dict[str, Labels]]
    measures: list[dict[str, float]]
    ranges: list[dict[str, Bounds]]
    units: Mapping[str, str | None]


def learn_columns(items: Sequence[Item]) -> Columns:
    """The facets that the shop's own columns give."""
    by_name: dict[str, list[tuple[int, AttributeValue]]] = defaultdict(list)
    for place, item in enumerate(items):
        for key, value in item.attributes.items():
            by_name[column_name(key)].append((place, value))
    learnt = Columns([{} for _ in items], [{} for _ in items], [{} for _ in items], {})
    units: dict[str, str | None] = {}
    for name, cells in by_name.items():
        if name in _RESERVED | _RESERVED_FLAGS or not name or is_internal(name):
            continue
        if len(cells) < max(2.0, _SHARE_OF_ITEMS * len(items)):
            continue
        numbers = None if name == SIZE else _numbers(name, cells)
        if numbers is not None:
            short, unit, values = numbers
            units[short] = unit
            for place, span in values:
                if span.low is not None and span.low == span.high:
                    learnt.measures[place].setdefault(short, span.low)
                else:
                    learnt.ranges[place].setdefault(short, span)
        else:
            for place, labels in _labels(name, cells):
                had = learnt.facets[place].get(facet_name(name), ())
                learnt.facets[place][facet_name(name)] = tuple(dict.fromkeys((*had, *labels)))
    for place, item in enumerate(items):
        if item.brand:
            learnt.facets[place]["brand"] = (" ".join(fold(item.brand).split()),)
    return Columns(learnt.facets, learnt.measures, learnt.ranges, units)


def column_name(key: str) -> str:
    """A column's name in folded words: "Screen_Size (in)" -> "screen size in"."""
    return " ".join(tokens(key.replace("_", " ")))


def facet_name(name: str) -> str:
    """The facet that a column of this name (`column_name`) gives."""
    if name in _COLOR_COLUMNS:
        return COLOR
    return "gender" if name in _GENDER_COLUMNS else name


def _labels(name: str, cells: Sequence[tuple[int, AttributeValue]]) -> Iterator[tuple[int, Labels]]:
    """The values of a column, if it is a facet."""
    if facet_name(name) == COLOR:
        # "colour: yes" says that it prints in colour, not which colour it has.
        cells = [(place, value) for place, value in cells if not isinstance(value, bool)]
    wholes = Counter(_written(part) for _, value in cells for part in _parts(value))
    split = [(place, _split(value, wholes)) for place, value in cells]
    counts = Counter(label for _, labels in split for label in labels)
    total = counts.total()
    if not _is_categorical(counts, sizes=name == SIZE) or (
        name != SIZE and not is_yes_or_no(counts) and total < _REPEATS * len(counts)
    ):
        return
    more = sizes_inside(counts) if name == SIZE else _wider(facet_name(name))
    for place, labels in split:
        if labels:
            wider = (*labels, *(wide for label in labels for wide in more(label)))
            yield place, tuple(dict.fromkeys(wider))


def _is_categorical(counts: Counter[str], *, sizes: bool) -> bool:
    if len(counts) < 2:
        return is_yes_or_no(counts)
    total = counts.total()
    long = sum(
        n for label, n in counts.items()
        if len(label) > _LABEL_CHARS or len(label.split()) > _LABEL_WORDS
    )  # fmt: skip
    odd = any("://" in label or _DATE.fullmatch(label) for label in counts)
    worded = sum(n for label, n in counts.items() if any(c.isalpha() for c in label))
    return long <= 0.1 * total and not odd and (worded >= 0.7 * total or sizes)


def _written(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, float):
        return f"{value:g}"
    label = " ".join(fold(value).split())
    return YES if label in _YES else NO if label in _NO else label


def _parts(value: AttributeValue) -> tuple[str | float | bool, ...]:
    return value if isinstance(value, tuple) else (value,)


def _split(value: AttributeValue, wholes: Counter[str]) -> Labels:
    """Split "red, black" always, and "red/black" where both stand alone elsewhere."""
    found: list[str] = []
    for part in _parts(value):
        for label in re.split(r"\s*[,;|]\s*", _written(part)):
            halves = [half.strip() for half in label.split("/")]
            found += halves if all(half in wholes for half in halves) else [label]
    return tuple(dict.fromkeys(label for label in found if label))


def _wider(facet: str) -> Callable[[str], Labels]:
    """What else a value of the facet counts as: navy is blue, female is women."""
    known: Words | None = None
    if facet in (COLOR, "material"):
        known = families("colors.txt" if facet == COLOR else "materials.txt")
    elif facet == "gender":
        known = synonyms("genders.txt")

    def wider(label: str) -> Labels:
        if known is None:
            return ()
        found = (
            name for word in known.named_in(Text.of(label), column=True) for name in word.labels
        )
        # Another spelling is no narrower value.
        return tuple(name for name in found if label not in known.aliases.get(name, ()))

    return wider


def _numbers(
    name: str, cells: Sequence[tuple[int, AttributeValue]]
) -> tuple[str, str | None, list[tuple[int, Bounds]]] | None:
    """Name without its unit, unit, and numbers by item, if the column is one of numbers.

    A number is a range of one. Ranges count where numbers alone would make no column.
    """
    read = [(place, _number(value)) for place, value in cells]
    good = [(place, found) for place, found in read if found]
    if len(good) < _MEASURED_SHARE * len(cells):
        read = [(place, _number(value) or _range(value)) for place, value in cells]
        good = [(place, found) for place, found in read if found]
        ranges = [span for _, (span, _) in good if span.low != span.high]
        if len(good) < _MEASURED_SHARE * len(cells) or len(ranges) < _FEWEST_RANGES:
            return None
    if len({span for _, (span, _) in good}) < 2:
        return None
    *words, last = name.split()
    named = unit_of(last) if words and last not in ("in", "day", "days") else None
    said = Counter(unit for _, (_, unit) in good if unit)
    commonest = said.most_common(1)[0][0] if said else named
    short = " ".join(words) if named else name
    if commonest is None:
        return short, None, [(place, span) for place, (span, _) in good]
    target = "inch" if set(name.split()) & _SCREEN and convert(1, commonest, "inch") else None
    unit = target or canonical_unit(commonest)
    values = [(p, _converted(span, own or named or commonest, unit)) for p, (span, own) in good]
    return short, symbol(unit), [(place, span) for place, span in values if span != Bounds()]


def _converted(span: Bounds, unit: str, to: str) -> Bounds:
    """The range in another unit; without ends where they do not compare."""
    ends = (None if end is None else convert(end, unit, to) for end in (span.low, span.high))
    return Bounds(*ends)


def canonical_unit(unit: str) -> str:
    """The unit that numbers of this unit's dimension are kept in; years stay years."""
    if unit_of(unit) == "year":
        return unit
    return next((known for known in CANONICAL if convert(1, unit, known) is not None), unit)


def _number(value: AttributeValue) -> tuple[Bounds, str | None] | None:
    if isinstance(value, bool | tuple):
        return None
    if isinstance(value, float):
        return Bounds(value, value), None
    match = _MEASURE.fullmatch(fold(value).strip())
    if match is None:
        return None
    unit = unit_of(match["unit"]) if match["unit"] else None
    if match["unit"] and unit is None:
        return None
    try:
        number = parse_measure(match["number"], unit)
    except ValueError:  # "1.2.3" is a version
        return None
    return Bounds(number, number), unit


def _range(value: AttributeValue) -> tuple[Bounds, str | None] | None:
    match = _RANGE.fullmatch(fold(value).strip()) if isinstance(value, str) else None
    if match is None:
        return None
    written = match["unit"] or match["own"] or match["more"]
    unit = unit_of(written) if written else None
    if (written and unit is None) or (match["own"] and unit_of(match["own"]) != unit):
        return None
    if match["least"]:
        return Bounds(low=parse_measure(match["least"], unit)), unit
    low, high = (parse_measure(match[end], unit) for end in ("low", "high"))
    return (Bounds(low, high), unit) if low < high else None
