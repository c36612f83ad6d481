"""The values that travel between rooms. Frozen: a room makes a new one, never changes one.

Nothing here reads files, calls a model or knows an adapter. ``Constraints.allows`` is the one
definition of a hard constraint; every index must agree with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Literal, TypeAlias, TypeVar

from chatrec.words import names_value

AttributeValue: TypeAlias = str | float | bool | tuple[str, ...]
Labels: TypeAlias = tuple[str, ...]

V = TypeVar("V")


class _Empty(Mapping[str, Any]):
    """No entries, and none can be added. Hashable, as the default of a dataclass has to be."""

    __slots__ = ()

    def __getitem__(self, key: str) -> Any:
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "{}"


NOTHING: Mapping[str, Any] = _Empty()


@dataclass(frozen=True, slots=True)
class Message:
    """One utterance. ``system`` only ever opens a prompt."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the things that an item stands for, told from the others by its size.

    ``sizes`` are those that it can be had in, usually one.
    """

    id: str
    sizes: Labels = ()
    price: float | None = None
    stock: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A product.

    ``attributes`` are as the shop wrote them. Items of one ``group`` are one product in several
    colours or at several prices; ``variants`` are what an item stands for where that is more than
    one thing, sold out or not. The rest of the second block is made of them at
    indexing: ``types`` are what the thing is, general ones too ("boot", "footwear"); ``facets``
    hold folded values that a column gives; ``mined`` those read out of title and description;
    ``measures`` numbers in the facet's unit. ``price`` is in units of ``currency``; floats read
    from equal decimal texts are equal, so comparing them is exact.
    """

    id: str
    title: str
    description: str = ""
    category: Labels = ()
    brand: str | None = None
    price: float | None = None
    currency: str | None = None
    url: str | None = None
    image_url: str | None = None
    rating: float | None = None
    stock: int | None = None
    attributes: Mapping[str, AttributeValue] = NOTHING
    group: str = ""
    variants: tuple[Variant, ...] = ()

    types: Labels = ()
    facets: Mapping[str, Labels] = NOTHING
    mined: Mapping[str, Labels] = NOTHING
    measures: Mapping[str, float] = NOTHING

    def values(self, facet: str) -> Labels:
        """Folded values of a facet: the given ones, or where none are given the mined ones."""
        if facet == TYPE:
            return self.types
        return self.facets.get(facet) or self.mined.get(facet, ())

    def measure(self, name: str) -> float | None:
        """A number of the item in its facet's unit, or None where it is unknown."""
        if name == "rating":
            return self.rating
        if name == "stock":
            return None if self.stock is None else float(self.stock)
        return self.measures.get(name)

    @property
    def text(self) -> str:
        """Title and description: what an exclusion is checked against word by word."""
        return f"{self.title}. {self.description}"


TYPE = "type"
"""Name of the facet that says what a thing is."""
COLOR = "color"
"""Name of the colour facet, whatever the shop's column is called."""
GENDER = "gender"
"""Name of the facet that says whom a thing is made for."""
ANY = "any"
"""Facet of an excluded word that belongs to no facet: checked against the item's text alone."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A closed interval; None leaves a side open."""

    low: float | None = None
    high: float | None = None

    def holds(self, number: float | None) -> bool:
        """Whether the number is known and inside."""
        if number is None:
            return False
        return (self.low is None or number >= self.low) and (
            self.high is None or number <= self.high
        )


