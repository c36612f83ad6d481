"""Settings -> the shop that simulated shoppers walk into: the configured model over the index."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from chatrec.ports import LanguageModel
from chatrec.settings import Settings
from chatrec.simulate.play import Mall
from chatrec.simulate.wording import Wording
from chatrec.testkit.grounding import Shelf
from chatrec.testkit.stages import Stage
from chatrec.types import Constraints
from chatrec.wiring import build


@asynccontextmanager
async def opened(
    settings: Settings,
    model: LanguageModel | None = None,
    patterns: Mapping[str, Any] | None = None,
) -> AsyncGenerator[tuple[Mall, str]]:
    """The shop, open while the context lasts, and the name of its model.

    ``model`` stands in for the configured one, ``patterns`` for the phrases of the package.

    Raises:
        SetupError: an index or a model is missing or does not fit; says what to do.
    """
    shop = build(settings, model=model)
    try:
        vocabulary = shop.source.vocabulary
        found = await shop.source.search("", Constraints(), vocabulary.size)
        shelf = Shelf(candidate.item for candidate in found)
        stage = Stage(shop.dialogue, shelf, max_message_chars=settings.serve.max_message_chars)
        yield Mall(stage, vocabulary, Wording(vocabulary, patterns)), shop.model.name
    finally:
        await shop.aclose()
