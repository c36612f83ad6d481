"""What fits the constraints -> which values of a facet, or kinds of things, there are among it.

"Which brands of jackets do you have?" is answered with those of all jackets that fit, the
commonest first. Nothing is said of items that do not tell the facet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from chatrec.respond.sizes import is_size
from chatrec.sizes import in_order
from chatrec.stated import stated
from chatrec.types import COLOR, TYPE, Constraints, Item, Vocabulary
from chatrec.wording import constraint_phrases, count, listed, name_of, noun, quality_words, things
from chatrec.words import fold, stem

_MOST = 10


def values_among(facet: str, items: Sequence[Item], kept: Constraints) -> list[str]:
    """The values that the items have, the commonest first; sizes in their own order."""
    counts = Counter(value for item in items for value in _told(facet, item, kept))
    ordered = [value for value, _number in counts.most_common()]
    return in_order(ordered) if is_size(facet) else ordered


def of_facet(facet: str, values: Sequence[str], kept: Constraints, vocabulary: Vocabulary) -> str:
    """The sentence that names the values, of which there may be none or too many to name all."""
    phrases = list(constraint_phrases(kept, vocabulary))
    ours = " ".join(["our", noun(kept), *phrases])
    name = name_of(facet)
    if not values:
        return f"The listings of {ours} do not tell the {name}."
    named = [things(value) for value in values[:_MOST]] if facet == TYPE else values[:_MOST]
    rest = len(values) - len(named)
    said = listed([*named, f"{count(rest)} more"] if rest else list(named))
    if facet == TYPE:
        return f"Among {ours} are {said}."
    verb = {COLOR: "come in", "brand": "are by", "material": "are made of"}.get(facet)
    if is_size(facet):
        verb = "come in the sizes"
    if verb is None:
        return f"As {name}, {ours} have {said}."
    return f"O{ours[1:]} {verb} {said}."


def of_nothing(kept: Constraints, vocabulary: Vocabulary) -> str:
    """Nothing fits, so that there are no values to tell."""
    what = " ".join([*quality_words(kept), noun(kept), *constraint_phrases(kept, vocabulary)])
    return f"We have no {what}, so there is nothing to choose from."


def of_shop(vocabulary: Vocabulary, offered: Sequence[str]) -> str:
    """What the shop sells, by some of its kinds of things."""
    among = f": {listed([*offered, 'more'])}" if offered else ""
    return f"We have {vocabulary.size:,} products{among}. What are you looking for?"


def _told(facet: str, item: Item, kept: Constraints) -> tuple[str, ...]:
    if facet == "brand":
        return (item.brand,) if item.brand else ()
    if facet != TYPE:
        return stated(item, facet)
    # Of jackets and coats, the kinds: "rain jacket", and neither "jacket" nor "clothing".
    heads = {stem(fold(kind).split()[-1]) for kind in kept.category}
    own = [kind for kind in item.types if kind not in kept.category]
    return tuple(kind for kind in own if not heads or stem(kind.split()[-1]) in heads)
