"""A question on shown items -> an answer from their facts, or that the listing does not say.

Prices, stock, ratings, attributes and values are answered exactly; what only the description
tells is quoted. Nothing is concluded from silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chatrec.ports import CandidateSource
from chatrec.quoting import quotable
from chatrec.respond import description, extremes, leading, qualities, sizes
from chatrec.respond.converted import in_unit_asked
from chatrec.respond.facts import attribute_text, facts
from chatrec.respond.namesakes import in_its_colour, told_apart
from chatrec.respond.plain import value_clause
from chatrec.respond.telling import of_five
from chatrec.stated import stated, stated_for
from chatrec.types import COLOR, TYPE, Fact, Item, Vocabulary
from chatrec.units import unit_of
from chatrec.wording import (
    USERS,
    capital,
    is_plural,
    means_no,
    means_yes,
    name_of,
    named,
    price,
    readable,
    speaks_of_many,
)
from chatrec.words import STOPWORDS, names_value, stem, stems, tokens

_MOST_FACTS = 3

# What people say when they ask for an attribute -> names that shops give it, the likeliest first.
_ASKED_BY: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys("weigh weighs heavy light lightweight kilos grams".split(), ("weight",)),
    **dict.fromkeys("hold holds volume fit fits roomy".split(), ("capacity", "volume")),
    **dict.fromkeys("tall high height".split(), ("height", "dimensions")),
    **dict.fromkeys("wide width".split(), ("width", "dimensions", "diameter")),
    **dict.fromkeys("deep depth".split(), ("depth", "dimensions")),
    **dict.fromkeys("long length".split(), ("length", "dimensions")),
    **dict.fromkeys("big large size measure".split(), ("dimensions", "size", "capacity", "height")),
    **dict.fromkeys("dimensions".split(), ("dimensions",)),
    **dict.fromkeys("colour colours color colors shade".split(), (COLOR,)),
    **dict.fromkeys("made material fabric from".split(), ("material",)),
    **dict.fromkeys("charge charging charged".split(), ("charging",)),
    **dict.fromkeys("last lasts battery runtime".split(), ("battery", "battery life")),
    **dict.fromkeys("brand manufacturer makes maker".split(), ("brand",)),
    **dict.fromkeys("sizes sizing".split(), ("size",)),
    **dict.fromkeys("old age".split(), ("age",)),
    **dict.fromkeys("people ppl persons sleep sleeps seat seats".split(), ("persons", "players")),
    **dict.fromkeys("warm warmth cold".split(), ("comfort temperature",)),
    **dict.fromkeys("wattage powerful".split(), ("power",)),
    **dict.fromkeys("bright".split(), ("brightness",)),
    **dict.fromkeys("loud noise quiet".split(), ("noise",)),
}
_PRICE = frozenset("price cost costs expensive much priced".split())
# "How much does it weigh?" asks for no price.
_OTHER_AMOUNTS = frozenset("weigh weighs weight hold holds fit fits volume capacity power".split())
_STOCK = frozenset("stock available availability unavailable left".split())
_ABSENT = frozenset({"out", "unavailable"})
_HOW_GOOD = re.compile(
    r"\bhow good (?:is|are) (?:it|this|that|they|these|those|the \w+(?: one)?)\W*$", re.IGNORECASE
)
_RATING = frozenset("rating rated ratings review reviews stars reviewed popular".split())


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the words that carry it, folded, and the message they stand in."""

    text: str
    asks: tuple[str, ...]

    @property
    def words(self) -> frozenset[str]:
        """All its words."""
        return frozenset([*tokens(self.text), *(w for ask in self.asks for w in tokens(ask))])


