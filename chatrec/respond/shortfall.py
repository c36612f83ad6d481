"""A telling -> where the item falls short of what was asked for, or is hard to get."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chatrec.respond.facts import texts
from chatrec.respond.qualities import has_quality
from chatrec.respond.sizes import cased, is_size, phrase, sizes_of
from chatrec.respond.telling import Telling
from chatrec.stated import stated
from chatrec.types import COLOR, GENDER, TYPE, UNISEX, Facet
from chatrec.wording import brand_case, count, listed, means_no, means_yes, name_of, readable
from chatrec.words import stems, tokens

_LOW_STOCK = 3
_FEATURE = "feature"


def short_of(telling: Telling) -> list[str]:
    """Preferred facets that the item does not meet.

    A coffee maker is for men and women; and nothing shown being made in sizes, none lacks one.
    """
    preferred = telling.constraints.prefer
    neutral = {TYPE} if telling.item.values(GENDER) else {TYPE, GENDER}
    if not any(map(sizes_of, telling.shown)):
        neutral |= {facet for facet in preferred if is_size(facet)}
    return [facet for facet in preferred if facet not in telling.asked and facet not in neutral]


def shortfalls(telling: Telling) -> Iterator[str]:
    """Where the item is less than was asked for, or hard to get."""
    item = telling.item
    yield from filter(None, (_less(telling, facet) for facet in short_of(telling)))
    missing = [f"“{word}”" for word in _missing(telling)]
    if missing:
        yield f"the listing does not mention {listed(missing)}"
    if item.stock == 0:
        yield f"{_it_is(telling)} sold out at the moment"
    elif item.stock is not None and item.stock <= _LOW_STOCK:
        yield f"only {count(item.stock)} {'is' if item.stock == 1 else 'are'} left"


def _less(telling: Telling, facet: str) -> str:
    """How the item differs in a facet from what was preferred; "" where its text leaves it open."""
    if facet == _FEATURE:
        return _unmentioned(telling)
    item, preferred = telling.item, telling.constraints.prefer[facet]
    known, wanted = stated(item, facet), listed(cased(facet, preferred), "or")
    if known and (facet in item.facets or facet == GENDER):
        return _other(telling, facet, known, wanted)
    written = [stems(text) for text in texts(item)]
    named = any(_stands_in(label, written) for label in preferred)
    if known:
        return f"the listing mentions {listed(known)}{'' if named else f', not {wanted}'}"
    if any(map(means_yes, preferred)):
        silent = not _stands_in(readable(facet), written)
        return f"the listing says nothing about {name_of(facet)}" if silent else ""
    if not _names_one(telling.vocabulary.facet(facet), written):
        return f"the listing does not give the {name_of(facet)}"
    return "" if named else f"the listing does not mention {wanted}"


def _other(telling: Telling, facet: str, known: Sequence[str], wanted: str) -> str:
    """What a column gives, against what was preferred."""
    if facet == GENDER:
        return f"{_it_is(telling)} {UNISEX if UNISEX in known else f'for {listed(known)}'}"
    if facet == COLOR:
        return f"{_it_is(telling)} {listed(known)}, not {wanted}"
    if facet == "brand":
        maker = telling.item.brand or brand_case(known[0])
        makers = map(brand_case, telling.constraints.prefer[facet])
        return f"{_it_is(telling)} by {maker}, not {listed(list(makers), 'or')}"
    if is_size(facet):
        comes = "they come" if telling.many else "it comes"
        return f"{comes} {phrase(known)}, not in {wanted}"
    if any(map(means_no, known)):
        return f"{_it_is(telling)} not {name_of(facet)}"
    return f"the {name_of(facet)} is {listed(known)}, not {wanted}"


def _it_is(telling: Telling) -> str:
    return "they are" if telling.many else "it is"


def _unmentioned(telling: Telling) -> str:
    """What is told of preferred features; what a thing has beside them says nothing against it."""
    item, wanted = telling.item, telling.constraints.prefer[_FEATURE]
    written = [stems(text) for text in texts(item)]
    if any(has_quality(item, label) or _stands_in(label, written) for label in wanted):
        return ""
    if all(has_quality(item, label) is False for label in wanted):
        return f"{_it_is(telling)} not {listed(wanted, 'or')}"
    return f"the listing does not mention “{listed(wanted, 'or')}”"


def _names_one(facet: Facet | None, written: Sequence[Sequence[str]]) -> bool:
    """Whether the texts hold a value of the facet, of whatever they may say it."""
    values = facet.values if facet else ()
    return any(_stands_in(name, written) for v in values for name in (v.label, *v.aliases))


def _stands_in(label: str, written: Sequence[Sequence[str]]) -> bool:
    """Whether the words of a label stand together in any of the texts, given by their stems."""
    wanted = stems(label)
    width = len(wanted)
    return width > 0 and any(
        list(words[at : at + width]) == wanted
        for words in written
        for at in range(len(words) - width + 1)
    )


def _missing(telling: Telling) -> list[str]:
    """Qualities in the wish that another shown item has and this one is not known to have."""
    qualities = {
        word
        for facet in telling.vocabulary.facets
        if facet.name not in (TYPE, "brand")
        for word in (readable(facet.name), *(value.label for value in facet.values))
    }
    item = telling.item
    own = {v for f in (*item.facets, *item.mined) for v in (readable(f), *item.values(f))}
    own |= {readable(name) for name in item.measures}
    written = [stems(text) for text in texts(item)]
    wished = dict.fromkeys(tokens(telling.constraints.wish))
    return [
        word
        for word in wished
        if word in telling.met_elsewhere
        and word in qualities
        and word not in own
        and has_quality(item, word) is None
        and not _stands_in(word, written)
    ]
