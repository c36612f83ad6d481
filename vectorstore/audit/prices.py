"""Items -> prices that are far from those of their like, and prices in other currencies."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from chatrec.types import Item
from chatrec.wording import money, price
from vectorstore.audit.finding import EXAMPLES, Example, Finding, Level

_ENOUGH = 8
# Iglewicz and Hoaglin (1993) call a modified z-score above 3.5 an outlier; prices of a kind differ
# widely, so the price must also be so many times the median, or a part of it.
_SCORE, _TIMES = 3.5, 5.0
_MAD_TO_SIGMA = 0.6745
# Half of a narrow kind may cost the same: its spread is not taken for less than this.
_LEAST_SPREAD = 0.05


def odd_prices(items: Sequence[Item]) -> Iterator[Finding]:
    """Outlier prices within a category or kind, and products in a second currency."""
    odd = list(_outliers(items))
    shown = tuple(
        Example(item.id, item.title, f"{price(item)}; {kind}: {usual}")
        for item, kind, usual in odd[:EXAMPLES]
    )
    yield Finding(
        "outlier prices", len(odd), len(items), Level.NOTABLE,
        "A slip of the decimal point makes a product the cheapest or the dearest of its kind.",
        "Check them; leave those that are right.", shown,
    )  # fmt: skip
    counts = Counter(item.currency for item in items if item.currency)
    usual_one = max(counts, key=lambda code: counts[code], default="")
    foreign = [item for item in items if item.currency and item.currency != usual_one]
    yield Finding(
        "other currencies", len(foreign), len(items), Level.SERIOUS,
        f"Most prices are in {usual_one}; a budget is compared with the bare number.",
        "Export one currency, one index for each shop.",
        tuple(Example(item.id, item.title, price(item)) for item in foreign[:EXAMPLES]),
    )  # fmt: skip


def _outliers(items: Sequence[Item]) -> Iterator[tuple[Item, str, str]]:
    """Item, its kind, and what the kind usually costs, the oddest first."""
    kinds: dict[str, list[tuple[Item, float]]] = defaultdict(list)
    for item in items:
        if item.price:
            kind = item.category[-1] if item.category else next(iter(item.types), "")
            kinds[kind].append((item, item.price))
    found: list[tuple[float, Item, str, str]] = []
    for kind, priced in kinds.items():
        if len(priced) < _ENOUGH or not kind:
            continue
        logs = np.log([amount for _, amount in priced])
        middle = float(np.median(logs))
        away = np.abs(logs - middle)
        spread = max(float(np.median(away)), _LEAST_SPREAD)
        usual = money(float(np.exp(middle)), priced[0][0].currency)
        found += (
            (float(distance), item, kind, f"usually {usual}")
            for (item, _), distance in zip(priced, away, strict=True)
            if _MAD_TO_SIGMA * distance / spread > _SCORE and distance > np.log(_TIMES)
        )
    for _, item, kind, usual in sorted(found, key=lambda one: (-one[0], one[1].id)):
        yield item, kind, usual
