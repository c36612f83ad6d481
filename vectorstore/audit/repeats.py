"""Items -> what stands there twice, and categories with one product."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence

from chatrec.types import Item
from chatrec.words import stems, tokens
from vectorstore.audit.finding import EXAMPLES, Example, Finding, Level

_COPIED_WORDS = 12


def repeats(items: Sequence[Item]) -> Iterator[Finding]:
    """Duplicates, copied descriptions and categories of one."""
    twins = _alike(items, lambda item: (item.brand, item.price, tuple(sorted(stems(item.title)))))
    yield _of_groups(
        items, twins, "duplicates", Level.NOTABLE,
        "Same title, brand and price: they take each other's places among the few that are shown.",
        "Keep one, or give variants a common group (item_group_id, parent SKU).",
    )  # fmt: skip
    copied = _alike(items, _description)
    yield _of_groups(
        items, copied, "copied descriptions", Level.MINOR,
        "Different products with one text cannot be told apart by what it says.",
        "Say what is particular to each.",
    )  # fmt: skip
    yield _lonely(items)


def _description(item: Item) -> Hashable:
    words = tuple(tokens(item.description))
    return words if len(words) >= _COPIED_WORDS else None


def _alike(items: Sequence[Item], key: Callable[[Item], Hashable]) -> list[list[Item]]:
    """Items with one key, the biggest groups first; variants of one product count once."""
    groups: dict[Hashable, dict[str, Item]] = defaultdict(dict)
    for item in items:
        known = key(item)
        if known is not None:
            groups[known].setdefault(item.group or item.id, item)
    alike = [list(group.values()) for group in groups.values() if len(group) > 1]
    return sorted(alike, key=len, reverse=True)


def _of_groups(
    items: Sequence[Item],
    groups: Sequence[Sequence[Item]],
    name: str,
    level: Level,
    why: str,
    remedy: str,
) -> Finding:
    shown = tuple(
        Example(first.id, first.title, f"also {', '.join(item.id for item in others[:5])}")
        for first, *others in groups[:EXAMPLES]
    )
    return Finding(name, sum(map(len, groups)), len(items), level, why, remedy, shown)


def _lonely(items: Sequence[Item]) -> Finding:
    paths = Counter(item.category for item in items if item.category)
    lonely = [item for item in items if item.category and paths[item.category] == 1]
    shown = tuple(
        Example(item.id, item.title, " > ".join(item.category)) for item in lonely[:EXAMPLES]
    )
    return Finding(
        "categories of one", len(lonely), len(items), Level.MINOR,
        "A category with one product gives nothing to choose from; often it is a misspelt one.",
        "Put the product where its likes are.", shown,
    )  # fmt: skip
