"""A vocabulary -> a few readable lines: which facets columns gave and which texts."""

from __future__ import annotations

from collections.abc import Iterator

from chatrec.types import Facet, Vocabulary

_VALUES, _FACETS = 6, 15


def describe(vocabulary: Vocabulary) -> str:
    """What the shop can be asked for, the facets with most items first, rare ones counted."""
    lines = [f"{vocabulary.size} items, {_prices(vocabulary)}"]
    lines += _section("given by columns", [f for f in vocabulary.facets if not f.mined])
    lines += _section(
        "read out of titles and descriptions", [f for f in vocabulary.facets if f.mined]
    )
    return "\n".join(lines)


def _prices(vocabulary: Vocabulary) -> str:
    if not vocabulary.price_high:
        return "none with a price"
    return f"prices {vocabulary.price_low:g} to {vocabulary.price_high:g} {vocabulary.currency}"


def _section(heading: str, facets: list[Facet]) -> Iterator[str]:
    if not facets:
        return
    yield f"{heading}:"
    shown = sorted(facets, key=lambda facet: -facet.count)[:_FACETS]
    for facet in shown:
        yield f"  {facet.name} ({facet.count} items): {_content(facet)}"
    if len(facets) > len(shown):
        yield f"  and {len(facets) - len(shown)} more"


def _content(facet: Facet) -> str:
    if facet.kind == "number":
        unit = f" {facet.unit}" if facet.unit else ""
        return f"{facet.low:g} to {facet.high:g}{unit}"
    top = ", ".join(f"{value.label} {value.count}" for value in facet.values[:_VALUES])
    more = len(facet.values) - _VALUES
    return f"{top}, and {more} more" if more > 0 else top
