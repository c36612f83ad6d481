"""Recommendations -> a stream of sentences, one telling per item, in the order of the cards.

The language model writes from the facts; each sentence is checked before it leaves
(`chatrec.respond.check`), and what fails, is missing or comes too late is told in plain words
(`chatrec.respond.plain`). An engine that fails costs style, never truth.
"""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from chatrec.errors import EngineError
from chatrec.ports import LanguageModel
from chatrec.prompting import render
from chatrec.respond.check import Grounds, Lexicon, names_item, problem
from chatrec.respond.courtesy import style
from chatrec.respond.extremes import said
from chatrec.respond.facts import kind, measured, sure
from chatrec.respond.plain import sentence
from chatrec.respond.telling import Telling
from chatrec.types import TYPE, Item, Message, ModelCall, Tone
from chatrec.wording import listed, means_no, means_yes, name_of, price, readable, title

logger = logging.getLogger(__name__)

_TOKENS_PER_ITEM = 40
_FACETS_TOLD = 5
_LIST_MARK = re.compile(r"^\s*(?:\d+[.):]|[-*•])\s*")
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9“\"-])|\n+")
_SHORTEST = 4


class Explanation:
    """The words for one set of items. ``call`` tells what the model was asked, once it was."""

    def __init__(
        self,
        tellings: Sequence[Telling],
        lexicon: Lexicon,
        wish: str,
        shop: str,
        tone: Tone = "warm",
    ) -> None:
        self._tellings = tuple(tellings)
        self._lexicon = lexicon
        told = {"shop": shop, "style": style(tone), "wish": wish, "lines": self._lines()}
        self._messages = [Message("user", render("explain.jinja", **told))]
        self.call: ModelCall | None = None

    def _lines(self) -> list[str]:
        return [fact_line(telling) for telling in self._tellings]

    def plainly(self) -> list[str]:
        """The sentences without any model."""
        return [sentence(telling) for telling in self._tellings]

    async def by_model(self, model: LanguageModel) -> AsyncGenerator[str, None]:
        """One telling per item as soon as it is known true; after the last the model stops."""
        told = 0
        try:
            async with aclosing(self._read(model)) as written:
                async for text in written:
                    place = self._speaks_of(text, told)
                    if place is None:
                        continue
                    for skipped in range(told, place):
                        yield sentence(self._tellings[skipped])
                    yield self._checked(text, place)
                    told = place + 1
                    if told == len(self._tellings):
                        return
        except EngineError as exc:
            logger.warning("explanation fell back to plain sentences: %s", exc)
        for telling in self._tellings[told:]:
            yield sentence(telling)

    async def _read(self, model: LanguageModel) -> AsyncGenerator[str, None]:
        """The model's sentences, whole, without list marks."""
        pieces = 0
        pending = ""
        limit = _TOKENS_PER_ITEM * len(self._tellings)
        try:
            async with aclosing(model.stream(self._messages, max_tokens=limit)) as stream:
                async for piece in stream:
                    pieces += 1
                    pending += piece
                    *whole, pending = _END.split(pending)
                    for text in whole:
                        if text.strip():
                            yield _LIST_MARK.sub("", text).strip()
            if pending.strip().endswith((".", "!", "?")):
                yield _LIST_MARK.sub("", pending).strip()
        finally:
            prompt = model.count_tokens(self._messages)
            self.call = ModelCall("explain", prompt, pieces)

    def _speaks_of(self, text: str, told: int) -> int | None:
        """The item among those yet untold that the sentence names, if it names just one."""
        if len(text.split()) < _SHORTEST:
            return None
        named = [
            place
            for place, telling in enumerate(self._tellings)
            if names_item(text, telling.item) is not None
        ]
        return named[0] if len(named) == 1 and named[0] >= told else None

    def _checked(self, text: str, place: int) -> str:
        telling = self._tellings[place]
        grounds = Grounds(telling.item, telling.shown, telling.constraints, self._lexicon)
        wrong = problem(text, grounds)
        if wrong is None:
            return _with_price(text, telling.item)
        logger.debug("stopped a sentence (%s): %s", wrong, text)
        return sentence(telling)


def _with_price(text: str, item: Item) -> str:
    """The sentence with the price behind the item's name, where it names none."""
    cost, name = price(item), title(item)
    start = text.casefold().find(name.casefold())
    if not cost or cost in text or start < 0:
        return text
    end = start + len(name)
    return f"{text[:end]} ({cost}){text[end:]}"


def fact_line(telling: Telling) -> str:
    """The facts of an item in one line of the prompt, those asked for first."""
    item = telling.item
    parts = [kind(item, telling.constraints.category)]
    facets = dict.fromkeys([*telling.asked, *item.facets, *item.mined])
    facets.pop(TYPE, None)
    facets.pop("brand", None)
    for facet in list(facets)[:_FACETS_TOLD]:
        values = sure(item, facet)
        if not values:
            continue
        if all(map(means_yes, values)):
            parts.append(readable(facet))
        elif all(map(means_no, values)):
            parts.append(f"not {readable(facet)}")
        else:
            parts.append(f"{name_of(facet)} {listed(values[:3])}")
    parts += [
        f"{name_of(name)} {measured(item, name, telling.vocabulary)}"
        for name in telling.constraints.numeric
        if item.measure(name) is not None and name not in ("rating", "stock")
    ]
    parts += [fact.value for fact in telling.recommendation.reasons if fact.name == "listing"]
    if telling.distinction is not None:
        parts.append(said(telling.distinction[0], len(telling.shown)))
    return f"{title(item)}: {'; '.join(part for part in parts if part)}"
