"""What is found, chosen and said, and the events that tell it as it arises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from chatrec.types.constraints import UNCONSTRAINED, Constraints
from chatrec.types.items import Item, Labels
from chatrec.types.turns import Turn, Understanding


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a candidate was found.

    ``words`` of the wish that its text has; ``lexical`` and ``dense`` scores of the two sides,
    each in [0, 1]; ``meets`` the preferred values it has, as (facet, value); ``picture`` the cosine
    of its picture to the shopper's photo, in [-1, 1], or None where there was no photo.
    """

    words: Labels = ()
    lexical: float = 0.0
    dense: float = 0.0
    meets: tuple[tuple[str, str], ...] = ()
    picture: float | None = None


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
    constraints: Constraints = UNCONSTRAINED
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
