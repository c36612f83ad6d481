"""Turns that are customer service -> what the help pages say, in the shopper's language.

Also whether a turn is customer service although it was read as something else. Knows the answers
of `chatrec.answer` and no products.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace

from chatrec.answer import answer, answer_in, claims
from chatrec.ports import FaqSource
from chatrec.respond import courtesy
from chatrec.service_lines import asks_for_person
from chatrec.types import Constraints, Intent, Kind, Reply, Turn, Understanding, Words

_PERHAPS_SERVICE = frozenset(
    {Intent.NEW, Intent.REFINE, Intent.ABOUT, Intent.SIMILAR, Intent.CHAT, Intent.OFF_TOPIC}
)


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
        if not understood.readable or understood.intent not in _PERHAPS_SERVICE:
            return understood
        if not await claims(turn.text, self.source, floor=self.floor, unsure=unsure):
            return understood
        return replace(understood, intent=Intent.FAQ, constraints=turn.constraints, about=())

    async def may_answer(self, turn: Turn) -> bool:
        """Whether an entry is about a message that names nothing that the shop sells."""
        text = turn.text
        return bool(text) and await claims(text, self.source, floor=self.floor, unsure=True)

    async def answer(self, turn: Turn, kept: Constraints) -> AsyncGenerator[Words | Reply, None]:
        """Answer from the help pages; the search that stands is kept."""
        told = await answer(turn.text, self.source, floor=self.floor, contact=self.contact)
        yield Words(told.text)
        yield Reply(
            Kind.FAQ, "", citations=told.citations, suggestions=told.related, constraints=kept
        )

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
