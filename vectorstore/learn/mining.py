"""Title, description and category -> colours, materials, patterns, features, and whom it is for.

Read word by word with the exceptions of `chatrec.words.names_value`: vegan leather is a material
of its own, black straps make no black bag. A title's colours are the item's; in a description only
those count that stand before the name of the thing or of its surface, and children only whom it is
for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from chatrec.types import CHILDREN, COLOR, GENDER, Item, Labels
from chatrec.words import STOPWORDS
from vectorstore.learn.inflection import normal_stem
from vectorstore.learn.lexicon import Text, Word, families, modifiers, synonyms

# Words for the whole of a thing: "in a rich burgundy hue", "with a matte black finish".
_WHOLE = frozenset(
    map(
        normal_stem,
        "hue shade tone color colour finish exterior design piece body surface fabric material "
        "colorway upholstery silhouette construction accessory".split(),
    )
)
# Colours that are as often food, flowers, stones or metals: in a title too they need support.
_AMBIGUOUS = frozenset(
    "cream olive mint sage peach orange plum champagne rust camel aubergine mocha nude coral "
    "chestnut amber slate lavender orchid chocolate pumpkin gold silver bronze rainbow clear "
    "colorful tangerine apricot walnut mahogany lilac violet".split()
)
_FOOD = frozenset(
    "food grocery groceries fruit vegetable meat seafood bakery bread pastry cake drink dairy "
    "candy snack cheese".split()
)
_SEVERAL = re.compile(r"[&,/]|\b(?:and|or)\b", re.IGNORECASE)
_REACH = 4
# What may stand between "for" and the children that a thing is made for.
_BEFORE_CHILDREN = frozenset(
    "and or both all any every your young younger older little small women men adults babies "
    "toddlers kids girls boys".split()
)
_NOT_FOR = frozenset("not never no unsuitable unsafe safe room space".split())


def mine(
    item: Item, types: Labels, given: frozenset[str], told: frozenset[str] = frozenset()
) -> dict[str, Labels]:
    """Values by facet that the texts name.

    Facets in ``given`` are left to their column, features in ``told`` to columns of their own.
    """
    title, text = Text.of(item.title), Text.of(item.description)
    # The stop keeps a title's last word and a description's first apart.
    both = Text([*title.words, ".", *text.words], [*title.normal, ".", *text.normal])
    found: dict[str, Labels] = {}
    heads = frozenset(normal_stem(word) for name in types for word in name.split())
    if COLOR not in given and not _FOOD & set(types):
        found[COLOR] = _colors(title, text, heads | _WHOLE)
    if "material" not in given and not _FOOD & set(types):
        found["material"] = _labels(families("materials.txt").named_in(both))
    for facet in ("pattern", "feature"):
        if facet not in given:
            found[facet] = _labels(synonyms(f"{facet}s.txt").named_in(both))
    if "feature" not in given:
        shelf = _labels(synonyms("features.txt").named_in(_shelf(item.category)))
        named = dict.fromkeys([*found["feature"], *shelf])
        found["feature"] = tuple(label for label in named if label not in told)
    if GENDER not in given:
        genders = _labels(_genders(title, text, heads))
        found[GENDER] = genders if len(genders) <= 2 else ()
    return {facet: labels for facet, labels in found.items() if labels}


def _shelf(category: tuple[str, ...]) -> Text:
    """The last part of a category path where it names one kind: "Tools > Cordless Drills"."""
    last = category[-1] if category else ""
    return Text.of("" if _SEVERAL.search(last) else last)


def _labels(words: Sequence[Word]) -> Labels:
    return tuple(dict.fromkeys(label for word in words for label in word.labels))


def _colors(title: Text, text: Text, heads: frozenset[str]) -> Labels:
    colors = families("colors.txt")
    named = [
        word
        for word in colors.named_in(title, of_whole=True)
        if word.labels[0] not in _AMBIGUOUS or _describes(word, title, heads)
    ]
    named += [w for w in colors.named_in(text, of_whole=True) if _describes(w, text, heads)]
    return _labels(named)


def _genders(title: Text, text: Text, heads: frozenset[str]) -> list[Word]:
    """Whom a thing is for, and not whom a description speaks of: "good with children"."""
    genders = synonyms("genders.txt")
    told = genders.named_in(text)
    return genders.named_in(title) + [
        word for word in told if word.labels[0] not in CHILDREN or _is_for(word, text, heads)
    ]


def _is_for(word: Word, text: Text, heads: frozenset[str]) -> bool:
    """Whether the text says "for" them, or names them right before the thing: "kids' tent"."""
    for place, normal in enumerate(text.normal):
        if (normal,) != word.phrase:
            continue
        start = place
        while start and text.words[start - 1] in _BEFORE_CHILDREN:
            start -= 1
        before = text.words[max(0, start - _REACH) : start]
        if before[-1:] == ["for"] and not _NOT_FOR.intersection(before):
            return True
        if any(normal_stem(after) in heads for after in text.words[place + 1 : place + 3]):
            return True
    return False


@cache
def _between() -> frozenset[str]:
    return modifiers() | families("materials.txt").single


def _describes(word: Word, text: Text, heads: frozenset[str]) -> bool:
    """Whether the colour stands before the thing's name or that of its surface.

    Between an ambiguous colour and the name only other descriptions may stand: not in "olive oil
    bottle".
    """
    width = len(word.phrase)
    ambiguous = word.labels[0] in _AMBIGUOUS
    for start in range(len(text.words) - width + 1):
        if tuple(text.normal[start : start + width]) != word.phrase:
            continue
        for after in range(start + width, min(start + width + _REACH, len(text.words))):
            if normal_stem(text.words[after]) in heads:
                return True
            if ambiguous and normal_stem(text.words[after]) not in _between():
                break
            if text.words[after] in STOPWORDS and text.words[after] != "and":
                break
    return False
