"""Turns that are customer service -> what the help pages say, in the shopper's language.

Also whether a turn is customer service although it was read as something else. Knows the answers
of `chatrec.answer` and no products.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace

from chatrec.answer import BEYOND_DOUBT, CERTAIN, LIKELY, NEAR, answer, answer_in, claims
from chatrec.ports import FaqSource
from chatrec.respond import courtesy
from chatrec.service_lines import asks_for_person
from chatrec.types import Constraints, Intent, Kind, Reply, Turn, Understanding, Words
from chatrec.words import STOPWORDS, tokens

_SEARCHES = frozenset({Intent.NEW, Intent.REFINE, Intent.SIMILAR})
# What is neither shopping nor service comes near to no entry: of the 102 such turns of
# `tests/reading` and `tests/reading_unseen` none to one of the demo shop's beyond `LIKELY`.
_NO_SHOPPING = frozenset({Intent.CHAT, Intent.OFF_TOPIC})
_PERHAPS_SERVICE = _SEARCHES | _NO_SHOPPING | {Intent.ABOUT}


@dataclass(frozen=True, slots=True)
class Service:
    """The help pages of one shop.

    Scores below ``floor`` are about no entry; ``contact`` says how to reach a person;
    ``languages`` are those that are answered beside English, all that the pages are in if none.
    """

    source: FaqSource
    floor: float
    contact: str = ""
    languages: tuple[str, ...] = ()

    async def meant(self, turn: Turn, understood: Understanding, *, unsure: bool) -> Understanding:
        """The reading, or customer service where an entry is plainly what the message is about."""
        if not understood.readable or understood.intent not in _PERHAPS_SERVICE or understood.buys:
            return understood
        said = [m for m in understood.mentions if m.kind in ("value", "number") and m.start >= 0]
        named, described = bool(said), len({mention.facet for mention in said}) > 1
        required = any(
            set(m.values) <= set(understood.constraints.require.get(m.facet, ()))
            and not set(m.values) <= set(turn.constraints.require.get(m.facet, ()))
            for m in said
            if m.kind == "value"
        )
        adds = understood.intent is Intent.REFINE and required  # "wait, my size is 40"
        asks = understood.intent is Intent.ABOUT
        doubted = unsure and not (described or adds or asks)
        points = any(m.kind == "item" and m.start >= 0 for m in understood.mentions)
        if asks and not named and not points and await self._goes_on(turn):
            nearness = NEAR
        elif doubted or understood.intent in _NO_SHOPPING:
            nearness = LIKELY
        elif named and understood.intent in _SEARCHES:
            nearness = BEYOND_DOUBT
        else:
            nearness = CERTAIN
        if not await self._is_near(turn.text, nearness):
            return understood
        return replace(understood, intent=Intent.FAQ, constraints=turn.constraints, about=())

    async def _goes_on(self, turn: Turn) -> bool:
        """Whether the message before was answered from the help pages.

        "Do you ship to Spain", and then "how long does it take?". The answer is found again, so
        that nothing needs to be kept of it.
        """
        said = next((one.text for one in reversed(turn.history) if one.role == "assistant"), "")
        before = _before(turn)
        if not (before and said):
            return False
        told = await answer(before, self.source, floor=self.floor, contact=self.contact)
        return bool(told.citations) and told.text == said

    async def may_answer(self, turn: Turn) -> bool:
        """Whether an entry is about a message that names nothing that the shop sells."""
        return bool(turn.text) and await self._is_near(turn.text, LIKELY)

    async def _is_near(self, text: str, nearness: float) -> bool:
        return await claims(text, self.source, floor=self.floor, nearness=nearness)

    async def answer(self, turn: Turn, kept: Constraints) -> AsyncGenerator[Words | Reply, None]:
        """Answer from the help pages; the search that stands is kept."""
        question = await self._whole(turn)
        told = await answer(question, self.source, floor=self.floor, contact=self.contact)
        yield Words(told.text)
        yield Reply(
            Kind.FAQ, "", citations=told.citations, suggestions=told.related, constraints=kept
        )

    async def _whole(self, turn: Turn) -> str:
        """The question, behind the one before it where it names nothing: "and how long?"."""
        words = tokens(turn.text)
        before = _before(turn)
        named = [
            word
            for at, word in enumerate(words)
            if word not in STOPWORDS and not (at and words[at - 1] == "how")
        ]
        if named or not before:
            return turn.text
        asked = await self._is_near(before, NEAR)
        return f"{before} {turn.text}" if asked else turn.text

    async def unread(
        self, turn: Turn, understood: Understanding, offered: Sequence[str]
    ) -> AsyncGenerator[Words | Reply, None]:
        """A message that was not read: answered where there are entries in its language."""
        language, kept = understood.language, understood.constraints
        if language and self.languages and language not in self.languages:
            language = ""
        if asks_for_person(turn.text, language):
            yield Words(courtesy.handoff(self.contact, language))
            yield Reply(Kind.HANDOFF, "", constraints=kept)
            return
        told = language and await answer_in(
            language, turn.text, self.source, floor=self.floor, contact=self.contact
        )
        if told:
            yield Words(told.text)
            yield Reply(
                Kind.FAQ, "", citations=told.citations, suggestions=told.related, constraints=kept
            )
            return
        yield Words(courtesy.not_understood(understood.language, self.contact))
        yield Reply(Kind.CLARIFY, "", suggestions=tuple(offered), constraints=kept)


def _before(turn: Turn) -> str:
    """What the shopper wrote before."""
    return next((said.text for said in reversed(turn.history) if said.role == "user"), "")
