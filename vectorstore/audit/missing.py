"""Items -> what they do not say: description, price, picture, kind, link, brand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from chatrec.types import Item
from chatrec.words import tokens
from vectorstore.audit.finding import Finding, Level, found

FEW_WORDS = 8
"""A description below this says hardly more than a title."""

FIELDS: dict[str, Callable[[Item], bool]] = {
    "description": lambda item: not _thin(item),
    "price": lambda item: item.price is not None,
    "picture": lambda item: bool(item.image_url),
    "link": lambda item: bool(item.url),
    "category": lambda item: bool(item.category),
    "brand": lambda item: bool(item.brand),
    "rating": lambda item: item.rating is not None,
    "attributes": lambda item: bool(item.facets or item.measures),
}
"""What a complete product says, and whether an item does."""


def missing(items: Sequence[Item]) -> Iterator[Finding]:
    """What items lack. A field that hardly any has is a choice of the shop, and said mildly."""
    bare = [item for item in items if not item.description.strip()]
    yield found(
        items, bare, "no description", Level.SERIOUS,
        "Only their titles can be found by meaning, and replies have nothing to tell of them.",
        "Write two or three sentences on what each is for and whom it suits.",
    )  # fmt: skip
    thin = [item for item in items if item.description.strip() and _thin(item)]
    yield found(
        items, thin, "short description", Level.NOTABLE,
        f"Under {FEW_WORDS} words, or no more than the title: wishes such as “for long days” "
        "find nothing to match.",
        "Say what the title does not: use, fit, material, what is in the box.",
    )  # fmt: skip
    unpriced = [item for item in items if item.price is None]
    yield found(
        items, unpriced, "no price", Level.SERIOUS,
        "Whoever names a budget never sees them.",
        "Add the price, or map its column with --map price=COLUMN.",
    )  # fmt: skip
    free = [item for item in items if item.price == 0]
    yield found(
        items, free, "price of zero", Level.SERIOUS,
        "They come first for “the cheapest”.",
        "Take samples and placeholders out of the export, or set their price.",
    )  # fmt: skip
    unseen = [item for item in items if not item.image_url]
    yield found(
        items, unseen, "no picture", Level.NOTABLE,
        "Their cards look empty beside the others.",
        "Add a picture, or map its column with --map image_url=COLUMN.",
    )  # fmt: skip
    unknown = [item for item in items if not item.types]
    yield found(
        items, unknown, "no known kind", Level.SERIOUS,
        "What they are was read neither from the category nor from the title, so whoever names "
        "the kind (“a jacket”) never sees them.",
        "Give a category, or name the thing in the title.",
    )  # fmt: skip
    unlinked = [item for item in items if not item.url]
    yield found(
        items, unlinked, "no link", _common(unlinked, items, Level.NOTABLE),
        "Their cards lead nowhere.",
        "Add the product's address, or say the shop's with --site.",
    )  # fmt: skip
    nameless = [item for item in items if not item.brand]
    yield found(
        items, nameless, "no brand", Level.MINOR,
        "Whoever asks for a brand never sees them.",
        "Add the brand, or map its column with --map brand=COLUMN.",
    )  # fmt: skip


def _thin(item: Item) -> bool:
    words = tokens(item.description)
    return len(words) < FEW_WORDS or set(words) <= set(tokens(item.title))


def _common(lacking: Sequence[Item], items: Sequence[Item], level: Level) -> Level:
    return Level.MINOR if len(lacking) > 0.9 * len(items) else level
