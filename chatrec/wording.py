"""Numbers, values and constraints -> the English in which they are told.

Amounts with their currency, measures with their unit, plurals, lists, and the phrase for each
constraint ("up to €60", "without leather"). Knows nothing of replies, searches or models; it
chooses no fact, it only says the one it is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import starmap

from chatrec.types import ANY, COLOR, TYPE, UNISEX, Bounds, Constraints, Item, Vocabulary
from chatrec.units import STEP, symbol, unit_of
from chatrec.words import fold, stem, tokens

_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "ILS": "₪"}
_BEFORE_CODE = {"CAD": "CA$", "AUD": "A$", "NZD": "NZ$", "HKD": "HK$", "SGD": "S$", "BRL": "R$"}
_CURRENCY_NAMES = {
    "EUR": "euros", "USD": "US dollars", "GBP": "pounds", "JPY": "yen", "INR": "rupees"
}  # fmt: skip
_NO_MINOR_UNIT = frozenset({"JPY", "KRW"})
_COUNTS = "no one two three four five six seven eight nine ten".split()
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_YES = frozenset({"yes", "true", "1"})
_NO = frozenset({"no", "false", "0"})

_IRREGULAR = {"person": "people", "child": "children", "man": "men", "woman": "women"}
_F_TO_VES = frozenset("knife shelf scarf leaf loaf half wolf".split())
_PAIRED = frozenset(
    "boots shoes sneakers trainers sandals slippers clogs loafers heels flats socks stockings "
    "gloves mittens trousers pants jeans shorts leggings tights glasses sunglasses goggles "
    "earrings earbuds earphones headphones skis".split()
)
_MASS = frozenset(
    "furniture clothing apparel jewelry jewellery luggage equipment bedding stationery makeup "
    "skincare haircare decor homedecor lighting seafood produce coffee tea gear food storage "
    "electronics groceries artwork accessories".split()
)
# Categories that say what things are for and not what they are: nobody sells "three campings".
_THEMES = frozenset(
    "camping hiking fishing hunting kayaking climbing cycling running swimming bathing skiing "
    "sailing gardening cooking baking grilling sewing crafting gaming grooming travel fitness "
    "sport sports outdoor outdoors kitchen garden bathroom bedroom office home salon bakery dairy "
    "pet kid kids baby audio percussion photography beauty wellness seasonal christmas "
    "halloween easter valentine floral formal decorative".split()
)
_SMALLER = {"kg": "g", "l": "ml", "m": "mm"}
# What things are for, where a shop takes it for what they are: "three camping products".
_ACTIVITIES = frozenset(
    "camping hiking fishing gardening cooking cycling climbing running skiing fitness travel "
    "lighting storage".split()
)
_FOR_WHOM = frozenset({"gender", "department", "audience", "age group"})
USERS = frozenset({"persons", "people", "players"})
"""Numbers of these are told with "for"."""
_EQUIPMENT = frozenset({"bluetooth", "wifi", "wi-fi", "gps", "nfc", "touchscreen"})
_CM_AS_METRES = 300
_HOURS_AS_DAYS = 72
_MAX_TITLE = 60
_SOFT_VOWEL = re.compile(r"uni(?![mn])|use|usb|uk|euro|one")  # "a unisex bag", "an uninsulated mug"
_SILENT_H = re.compile(r"hour|honest|heir")


def money(amount: float, currency: str | None) -> str:
    """€59.90, $60, 45 CHF: cents only where there are any."""
    code = (currency or "").upper()
    whole = code in _NO_MINOR_UNIT or amount == int(amount)
    number = f"{amount:,.0f}" if whole else f"{amount:,.2f}"
    symbol = _SYMBOLS.get(code) or _BEFORE_CODE.get(code)
    return f"{symbol}{number}" if symbol else f"{number} {code}".rstrip()


def price(item: Item) -> str:
    """The item's price, or "" where it has none."""
    return "" if item.price is None else money(item.price, item.currency)


def currency_name(currency: str) -> str:
    """As in "prices in euros"; the code of one that is rarely named."""
    return _CURRENCY_NAMES.get(currency, currency)


