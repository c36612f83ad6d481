"""A candidate + what was asked for -> the facts of the item that answer it.

Reasons are values, measures, words, the price, the rating and a sentence of the listing; how they
are put in words is not known here.
"""

from __future__ import annotations

from chatrec.quoting import quotable
from chatrec.rank.scoring import meets
from chatrec.stated import stated_for
from chatrec.types import TYPE, Candidate, Constraints, Fact, Item, Vocabulary
from chatrec.wording import measure, plain_number, price
from chatrec.words import STOPWORDS, names_value, stem, stems, tokens

_QUOTE_WORDS = 22
_URGING = frozenset(
    stem(word)
    for word in "add bring delight discover elevate embark embrace enhance enjoy experience "
    "explore immerse indulge introduce introducing make step transform treat upgrade".split()
)


def reasons_of(
    candidate: Candidate, constraints: Constraints, vocabulary: Vocabulary
) -> list[Fact]:
    """Facts of the item that answer what was asked: values, measures, words, price, rating."""
    item, evidence = candidate.item, candidate.evidence
    asked = {**constraints.require, **constraints.prefer}
    reasons = [
        *dict.fromkeys(
            Fact(facet, own)
            for facet, values in asked.items()
            if facet != TYPE
            for value in values
            if meets(item, facet, (value,))
            for own in stated_for(item, facet, value)
        )
    ]
    for name in constraints.numeric:
        value, facet = item.measure(name), vocabulary.facet(name)
        if value is not None and name not in ("rating", "stock"):
            reasons.append(Fact(name, measure(value, facet.unit if facet else None)))
    wished = set(stems(constraints.wish))
    words = [w for w in evidence.words if stem(w) in wished and names_value(item.text, w)]
    if words:
        reasons.append(Fact("wish", " ".join(words)))
    if item.price is not None:
        reasons.append(Fact("price", price(item)))
    if item.rating is not None:
        reasons.append(Fact("rating", plain_number(item.rating)))
    quote = telling_sentence(item, constraints.wish)
    if quote:
        reasons.append(Fact("listing", quote))
    return reasons


def telling_sentence(item: Item, wish: str) -> str:
    """The short sentence of the description that has most words of the wish; the first of equals.

    One that urges to buy ("Discover ...") is taken for want of a better, one that names the item
    again never; "" where none is short enough to be quoted.
    """
    wanted = {stem(word) for word in tokens(wish) if word not in STOPWORDS}
    name = item.title.casefold()
    short = [
        sentence
        for sentence in quotable(item.description)
        if 4 <= len(sentence.split()) <= _QUOTE_WORDS and name not in sentence.casefold()
    ]

    def worth(sentence: str) -> float:
        words = stems(sentence)
        return len(wanted & set(words)) - 0.5 * (words[0] in _URGING)

    return max(short, key=worth, default="")
