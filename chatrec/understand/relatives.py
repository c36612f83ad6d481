"""Message + shown items -> comparatives that point at no card: "anything brighter", "less heavy".

Whether the shown items tell the number is seen where a bound is made of it
(`chatrec.understand.change`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chatrec.types import COLOR, TYPE, Item, Mention, Vocabulary
from chatrec.understand.comparatives import ALWAYS, LESS_OF, MORE_OF, OF_SHOWN, words_of
from chatrec.words import Token, slip_of, stem

# "not too expensive" asks for nothing less than what was shown.
NEGATIONS = frozenset(
    "not nothing never isn't isnt aren't arent ain't aint don't dont doesn't doesnt "
    "shouldn't shouldnt".split()
)
_SLIPS = (
    *(phrase[0] for phrase in ALWAYS if len(phrase) == 1),
    *("brighter", "quieter", "thinner", "faster", "stronger", "powerful"),
)
_REACH = 4
_DEGREES = {
    **dict.fromkeys(("more", "higher", "bigger", "larger", "greater", "longer"), MORE_OF),
    **dict.fromkeys(("less", "fewer", "lower", "smaller", "shorter"), LESS_OF),
}
# Behind a comparative, what no product's number tells: "faster delivery", "brighter colours".
_OF_SERVICE = frozenset(
    "delivery deliveries shipping shipment postage dispatch service reply refund refunds return "
    "returns warranty guarantee answer response opening hours".split()
)
_OF_COLOR = frozenset("color colors colour colours shade shades tone tones".split())
_COLORING = frozenset({"brighter", "lighter", "warmer", "dimmer", "deeper"})
# Before one, what makes it of time: "no longer", "take longer".
_OF_TIME = frozenset("no any much take takes took taking wait waiting how".split())


class Relatives:
    """The comparatives of one shop."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._named = {
            tuple(map(stem, words_of(facet.name))): facet.name
            for facet in vocabulary.facets
            if facet.kind == "number"
        }
        self._longest = max(map(len, [*ALWAYS, *OF_SHOWN, *((*name, "") for name in self._named)]))
        colors, types = vocabulary.facet(COLOR), vocabulary.facet(TYPE)
        self._colors = _OF_COLOR | {value.label for value in (colors.values if colors else ())}
        self._types = {value.label for value in (types.values if types else ())}

    def spot(self, message: Sequence[Token], shown: Sequence[Item]) -> Iterator[Mention]:
        """Comparatives that ask for more or less of a number than what was shown has.

        Typos included. "Not so expensive" compares only where there is something to compare with,
        and so does all that is no common word for a price, weight or size.
        """
        words = [slip_of(token.word, _SLIPS) for token in message]
        for at in range(len(words)):
            if at and words[at - 1] in NEGATIONS:
                continue
            if words[at] == "too" and "if" in words[max(0, at - _REACH) : at]:
                continue  # "what if it is too small" asks for nothing bigger
            for width in range(min(self._longest, len(words) - at), 0, -1):
                label = self._label(words, at, width, shown)
                if label:
                    yield Mention("relative", label, message[at].start, message[at + width - 1].end)
                    break

    def _label(self, words: Sequence[str], at: int, width: int, shown: Sequence[Item]) -> str:
        """The label of the comparative that these words are; "" for none."""
        said = tuple(words[at : at + width])
        label = ALWAYS.get(said, "")
        if label == "cheaper" and said[0] == "not" and not shown:
            return ""
        if not label and shown:
            label = OF_SHOWN.get(said, "") or self._of_measure(said, shown)
            if at + width < len(words) - 1 and words[at + width] == "than":
                return "" if words[at + width + 1][:1].isdigit() else label  # a bound of its own
        behind = words[at + width : at + width + 1]
        if label in _COLORING and not self._colors.isdisjoint(behind):
            return ""
        timed = label == "longer" and at > 0 and words[at - 1] in _OF_TIME
        return "" if timed or not _OF_SERVICE.isdisjoint(behind) else label

    def _of_measure(self, said: Sequence[str], shown: Sequence[Item]) -> str:
        """The label of "more burners", "higher max load".

        What is a thing's name too ("more storage") only where the shown things tell the number.
        """
        name = self._named.get(tuple(map(stem, said[1:])), "")
        if not name or said[0] not in _DEGREES:
            return ""
        told = any(item.measure(name) is not None for item in shown)
        return "" if name in self._types and not told else f"{_DEGREES[said[0]]}{name}"