def plain_number(value: float) -> str:
    """12, 1.5, 0.35: no trailing zeros, no exponent."""
    return f"{value:.4f}".rstrip("0").rstrip(".") if value != int(value) else f"{value:.0f}"


def measure(value: float, unit: str | None) -> str:
    """1.1 kg, 840 g; a bare number where the facet has no unit."""
    if not unit:
        return plain_number(value)
    smaller = _SMALLER.get(symbol(unit))
    if smaller and 0 < value < 1:
        value, unit = round(value * 1000, 6), smaller
    elif symbol(unit) == "cm" and value >= _CM_AS_METRES:
        value, unit = round(value / 100, 6), "m"
    elif symbol(unit) == "h" and 0 < value < 1:
        value, unit = round(value * 60), "min"
    elif symbol(unit) == "h" and value >= _HOURS_AS_DAYS and value % 24 == 0:
        value, unit = value / 24, "day"
    mark = symbol(unit)
    many = value != 1 and mark == unit_of(unit)  # a word, and no sign for one
    return f"{plain_number(value)} {plural(mark) if many else mark}"


def amount(name: str, value: float, unit: str | None) -> str:
    """A measure with what it is a number of, where its name says that: "1.1 kg", "4 persons"."""
    told = measure(value, unit)
    return f"{told} {readable(name)}" if is_number_of(name, unit) else told


def readable(name: str) -> str:
    """An attribute's name as one says it: "battery_life_h" is "battery life h"."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.sub(r"[_\-.\s]+", " ", spaced).strip().lower()


def name_of(facet: str) -> str:
    """A facet's name as one says it to a shopper, whatever the shop's column is called."""
    return {COLOR: "colour", TYPE: "kind"}.get(facet, readable(facet))


def title(item: Item) -> str:
    """The item's title as one says it, without a colour behind a comma.

    Of a very long one the part before the first separator.
    """
    full = " ".join(item.title.split())
    name, comma, variant = full.rpartition(",")
    if comma and name and fold(variant).strip() in item.values(COLOR):
        full = name
    if len(full) <= _MAX_TITLE:
        return full
    head = re.split(r"\s[-–|]\s|[,(|;]", full)[0].strip()
    if 8 <= len(head) <= _MAX_TITLE:
        return head
    return full[:_MAX_TITLE].rsplit(" ", 1)[0]


def named(item: Item) -> str:
    """The item as the subject of a sentence: "the Ridge 28"."""
    name = title(item)
    return name if name.lower().startswith(("the ", "a ", "an ")) else f"the {name}"


def capital(text: str) -> str:
    """The text with its first letter in upper case and the rest as it is."""
    return text[:1].upper() + text[1:]


def count(number: int) -> str:
    """Numbers to ten in letters."""
    return _COUNTS[number] if 0 <= number < len(_COUNTS) else str(number)


def ordinal(place: int) -> str:
    """1 is "first"."""
    return _ORDINALS[place - 1] if 1 <= place <= len(_ORDINALS) else f"number {place}"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """A, B and C."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def plural(noun: str) -> str:
    """The plural of a product type; mass nouns and plurals stay as they are."""
    head, _, last = noun.rpartition(" ")
    lead = f"{head} " if head else ""
    if last in _ACTIVITIES:
        return f"{noun} products"
    if is_mass(last) or is_plural(last):
        return noun
    if last in _IRREGULAR:
        return lead + _IRREGULAR[last]
    if last in _F_TO_VES:
        return lead + re.sub(r"fe?$", "ves", last)
    if re.search(r"(s|x|z|ch|sh)$", last):
        return lead + last + "es"
    if re.search(r"[^aeiou]y$", last):
        return lead + last[:-1] + "ies"
    return lead + last + "s"


def is_plural(word: str) -> bool:
    """Whether a noun is a plural already, by its ending and its stem."""
    return word.endswith("s") and not word.endswith(("ss", "us", "is", "as")) and stem(word) != word


