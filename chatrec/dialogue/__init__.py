"""Turn -> events: items as soon as they are known, then words, then the whole exchange.

Holds the order of a turn and the only branch on the intent; `searching` runs the searches, `steps`
makes events of what is said, `offers` takes a yes for what was offered. Keeps no state between
turns: what a turn needs to know comes in it. At most two model calls are made, one to read and one
to explain.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Protocol

from chatrec import retrieve
from chatrec.dialogue import offers
from chatrec.dialogue.manners import Manners
from chatrec.dialogue.searching import Searching
from chatrec.dialogue.steps import Step, Trace, events_of, say
from chatrec.errors import EngineError
from chatrec.ports import CandidateSource, FaqSource, LanguageModel
from chatrec.respond import about, choices, clarify, compare, courtesy, opening, suggest
from chatrec.service import Service
from chatrec.types import (
    TYPE,
    Constraints,
    Event,
    Intent,
    Item,
    Kind,
    ModelCall,
    Turn,
    Understanding,
)

__all__ = ["Dialogue", "Manners", "Reads"]

logger = logging.getLogger(__name__)

_KINDS_NAMED = 8
_WEIGHED = 1000  # items whose values are looked at when they are asked for


class Reads(Protocol):
    """What reads a turn: `chatrec.understand.Reader`."""

    async def understand(self, turn: Turn) -> tuple[Understanding, tuple[ModelCall, ...]]:
        """What the turn means and the model calls it took.

        Raises:
            EngineError: the model failed; nothing is known of the turn.
        """
        ...


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
        self._source = source
        self._manners = manners
        self._service = Service(faq, manners.faq_floor, manners.contact, manners.languages)
        self._searching = Searching(model, source, self._service, manners)

    async def run(self, turn: Turn) -> AsyncGenerator[Event, None]:
        """The events of one turn: cards before words, the exchange last.

        A model that fails gives an honest reply and changes nothing.
        """
        trace, said = Trace(time.perf_counter()), turn
        turn = offers.taken_up(said)
        try:
            understanding, trace.calls = await self._read(turn)
        except EngineError as exc:
            logger.error("the turn could not be read: %s", exc)
            understanding = Understanding(Intent.CHAT, turn.constraints, readable=False)
            steps = say(Kind.CLARIFY, courtesy.engine_failed(), turn.constraints)
        else:
            kept = await retrieve.for_anyone(understanding.constraints, self._source)
            kept = await retrieve.without_moot_kinds(kept, turn.constraints, self._source)
            understanding = replace(understanding, constraints=kept)
            confidence = understanding.confidence
            trace.fallback = _uncompared(turn, understanding)
            trace.unsure = confidence is not None and confidence < self._manners.unsure_below
            if turn.text or turn.photo is None:
                understanding = await self._service.meant(turn, understanding, unsure=trace.unsure)
            if turn.photo is not None:
                understanding = await self._by_photo(turn, understanding)
            steps = (
                self._answer(turn, understanding, trace)
                if understanding.readable
                else self._unread(turn, understanding)
            )
        trace.reached("understood")
        async with aclosing(events_of(said, understanding, steps, trace)) as events:
            async for event in events:
                yield event

    async def _read(self, turn: Turn) -> tuple[Understanding, tuple[ModelCall, ...]]:
        """What the turn means; a photo without a word needs no model to be read."""
        if turn.photo is not None and not turn.text:
            return retrieve.wordless(turn), ()
        understood, calls = await self._reader.understand(turn)
        if turn.photo is None or understood.language or retrieve.is_request(understood):
            return understood, calls
        again, more = await self._reader.understand(retrieve.as_request(turn))
        return retrieve.of_request(again), (*calls, *more)

    async def _by_photo(self, turn: Turn, understood: Understanding) -> Understanding:
        """A search by the photo, unless a help page is about the words or a person is wanted."""
        if understood.intent is Intent.FAQ and await self._service.may_answer(turn):
            return understood
        return retrieve.with_photo(understood)

    async def apply(self, turn: Turn, constraints: Constraints) -> AsyncGenerator[Event, None]:
        """The events of a turn in which the shopper changed the constraints by hand."""
        trace = Trace(time.perf_counter())
        understanding = Understanding(Intent.REFINE, constraints)
        steps = self._answer(turn, understanding, trace)
        async with aclosing(events_of(turn, understanding, steps, trace)) as events:
            async for event in events:
                yield event

    def _unread(self, turn: Turn, understood: Understanding) -> AsyncGenerator[Step, None]:
        """Help where nothing was understood."""
        offered = suggest.departments(self._source.vocabulary)
        return self._service.unread(turn, understood, offered)

    def _answer(
        self, turn: Turn, understood: Understanding, trace: Trace
    ) -> AsyncGenerator[Step, None]:
        """The one branch on the intent."""
        kept = understood.constraints
        offered = suggest.departments(self._source.vocabulary)
        if understood.unclear:
            which = clarify.which_to_leave_out(understood.unclear)
            return say(Kind.CLARIFY, which.text, kept, which.answers, asked=which.about)
        match understood.intent:
            case Intent.NEW | Intent.REFINE:
                found_by = opening.for_wish if turn.photo is None else opening.for_photo
                open_with = _admitting(understood, found_by)
                query = retrieve.for_wish(kept, turn.photo)
                return self._searching.search(turn, query, kept, trace, open_with)
            case Intent.MORE:
                query = retrieve.for_more(kept, turn.seen)
                return self._searching.search(turn, query, kept, trace, opening.for_more)
            case Intent.SIMILAR | Intent.COMPLEMENT as intent:
                found = self._similar if intent is Intent.SIMILAR else self._companions
                return found(turn, understood, trace)
            case Intent.CHOICES:
                return self._choices(understood)
            case Intent.ABOUT | Intent.COMPARE as intent:
                told = self._about if intent is Intent.ABOUT else self._compare
                return told(turn, understood)
            case Intent.FAQ:
                return self._service.answer(turn, kept)
            case Intent.CHAT:
                manners = self._manners
                text = courtesy.smalltalk(turn.text, manners.shop, kept, offered, manners.tone)
                return say(Kind.SMALLTALK, text, kept, offered)
            case Intent.OFF_TOPIC:
                text = courtesy.decline(kept, self._manners.shop)
                return say(Kind.DECLINE, text, kept, offered)
            case Intent.HUMAN:
                return say(Kind.HANDOFF, courtesy.handoff(self._manners.contact), kept)
            case Intent.RESTART:
                return say(Kind.SMALLTALK, courtesy.restart(offered), Constraints(), offered)

    async def _similar(
        self, turn: Turn, understood: Understanding, trace: Trace
    ) -> AsyncGenerator[Step, None]:
        """More like the items pointed at, or like all that are shown."""
        items = await self._items(turn, understood)
        kept = understood.constraints
        if not items:
            query, open_with = retrieve.for_wish(kept), opening.for_wish
        else:
            query = retrieve.like(kept, items, kept.wish)
            open_with = partial(opening.for_like, items)
            brands = kept.require.get("brand", ())
            if brands and not await self._source.count(query.constraints):
                wider = retrieve.of_any_brand(kept)
                query = retrieve.like(wider, items, kept.wish)
                if await self._source.count(query.constraints):
                    kept, open_with = wider, partial(opening.by_others, brands, open_with)
        told = _admitting(understood, open_with)
        async for step in self._searching.search(turn, query, kept, trace, told):
            yield step

    async def _companions(
        self, turn: Turn, understood: Understanding, trace: Trace
    ) -> AsyncGenerator[Step, None]:
        """Things that go with the items pointed at, or with all that are shown."""
        items = await self._items(turn, understood)
        kept, floor = understood.constraints, self._manners.relevance_floor
        if not items:
            steps = say(Kind.CLARIFY, courtesy.which_item(bool(turn.shown)), kept)
        else:
            kept = await retrieve.with_companions(items, kept, self._source, floor=floor)
            query = retrieve.for_companions(items, kept)
            open_with = partial(opening.for_companions, items)
            steps = (
                self._searching.search(turn, query, kept, trace, open_with)
                if kept.category
                else say(Kind.CLARIFY, courtesy.no_companions(items), turn.constraints)
            )
        async for step in steps:
            yield step

    async def _about(self, turn: Turn, understood: Understanding) -> AsyncGenerator[Step, None]:
        """Answer a question from the facts of the items it is on."""
        kept = understood.constraints
        items = await self._items(turn, understood)
        if not items:
            async for step in say(Kind.CLARIFY, courtesy.which_item(bool(turn.shown)), kept):
                yield step
            return
        question = about.Question(turn.text, understood.asks)
        text = (
            courtesy.to_order(items)
            if understood.buys
            else await about.answer(question, items, self._source.vocabulary, self._source)
        )
        clicks = suggest.after_question(items, turn.shown)
        focus = understood.about if len(items) < len(turn.shown) else ()
        async for step in say(Kind.ABOUT, text, kept, clicks, focus):
            yield step

    async def _choices(self, understood: Understanding) -> AsyncGenerator[Step, None]:
        """Tell what there is to choose from among what fits, or in the whole shop."""
        kept, asked = understood.constraints, understood.choices
        vocabulary = self._source.vocabulary
        if asked is None or asked.whole or (asked.facet == TYPE and not kept.category):
            offered = suggest.departments(vocabulary, _KINDS_NAMED)
            text, clicks = choices.of_shop(vocabulary, offered), offered[:4]
        else:
            found = await self._source.search("", kept, _WEIGHED)
            items = [candidate.item for candidate in found]
            values = choices.values_among(asked.facet, items, kept)
            text = (
                choices.of_facet(asked.facet, values, kept, vocabulary)
                if items
                else choices.of_nothing(kept, vocabulary)
            )
            clicks = suggest.after_choices(asked.facet, values)
        async for step in say(Kind.ABOUT, text, kept, clicks):
            yield step

    async def _compare(self, turn: Turn, understood: Understanding) -> AsyncGenerator[Step, None]:
        """Set the items side by side; one alone is compared with the others shown."""
        kept = understood.constraints
        items = await self._items(turn, understood)
        if len(items) == 1:
            items = [*items, *(item for item in turn.shown if item.id != items[0].id)]
        if len(items) < 2:
            async for step in say(Kind.CLARIFY, courtesy.too_few_to_compare(items), kept):
                yield step
            return
        text = compare.compare(items, turn.text, self._source.vocabulary)
        best = compare.recommended(items, turn.text, self._source.vocabulary)
        clicks = suggest.after_question(items, turn.shown)
        async for step in say(Kind.COMPARE, text, kept, clicks, (best.id,) if best else ()):
            yield step

    async def _items(self, turn: Turn, understood: Understanding) -> list[Item]:
        """The items pointed at, as they are in the shop now; all that are shown if none are."""
        ids = understood.about or tuple(item.id for item in turn.shown)
        return await self._source.items(ids)


def _uncompared(turn: Turn, understood: Understanding) -> Constraints | None:
    """The constraints without the bounds of a comparison, which nothing in the shop may meet.

    Where nothing is brighter than what is shown, what is asked for next need not be brighter.
    """
    kinds = {mention.kind for mention in understood.mentions}
    if understood.intent is not Intent.REFINE or "relative" not in kinds or "number" in kinds:
        return None
    before = turn.constraints
    return replace(
        understood.constraints,
        price_min=before.price_min,
        price_max=before.price_max,
        numeric=before.numeric,
    )


def _admitting(understood: Understanding, open_with: opening.Opening) -> opening.Opening:
    """The opening, behind what could not be compared, or is not in the shop's currency."""
    if understood.foreign_money:
        open_with = partial(opening.in_own_money, open_with)
    if understood.unmeasured:
        open_with = partial(opening.unmeasured, understood.unmeasured, open_with)
    return open_with
