"""Understanding -> query -> candidates.

Each kind of search (for a wish, for more of it, for things like a shown one) is a function that
makes a `Query`; `candidates` runs one. Nothing here knows how the source finds, how items are
ranked or which intent asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from chatrec.ports import CandidateSource
from chatrec.types import GENDER, Candidate, Constraints, Item, Picture, without
from chatrec.wording import means_no, means_yes, readable, sentences
from chatrec.words import stem, tokens

_DESCRIPTION_WORDS = 24
_CHILD_YEARS = 12
# What somebody likes ("she bakes") is further from any product than the wish for a thing is, and
# what comes near is a better present than what is merely well rated.
_PRESENT = 2 / 3
_YEARS = frozenset({"year", "years", "yr", "yrs"})

# Words on the occasion and the person: they find no product and drown the words that do.
_OCCASION = frozenset(
    "gift gifts present presents birthday christmas xmas anniversary wedding valentine surprise "
    "housewarming graduation retirement nice lovely cool special unique idea ideas love loves "
    "likes enjoys into mum mom mother dad "
    "father wife husband girlfriend boyfriend partner friend friends brother sister uncle aunt "
    "grandma grandpa grandmother grandfather colleague boss teacher neighbour neighbor "
    "gf bf bff wifey hubby fiance fiancee mil inlaw inlaws law bday bdays xmass stocking filler "
    "fillers santa secret mothers fathers valentines gifting".split()
)
_CHILD = frozenset(
    "child children kid kids toddler son daughter grandson granddaughter nephew niece grandchild "
    "boy girl".split()
)


@dataclass(frozen=True, slots=True)
class Query:
    """What a search asks the source for.

    ``constraints`` hold for this search alone: items not to be shown again are rejected in them,
    without the shopper having turned them down. ``by_meaning`` says that nothing but the wish
    decides what fits, so that relevance has to; ``for_occasion`` that anything may be a gift. With
    a ``photo`` what is found looks like it.
    """

    text: str
    constraints: Constraints
    by_meaning: bool
    for_occasion: bool = False
    photo: Picture | None = None


def for_wish(constraints: Constraints, photo: Picture | None = None) -> Query:
    """The search for what the shopper wants now; with a photo, for what looks like it too.

    A wish that only speaks of an occasion ("a gift for my wife") is no text to search by: the
    best of what the constraints allow will do.
    """
    text = _wish_text(constraints)
    gift = not (_OCCASION | _CHILD).isdisjoint(tokens(constraints.wish))
    by_meaning = bool(text) and is_vague(constraints)
    if photo is not None:
        return Query(text, constraints, by_meaning=False, photo=photo)
    return Query(text, constraints, by_meaning, gift)


def for_more(constraints: Constraints, seen: Collection[str]) -> Query:
    """The same search without the items seen so far."""
    return replace(for_wish(constraints), constraints=hiding(constraints, seen))


def like(constraints: Constraints, items: Sequence[Item], changes: str = "") -> Query:
    """The search for things like these items, with what should differ; they themselves stay out.

    Where the shopper has set no category, the items' most particular type stands in for it.
    """
    described = " ".join(portrait(item) for item in items)
    hidden = hiding(constraints, [item.id for item in items])
    if not hidden.category:
        hidden = replace(hidden, category=_shared_types(items))
    return Query(f"{changes} {described}".strip(), hidden, by_meaning=False)


async def candidates(
    query: Query, source: CandidateSource, k: int, *, relevance_floor: float
) -> list[Candidate]:
    """At most k candidates, best first; none where the shop has nothing that is about the wish."""
    if query.photo is None:
        found = await source.search(query.text, query.constraints, k)
    else:
        found = await source.search(query.text, query.constraints, k, query.photo)
    if not query.by_meaning:
        return found
    floor = relevance_floor * (_PRESENT if query.for_occasion else 1)
    return [candidate for candidate in found if candidate.score >= floor]


def as_presents(found: Sequence[Candidate], constraints: Constraints) -> list[Candidate]:
    """Without the dearer half, where nothing is known but that a present is looked for.

    A tent for $900 may be the best rated of all things, and is no answer to "a gift for my mum".
    """
    bounded = constraints.price_min is not None or constraints.price_max is not None
    prices = [c.item.price for c in found if c.item.price is not None]
    if bounded or not prices:
        return list(found)
    middle = median(prices)
    return [c for c in found if c.item.price is not None and c.item.price <= middle]


async def for_anyone(constraints: Constraints, source: CandidateSource) -> Constraints:
    """The constraints with gender as a preference where no product of the kind has one.

    Who asks for a backpack for women is not told that there are none because backpacks are for
    anyone; and who names no kind ("a gift for my wife") may be given what is for anyone.
    """
    wanted = constraints.require.get(GENDER)
    facet = source.vocabulary.facet(GENDER)
    if not wanted or facet is None:
        return constraints
    any_gender = {GENDER: tuple(value.label for value in facet.values)}
    kind = Constraints(category=constraints.category, require=any_gender)
    if constraints.category and await source.count(kind):
        return constraints
    return replace(
        constraints,
        require=without(constraints.require, GENDER),
        prefer={**constraints.prefer, GENDER: wanted},
    )


def is_vague(constraints: Constraints) -> bool:
    """Whether the shopper has named neither a kind of thing nor anything it should have."""
    return not (constraints.category or constraints.require or constraints.prefer)


def is_empty(constraints: Constraints) -> bool:
    """Whether there is nothing to search by."""
    return constraints == Constraints(rejected=constraints.rejected)


def _wish_text(constraints: Constraints) -> str:
    """The wish, the category and the values asked for, each word once."""
    parts = [_telling_words(constraints.wish), *constraints.category]
    for facet, values in [*constraints.require.items(), *constraints.prefer.items()]:
        if any(means_no(value) for value in values):
            continue
        parts += [readable(facet) if means_yes(value) else value for value in values]
    return _each_once(parts)


def _telling_words(wish: str) -> str:
    """The wish without its occasion and person; a child's age stands for things for children."""
    words = tokens(wish)
    said = [word for word in wish.split() if not set(tokens(word)) <= _OCCASION]
    numbers = [int(word) for word in words if word.isdecimal()]
    if "old" in words and _YEARS & set(words) and numbers:
        age = _YEARS | {"old"}
        said = [word for word in said if not age & set(tokens(word)) and not word.isdecimal()]
        said += ["kids", "toy"] if numbers[0] <= _CHILD_YEARS else []
    elif said and set(map(str.casefold, said)) <= _CHILD:
        said = ["kids", "toy"]
    return " ".join(said)


def _each_once(parts: Iterable[str]) -> str:
    seen: set[str] = set()
    words = []
    for word in " ".join(parts).split():
        key = " ".join(map(stem, tokens(word)))
        if key not in seen:
            seen.add(key)
            words.append(word)
    return " ".join(words)


def portrait(item: Item) -> str:
    """What the item is, in the words that are nearest to things like it."""
    opening = " ".join(sentences(item.description)[:1]).split()[:_DESCRIPTION_WORDS]
    return _each_once([item.title, *item.types, *opening])


def _shared_types(items: Sequence[Item]) -> tuple[str, ...]:
    """The type that all items share and that says most: the first in the order of the item."""
    if not items:
        return ()
    shared = [kind for kind in items[0].types if all(kind in other.types for other in items)]
    return tuple(shared[:1])


def hiding(constraints: Constraints, ids: Collection[str]) -> Constraints:
    """The constraints without these items, which the shopper has not turned down."""
    return replace(constraints, rejected=constraints.rejected | frozenset(ids))
