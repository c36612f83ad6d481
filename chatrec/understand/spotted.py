"""What was found in a turn, as it goes to the schema, the prompt and the patch."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from chatrec.types import Choices, Mention
from chatrec.understand.numbers import NUMBERS, PRICE, RATING


@dataclass(frozen=True, slots=True)
class Spotted:
    """What was found in a turn.

    ``plain`` is the message with number words as digits, ``text`` the same with mentions in
    brackets; ``mentions`` has each label once per kind, in the order of the message; free words
    come after, and last the wanted values that stand. ``superlatives`` and ``in_stock`` hold for a
    search whatever the model says, and who ``orders`` what there is ("price low to high", "the
    cheapest you have") searches; ``affirmed`` are values that hold for a new search where the model
    says nothing of them, ``by_name`` those that hold for any ("in size 44"), ``described`` those
    right before a kind of thing, ``modifiers`` words that a new search wishes for so. In a message
    that is ``softened`` what is wished for is only preferred; what is ``refused`` is never wished
    for, and bounds nothing; what the shop is said to be ``lacking`` is never avoided. ``things``
    are types that may be what is looked for. Without a word that ``turns_down`` something, only a
    value may be avoided. ``of_that`` are facets whose value of a card is meant: "that brand";
    ``alternatives`` are pairs of which both will do: "Torvik or Heckenfeld"; ``for_how_many`` is
    the number of "a tent for 4"; ``only_size`` says that the message is nothing but a size of what
    is shown; ``sizes_untold`` are sizes that are asked for in a shop that tells none; ``choices``
    is what there is to choose from that is asked for; ``indifferent`` are stems of what is said not
    to matter, ``waived`` the facets so called; ``persons`` are whom the thing is for, as values
    that are only preferred; who ``buys`` wants a shown item here and now.
    """

    plain: str
    text: str
    mentions: tuple[Mention, ...]
    superlatives: tuple[str, ...] = ()
    orders: bool = False
    of_all: bool = False
    in_stock: bool = False
    affirmed: tuple[Mention, ...] = ()
    by_name: tuple[Mention, ...] = ()
    described: tuple[Mention, ...] = ()
    modifiers: tuple[Mention, ...] = ()
    softened: bool = False
    refused: tuple[Mention, ...] = ()
    lacking: tuple[Mention, ...] = ()
    things: tuple[Mention, ...] = ()
    turns_down: bool = True
    of_that: tuple[str, ...] = ()
    alternatives: tuple[tuple[Mention, Mention], ...] = ()
    for_how_many: Mention | None = None
    choices: Choices | None = None
    only_size: bool = False
    sizes_untold: tuple[str, ...] = ()
    indifferent: tuple[str, ...] = ()
    waived: tuple[str, ...] = ()
    persons: tuple[Mention, ...] = ()
    buys: bool = False

    def labels(self, *kinds: str) -> list[str]:
        """Labels of the mentions of these kinds, each once."""
        return list(dict.fromkeys(m.label for m in self.mentions if m.kind in kinds))

    def amounts(self, role: str, bounded: Collection[str]) -> list[str]:
        """Labels of the numbers that may be a lower end ("min"), an upper one ("max") or "near".

        A measure without a word of bounds is one to be near to, unless its facet is among the
        ``bounded``: "no, 20 l" after "under 30 l".
        """
        numbers = [m for m in self.mentions if m.kind in NUMBERS and m not in self.refused]
        if role == "near":
            fitting = [m for m in numbers if m.low is not None and m.high is not None]
        else:
            open_end = "high" if role == "min" else "low"
            free = {PRICE, *bounded}
            if role == "max":  # "4 stars is fine": so are more
                free -= {RATING}
            fitting = [
                m
                for m in numbers
                if m.kind == "number"
                and getattr(m, "low" if role == "min" else "high") is not None
                and (getattr(m, open_end) is None or m.facet in free)
            ]
        return list(dict.fromkeys(m.label for m in fitting))

    def named(self, label: str) -> list[Mention]:
        """The mentions that bear a label."""
        return [m for m in self.mentions if m.label == label]
