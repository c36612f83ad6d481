"""A category's name -> what its things are called: one, several, or a number of them.

English only, by endings and by lists of the words that follow none: "three tents", "one pair of
socks", "two camping products", "four pieces of furniture". Knows no items.
"""

from __future__ import annotations

import re

from chatrec.wording.numbers import count
from chatrec.words import stem

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
# What things are for, where a shop takes it for what they are: "three camping products".
_ACTIVITIES = frozenset(
    "camping hiking fishing gardening cooking cycling climbing running skiing fitness travel "
    "lighting storage".split()
)
_SOFT_VOWEL = re.compile(r"uni(?![mn])|use|usb|uk|euro|one")  # "a unisex bag", "an uninsulated mug"
_SILENT_H = re.compile(r"hour|honest|heir")


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


def is_mass(noun: str) -> bool:
    """Whether a noun takes neither article nor plural ("furniture")."""
    last = noun.rpartition(" ")[2]
    return last in _MASS or (last.endswith(("ware", "wares", "wear")) and last != "ware")


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


def article(phrase: str) -> str:
    """The phrase with "a" or "an"."""
    spoken = phrase.lower()
    vowel = spoken[:1] in "aeiou" and not _SOFT_VOWEL.match(spoken)
    return f"{'an' if vowel or _SILENT_H.match(spoken) else 'a'} {phrase}"