@dataclass(frozen=True, slots=True)
class Constraints:
    """What stands between the shopper and the shop.

    ``wish`` and ``prefer`` are soft and move the ranking; all else is hard. ``category`` holds
    product types, any of which will do. Within a facet of ``require`` any value will do, and
    every facet has to be met. ``exclude`` holds facets, or ``ANY`` for bare words.
    """

    wish: str = ""
    category: Labels = ()
    price_min: float | None = None
    price_max: float | None = None
    require: Mapping[str, Labels] = NOTHING
    exclude: Mapping[str, Labels] = NOTHING
    prefer: Mapping[str, Labels] = NOTHING
    numeric: Mapping[str, Bounds] = NOTHING
    rejected: frozenset[str] = frozenset()

    def allows(self, item: Item) -> bool:
        """Whether the item breaks no hard constraint.

        An unknown value meets no requirement and breaks no exclusion.
        """
        return next(self.violations(item), None) is None

    def violations(self, item: Item) -> Iterator[str]:
        """Names of the hard constraints that the item breaks."""
        if item.id in self.rejected:
            yield "rejected"
        if self.category and not set(self.category) & set(item.types):
            yield "category"
        if self.price_min is not None and (item.price is None or item.price < self.price_min):
            yield "price_min"
        if self.price_max is not None and (item.price is None or item.price > self.price_max):
            yield "price_max"
        for facet, values in self.require.items():
            if not set(values) & set(item.values(facet)):
                yield f"require.{facet}"
        for facet, values in self.exclude.items():
            if any(excludes(item, facet, value) for value in values):
                yield f"exclude.{facet}"
        for name, bounds in self.numeric.items():
            if not bounds.holds(item.measure(name)):
                yield f"numeric.{name}"

    def standing(self) -> Iterator[tuple[str, Constraints]]:
        """Each hard constraint that stands, by name, with the constraints that lack it alone.

        ``rejected`` is left out: what the shopper has turned down is not offered again.
        """
        if self.category:
            yield "category", replace(self, category=())
        if self.price_min is not None:
            yield "price_min", replace(self, price_min=None)
        if self.price_max is not None:
            yield "price_max", replace(self, price_max=None)
        for facet in self.require:
            yield f"require.{facet}", replace(self, require=without(self.require, facet))
        for facet in self.exclude:
            yield f"exclude.{facet}", replace(self, exclude=without(self.exclude, facet))
        for name in self.numeric:
            yield f"numeric.{name}", replace(self, numeric=without(self.numeric, name))


def excludes(item: Item, facet: str, value: str) -> bool:
    """Whether an exclusion of ``value`` keeps the item out.

    A type is matched against the item's types; any other value against the item's facets, given
    and mined, and then word by word against its text (`chatrec.words.names_value`).
    """
    if facet == TYPE:
        return value in item.types
    if facet != ANY and (value in item.facets.get(facet, ()) or value in item.mined.get(facet, ())):
        return True
    return names_value(item.text, value, of_whole=facet == COLOR)


def without(mapping: Mapping[str, V], key: str) -> Mapping[str, V]:
    """The mapping without one key."""
    return {k: v for k, v in mapping.items() if k != key}


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet: its folded label, how many items have it, and other names for it."""

    label: str
    count: int
    aliases: Labels = ()


@dataclass(frozen=True, slots=True)
class Facet:
    """What indexing learnt about one attribute.

    ``mined`` facets were read out of texts and given by no column. Numeric facets have ``unit``
    (None for a bare number), ``low`` and ``high``; others have ``values``, the commonest first.
    """

    name: str
    kind: Literal["value", "number"]
    values: tuple[FacetValue, ...] = ()
    unit: str | None = None
    low: float | None = None
    high: float | None = None
    count: int = 0
    mined: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the shop can be asked for: its facets, the currency, and the range of its prices."""

    facets: tuple[Facet, ...] = ()
    currency: str = "USD"
    price_low: float = 0.0
    price_high: float = 0.0
    size: int = 0

    def facet(self, name: str) -> Facet | None:
        """The facet of this name, if the catalogue has it."""
        return next((f for f in self.facets if f.name == name), None)


