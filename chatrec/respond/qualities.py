"""Item -> the qualities that its columns say it has or has not, and yes or no to one asked for.

A column tells its quality whether or not a search can ask for it: what is true of every product
that tells it ("adjustable") parts none from another and is no facet. Reads no descriptions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chatrec.types import Item
from chatrec.wording import (
    capital,
    is_quality,
    listed,
    means_no,
    means_yes,
    named,
    readable,
    speaks_of_many,
)
from chatrec.words import STOPWORDS, fold, stem, stems, tokens

_OF_ITSELF = ("able", "ible")  # "height adjustable" is adjustable, "BPA free" is not free


def qualities(item: Item) -> dict[str, bool]:
    """Whether the item has each quality that its columns tell, by its readable name."""
    told: dict[str, bool] = {}
    for name, values in item.facets.items():
        if values and (means_yes(values[0]) or means_no(values[0])):
            told[readable(name)] = means_yes(values[0])
    for name, value in item.attributes.items():
        if isinstance(value, bool):
            told.setdefault(readable(name), value)
        elif isinstance(value, str) and fold(value) in ("yes", "no"):
            told.setdefault(readable(name), fold(value) == "yes")
    return told


def has_quality(item: Item, label: str) -> bool | None:
    """Whether the columns say that the item has the quality; None where they do not tell it."""
    told = {tuple(stems(name)): has for name, has in qualities(item).items()}
    wanted = tuple(stems(label))
    if wanted in told:
        return told[wanted]
    narrower = (name for name, has in told.items() if has and _is_of_itself(label))
    return True if any(name[-len(wanted) :] == wanted for name in narrower) else None


def asked_for(item: Item, text: str) -> str:
    """The item's quality that a text names, in full or by the words that tell it; "" for none."""
    words = set(stems(text))
    asked = {stem(word) for word in tokens(text) if word not in STOPWORDS}
    known = {s for told in (item.title, *item.types) for s in stems(told)}
    by_head = ""
    for name in qualities(item):
        own = stems(name)
        alone = _is_of_itself(name) and asked - known == {own[-1]}
        if set(own) <= words or alone:
            return name
        if not by_head and own[0] in words - known:
            by_head = name
    return by_head


def yes_or_no(item: Item, name: str) -> str:
    """The sentence that the item has a quality that it tells, or has not."""
    has = qualities(item)[name]
    verb = "are" if speaks_of_many(item) else "is"
    if is_quality(name):
        return f"{'Yes' if has else 'No'}, {named(item)} {verb} {'' if has else 'not '}{name}."
    said = "yes" if has else "no"
    return f"{capital(said)}, {named(item)} {verb} listed with “{name}: {said}”."


def which_have(items: Sequence[Item], text: str) -> str:
    """Which of the items have the quality that a text asks for; "" where it asks for none."""
    name = next(filter(None, (asked_for(item, text) for item in items)), "")
    if not name:
        return ""
    told = {item.id: has_quality(item, name) for item in items}
    yes, no, unknown = ([i for i in items if told[i.id] is has] for has in (True, False, None))
    return f"{capital('; '.join(_sides(name, yes, no, unknown)))}."


def _sides(
    name: str, yes: Sequence[Item], no: Sequence[Item], unknown: Sequence[Item]
) -> Iterator[str]:
    said = name if is_quality(name) else f"listed with “{name}: yes”"
    if yes:
        yield f"{listed([named(item) for item in yes])} {_be(yes)} {said}"
    if no and yes:
        yield f"{listed([named(item) for item in no])} {_be(no)} not"
    elif len(no) > 1 and not unknown:
        yield f"{'neither' if len(no) == 2 else 'none'} of them is {said}"
    elif no:
        yield f"{listed([named(item) for item in no])} {_be(no)} not {said}"
    if unknown:
        what = "the listing" if len(unknown) == 1 else "the listings"
        does = "does" if len(unknown) == 1 else "do"
        yield f"{what} of {listed([named(item) for item in unknown])} {does} not say"


def _be(items: Sequence[Item]) -> str:
    return "are" if len(items) > 1 or speaks_of_many(items[0]) else "is"


def _is_of_itself(name: str) -> bool:
    return name.endswith(_OF_ITSELF)