async def answer(
    question: Question, items: Sequence[Item], vocabulary: Vocabulary, source: CandidateSource
) -> str:
    """The answer for each item, in the order given, or one for all to which of them leads.

    What holds for all of one name is said once; where they differ, each is told with its colour.
    """
    lead = leading.answer(question.text, told_apart(items), vocabulary)
    if lead:
        return lead

    async def told_of(item: Item) -> str:
        return _exact(question, item, vocabulary) or await description.from_listing(
            question.text, question.asks, item, vocabulary, source
        )

    told = [await told_of(item) for item in items]
    same = {name: set[str]() for name in map(named, items)}
    for item, said in zip(items, told, strict=True):
        same[named(item)].add(said)
    for place, item in enumerate(items):
        if len(same[named(item)]) > 1:
            told[place] = await told_of(in_its_colour(item))
    return "\n\n".join(dict.fromkeys(told))


def _exact(question: Question, item: Item, vocabulary: Vocabulary) -> str:
    """What columns tell, each thing asked for once; "" where they tell nothing."""
    wanted = sizes.asked_for(question.text, vocabulary)
    of_stock = bool(question.words & _STOCK)
    if wanted and not (of_stock and item.stock == 0):
        told = [*_price_of(question, item), sizes.answer(item, wanted, of_stock=of_stock)]
    else:
        told = [*_offer(question, item), *_values(question, item, vocabulary)]
    if not told:
        of_kind = description.of_kind(question.text, item, vocabulary)
        told = [of_kind] if of_kind else list(_attributes(question, item, vocabulary))
    return " ".join(list(dict.fromkeys(told))[:_MOST_FACTS])


def _price_of(question: Question, item: Item) -> Iterator[str]:
    words = question.words
    how_much = {"how", "much"} <= words and not words & _OTHER_AMOUNTS
    compared = "price" in _compared(question)
    if (how_much or compared or words & (_PRICE - {"much"})) and item.price is not None:
        verb = "cost" if speaks_of_many(item) else "costs"
        yield f"{capital(named(item))} {verb} {price(item)}."


def _compared(question: Question) -> tuple[str, ...]:
    """The numbers that decide what is asked: "is it the lightest?" asks for the weight."""
    dimension = extremes.asked_for(question.text)
    return dimension.names if dimension else ()


def _offer(question: Question, item: Item) -> Iterator[str]:
    """Price, stock and rating."""
    words, name = question.words, capital(named(item))
    many = speaks_of_many(item)
    yield from _price_of(question, item)
    if words & _STOCK or {"sold", "out"} <= words:
        yield _stock(question, item)
    if words & _RATING or _HOW_GOOD.search(question.text) or "rating" in _compared(question):
        if item.rating is None:
            yield f"The listing of {named(item)} gives no rating."
        else:
            yield f"{name} {'are' if many else 'is'} rated {of_five(item)}."


def _stock(question: Question, item: Item) -> str:
    """How many there are; yes or no go before it as the question is put ("is it sold out?")."""
    verb = "are" if speaks_of_many(item) else "is"
    if item.stock is None:
        return f"The listing of {named(item)} does not say how many are in stock."
    if item.stock:
        left = f"{item.stock} {'is' if item.stock == 1 else 'are'} left"
        said = f"{named(item)} {verb} in stock: {left}."
    else:
        said = f"{named(item)} {verb} sold out at the moment."
    if "many" in question.words:
        return capital(said)
    asked_for_absence = not question.words.isdisjoint(_ABSENT)
    return f"{'Yes' if bool(item.stock) != asked_for_absence else 'No'}, {said}"


def _values(question: Question, item: Item, vocabulary: Vocabulary) -> Iterator[str]:
    """Yes or no to the first quality, or else value, that is asked for by name."""
    asked = " ".join(question.asks) or question.text
    quality = qualities.asked_for(item, asked)
    if quality:
        yield qualities.yes_or_no(item, quality)
        return
    facets = [
        facet
        for facet in vocabulary.facets
        if facet.kind == "value"
        and facet.name not in ("brand", TYPE)
        and not sizes.is_size(facet.name)
    ]
    for facet in facets:
        known = item.values(facet.name)
        labels = (value.label for value in facet.values)
        wanted = max((v for v in labels if _asked_for(asked, v)), key=len, default="")
        if wanted and known and (wanted in known or not facet.mined):
            yield _has_value(item, facet.name, wanted, known)
            return


def _asked_for(asked: str, label: str) -> bool:
    plain = means_yes(label) or means_no(label)
    return not plain and label not in STOPWORDS and names_value(asked, label)


