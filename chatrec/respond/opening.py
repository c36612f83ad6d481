"""A set of items -> the line that opens the reply, said of all of them at once.

It names only what every shown item has: the category and the hard constraints.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatrec.respond.facts import kind
from chatrec.types import Constraints, Item, Vocabulary
from chatrec.wording import (
    capital,
    constraint_phrases,
    count,
    listed,
    named,
    noun,
    plural,
    quality_words,
)

_MOST_PHRASES = 4


def for_wish(items: Sequence[Item], constraints: Constraints, vocabulary: Vocabulary) -> str:
    """As in "Here are three backpacks in green up to €100:"."""
    number = len(items)
    what = described(items, constraints, vocabulary)
    if number == 1:
        return f"There is one {what}:"
    return f"Here are {count(number)} {what}:"


def for_more(items: Sequence[Item], constraints: Constraints, vocabulary: Vocabulary) -> str:
    """The same for items beyond those seen."""
    what = described(items, constraints, vocabulary)
    return f"{capital(count(len(items)))} more {what}:"


def for_like(
    like: Sequence[Item], items: Sequence[Item], constraints: Constraints, vocabulary: Vocabulary
) -> str:
    """The same for items like shown ones."""
    what = described(items, constraints, vocabulary, 2)
    model = listed([named(item) for item in like]) or "what you saw"
    number = "this is" if len(items) == 1 else f"these {count(len(items))} are"
    return f"Of our {what}, {number} most like {model}:"


def described(
    items: Sequence[Item],
    constraints: Constraints,
    vocabulary: Vocabulary,
    number: int | None = None,
) -> str:
    """What all of them are, with the constraints that all of them meet."""
    number = len(items) if number is None else number
    phrases = list(constraint_phrases(constraints, vocabulary))[:_MOST_PHRASES]
    what = noun(constraints, number) if constraints.category else _common_kind(items, number)
    return " ".join([*quality_words(constraints), what, *phrases])


def _common_kind(items: Sequence[Item], number: int = 2) -> str:
    """The plural of what every item is, or "suggestions"."""
    shared = [k for k in (items[0].types if items else ()) if all(k in i.types for i in items)]
    label = kind(items[0], shared[:1]) if shared else "suggestion"
    return label if number == 1 else plural(label)
