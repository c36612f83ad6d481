"""Sentence + the facts of the item it speaks of -> why it may not be sent, or None.

A sentence passes when every number, comparison, facet value and content word of it is a fact of
the item or says nothing. The shopper's own words are no evidence: that rain was asked about makes
no jacket waterproof. The check would rather stop a true sentence than pass a false one, because
true words of ours stand ready (`chatrec.respond.plain`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from chatrec.respond import quantities
from chatrec.respond.extremes import WORDS, extreme
from chatrec.respond.facts import denied, granted, texts
from chatrec.respond.quantities import NUMBER_WORDS
from chatrec.stated import stated
from chatrec.types import COLOR, GENDER, TYPE, Constraints, Item, Vocabulary
from chatrec.wording import readable, sentences, title
from chatrec.words import names_value, stem, stems, tokens

_MAX_WORDS = 45
_UNFIT = re.compile(r"https?:|www\.|[<>@|{}\[\]#*_\\]")
_NEGATIONS = frozenset(
    "no not without never neither nor none cannot can't isn't aren't doesn't don't won't wasn't "
    "lacks lack lacking non free".split()
)
_NEGATION_REACH = 4
_MATERIAL = "material"  # a text may name that of a part alone: "leather straps"
_DEGREES = frozenset("most more least less highest higher lowest lower best better top".split())

# Words that claim nothing of an item: function words and how one recommends.
GLUE = frozenset(
    "a an and also am are as at be been both but by can could for from has have having here i if "
    "in into is it its me my of on one or our own so such than that the their them then there "
    "they this to too up us was we well what when where which while who will with within would "
    "yet you your you're you'd it's that's i'd "
    "choice option pick product item find recommend recommended suggest consider comes come "
    "coming offers offer offering features feature featuring makes make made gives provides "
    "including includes include priced price costs cost costing pairs suits suit suited suitable "
    "fit fits fitting good great nice ideal perfect perfectly nicely matches match matching "
    "meets meet answers asked ask wanted want need needs needed looking look preferred prefer "
    "preference request search style use using used weighs weighing holds holding measures "
    "just right still only".split()
)


@dataclass(frozen=True)
class Lexicon:
    """The shop's facet values by the stem of their first word, made once per vocabulary."""

    vocabulary: Vocabulary

    @cached_property
    def values(self) -> Mapping[str, Sequence[tuple[tuple[str, ...], str, str]]]:
        """First stem -> (stems, facet, label) of each value that starts so, longest first."""
        found: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
        for facet in self.vocabulary.facets:
            for value in facet.values:
                for name in (value.label, *value.aliases):
                    key = tuple(stems(name))
                    if key and not set(key) <= GLUE:
                        found.setdefault(key[0], []).append((key, facet.name, value.label))
        for entries in found.values():
            entries.sort(key=lambda entry: -len(entry[0]))
        return found

    def at(self, stemmed: Sequence[str], place: int) -> tuple[int, list[tuple[str, str]]]:
        """Width and (facet, label)s of the longest value that starts at this place, or (0, [])."""
        entries = self.values.get(stemmed[place], ())
        fitting = [e for e in entries if tuple(stemmed[place : place + len(e[0])]) == e[0]]
        if not fitting:
            return 0, []
        width = len(fitting[0][0])
        return width, [(facet, label) for key, facet, label in fitting if len(key) == width]


@dataclass(frozen=True)
class Grounds:
    """What a sentence about ``item`` may rest on; ``shown`` are all items it may be compared to."""

    item: Item
    shown: tuple[Item, ...]
    constraints: Constraints
    lexicon: Lexicon

    @cached_property
    def affirmed(self) -> frozenset[str]:
        """Stems of what the shop says of the item, without what it says it is not."""
        affirmed = {stem(w) for text in texts(self.item) for w in _affirmed_words(text)}
        names = [*self.item.attributes, *self.item.facets, *self.item.mined, *self.item.measures]
        affirmed |= {stem(word) for name in names for word in tokens(readable(name))}
        for facet in (*self.item.facets, *self.item.mined):
            affirmed |= {s for value in self.item.values(facet) for s in stems(value)}
        return frozenset((affirmed | granted(self.item)) - denied(self.item))

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Stems that stand side by side somewhere in what the shop says."""
        found: set[tuple[str, str]] = set()
        for text in texts(self.item):
            said = stems(text)
            found |= set(pairwise(said))
        return frozenset(found)

    def has_value(self, facet: str, label: str) -> bool:
        """Whether the item as a whole has the facet value."""
        if facet == "brand":
            return (self.item.brand or "").casefold() == label.casefold()
        if facet == TYPE:
            return label in self.item.types or names_value(self.item.text, label)
        if facet == GENDER:
            return label in stated(self.item, facet)
        given = self.item.facets.get(facet)
        if given or facet == COLOR:
            return label in (given or self.item.mined.get(facet, ()))
        return facet != _MATERIAL and names_value(self.item.text, label)


def names_item(sentence: str, item: Item) -> tuple[int, int] | None:
    """Where in the sentence's tokens the item's title stands, with or without its brand."""
    words = tokens(sentence)
    full, brand = tokens(title(item)), tokens(item.brand or "")
    names = [tokens(item.title), full]
    if brand and full[: len(brand)] == brand and len(full) - len(brand) >= 2:
        names.append(full[len(brand) :])
    for name in names:
        for start in range(len(words) - len(name) + 1):
            if name and words[start : start + len(name)] == name:
                return start, start + len(name)
    return None


def problem(sentence: str, grounds: Grounds) -> str | None:
    """Why the sentence may not be sent as one about the item, in a few words; None if it may."""
    if _UNFIT.search(sentence):
        return "markup or address"
    if not sentence.endswith((".", "!")) or sentence.count(";") > 1:
        return "no sentence"
    rest = _without_name(sentence, grounds.item)
    wrong = quantities.unsupported(
        rest, grounds.item, grounds.constraints, grounds.lexicon.vocabulary
    )
    if wrong:
        return f"number: {wrong}"
    words = tokens(quantities.without_quantities(rest))
    if len(words) > _MAX_WORDS:
        return "too long"
    if _repeats(words):
        return "repeats itself"
    return next(_false_words(words, grounds), None)


def _without_name(sentence: str, item: Item) -> str:
    """The sentence without the item's title: what is in a name claims nothing."""
    for name in (" ".join(item.title.split()), title(item)):
        place = sentence.casefold().find(name.casefold())
        if place >= 0:
            return f"{sentence[:place]} {sentence[place + len(name) :]}"
    return sentence