def is_theme(label: str) -> bool:
    """Whether a category says what its things are for, and not what they are: "camping"."""
    return any(part.rpartition(" ")[2] in _THEMES for part in label.split(" and "))


def things(label: str, number: int = 2) -> str:
    """What things of a category are called: "tents", "camping products"."""
    if is_theme(label):
        return f"{label} {'product' if number == 1 else 'products'}"
    return label if number == 1 else plural(label)


def counted(number: int, label: str) -> str:
    """A number of things of a kind: "three tents", "one pair of socks", "two garden products"."""
    last = label.split()[-1:]
    if is_theme(label):
        return f"{count(number)} {things(label, number)}"
    if is_mass(label):
        return f"{count(number)} {'piece' if number == 1 else 'pieces'} of {label}"
    if last and plural(last[0]) in _PAIRED:
        return f"{count(number)} {'pair' if number == 1 else 'pairs'} of {plural(label)}"
    singular = f"{label} product" if last[:1] and last[0] in _ACTIVITIES else label
    return f"{count(number)} {singular if number == 1 else plural(label)}"


def is_mass(noun: str) -> bool:
    """Whether a noun takes neither article nor plural ("furniture")."""
    last = noun.rpartition(" ")[2]
    return last in _MASS or (last.endswith(("ware", "wares", "wear")) and last != "ware")


def article(phrase: str) -> str:
    """The phrase with "a" or "an"."""
    spoken = phrase.lower()
    vowel = spoken[:1] in "aeiou" and not _SOFT_VOWEL.match(spoken)
    return f"{'an' if vowel or _SILENT_H.match(spoken) else 'a'} {phrase}"


def speaks_of_many(item: Item) -> bool:
    """Whether the title is a plural: its type's word ("Running Shoes 2"), or else its last."""
    kinds = {stem(tokens(kind)[-1]) for kind in item.types if tokens(kind)}
    head = re.split(r"\s(?:with|for|in|of|by|to|and)\s|[,(|–]|\s-\s", title(item))[0]
    words = tokens(head)
    for word in reversed(words):
        if stem(word) in kinds:
            return is_plural(word)
    return bool(words) and is_plural(words[-1])


def sentences(text: str) -> list[str]:
    """The sentences of a text, each with its mark; abbreviations and decimals do not end one."""
    parts = re.split(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“(]?[A-Z])|\n+", text.strip())
    return [" ".join(part.split()) for part in parts if part and part.strip()]


def means_yes(value: str) -> bool:
    """Whether a facet value stands for a plain yes."""
    return value in _YES


def means_no(value: str) -> bool:
    """Whether a facet value stands for a plain no."""
    return value in _NO


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


def is_quality(name: str) -> bool:
    """Whether a yes-or-no attribute reads as an adjective ("waterproof", "dishwasher safe")."""
    endings = ("proof", "resistant", "repellent", "free", "able", "ible", "safe", "less", "ed")
    qualities = ("vegan", "organic", "electric", "wireless", "automatic", "friendly", "handmade")
    return name.split()[-1:] != [] and name.split()[-1].endswith(endings + qualities)


def is_equipment(feature: str) -> bool:
    """Whether a feature is what a thing has rather than how it is."""
    return feature in _EQUIPMENT


def brand_case(label: str) -> str:
    """A folded brand as one writes it, where nothing better is known."""
    return " ".join(word[:1].upper() + word[1:] for word in label.split())


def bounds_phrase(name: str, bounds: Bounds, unit: str | None) -> str:
    """A numeric constraint after its noun: "with a weight of at most 1 kg"."""
    said = readable(name)
    unit = None if said in ("age", "ages") else unit
    if bounds.low is not None and bounds.low == bounds.high:
        limit = measure(bounds.low, unit)
    elif bounds.low is None and bounds.high is not None:
        limit = at_most(bounds.high, unit)
    elif bounds.high is None and bounds.low is not None:
        limit = at_least(bounds.low, unit)
    else:
        low, high = (measure(end or 0, unit) for end in (bounds.low, bounds.high))
        number, _, mark = low.rpartition(" ")
        limit = f"{number if number and high.endswith(f' {mark}') else low} to {high}"
    if said in ("age", "ages"):
        if None in (bounds.low, bounds.high):
            return f"for ages of {limit}"
        return f"for {'age' if bounds.low == bounds.high else 'ages'} {limit}"
    if said == "rating":
        return f"rated {limit}"
    if said == "stock" and bounds == Bounds(low=1):
        return "in stock"
    if is_number_of(name, unit):
        return f"{'for' if said in USERS else 'with'} {limit} {said}"
    return f"with {article(said)} of {limit}"


