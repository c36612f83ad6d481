"""Turn -> events: items as soon as they are known, then words, then the whole exchange.

Holds the order of a turn and the only branch on the intent. Keeps no state between turns: what a
turn needs to know comes in it. At most two model calls are made, one to read and one to explain.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol, TypeAlias

from chatrec import rank as ranking
from chatrec import retrieve
from chatrec.errors import EngineError
from chatrec.ports import CandidateSource, FaqSource, LanguageModel
from chatrec.respond import about, card, clarify, compare, courtesy, opening, relax, suggest
from chatrec.respond.check import Lexicon
from chatrec.respond.explain import Explanation
from chatrec.respond.telling import tellings
from chatrec.service import Service
from chatrec.service_lines import with_contact
from chatrec.types import (
    Candidate,
    Constraints,
    Event,
    Exchange,
    Intent,
    Item,
    Kind,
    Labels,
    ModelCall,
    Recommendation,
    Reply,
    Shown,
    Tone,
    Turn,
    Understanding,
    Words,
)

logger = logging.getLogger(__name__)

_CANDIDATES = 60


class Reads(Protocol):
    """What reads a turn: `chatrec.understand.Reader`."""

    async def understand(self, turn: Turn) -> tuple[Understanding, tuple[ModelCall, ...]]:
        """What the turn means and the model calls it took.

        Raises:
            EngineError: the model failed; nothing is known of the turn.
        """
        ...


@dataclass(frozen=True, slots=True)
class Manners:
    """What the shop has settled for all its conversations.

    ``relevance_floor`` and ``faq_floor`` belong to the sources: scores below them are about
    nothing in the shop. With ``explain`` the model writes the sentences on items. A reading whose
    confidence lies below ``unsure_below`` is checked with the shopper. ``languages`` are those
    that help pages are told in beside English; none named: all that they are in.
    """

    relevance_floor: float
    faq_floor: float
    shown: int = 3
    shop: str = "our shop"
    contact: str = ""
    tone: Tone = "warm"
    languages: tuple[str, ...] = ()
    explain: bool = True
    unsure_below: float = 0.0


Step: TypeAlias = Shown | Words | Reply
"""What an answer is made of; the reply comes last and gets its text from the words before it."""


@dataclass
class _Trace:
    """What is noted while one turn is answered."""

    started: float
    unsure: bool = False
    candidates: tuple[Candidate, ...] = ()
    calls: tuple[ModelCall, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)

    def reached(self, stage: str) -> None:
        """Note the seconds since the message came, once a stage."""
        self.timings.setdefault(stage, time.perf_counter() - self.started)


class Dialogue:
    """Answers turns of one shop. Safe for many conversations at once."""

    def __init__(
        self,
        reader: Reads,
        model: LanguageModel,
        source: CandidateSource,
        faq: FaqSource,
        manners: Manners,
    ) -> None:
        self._reader = reader
        self._model = model
        self._source = source
        self._manners = manners
        self._service = Service(faq, manners.faq_floor, manners.contact, manners.languages)
        self._lexicon = Lexicon(source.vocabulary)

    async def run(self, turn: Turn) -> AsyncGenerator[Event, None]:
        """The events of one turn: cards before words, the exchange last.

        A model that fails gives an honest reply and changes nothing.
        """
        trace = _Trace(time.perf_counter())
        try:
            understanding, trace.calls = await self._reader.understand(turn)
        except EngineError as exc:
            logger.error("the turn could not be read: %s", exc)
            understanding = Understanding(Intent.CHAT, turn.constraints, readable=False)
            steps = _say(Kind.CLARIFY, courtesy.engine_failed(), turn.constraints)
        else:
            kept = await retrieve.for_anyone(understanding.constraints, self._source)
            understanding = replace(understanding, constraints=kept)
            confidence = understanding.confidence
            trace.unsure = confidence is not None and confidence < self._manners.unsure_below
            understanding = await self._service.meant(turn, understanding, unsure=trace.unsure)
            steps = self._answer(turn, understanding, trace)
        trace.reached("understood")
        async with aclosing(_events(turn, understanding, steps, trace)) as events:
            async for event in events:
                yield event

    async def apply(self, turn: Turn, constraints: Constraints) -> AsyncGenerator[Event, None]:
        """The events of a turn in which the shopper changed the constraints by hand."""
        trace = _Trace(time.perf_counter())
        understanding = Understanding(Intent.REFINE, constraints)
        steps = self._answer(turn, understanding, trace)
        async with aclosing(_events(turn, understanding, steps, trace)) as events:
            async for event in events:
                yield event

    def _answer(
        self, turn: Turn, understood: Understanding, trace: _Trace
    ) -> AsyncGenerator[Step, None]:
        """The one branch on the intent."""
        kept = understood.constraints
        offered = suggest.departments(self._source.vocabulary)
        if not understood.readable:
            return self._service.unread(turn, understood, offered)
        match understood.intent:
            case Intent.NEW | Intent.REFINE:
                open_with = _admitting(understood, opening.for_wish)
                return self._search(turn, retrieve.for_wish(kept), kept, trace, open_with)
            case Intent.MORE:
                query = retrieve.for_more(kept, turn.seen)
                return self._search(turn, query, kept, trace, opening.for_more)
            case Intent.SIMILAR | Intent.COMPLEMENT as intent:
                found = self._similar if intent is Intent.SIMILAR else self._companions
                return found(turn, understood, trace)
            case Intent.ABOUT:
                return self._about(turn, understood)
            case Intent.COMPARE:
                return self._compare(turn, understood)
            case Intent.FAQ:
                return self._service.answer(turn, kept)
            case Intent.CHAT:
                manners = self._manners
                text = courtesy.smalltalk(turn.text, manners.shop, kept, offered, manners.tone)
                return _say(Kind.SMALLTALK, text, kept, offered)
            case Intent.OFF_TOPIC:
                text = courtesy.decline(kept, self._manners.shop)
                return _say(Kind.DECLINE, text, kept, offered)
            case Intent.HUMAN:
                return _say(Kind.HANDOFF, courtesy.handoff(self._manners.contact), kept)
            case Intent.RESTART:
                return _say(Kind.SMALLTALK, courtesy.restart(offered), Constraints(), offered)

    async def _search(
        self,
        turn: Turn,
        query: retrieve.Query,
        kept: Constraints,
        trace: _Trace,
        open_with: opening.Opening,
    ) -> AsyncGenerator[Step, None]:
        """Search, show, explain; ask where the wish is vague, help where nothing fits."""
        vocabulary = self._source.vocabulary
        if retrieve.is_empty(kept) and not query.text:
            offered = suggest.departments(vocabulary)
            async for step in _say(
                Kind.CLARIFY, courtesy.what_for(vocabulary, offered), kept, offered
            ):
                yield step
            return
        found = await self._find(query)
        trace.candidates = tuple(found)
        trace.reached("retrieved")
        if not found:
            async for step in self._nothing(turn, query, kept):
                yield step
            return
        vague = retrieve.is_vague(kept)
        cards = ranking.rank(found, kept, vocabulary, shown=self._manners.shown, diverse=vague)
        cards = card.with_reasons(cards, kept, vocabulary)
        question = clarify.question(turn, kept, found, vocabulary) if vague else None
        kind = Kind.RECOMMEND if question is None else Kind.CLARIFY
        if question is None and trace.unsure:
            question = clarify.whether_understood(turn)
        yield Shown(kind, cards, kept)
        items = [shown.item for shown in cards]
        yield Words(open_with(items, kept, vocabulary))
        async with aclosing(self._explain(turn, cards, kept, trace)) as told:
            async for sentence in told:
                yield Words(f"\n\n{sentence}")
        if question is not None:
            yield Words(f"\n\n{question.text}")
        answers = question.answers if question else ()
        clicks = suggest.after_search(items, found, kept, vocabulary, answers)
        asked = question.about if question else ""
        yield Reply(kind, "", cards, suggestions=clicks, constraints=kept, asked=asked)

    async def _find(self, query: retrieve.Query) -> list[Candidate]:
        """Candidates; of a gift that nothing is about, whatever else the constraints allow."""
        floor = self._manners.relevance_floor
        found = await retrieve.candidates(query, self._source, _CANDIDATES, relevance_floor=floor)
        if found or not query.for_occasion or retrieve.is_empty(query.constraints):
            return found
        anything = replace(query, text="", by_meaning=False)
        return await retrieve.candidates(anything, self._source, _CANDIDATES, relevance_floor=floor)

    async def _explain(
        self,
        turn: Turn,
        cards: Sequence[Recommendation],
        kept: Constraints,
        trace: _Trace,
    ) -> AsyncGenerator[str, None]:
        """One telling per card, by the model where the shop has it so."""
        if self._lexicon.vocabulary is not self._source.vocabulary:
            self._lexicon = Lexicon(self._source.vocabulary)
        to_tell = tellings(cards, kept, self._source.vocabulary)
        wish = kept.wish or turn.text
        manners = self._manners
        explanation = Explanation(to_tell, self._lexicon, wish, manners.shop, manners.tone)
        if not self._manners.explain:
            for sentence in explanation.plainly():
                yield sentence
            return
        async with aclosing(explanation.by_model(self._model)) as told:
            async for sentence in told:
                yield sentence
        if explanation.call is not None:
            trace.calls = (*trace.calls, explanation.call)

    async def _nothing(
        self, turn: Turn, query: retrieve.Query, kept: Constraints
    ) -> AsyncGenerator[Step, None]:
        """Say what is in the way and what lifting it would give.

        What the shop has no word for may be a question that its help pages answer.
        """
        nameless = not kept.category
        if nameless and await self._service.may_answer(turn):
            async for words in self._service.answer(turn, turn.constraints):
                yield words
            return

        async def search(constraints: Constraints) -> list[Candidate]:
            return await self._find(replace(query, constraints=constraints))

        hidden = query.constraints.rejected - kept.rejected
        text, clicks = await relax.nothing_found(kept, hidden, search, self._source)
        clicks = clicks or suggest.departments(self._source.vocabulary)
        text = with_contact(text, self._manners.contact) if nameless else text
        async for step in _say(Kind.NOTHING_FITS, text, kept, clicks):
            yield step

    async def _similar(
        self, turn: Turn, understood: Understanding, trace: _Trace
    ) -> AsyncGenerator[Step, None]:
        """More like the items pointed at, or like all that are shown."""
        items = await self._items(turn, understood)
        kept = understood.constraints
        if not items:
            query, open_with = retrieve.for_wish(kept), opening.for_wish
        else:
            query = retrieve.like(kept, items, kept.wish)
            open_with = partial(opening.for_like, items)
        told = _admitting(understood, open_with)
        async for step in self._search(turn, query, kept, trace, told):
            yield step

    async def _companions(
        self, turn: Turn, understood: Understanding, trace: _Trace
    ) -> AsyncGenerator[Step, None]:
        """Things that go with the items pointed at, or with all that are shown."""
        items = await self._items(turn, understood)
        kept, floor = understood.constraints, self._manners.relevance_floor
        if not items:
            steps = _say(Kind.CLARIFY, courtesy.which_item(bool(turn.shown)), kept)
        else:
            kept = await retrieve.with_companions(items, kept, self._source, floor=floor)
            query = retrieve.for_companions(items, kept)
            open_with = partial(opening.for_companions, items)
            steps = (
                self._search(turn, query, kept, trace, open_with)
                if kept.category
                else _say(Kind.CLARIFY, courtesy.no_companions(items), turn.constraints)
            )
        async for step in steps:
            yield step

    async def _about(self, turn: Turn, understood: Understanding) -> AsyncGenerator[Step, None]:
        """Answer a question from the facts of the items it is on."""
        kept = understood.constraints
        items = await self._items(turn, understood)
        if not items:
            async for step in _say(Kind.CLARIFY, courtesy.which_item(bool(turn.shown)), kept):
                yield step
            return
        question = about.Question(turn.text, understood.asks)
        text = await about.answer(question, items, self._source.vocabulary, self._source)
        clicks = suggest.after_question(items, turn.shown)
        focus = understood.about if len(items) < len(turn.shown) else ()
        async for step in _say(Kind.ABOUT, text, kept, clicks, focus):
            yield step

    async def _compare(self, turn: Turn, understood: Understanding) -> AsyncGenerator[Step, None]:
        """Set the items side by side; one alone is compared with the others shown."""
        kept = understood.constraints
        items = await self._items(turn, understood)
        if len(items) == 1:
            items = [*items, *(item for item in turn.shown if item.id != items[0].id)]
        if len(items) < 2:
            async for step in _say(Kind.CLARIFY, courtesy.which_item(bool(items)), kept):
                yield step
            return
        text = compare.compare(items, turn.text, self._source.vocabulary)
        best = compare.recommended(items, turn.text, self._source.vocabulary)
        clicks = suggest.after_question(items, turn.shown)
        async for step in _say(Kind.COMPARE, text, kept, clicks, (best.id,) if best else ()):
            yield step

    async def _items(self, turn: Turn, understood: Understanding) -> list[Item]:
        """The items pointed at, as they are in the shop now; all that are shown if none are."""
        ids = understood.about or tuple(item.id for item in turn.shown)
        return await self._source.items(ids)


def _admitting(understood: Understanding, open_with: opening.Opening) -> opening.Opening:
    """The opening, behind what could not be compared."""
    if not understood.unmeasured:
        return open_with
    return partial(opening.unmeasured, understood.unmeasured, open_with)


async def _say(
    kind: Kind,
    text: str,
    constraints: Constraints,
    suggestions: Sequence[str] = (),
    focus: Labels = (),
) -> AsyncGenerator[Step, None]:
    """A reply of words alone."""
    yield Words(text)
    yield Reply(
        kind, "", suggestions=tuple(suggestions), constraints=constraints, focus=tuple(focus)
    )


async def _events(
    turn: Turn, understanding: Understanding, steps: AsyncGenerator[Step, None], trace: _Trace
) -> AsyncGenerator[Event, None]:
    """Steps -> events with the times at which they went out, and the exchange at the end."""
    said: list[str] = []
    reply = Reply(Kind.CLARIFY, "", constraints=understanding.constraints)
    async with aclosing(steps):
        async for step in steps:
            if isinstance(step, Reply):
                reply = step
                continue
            trace.reached("items_shown" if isinstance(step, Shown) else "first_word")
            if isinstance(step, Words):
                said.append(step.text)
            yield step
    trace.reached("done")
    reply = replace(reply, text="".join(said))
    yield Exchange(turn, understanding, trace.candidates, reply, trace.timings, trace.calls)
