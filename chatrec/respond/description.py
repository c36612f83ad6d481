"""A question that no column answers -> what the item's listing says, or that it does not say it.

A sentence that names what is asked for is quoted. What is asked for by the item's own name, by its
size or by what it may be the most of is nothing that a listing is silent on, unless it is asked how
much so: there the item is told in plain words. Nothing is concluded from silence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from chatrec.ports import CandidateSource
from chatrec.quoting import quotable
from chatrec.respond import extremes
from chatrec.respond.facts import kind, texts
from chatrec.respond.plain import sentence
from chatrec.respond.telling import tellings
from chatrec.types import TYPE, Constraints, Fact, Item, Recommendation, Vocabulary
from chatrec.wording import (
    article,
    capital,
    is_mass,
    is_plural,
    is_theme,
    named,
    plural,
    speaks_of_many,
)
from chatrec.words import STOPWORDS, names_value, stem, stems, tokens

_NEAR = 0.45
_MOST_QUOTED = 3
# What asks for whatever there is to be told.
_ANYTHING = frozenset("info infos information detail details specs description learn know".split())
_PLACES = frozenset("first second third fourth fifth last 1st 2nd 3rd 4th 5th 1 2 3 4 5".split())
_MADE_OF = frozenset("made material materials fabric".split())
_OF_SIZE = frozenset(
    "big large huge small tiny tall high low long short wide narrow deep thick thin heavy light "
    "lightweight".split()
)
_SO = "|".join(sorted(_OF_SIZE | {"loud", "quiet", "bright", "warm", "soft", "strong", "sturdy"}))
_HOW = re.compile(
    rf"\bhow\s+(?P<how>{_SO})\s+(?:is|are)\s+(?:it|this|that|they|these|those|both"
    rf"|the (?:{'|'.join(sorted(_PLACES))})(?: one)?)\b|\b(?P<so>{_SO})\s+enough\b",
    re.IGNORECASE,
)
_IS_A = re.compile(
    r"\b(?:(?:is|isn['’]t)\b(?!\s+there).*?\ban?|(?:are|aren['’]t)\s+(?:they|these|those|both))"
    r"\s+(?P<what>.+)",
    re.IGNORECASE,
)


def of_kind(text: str, item: Item, vocabulary: Vocabulary) -> str:
    """Whether the item is a thing of the kind that "is it a ...?" asks for; "" to other texts."""
    asked = _IS_A.search(text)
    words = [w for w in tokens(asked["what"]) if w not in STOPWORDS] if asked else []
    facet = vocabulary.facet(TYPE)
    names = {
        name: v.label for v in (facet.values if facet else ()) for name in (v.label, *v.aliases)
    }
    what = " ".join(words)
    name = max((n for n in names if names_value(what, n)), key=len, default="")
    if (
        not name
        or is_theme(names[name])
        or set(stems(what)) - set(stems(name)) - set(stems(item.title))
    ):
        return ""
    if names[name] in item.types:
        verb = "are" if speaks_of_many(item) else "is"
        return f"Yes, {named(item)} {verb} {_one(item, what)}."
    own = kind(item)
    if not own or any(names_value(written, name) for written in texts(item)):
        return ""
    it = "them" if speaks_of_many(item) else "it"
    return f"The listing of {named(item)} calls {it} {_one(item, own)}, not {_one(item, what)}."


def _one(item: Item, label: str) -> str:
    """A thing of the kind, or things, as the item is spoken of."""
    if is_mass(label) or is_plural(label.split()[-1]):
        return label
    return plural(label) if speaks_of_many(item) else article(label)


async def from_listing(
    text: str, asks: Sequence[str], item: Item, vocabulary: Vocabulary, source: CandidateSource
) -> str:
    """The sentence that answers, quoted; else the item in plain words, or that it is not told."""
    asked = [phrase for ask in asks if (phrase := _without_places(ask))]
    asked = asked or [w for w in tokens(_without_places(text)) if w not in STOPWORDS]
    quotes = quotable(item.description)
    if asked and quotes and _ANYTHING.issuperset(asked):
        return f"The listing of {named(item)} says: “{' '.join(quotes[:_MOST_QUOTED])}”"
    wanted = _compounds(" ".join(asked)) - _compounds(item.title)
    naming = [quote for quote in quotes if wanted & _compounds(quote)]
    if naming:
        best = max(naming, key=lambda quote: len(wanted & _compounds(quote)))
        return f"The listing of {named(item)} says: “{best}”"
    own = _own(item)
    unknown = [phrase for phrase in asked if any(_is_fact(w, own) for w in tokens(phrase))]
    how = _HOW.search(text)
    if not unknown and not how:
        return described(item, vocabulary)
    so = (how["how"] or how["so"]).lower() if how else ""
    untold = f"how {so} {_it_is(item)}" if so else _untold(unknown, item)
    silent = f"The listing of {named(item)} does not say {untold}."
    if not quotes:
        return silent
    scores = await source.relevance(text, quotes)
    near = max(range(len(quotes)), key=scores.__getitem__)
    return f"{silent} It does say: “{quotes[near]}”" if scores[near] >= _NEAR else silent


def _untold(unknown: Sequence[str], item: Item) -> str:
    """What a listing is silent on, as one says it."""
    words = {word for phrase in unknown for word in tokens(phrase)}
    if words <= _MADE_OF:
        return f"what {_it_is(item)} made of"
    return f"anything about “{' '.join(unknown)}”"


def _it_is(item: Item) -> str:
    return "they are" if speaks_of_many(item) else "it is"


def described(item: Item, vocabulary: Vocabulary) -> str:
    """What the item is, in plain words, with the first sentence of its listing."""
    reasons = tuple(Fact("listing", quote) for quote in quotable(item.description)[:1])
    [telling] = tellings([Recommendation(item, 1, reasons)], Constraints(), vocabulary)
    return capital(sentence(telling))


def _without_places(text: str) -> str:
    return " ".join(word for word in tokens(text) if word not in _PLACES)


def _own(item: Item) -> set[str]:
    """Stems of what the item is called, and of what its columns tell."""
    description = item.description
    return {s for text in texts(item) if text != description for s in stems(text)}


def _is_fact(word: str, own: set[str]) -> bool:
    """Whether a listing may be silent on the word: it is neither its own nor of size or degree."""
    if word in STOPWORDS or word in _OF_SIZE or stem(word) in own:
        return False
    return extremes.asked_for(word) is None and not extremes.unmeasured(word, ())


def _compounds(text: str) -> set[str]:
    """Stems of the words, and of neighbours as one word: "sweat-proof" is sweatproof."""
    words = tokens(text)
    return {*map(stem, words), *(stem(a + b) for a, b in pairwise(words))}
