"""A set of items -> the line that opens the reply, said of all of them at once.

It names only what every shown item has: the category and the hard constraints.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from chatrec.respond.facts import kind
from chatrec.types import Constraints, Item, Vocabulary
from chatrec.wording import (
    brand_case,
    constraint_phrases,
    count,
    counted,
    currency_name,
    is_mass,
    is_plural,
    is_theme,
    listed,
    named,
    noun,
    quality_words,
)
from chatrec.words import stems

_MOST_PHRASES = 4
_OF_MANY = re.compile(r"(^|, |\band )that (are|do) ")
_OF_ONE = {"are": "is", "do": "does"}

Opening: TypeAlias = Callable[[Sequence[Item], Constraints, Vocabulary], str]
"""The line that opens a reply with items."""


def for_wish(items: Sequence[Item], constraints: Constraints, vocabulary: Vocabulary) -> str:
    """As in "Here are three backpacks in green up to €100:".

    It says how many are shown, not how many there are: what suits nobody it is for is left out.
    """
    verb = "Here is" if len(items) == 1 else "Here are"
    return f"{verb} {_described(items, constraints, vocabulary)}:"


def for_more(items: Sequence[Item], constraints: Constraints, vocabulary: Vocabulary) -> str:
    """The same for items beyond those seen."""
    verb = "Here is" if len(items) == 1 else "Here are"
    return f"{verb} {_described(items, constraints, vocabulary, 'more')}:"


def unmeasured(
    comparatives: Sequence[str],
    open_with: Opening,
    items: Sequence[Item],
    constraints: Constraints,
    vocabulary: Vocabulary,
) -> str:
    """Another opening, behind the admission that a comparison could not be made."""
    said = [
        f"have {c.removeprefix('with ')}" if c.startswith("with ") else f"are {c}"
        for c in comparatives
    ]
    first = f"The listings do not tell which {listed(said, 'or')}."
    return f"{first} {open_with(items, constraints, vocabulary)}"


def nothing_about(
    text: str,
    open_with: Opening,
    items: Sequence[Item],
    constraints: Constraints,
    vocabulary: Vocabulary,
) -> str:
    """Another opening, behind the admission that nothing is about what a gift should be about."""
    liked = " ".join(word for word in text.split() if word in constraints.wish.split())
    admitted = f"I found nothing for “{liked}”. " if liked else ""
    return f"{admitted}{open_with(items, constraints, vocabulary)}"


def in_own_money(
    open_with: Opening, items: Sequence[Item], constraints: Constraints, vocabulary: Vocabulary
) -> str:
    """Another opening, behind the admission that no exchange rate is known."""
    own = currency_name(vocabulary.currency)
    first = f"Our prices are in {own}, so I read your amount in {own}."
    return f"{first} {open_with(items, constraints, vocabulary)}"


def for_like(
    like: Sequence[Item], items: Sequence[Item], constraints: Constraints, vocabulary: Vocabulary
) -> str:
    """The same for items like shown ones."""
    model = listed([named(item) for item in like])
    return f"Most like {model}: {_described(items, constraints, vocabulary)}."


def by_others(
    brands: Sequence[str],
    open_with: Opening,
    items: Sequence[Item],
    constraints: Constraints,
    vocabulary: Vocabulary,
) -> str:
    """Another opening, behind the admission that the brands asked for have nothing else that fits.

    What is wanted is like an item, and may be another maker's where its own has no more.
    """
    makers = listed([brand_case(brand) for brand in brands], "or")
    told = open_with(items, constraints, vocabulary)
    return f"Nothing else by {makers} fits, so here are other brands. {told}"


def for_photo(items: Sequence[Item], constraints: Constraints, vocabulary: Vocabulary) -> str:
    """The same for items whose pictures are nearest to a photo; nothing is said of the photo."""
    verb = "here is" if len(items) == 1 else "here are"
    return f"Going by your photo, {verb} {_described(items, constraints, vocabulary)}:"


def without_pictures(
    items: Sequence[Item], constraints: Constraints, vocabulary: Vocabulary
) -> str:
    """The same where nothing that fits can be compared with the photo, so that words decide."""
    told = for_wish(items, constraints, vocabulary)
    return f"None of what fits can be compared with your photo, so these go by your words. {told}"


def for_companions(
    with_items: Sequence[Item],
    items: Sequence[Item],
    constraints: Constraints,
    vocabulary: Vocabulary,
) -> str:
    """The same for items that go with shown ones."""
    models = listed([named(item) for item in with_items])
    return f"To go with {models}: {_described(items, constraints, vocabulary)}."


def _described(
    items: Sequence[Item], constraints: Constraints, vocabulary: Vocabulary, more: str = ""
) -> str:
    """How many there are, what all of them are, and the constraints that all of them meet."""
    phrases = list(constraint_phrases(constraints, vocabulary))[:_MOST_PHRASES]
    adjectives = quality_words(constraints)
    number = len(items)
    if len(constraints.category) > 1:
        what = " ".join([count(number), *adjectives, noun(constraints, number)])
    else:
        label = (*constraints.category, _common_kind(items))[0]
        what = counted(number, " ".join([*adjectives, label]))
    if number == 1 and not is_plural(what.rpartition(" ")[2]):
        phrases = [_of_one(phrase) for phrase in phrases]
    amount, _, things = what.partition(" ")
    return " ".join(part for part in [amount, more, things, *phrases] if part)


def _of_one(phrase: str) -> str:
    """A phrase behind a noun in the singular: "that does not mention", not "that do not"."""
    return _OF_MANY.sub(lambda many: f"{many[1]}that {_OF_ONE[many[2]]} ", phrase)


def _is_department(label: str, item: Item) -> bool:
    """Whether the label is a shelf's and does not say what stands there: "kids and toys"."""
    shelf = item.category[0] if item.category else ""
    if " and " in label:
        return True
    things = is_plural(shelf.rpartition(" ")[2].lower()) or is_mass(label)
    return bool(shelf) and stems(shelf) == stems(label) and not things


def _common_kind(items: Sequence[Item]) -> str:
    """What every item is, or "suggestion"; a theme or department is nothing: "three kitchens"."""
    shared = [
        kind
        for kind in (items[0].types if items else ())
        if all(kind in item.types for item in items)
        and not is_theme(kind)
        and not _is_department(kind, items[0])
    ]
    return kind(items[0], shared[:1]) if shared else "suggestion"
