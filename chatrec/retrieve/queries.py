"""Understanding -> query -> candidates.

Each kind of search (for a wish, for more of it, for things like a shown one) is a function that
makes a `Query`; `candidates` runs one. Nothing here knows how the source finds, how items are
ranked or which intent asked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from chatrec.ports import CandidateSource
from chatrec.types import CHILDREN, GENDER, TYPE, Candidate, Constraints, Item, Picture, without
from chatrec.wording import means_no, means_yes, readable, sentences
from chatrec.words import stem, tokens

_DESCRIPTION_WORDS = 24
_CHILD_YEARS = 12
_FOR_A_CHILD = "kids toy"
_AGE = re.compile(
    r"\b(?:\d{1,3}\s?[-–]\s?)?(\d{1,3})(?:[\s-]+and[\s-]+a[\s-]+half)?[\s-]*"
    r"(?:years?|yrs?)[\s-]+olds?\b",
    re.IGNORECASE,
)
# What somebody likes ("she bakes") is further from any product than the wish for a thing is, and
# what comes near is a better present than what is merely well rated.
_PRESENT = 2 / 3

# Words on the occasion and the person: they find no product and drown the words that do.
_OCCASION = frozenset(
    "gift gifts gifting present presents prezzie prezzies pressie pressies surprise idea ideas "
    "nice lovely cool special unique love "
    "loves likes enjoys into birthday bday bdays christmas xmas xmass stocking filler fillers "
    "santa secret valentine valentines anniversary wedding housewarming graduation retirement "
    "mothers fathers mum mom mother dad father wife wifey husband hubby girlfriend gf boyfriend bf "
    "bff partner fiance fiancee friend friends brother sister uncle aunt grandma grandpa "
    "grandmother grandfather mil inlaw inlaws law colleague boss teacher neighbour neighbor".split()
)
_FESTIVE_DAY = re.compile(r"\b(?:father|mother|valentine)['’]?s['’]? day\b", re.IGNORECASE)
_CHILD = frozenset(
    "child children kid kids toddler son daughter grandson granddaughter nephew niece grandchild "
    "boy girl".split()
)
# What is sold by its age: beside one of these an age is no person's.
_AGED = frozenset(
    stem(word)
    for word in "whisky whiskey scotch bourbon malt rum brandy cognac armagnac calvados tequila "
    "mezcal wine sherry madeira tawny mead cheese cheddar gouda parmesan parmigiano vinegar "
    "balsamic ham prosciutto bonsai".split()
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
    for_whom = GENDER in constraints.prefer and not constraints.category
    gift = for_whom or not (_OCCASION | _CHILD).isdisjoint(tokens(constraints.wish))
    limited = replace(constraints, prefer=without(constraints.prefer, GENDER))
    told = constraints.wish or not for_whom
    by_meaning = bool(text and told) and is_vague(limited)
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


def of_any_brand(constraints: Constraints) -> Constraints:
    """The brand as a preference: what is like an item may be another maker's."""
    brands = constraints.require.get("brand", ())
    return replace(
        constraints,
        require=without(constraints.require, "brand"),
        prefer={**constraints.prefer, "brand": brands},
    )


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


async def without_moot_kinds(
    constraints: Constraints, before: Constraints, source: CandidateSource
) -> Constraints:
    """The constraints without kinds turned down ``before`` that nothing of a new kind is of.

    Whose gift is to be no pan, and then a tent, is not offered "tents other than pans".
    """
    turned_down = constraints.exclude.get(TYPE, ())
    if not constraints.category or constraints.category == before.category or not turned_down:
        return constraints
    stood = before.exclude.get(TYPE, ())

    async def matters(kind: str) -> bool:
        both = Constraints(category=constraints.category, require={TYPE: (kind,)})
        return kind not in stood or bool(await source.count(both))

    kinds = tuple([kind for kind in turned_down if await matters(kind)])
    others = without(constraints.exclude, TYPE)
    return replace(constraints, exclude={**others, TYPE: kinds} if kinds else others)


def is_vague(constraints: Constraints) -> bool:
    """Whether the shopper has named neither a kind of thing nor anything it should have."""
    return not (constraints.category or constraints.require or constraints.prefer)


def is_empty(constraints: Constraints) -> bool:
    """Whether there is nothing to search by."""
    return constraints == Constraints(rejected=constraints.rejected)


def _wish_text(constraints: Constraints) -> str:
    """The wish, the category and the values asked for, each word once."""
    young = not CHILDREN.isdisjoint(constraints.prefer.get(GENDER, ()))
    parts = [_telling_words(constraints.wish, constraints.category, young), *constraints.category]
    for facet, values in [*constraints.require.items(), *constraints.prefer.items()]:
        if any(means_no(value) for value in values):
            continue
        if facet == GENDER and GENDER not in constraints.require and any(parts):
            continue  # ranking sees to it: "gardening women" finds more of women than of gardening
        parts += [readable(facet) if means_yes(value) else value for value in values]
    return _each_once(parts)


def _telling_words(wish: str, kinds: Sequence[str], young: bool) -> str:
    """The wish without its occasion and person; a child or its age stands for things for children.

    So do things that are to be ``young`` whatever the wish says.
    ``kinds`` of things that are known apart from the wish: who names one wants no other toy.
    """
    aged = not _AGED.isdisjoint(stem(word) for text in (wish, *kinds) for word in tokens(text))
    age = None if aged else _AGE.search(wish)
    if age is not None:
        wish = f"{wish[: age.start()]} {wish[age.end() :]}"
    wish = _FESTIVE_DAY.sub(" ", wish)
    said = [word for word in wish.split() if not set(tokens(word)) <= _OCCASION]
    if young:
        said = [word for word in said if word.casefold() not in _CHILD]
    young = young or (age is not None and int(age[1]) <= _CHILD_YEARS)
    if age is None and said and set(map(str.casefold, said)) <= _CHILD:
        said, young = [], True
    for_children = ["kids"] if kinds else _FOR_A_CHILD.split()
    return " ".join([*said, *(for_children if young else [])])


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
