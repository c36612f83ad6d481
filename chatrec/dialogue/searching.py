"""Query -> cards and the words on them, or what is in the way and what lifting it would give.

Knows no intent: which query is run, and what opens the reply, is given.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from chatrec import rank as ranking
from chatrec import retrieve
from chatrec.dialogue import offers
from chatrec.dialogue.manners import Manners
from chatrec.dialogue.steps import Step, Trace, say
from chatrec.ports import CandidateSource, LanguageModel
from chatrec.respond import card, clarify, courtesy, opening, relax, suggest
from chatrec.respond.check import Lexicon
from chatrec.respond.explain import Explanation
from chatrec.respond.telling import tellings
from chatrec.service import Service
from chatrec.service_lines import with_contact
from chatrec.types import (
    Candidate,
    Constraints,
    Kind,
    Recommendation,
    Reply,
    Shown,
    Turn,
    Words,
)

_CANDIDATES = 60


class Searching:
    """Searches one shop's catalogue and tells what was found. Safe for many turns at once."""

    def __init__(
        self, model: LanguageModel, source: CandidateSource, service: Service, manners: Manners
    ) -> None:
        self._model = model
        self._source = source
        self._service = service
        self._manners = manners
        self._lexicon = Lexicon(source.vocabulary)

    async def search(
        self,
        turn: Turn,
        query: retrieve.Query,
        kept: Constraints,
        trace: Trace,
        open_with: opening.Opening,
    ) -> AsyncGenerator[Step, None]:
        """Search, show, explain; ask where the wish is vague, help where nothing fits."""
        vocabulary = self._source.vocabulary
        by_photo = query.photo is not None
        if retrieve.is_empty(kept) and not query.text and not by_photo:
            offered = suggest.departments(vocabulary)
            async for step in say(
                Kind.CLARIFY, courtesy.what_for(vocabulary, offered), kept, offered
            ):
                yield step
            return
        found = await self._find(query)
        if not found and query.for_occasion and not retrieve.is_empty(query.constraints):
            open_with = partial(opening.nothing_about, query.text, open_with)
            query = replace(query, text="", by_meaning=False)
            found = await self._find(query)
        trace.candidates = tuple(found)
        trace.reached("retrieved")
        if not found:
            uncompared = by_photo and await self._source.count(query.constraints)
            nothing = self._uncompared if uncompared else self._nothing
            async for step in nothing(turn, query, kept, trace):
                yield step
            return
        vague = retrieve.is_vague(kept) and not by_photo
        cards = ranking.rank(found, kept, vocabulary, shown=self._manners.shown, diverse=vague)
        cards = card.with_reasons(cards, kept, vocabulary)
        question = clarify.question(turn, kept, found, vocabulary) if vague else None
        kind = Kind.RECOMMEND if question is None else Kind.CLARIFY
        if question is None and trace.unsure:
            question = clarify.whether_understood(turn)
        yield Shown(kind, cards, kept)
        items = [shown.item for shown in cards]
        yield Words(open_with(items, kept, vocabulary))
        plainly = by_photo or not self._manners.explain  # a model would speak of the photo
        async with aclosing(self._explain(turn, cards, kept, trace, plainly)) as told:
            async for sentence in told:
                yield Words(f"\n\n{sentence}")
        if question is not None:
            yield Words(f"\n\n{question.text}")
        answers = question.answers if question else ()
        clicks = suggest.after_search(items, found, kept, vocabulary, answers)
        clicks = suggest.after_photo(items) if by_photo else clicks
        asked = question.about if question else ""
        yield Reply(kind, "", cards, suggestions=clicks, constraints=kept, asked=asked)

    async def _find(self, query: retrieve.Query) -> list[Candidate]:
        """Candidates; where nothing is known but that it is a gift, those that any gift may be."""
        floor = self._manners.relevance_floor
        found = await retrieve.candidates(query, self._source, _CANDIDATES, relevance_floor=floor)
        unknown = query.for_occasion and not query.text and not query.constraints.category
        return retrieve.as_presents(found, query.constraints) if unknown else found

    async def _explain(
        self,
        turn: Turn,
        cards: Sequence[Recommendation],
        kept: Constraints,
        trace: Trace,
        plainly: bool,
    ) -> AsyncGenerator[str, None]:
        """One telling per card, by the model unless it is to be told plainly."""
        if self._lexicon.vocabulary is not self._source.vocabulary:
            self._lexicon = Lexicon(self._source.vocabulary)
        to_tell = tellings(cards, kept, self._source.vocabulary)
        wish = kept.wish or turn.text
        manners = self._manners
        explanation = Explanation(to_tell, self._lexicon, wish, manners.shop, manners.tone)
        if plainly:
            for sentence in explanation.plainly():
                yield sentence
            return
        async with aclosing(explanation.by_model(self._model)) as told:
            async for sentence in told:
                yield sentence
        if explanation.call is not None:
            trace.calls = (*trace.calls, explanation.call)

    async def _uncompared(
        self, turn: Turn, query: retrieve.Query, kept: Constraints, trace: Trace
    ) -> AsyncGenerator[Step, None]:
        """Go by the words alone where nothing that fits can be compared with the photo."""
        if query.text:
            wish = retrieve.for_wish(kept)
            steps = self.search(turn, wish, kept, trace, opening.without_pictures)
        else:
            offered = suggest.departments(self._source.vocabulary)
            steps = say(Kind.CLARIFY, courtesy.no_pictures(), kept, offered)
        async for step in steps:
            yield step

    async def _nothing(
        self, turn: Turn, query: retrieve.Query, kept: Constraints, trace: Trace
    ) -> AsyncGenerator[Step, None]:
        """Say what is in the way and what lifting it would give.

        What the shop has no word for may be a question that its help pages answer.
        """
        nameless = not kept.category
        if nameless and await self._service.may_answer(turn):
            async for words in self._service.answer(turn, turn.constraints):
                yield words
            return

        async def found_under(constraints: Constraints) -> list[Candidate]:
            return await self._find(replace(query, constraints=constraints))

        hidden = query.constraints.rejected - kept.rejected
        stays = trace.fallback is None
        nothing = await relax.nothing_found(
            kept, hidden, found_under, self._source, offers=stays and not nameless
        )
        clicks = nothing.clicks or suggest.departments(self._source.vocabulary)
        text = with_contact(nothing.text, self._manners.contact) if nameless else nothing.text
        asked = offers.offering(nothing.offered) if nothing.offered else ""
        if trace.fallback is not None:
            clicks = tuple(click for click in clicks if not click.startswith("any "))
            kept = trace.fallback
        async for step in say(Kind.NOTHING_FITS, text, kept, clicks, asked=asked):
            yield step
