"""A shop of five products and a dialogue that reads "under N", colours and product words.

It answers truthfully and by rule, so that what stands around a dialogue can be tested without a
model. A gate lets a test hold it mid-sentence.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace

from chatrec.conversations import Conversations
from chatrec.errors import EngineError
from chatrec.ports import Completion, ConversationStore, JsonSchema
from chatrec.settings import Settings
from chatrec.types import (
    Candidate,
    Constraints,
    Event,
    Exchange,
    Facet,
    FacetValue,
    Fact,
    FaqEntry,
    FaqMatch,
    Intent,
    Item,
    Kind,
    Message,
    Recommendation,
    Reply,
    Shown,
    Turn,
    Understanding,
    Vocabulary,
    Words,
)
from vectorstore.changes import Change, changed


def _boot(number: int, color: str, price: float, rating: float) -> Item:
    return Item(
        id=f"b{number}",
        title=f"{color.title()} Hiking Boots {number}",
        price=price,
        currency="USD",
        rating=rating,
        url=f"https://shop.example/b{number}",
        image_url=f"/pictures/b{number}.svg",
        types=("boot",),
        facets={"color": (color,)},
    )


ITEMS = (
    _boot(1, "red", 59.0, 4.5),
    _boot(2, "black", 89.0, 4.0),
    _boot(3, "blue", 129.0, 4.8),
    Item(
        id="x1",
        title="<img src=x onerror=alert(1)> Lamp ${alert(1)} {{this}}",
        description="<script>alert(1)</script>",
        price=15.0,
        currency="USD",
        url="javascript:alert(1)",
        image_url="javascript:alert(1)",
        types=("lamp",),
    ),
    Item(id="l2", title="Desk Lamp", types=("lamp",)),
)
COLORS = ("red", "black", "blue")
RETURNS = FaqEntry("returns", "Can I return it?", "You have 30 days.", "/help/returns")


class SmallSource:
    """The five products, filtered by `Constraints.allows`."""

    vocabulary = Vocabulary(
        facets=(
            Facet("type", "value", (FacetValue("boot", 3), FacetValue("lamp", 2, ("light",)))),
            Facet("color", "value", tuple(FacetValue(color, 1) for color in COLORS)),
            Facet("weight", "number", unit="kg", low=0.1, high=9.0),
        ),
        price_low=15.0,
        price_high=129.0,
        size=len(ITEMS),
    )

    def __init__(self) -> None:
        self.takes_photos = False
        self._items = {item.id: item for item in ITEMS}
        self._news: dict[str, Change] = {}

    async def search(self, query: str, constraints: Constraints, k: int) -> list[Candidate]:
        allowed = [item for item in self._items.values() if constraints.allows(item)]
        return [Candidate(item, 1.0) for item in allowed][:k]

    async def count(self, constraints: Constraints) -> int:
        return sum(constraints.allows(item) for item in self._items.values())

    async def items(self, ids: Sequence[str]) -> list[Item]:
        return [self._items[each] for each in ids if each in self._items]

    async def relevance(self, query: str, texts: Sequence[str]) -> list[float]:
        return [1.0 for _ in texts]

    async def change(self, changes: Mapping[str, Change]) -> frozenset[str]:
        self._news |= changes
        now = [changed(item, self._news) for item in ITEMS]
        self._items = {item.id: item for item in now if item is not None}
        return frozenset(changes) - {item.id for item in ITEMS}


class SmallFaq:
    """One entry, which is about whatever has "return" in it."""

    async def search(self, question: str, k: int) -> list[FaqMatch]:
        return [FaqMatch(RETURNS, 0.9 if "return" in question else 0.1)][:k]


class SmallDialogue:
    """Answers by rule.

    "break" fails after the first word, "wait" holds until `gate` is set, "forever" has no end.
    `held` answers wait now, and `begun` words have been, of which all but the last were passed on.
    """

    def __init__(self, source: SmallSource) -> None:
        self._source = source
        self.gate = asyncio.Event()
        self.turns: list[Turn] = []
        self.begun = 0
        self.held = 0
        self.most_at_once = 0
        self.closed_early = 0
        self._running = 0

    async def run(self, turn: Turn) -> AsyncGenerator[Event]:
        held = turn.constraints
        words = turn.text.lower()
        if budget := re.search(r"under (\d+)", words):
            held = replace(held, price_max=float(budget[1]))
        for name in ("boot", "lamp"):
            if name in words:
                held = replace(held, wish=name, category=(name,))
        colors = tuple(color for color in COLORS if color in words)
        if colors:
            held = replace(held, require={"color": colors})
        async with aclosing(self.apply(turn, held)) as events:
            async for event in events:
                yield event

    async def apply(self, turn: Turn, constraints: Constraints) -> AsyncGenerator[Event]:
        self.turns.append(turn)
        self._running += 1
        self.most_at_once = max(self.most_at_once, self._running)
        finished = False
        try:
            async for event in self._answer(turn, constraints):
                finished = isinstance(event, Exchange)
                yield event
        finally:
            self._running -= 1
            self.closed_early += not finished

    async def _answer(self, turn: Turn, held: Constraints) -> AsyncGenerator[Event]:
        if "return" in turn.text.lower():
            yield Words(RETURNS.answer)
            reply = Reply(Kind.FAQ, RETURNS.answer, citations=(RETURNS,), constraints=held)
            yield Exchange(turn, Understanding(Intent.FAQ, held), (), reply)
            return
        candidates = await self._source.search(held.wish, held, 3)
        shown = tuple(
            Recommendation(
                candidate.item,
                rank,
                tuple(Fact("color", each) for each in candidate.item.values("color")),
                f"place {rank} of {len(candidates)}",
            )
            for rank, candidate in enumerate(candidates, 1)
        )
        kind = Kind.RECOMMEND if shown else Kind.NOTHING_FITS
        yield Shown(kind, shown, held)
        while "forever" in turn.text:
            self.begun += 1
            yield Words("and ")
            await asyncio.sleep(0.1)
        said = f"{len(shown)} items fit."
        for piece in re.findall(r"\S+\s*", said):
            self.begun += 1
            yield Words(piece)
            if "wait" in turn.text:
                await self._wait()
            if "break" in turn.text:
                raise EngineError("the engine at /srv/secret stopped")
            await asyncio.sleep(0)
        reply = Reply(kind, said, shown, (), ("in red", "under 60"), held)
        yield Exchange(
            turn, Understanding(Intent.NEW, held), tuple(candidates), reply, {"all": 0.1}
        )

    async def _wait(self) -> None:
        self.held += 1
        try:
            await self.gate.wait()
        finally:
            self.held -= 1


class SmallModel:
    """Answers a readiness probe, or does not."""

    name = "small"
    tuned = False

    def __init__(self) -> None:
        self.answers = True
        self.asked = 0

    async def complete(
        self, messages: Sequence[Message], schema: JsonSchema, *, max_tokens: int
    ) -> Completion:
        self.asked += 1
        if not self.answers:
            raise EngineError("out of memory")
        return Completion('"ok"')

    async def stream(self, messages: Sequence[Message], *, max_tokens: int) -> AsyncGenerator[str]:
        yield "ok"

    def count_tokens(self, messages: Sequence[Message]) -> int:
        return len(messages)

    async def aclose(self) -> None:
        """Nothing to stop."""


class SmallShop:
    """The parts of a shop that pages and terminal need, put together."""

    def __init__(self, store: ConversationStore, max_chars: int = 2000) -> None:
        self.source = SmallSource()
        self.faq = SmallFaq()
        self.dialogue = SmallDialogue(self.source)
        self.store = store
        self.model = SmallModel()
        self.conversations = Conversations(self.dialogue, store, self.source, max_chars)
        self.closed = False
        self.under_settings: list[Settings] = []

    def under(self, settings: Settings) -> Conversations:
        """The same; the dialogue by rule knows no settings."""
        self.under_settings.append(settings)
        return self.conversations

    async def aclose(self) -> None:
        self.closed = True