def _has_value(item: Item, facet: str, wanted: str, known: Sequence[str]) -> str:
    if wanted in known and facet not in item.facets:
        return _quoted(item, wanted) or f"The listing of {named(item)} mentions {wanted}."
    if wanted in known:
        clause = value_clause(facet, stated_for(item, facet, wanted))
        return f"Yes, {named(item)} {_says(item, clause)}."
    if names_value(item.description, wanted, of_whole=facet == COLOR):
        return _quoted(item, wanted)
    said = _says(item, value_clause(facet, stated(item, facet)))
    return f"{capital(named(item))} {said}; the listing does not mention {wanted}."


def _quoted(item: Item, value: str) -> str:
    """The first sentence of the listing that names the value, or ""."""
    quote = next((s for s in quotable(item.description) if names_value(s, value)), "")
    return f"The listing of {named(item)} says: “{quote}”" if quote else ""


def _says(item: Item, clause: tuple[str, str]) -> str:
    verb, said = clause
    many = {"is": "are", "comes": "come"}
    return f"{many[verb] if speaks_of_many(item) else verb} {said}"


def _attributes(question: Question, item: Item, vocabulary: Vocabulary) -> Iterator[str]:
    """Attributes asked for by their name or by a word that stands for it."""
    asked = {stem(w) for w in question.words if w not in STOPWORDS and w not in _ASKED_BY}
    meant = [name for word in tokens(question.text) for name in _ASKED_BY.get(word, ())]
    meant += _compared(question)
    units = {unit for word in question.words if (unit := unit_of(word)) and len(word) > 2}
    told = list(_tellable(item, vocabulary))
    by_name = [f for f in told if set(stems(readable(f.name))) & asked]
    by_meaning = [f for name in meant for f in told if readable(f.name) == name]
    by_unit = [f for f in told if units & set(map(unit_of, [f.name, *f.value.split()[-1:]]))]
    for fact in [*by_name, *by_meaning, *by_unit][:1]:
        yield _told(item, in_unit_asked(fact, question.text, item, vocabulary))
        return
    meant_stems = {stem(name) for name in meant}
    for facet in item.mined:
        if facet not in item.facets and set(stems(readable(facet))) & (asked | meant_stems):
            yield from filter(None, [_quoted(item, value) for value in item.mined[facet]][:1])


def _tellable(item: Item, vocabulary: Vocabulary) -> Iterator[Fact]:
    """Facts by attribute, those of the columns as the shop wrote them first."""
    for name, value in item.attributes.items():
        if not isinstance(value, bool):
            yield Fact(name, attribute_text(value))
    known = {readable(name) for name in item.attributes}
    for fact in facts(item, vocabulary):
        if readable(fact.name) not in known and fact.name not in ("price", "rating", "stock"):
            yield fact


def _told(item: Item, fact: Fact) -> str:
    many = speaks_of_many(item)
    if fact.name == "weight":
        return f"{capital(named(item))} {'weigh' if many else 'weighs'} {fact.value}."
    if fact.name == "capacity":
        return f"{capital(named(item))} {'hold' if many else 'holds'} {fact.value}."
    if fact.name == "material":
        return f"{capital(named(item))} {'are' if many else 'is'} made of {fact.value}."
    if fact.name == COLOR or sizes.is_size(fact.name):
        own = sizes.sizes_of(item) if sizes.is_size(fact.name) else ()
        phrase = sizes.phrase(own) if own else f"in {fact.value}"
        return f"{capital(named(item))} {'come' if many else 'comes'} {phrase}."
    name = name_of(fact.name)
    several = is_plural(name.rpartition(" ")[2])
    if several and not any(map(str.isalpha, fact.value)):  # "4", "2-4"
        if name in USERS:
            return f"{capital(named(item))} {'are' if many else 'is'} for {fact.value} {name}."
        return f"{capital(named(item))} {'have' if many else 'has'} {fact.value} {name}."
    return f"The {name} of {named(item)} {'are' if several else 'is'} {fact.value}."
