"""Understanding -> query -> candidates.

Each kind of search (for a wish, for more of it, for things like a shown one) is a function that
makes a `Query`; `candidates` runs one. Nothing here knows how the source finds, how items are
ranked or which intent asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from chatrec.ports import CandidateSource
from chatrec.types import TYPE, Candidate, Constraints, Item
from chatrec.wording import means_no, means_yes, readable, sentences
from chatrec.words import stem, tokens

_DESCRIPTION_WORDS = 24


@dataclass(frozen=True, slots=True)
class Query:
    """What a search asks the source for.

    ``constraints`` hold for this search alone: items not to be shown again are rejected in them,
    without the shopper having turned them down. ``by_meaning`` says that nothing but the wish
    decides what fits, so that relevance has to.
    """

    text: str
    constraints: Constraints
    by_meaning: bool


def for_wish(constraints: Constraints) -> Query:
    """The search for what the shopper wants now."""
    return Query(_wish_text(constraints), constraints, _by_meaning(constraints))


def for_more(constraints: Constraints, seen: Collection[str]) -> Query:
    """The same search without the items seen so far."""
    return replace(for_wish(constraints), constraints=_hiding(constraints, seen))


def like(constraints: Constraints, items: Sequence[Item], changes: str = "") -> Query:
    """The search for things like these items, with what should differ; they themselves stay out.

    Where the shopper has set no category, the items' most particular type stands in for it.
    """
    described = " ".join(_portrait(item) for item in items)
    hidden = _hiding(constraints, [item.id for item in items])
    if not hidden.category:
        hidden = replace(hidden, category=_shared_types(items))
    return Query(f"{changes} {described}".strip(), hidden, by_meaning=False)


async def candidates(
    query: Query, source: CandidateSource, k: int, *, relevance_floor: float
) -> list[Candidate]:
    """At most k candidates, best first; none where the shop has nothing that is about the wish."""
    found = await source.search(query.text, query.constraints, k)
    if not query.by_meaning:
        return found
    return [candidate for candidate in found if candidate.score >= relevance_floor]


def is_vague(constraints: Constraints) -> bool:
    """Whether the shopper has named neither a kind of thing nor anything it should have."""
    return not (constraints.category or constraints.require or constraints.prefer)


def is_empty(constraints: Constraints) -> bool:
    """Whether there is nothing to search by."""
    return constraints == Constraints(rejected=constraints.rejected)


def _by_meaning(constraints: Constraints) -> bool:
    return bool(constraints.wish) and is_vague(constraints)


def _wish_text(constraints: Constraints) -> str:
    """The wish, the category and the values asked for, each word once."""
    parts = [constraints.wish, *constraints.category]
    for facet, values in [*constraints.require.items(), *constraints.prefer.items()]:
        if any(means_no(value) for value in values):
            continue
        parts += [readable(facet) if means_yes(value) else value for value in values]
    return _each_once(parts)


def _each_once(parts: Iterable[str]) -> str:
    seen: set[str] = set()
    words = []
    for word in " ".join(parts).split():
        key = " ".join(map(stem, tokens(word)))
        if key not in seen:
            seen.add(key)
            words.append(word)
    return " ".join(words)


def _portrait(item: Item) -> str:
    opening = " ".join(sentences(item.description)[:1]).split()[:_DESCRIPTION_WORDS]
    return _each_once([item.title, *item.types, *opening])


def _shared_types(items: Sequence[Item]) -> tuple[str, ...]:
    """The type that all items share and that says most: the first in the order of the item."""
    if not items:
        return ()
    shared = [kind for kind in items[0].types if all(kind in other.types for other in items)]
    return tuple(shared[:1])


def _hiding(constraints: Constraints, ids: Collection[str]) -> Constraints:
    return replace(constraints, rejected=constraints.rejected | frozenset(ids))


def types_wanted(constraints: Constraints) -> tuple[str, ...]:
    """Product types that were named, as category or as a required facet."""
    return (*constraints.category, *constraints.require.get(TYPE, ()))
