"""English nouns -> their singular, as labels are written ("knives" -> "knife").

Rules and short lists of exceptions; nouns that are only used in the plural stay ("scissors").
"""

from __future__ import annotations

import re
from functools import lru_cache

from chatrec.words import stem

_PLURAL_ONLY = frozenset(
    "glasses sunglasses eyeglasses goggles spectacles headphones earphones earbuds jeans trousers "
    "pants shorts chinos khakis leggings tights joggers sweatpants pajamas pyjamas briefs boxers "
    "panties knickers slacks overalls dungarees swimwear scissors pliers tweezers tongs clippers "
    "shears binoculars suspenders clothes earrings suds series species news chess maracas bongos "
    "nachos noodles dominoes electronics cosmetics sports groceries housewares outdoors chips "
    "crisps fries oats graphics optics plus bass brass glass canvas lens bus gas apparatus cactus "
    "hummus asparagus compass christmas citrus octopus walrus hibiscus always".split()
)
_IRREGULAR = {
    "knives": "knife", "shelves": "shelf", "bookshelves": "bookshelf", "loaves": "loaf",
    "leaves": "leaf", "scarves": "scarf", "halves": "half", "wolves": "wolf", "elves": "elf",
    "men": "man", "women": "woman", "children": "child", "feet": "foot", "teeth": "tooth",
    "mice": "mouse", "geese": "goose", "people": "person", "dice": "dice", "lenses": "lens",
    "buses": "bus", "canvases": "canvas", "axes": "axe", "shoes": "shoe", "toes": "toe",
    "oboes": "oboe", "canoes": "canoe", "aloes": "aloe", "caches": "cache", "quiches": "quiche",
    "headaches": "headache", "brioches": "brioche", "wreaths": "wreath", "accessories": "accessory",
    "niches": "niche", "avocados": "avocado", "pastries": "pastry",
}  # fmt: skip
_ENDS_IN_IE = frozenset(
    "cookies movies pies ties bowties neckties zombies selfies hoodies beanies brownies smoothies "
    "booties genies pixies onesies veggies quickies rookies calories indies barbies plushies "
    "birdies hippies lingeries prairies undies".split()
)
_PLURALS = {one: many for many, one in _IRREGULAR.items() if stem(one) != stem(many)}

_LETTER = re.compile(r"^([etx]) (?=\w)")  # "t-shirt", "e-reader", "x-ray" are one word


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """The singular of one folded noun; a word that is no known plural comes back unchanged."""
    if word in _PLURAL_ONLY or len(word) < 4 or not word.endswith(("s", "n", "t", "h", "e")):
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-1] if word in _ENDS_IN_IE else word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes", "zzes", "oes")):
        return word[:-2]
    return word[:-1]


def singular_phrase(words: tuple[str, ...]) -> str:
    """The words with the last one, the head, in the singular."""
    phrase = " ".join((*words[:-1], singular(words[-1])))
    return _LETTER.sub(r"\1-", phrase)


@lru_cache(maxsize=65536)
def normal_stem(word: str) -> str:
    """The stem of the word's singular: one for "knife" and "knives", where plain stems differ."""
    return stem(singular(word))


def plurals(label: str) -> list[str]:
    """Plurals of a label that its stem does not cover: "knives" for "knife"."""
    *before, head = label.split()
    return [" ".join((*before, _PLURALS[head]))] if head in _PLURALS else []
