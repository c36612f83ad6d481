"""What a shopper says, and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, TypeAlias

from chatrec.types.constraints import UNCONSTRAINED, Constraints
from chatrec.types.items import NOTHING, Item, Labels


@dataclass(frozen=True, slots=True)
class Message:
    """One utterance. ``system`` only ever opens a prompt."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in RGB; ``pixels`` has height x width x 3 bytes, row by row from the top."""

    width: int
    height: int
    pixels: bytes = field(repr=False)


PHOTO = "[photo]"
"""Stands in a message that is kept where a photo came with it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A message and all that is known when it arrives.

    ``shown`` are the items of the latest reply that had any, in the order of their cards;
    ``seen`` the ids of all items shown so far; ``asked`` what the assistant's last question was
    about (a facet, "budget", a lookup, an offer, "person" where a person answers, or "");
    ``focus`` are ids of the shown items that were last spoken of apart from the others, which "it"
    means now; ``profile`` what the shop knows of the shopper. A ``photo`` that came with the
    message is never kept; without any text it means "something like this".
    """

    text: str
    history: tuple[Message, ...] = ()
    constraints: Constraints = UNCONSTRAINED
    shown: tuple[Item, ...] = ()
    seen: frozenset[str] = frozenset()
    asked: str = ""
    focus: Labels = ()
    profile: Mapping[str, str] = NOTHING
    photo: Picture | None = None

    @property
    def said(self) -> str:
        """The message as it is kept."""
        return said_with(self.photo, self.text)


def said_with(photo: Picture | None, text: str) -> str:
    """A message as it is kept, of the photo nothing but that there was one."""
    return text if photo is None else f"{PHOTO} {text}".rstrip()


Tone: TypeAlias = Literal["warm", "plain", "formal"]
"""How a shop speaks."""


class Intent(StrEnum):
    """What the shopper wants of this turn."""

    NEW = "new"  # a search that leaves the former one behind
    REFINE = "refine"  # a change to the search that stands
    MORE = "more"  # other items for the same search
    SIMILAR = "similar"  # more like a shown item, perhaps with a difference
    COMPLEMENT = "complement"  # what goes with shown items
    ABOUT = "about"  # a question on shown items
    CHOICES = "choices"  # which values there are, or kinds of things; read exactly
    COMPARE = "compare"  # which of the shown items, and why
    FAQ = "faq"  # customer service
    CHAT = "chat"  # greeting, thanks, goodbye
    OFF_TOPIC = "off_topic"  # nothing a shop assistant is for
    HUMAN = "human"  # a person is asked for
    RESTART = "restart"  # forget everything and begin anew


@dataclass(frozen=True, slots=True)
class Mention:
    """Something that was spotted in the message.

    ``label`` is the canonical name that the model sees and may answer with; ``start`` and ``end``
    its place in the message. For a number ``low`` and ``high`` hold the value in the facet's unit
    (equal unless it is a range; None where the message leaves that end open) and ``facet`` is
    "price" or a numeric facet. For an item ``item_ids`` says which. A ``relative`` ("cheaper") is
    measured against shown items. ``values`` are the facet's values that it names: more than one
    where the shop has several words for a thing, and not the label for "touchscreen", which means
    yes. A range is ``rough`` where one amount was said, with a word that widens it ("around"),
    and a number ``named`` where words beside it say which measure it is of ("wide").
    """

    kind: Literal["value", "number", "range", "relative", "word", "item"]
    label: str
    start: int
    end: int
    facet: str = ""
    low: float | None = None
    high: float | None = None
    item_ids: Labels = ()
    values: Labels = ()
    rough: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """A question for the values of a facet, in the ``whole`` shop or among what is looked for.

    ``start`` and ``end`` are its place in the message.
    """

    facet: str
    whole: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a turn means: the intent, the constraints after it, and what it points at.

    ``asks`` are the words a question is about. ``confidence`` is the probability the model gave
    its answer, in (0, 1], or None where the engine does not tell. What is not ``readable`` changes
    nothing; ``language`` says why where it is one that the model does not read. ``unmeasured`` are
    comparatives ("bigger") for which the shown items tell no number. The turn is about
    ``foreign_money`` where it names an amount in a currency that is not the shop's. ``choices`` is
    there where the intent is that. ``unclear`` are facets with the values of shown items of which
    one is turned down, and it is not told which. Who ``buys`` asks about items to have them here
    and now.
    """

    intent: Intent
    constraints: Constraints
    about: Labels = ()
    asks: Labels = ()
    mentions: tuple[Mention, ...] = ()
    confidence: float | None = None
    readable: bool = True
    language: str = ""
    unmeasured: Labels = ()
    foreign_money: bool = False
    choices: Choices | None = None
    buys: bool = False
    unclear: Mapping[str, Labels] = NOTHING