def at_least(bound: float, unit: str | None) -> str:
    """A lower bound in words; a step above a rounder number it is "more than" that."""
    if rounder := _rounder(bound, -STEP):
        return f"more than {measure(rounder, unit)}"
    return f"at least {measure(bound, unit)}"


def at_most(bound: float, unit: str | None) -> str:
    """An upper bound in words; a step below a rounder number it is "less than" that."""
    if rounder := _rounder(bound, STEP):
        return f"less than {measure(rounder, unit)}"
    return f"at most {measure(bound, unit)}"


def _rounder(bound: float, step: float) -> float:
    """The number a step away if it is plainly a rounder one, else 0."""
    beside = round(bound + step, 2)
    return beside if len(plain_number(beside)) + 1 < len(plain_number(bound)) else 0.0


def is_number_of(name: str, unit: str | None) -> bool:
    """Whether a numeric facet counts what its name says: "persons", "speeds"."""
    return not unit and is_plural(readable(name).rpartition(" ")[2])


def quality_words(constraints: Constraints) -> list[str]:
    """Required qualities as adjectives that go before the noun: "waterproof"."""
    return [
        readable(facet)
        for facet, values in constraints.require.items()
        if all(map(means_yes, values)) and is_quality(readable(facet))
    ]


def budget_phrase(constraints: Constraints, currency: str) -> str:
    """The price limits: "up to €60", "from €40 to €60", "from €40"; "" without any."""
    low, high = constraints.price_min, constraints.price_max
    if low is not None and high is not None:
        return f"from {money(low, currency)} to {money(high, currency)}"
    if high is not None:
        return f"up to {money(high, currency)}"
    return "" if low is None else f"from {money(low, currency)}"


def constraint_phrases(constraints: Constraints, vocabulary: Vocabulary) -> Iterator[str]:
    """Phrases that follow the noun, for the hard constraints but the category and qualities."""
    adjectives = quality_words(constraints)
    for facet, values in constraints.require.items():
        if facet != TYPE and readable(facet) not in adjectives:
            yield facet_phrase(facet, values)
    yield from dict.fromkeys(starmap(exclusion_phrase, constraints.exclude.items()))
    for name, bounds in constraints.numeric.items():
        facet_known = vocabulary.facet(name)
        yield bounds_phrase(name, bounds, facet_known.unit if facet_known else None)
    budget = budget_phrase(constraints, vocabulary.currency)
    if budget:
        yield budget


def exclusion_phrase(facet: str, values: Iterable[str]) -> str:
    """What has none of these values: "not in red", "without leather", "that are not waterproof"."""
    values = list(values)
    said = listed(values, "or")
    if facet == COLOR:
        return f"not in {said}"
    if readable(facet) in _FOR_WHOM:
        return f"not for {said}"
    if readable(facet) == "brand":
        return f"not by {listed([brand_case(value) for value in values], 'or')}"
    if facet in (ANY, "feature"):  # looked for in the words alone: silence is no proof
        return f"that do not mention {listed([f'“{value}”' for value in values], 'or')}"
    if all(map(means_yes, values)):
        return facet_phrase(facet, ("no",))
    if all(map(means_no, values)):
        return facet_phrase(facet, ("yes",))
    return f"without {said}"


def noun(constraints: Constraints, number: int = 2) -> str:
    """What is looked for, by its category: "backpacks", or "products"."""
    if not constraints.category:
        return "product" if number == 1 else "products"
    kinds = [things(kind, number) for kind in constraints.category]
    return listed(kinds, "or")