def _repeats(words: Sequence[str]) -> bool:
    """Whether four words in a row come twice, as small models write when they are stuck."""
    grams = [tuple(words[i : i + 4]) for i in range(len(words) - 3)]
    return len(set(grams)) < len(grams)


def _false_words(words: Sequence[str], grounds: Grounds) -> Iterator[str]:
    stemmed = [stem(word) for word in words]
    place = 0
    while place < len(words):
        width, complaint = _judge(words, stemmed, place, grounds)
        if complaint:
            yield complaint
        place += width


def _judge(
    words: Sequence[str], stemmed: Sequence[str], place: int, grounds: Grounds
) -> tuple[int, str | None]:
    """How many words from here belong together, and what is wrong with them."""
    word, following = words[place], stemmed[place + 1] if place + 1 < len(words) else ""
    for width in (2, 1):
        dimension = WORDS.get(" ".join(words[place : place + width]))
        if dimension is not None:
            leader = extreme(grounds.shown, dimension)
            leads = leader is not None and leader.id == grounds.item.id
            return width, None if leads else f"comparison: {word}"
    if word in NUMBER_WORDS and word != "one":
        true = _counts(words, place, grounds) or (stemmed[place], following) in grounds.pairs
        return 1, None if true else f"number: {word}"
    if word in _NEGATIONS or word in _DEGREES:
        quoted = (stemmed[place], following) in grounds.pairs
        return 1, None if quoted else f"unsupported: {word}"
    width, values = grounds.lexicon.at(stemmed, place)
    if width and not (width == 1 and word in GLUE):
        return width, _judge_value(values, stemmed, place + width, grounds)
    if word in GLUE or _claim_holds(word, words, place, grounds):
        return 1, None
    return 1, None if stemmed[place] in grounds.affirmed else f"unsupported: {word}"


def _counts(words: Sequence[str], place: int, grounds: Grounds) -> bool:
    """Whether a number in letters counts the shown items ("of the three") or those in stock."""
    number = NUMBER_WORDS[words[place]]
    if list(words[max(0, place - 2) : place]) == ["of", "the"]:
        return number == len(grounds.shown)
    return "left" in words[place + 1 : place + 3] and number == grounds.item.stock


def _judge_value(
    values: Sequence[tuple[str, str]], stemmed: Sequence[str], end: int, grounds: Grounds
) -> str | None:
    """A facet value holds of the item, or stands before the same word as in the item's text.

    A value of several facets ("gold" the colour and the metal) holds if one of them does.
    """
    if any(grounds.has_value(facet, label) for facet, label in values):
        return None
    following = stemmed[end] if end < len(stemmed) else ""
    if (stemmed[end - 1], following) in grounds.pairs and following in grounds.affirmed:
        return None
    facet, label = values[0]
    return f"{facet}: {label}"


def _claim_holds(word: str, words: Sequence[str], place: int, grounds: Grounds) -> bool:
    """Words that claim something which no text says: budget, stock, rating."""
    item, limit = grounds.item, grounds.constraints.price_max
    if word in ("budget", "limit"):
        return limit is not None and item.price is not None and item.price <= limit
    if word in ("stock", "available", "left"):
        after_in = word != "stock" or (place > 0 and words[place - 1] in ("in", "of"))
        out = place > 1 and words[place - 2] == "out"
        return after_in and ((item.stock == 0) if out else bool(item.stock))
    if word in ("rated", "rating", "stars", "star"):
        return item.rating is not None
    if word == "out":
        return item.stock == 0 and list(words[place : place + 3]) == ["out", "of", "stock"]
    return False


def _affirmed_words(text: str) -> Iterator[str]:
    """The words of a text but those within a negation's reach in their clause."""
    for sentence in sentences(text):
        for clause in re.split(r"[,;:()]|\s[-–]\s|\bbut\b", sentence):
            silent = 0
            for word in tokens(clause):
                if word in _NEGATIONS:
                    silent = _NEGATION_REACH
                elif silent:
                    silent -= 1
                else:
                    yield word