@dataclass(frozen=True, slots=True)
class Turn:
    """A message and all that is known when it arrives.

    ``shown`` are the items of the latest reply that had any, in the order of their cards;
    ``seen`` the ids of all items shown so far; ``asked`` what the assistant's last question was
    about (a facet, "budget", a lookup, "person" where a person answers, or ""); ``focus`` are ids
    of the shown items that were last spoken of apart from the others, which "it" means now;
    ``profile`` what the shop knows of the shopper.
    """

    text: str
    history: tuple[Message, ...] = ()
    constraints: Constraints = Constraints()
    shown: tuple[Item, ...] = ()
    seen: frozenset[str] = frozenset()
    asked: str = ""
    focus: Labels = ()
    profile: Mapping[str, str] = NOTHING


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
    "price" or a numeric facet. For an item
    ``item_ids`` says which. A ``relative`` ("cheaper") is measured against shown
    items. ``values`` are the facet's values that it names: more than one
    where the shop has several words for a thing, and not the label for "touchscreen", which
    means yes.
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


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a turn means: the intent, the constraints after it, and what it points at.

    ``asks`` are the words a question is about. ``confidence`` is the probability the model gave
    its answer, in (0, 1], or None where the engine does not tell. What is not ``readable`` changes
    nothing; ``language`` says why where it is one that the model does not read.
    """

    intent: Intent
    constraints: Constraints
    about: Labels = ()
    asks: Labels = ()
    mentions: tuple[Mention, ...] = ()
    confidence: float | None = None
    readable: bool = True
    language: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a candidate was found.

    ``words`` of the wish that its text has; ``lexical`` and ``dense`` scores of the two sides,
    each in [0, 1]; ``meets`` the preferred values it has, as (facet, value).
    """

    words: Labels = ()
    lexical: float = 0.0
    dense: float = 0.0
    meets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that breaks no hard constraint, with a score: bigger is better."""

    item: Item
    score: float
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is so of an item: ``name`` is "price", "brand", an attribute, or "listing"."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """An item that is shown, its place from 1 on, and the facts that speak for it."""

    item: Item
    rank: int
    reasons: tuple[Fact, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """A customer-service question with its answer, a line a paragraph.

    ``source`` is a link or a name of one, ``language`` a two-letter code, "" where it is not said.
    """

    id: str
    question: str
    answer: str
    source: str | None = None
    paraphrases: Labels = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class FaqMatch:
    """An entry and how near it is to what was asked, in [0, 1]."""

    entry: FaqEntry
    score: float


class Kind(StrEnum):
    """Kinds of reply."""

    RECOMMEND = "recommend"
    ABOUT = "about"
    CLARIFY = "clarify"
    COMPARE = "compare"
    FAQ = "faq"
    NOTHING_FITS = "nothing_fits"
    DECLINE = "decline"
    HANDOFF = "handoff"
    SMALLTALK = "smalltalk"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the shopper gets.

    ``asked`` says what its question, if any, is about; ``focus`` which of the items shown before
    its words are about, by id.
    """

    kind: Kind
    text: str
    recommendations: tuple[Recommendation, ...] = ()
    citations: tuple[FaqEntry, ...] = ()
    suggestions: Labels = ()
    constraints: Constraints = Constraints()
    asked: str = ""
    focus: Labels = ()

    def focus_after(self, before: Labels) -> Labels:
        """What "it" means in the next turn: new cards make it open again."""
        return self.focus or (() if self.recommendations else before)


@dataclass(frozen=True, slots=True)
class Shown:
    """Event: the items of the reply, sent before any word of it."""

    kind: Kind
    recommendations: tuple[Recommendation, ...]
    constraints: Constraints


@dataclass(frozen=True, slots=True)
class Words:
    """Event: the next piece of the reply's text."""

    text: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """Event, always the last: one turn with everything that led to its reply.

    ``timings`` are seconds since the message arrived, by stage, and ``calls`` the model calls.
    """

    turn: Turn
    understanding: Understanding
    candidates: tuple[Candidate, ...]
    reply: Reply
    timings: Mapping[str, float] = field(default_factory=dict)
    calls: tuple[ModelCall, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One request to the language model: what for, and its size in tokens where known."""

    purpose: str
    prompt_tokens: int = 0
    completion_tokens: int = 0


Event: TypeAlias = Shown | Words | Exchange
