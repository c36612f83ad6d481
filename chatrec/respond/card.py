"""Tellings -> the line on each card: why the item is shown, in a few words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from chatrec.respond.facts import kind, measured, sure
from chatrec.respond.sizes import is_size, phrase
from chatrec.respond.telling import Telling, distinction, of_five, tellings
from chatrec.types import COLOR, Constraints, Item, Recommendation, Vocabulary
from chatrec.wording import capital, listed, means_no, means_yes, readable
from chatrec.words import STOPWORDS, stem, stems, tokens

_FAIRLY_RATED = 4.0


def card_line(telling: Telling) -> str:
    """Why the item is shown, in a few words: "moss green, 28 l, the lightest of the three"."""
    parts = [
        _asked_for(facet, value, telling.item)
        for facet, values in telling.asked.items()
        for value in values
        if not (means_yes(value) or means_no(value))
    ]
    parts += [readable(f) for f, values in telling.asked.items() if all(map(means_yes, values))]
    for name in telling.constraints.numeric:
        if name not in ("rating", "stock"):
            parts.append(measured(telling.item, name, telling.vocabulary, alone=True))
    parts.append(distinction(telling))
    if telling.item.stock == 0:
        parts.insert(0, "sold out")
    parts = [part for part in parts if part][:3] or list(_by_the_way(telling))
    return capital(", ".join(parts))


def _asked_for(facet: str, value: str, item: Item) -> str:
    """A value that was asked for, as it stands alone: "moss green", but "in size 44"."""
    if facet not in item.facets:
        return f"mentions “{value}”"
    return phrase([value]) if is_size(facet) else value


def _by_the_way(telling: Telling) -> Iterator[str]:
    """What to put on the card where nothing was asked for and nothing sets the item apart."""
    category = {s for label in telling.constraints.category for s in stems(label)}
    wished = [
        w for f in telling.recommendation.reasons if f.name == "wish" for w in tokens(f.value)
    ]
    matched = [word for word in wished if stem(word) not in category and word not in STOPWORDS]
    if matched:
        yield f"mentions {listed([f'“{word}”' for word in matched[:3]])}"
    elif telling.item.rating is not None and telling.item.rating >= _FAIRLY_RATED:
        yield f"rated {of_five(telling.item)}"
    else:
        known = [v for f in (COLOR, "material") for v in sure(telling.item, f)[:1]]
        yield from known or [kind(telling.item)]


def with_reasons(
    recommendations: Sequence[Recommendation], constraints: Constraints, vocabulary: Vocabulary
) -> tuple[Recommendation, ...]:
    """The recommendations with the line on each card filled in."""
    return tuple(
        replace(telling.recommendation, reason=card_line(telling))
        for telling in tellings(recommendations, constraints, vocabulary)
    )
