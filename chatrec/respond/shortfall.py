"""A telling -> where the item falls short of what was asked for, or is hard to get."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chatrec.respond.facts import texts
from chatrec.respond.qualities import has_quality
from chatrec.respond.telling import Telling
from chatrec.stated import stated
from chatrec.types import COLOR, GENDER, TYPE, UNISEX
from chatrec.wording import count, listed, means_no, means_yes, name_of, readable
from chatrec.words import stems, tokens

_LOW_STOCK = 3
_FEATURE = "feature"


def short_of(telling: Telling) -> list[str]:
    """Preferred facets that the item does not meet; a coffee maker is for men and women."""
    preferred = telling.constraints.prefer
    neutral = {TYPE} if telling.item.values(GENDER) else {TYPE, GENDER}
    return [facet for facet in preferred if facet not in telling.asked and facet not in neutral]


def shortfalls(telling: Telling) -> Iterator[str]:
    """Where the item is less than was asked for, or hard to get."""
    item = telling.item
    verb = "are" if telling.many else "is"
    it = "they" if telling.many else "it"
    for facet in short_of(telling):
        wanted = listed(telling.constraints.prefer[facet], "or")
        known = stated(item, facet)
        if facet == _FEATURE:
            yield from _unmentioned(telling)
        elif known and facet == GENDER:
            yield f"{it} {verb} {UNISEX if UNISEX in known else f'for {listed(known)}'}"
        elif known and facet not in item.facets:
            yield f"the listing mentions {listed(known)}, not {wanted}"
        elif known and facet == COLOR:
            yield f"{it} {verb} {listed(known)}, not {wanted}"
        elif known and not any(map(means_no, known)):
            yield f"the {name_of(facet)} is {listed(known)}, not {wanted}"
        elif known:
            yield f"{it} {verb} not {name_of(facet)}"
        elif any(map(means_yes, telling.constraints.prefer[facet])):
            yield f"the listing says nothing about {name_of(facet)}"
        else:
            yield f"the listing does not give the {name_of(facet)}"
    missing = [f"“{word}”" for word in _missing(telling)]
    if missing:
        yield f"the listing does not mention {listed(missing)}"
    if item.stock == 0:
        yield f"{it} {verb} sold out at the moment"
    elif item.stock is not None and item.stock <= _LOW_STOCK:
        yield f"only {count(item.stock)} {'is' if item.stock == 1 else 'are'} left"


def _unmentioned(telling: Telling) -> Iterator[str]:
    """What is told of preferred features; what a thing has beside them says nothing against it."""
    item, wanted = telling.item, telling.constraints.prefer[_FEATURE]
    written = [stems(text) for text in texts(item)]
    if any(has_quality(item, label) or _stands_in(label, written) for label in wanted):
        return
    if all(has_quality(item, label) is False for label in wanted):
        yield f"{'they are' if telling.many else 'it is'} not {listed(wanted, 'or')}"
    else:
        yield f"the listing does not mention “{listed(wanted, 'or')}”"


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
