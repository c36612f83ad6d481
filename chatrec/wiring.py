"""Settings -> a working shop: the one module that knows every adapter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from chatrec.conversations import Answers, Conversations
from chatrec.desks import open_desk
from chatrec.dialogue import Dialogue, Manners
from chatrec.handoff import Handoff
from chatrec.llm.models import load_model
from chatrec.lookup.configured import configured
from chatrec.lookup.service import Lookups
from chatrec.masked import MaskedConversations
from chatrec.ports import (
    CandidateSource,
    ConversationStore,
    FaqSource,
    LanguageModel,
    StoredTurn,
)
from chatrec.settings import Settings
from chatrec.storage import FILE_NAME, SqliteConversations
from chatrec.understand import Reader
from vectorstore.source import Catalogue, open_index

# Confidence of the shipped adapter below which a reading is checked with the shopper, from
# `chatrec eval reading tests/reading --curve`.
_UNSURE_BELOW = 0.4


@dataclass(frozen=True, slots=True)
class Shop:
    """Everything that serves one shop; ``dialogue`` answers its turns, lookups among them."""

    dialogue: Answers
    source: CandidateSource
    faq: FaqSource
    store: ConversationStore
    model: LanguageModel
    conversations: Conversations
    under: Callable[[Settings], Conversations]
    """The same conversations, answered under other settings; nothing is loaded anew."""

    async def aclose(self) -> None:
        """Stop the model and close the store; what was acknowledged is on disk already.

        Doing so twice does no harm.
        """
        await self.model.aclose()
        self.store.close()


def build(settings: Settings, model: LanguageModel | None = None) -> Shop:
    """The shop that the settings describe; ``model`` stands in for the configured one.

    Raises:
        SetupError: an index or a model is missing or does not fit; says what to do.
        StorageError: the data folder cannot be used.
    """
    source = open_index(settings)
    model = model or load_model(settings)
    lookups = tuple(configured(settings.lookups))
    store = open_store(settings)

    def answering(settings: Settings) -> Lookups:
        return Lookups(build_dialogue(settings, source, model), lookups, settings.shop.contact)

    def conversations(dialogue: Lookups) -> Conversations:
        return Conversations(
            dialogue,
            store,
            source,
            settings.serve.max_message_chars,
            _handoff(settings, store, source),
            settings.limits.conversation_turns,
        )

    def under(settings: Settings) -> Conversations:
        return conversations(answering(settings))

    dialogue = answering(settings)
    return Shop(dialogue, source, source.faq, store, model, conversations(dialogue), under)


def open_store(settings: Settings) -> ConversationStore:
    """The conversations in the data folder, masked unless the settings say otherwise.

    Raises:
        StorageError: the data folder cannot be used.
    """
    store = SqliteConversations(settings.data_dir / FILE_NAME, learn=settings.privacy.learn)
    if not settings.privacy.mask:
        return store
    own = f"{settings.shop.contact} {settings.handoff.next_step}"
    return MaskedConversations(store, settings.privacy.country, own)


def _handoff(settings: Settings, store: ConversationStore, source: CandidateSource) -> Handoff:
    async def past(conversation_id: str) -> list[StoredTurn]:
        return await asyncio.to_thread(store.transcript, conversation_id)

    return Handoff(
        open_desk(settings),
        past,
        lambda: source.vocabulary,
        settings.handoff.next_step,
        settings.shop.contact,
    )


def build_dialogue(settings: Settings, source: Catalogue, model: LanguageModel) -> Dialogue:
    """The dialogue of one model over one catalogue."""
    manners = Manners(
        relevance_floor=source.relevance_floor,
        faq_floor=source.faq.floor if settings.faq_floor is None else settings.faq_floor,
        shown=settings.shown,
        shop=settings.shop.name,
        contact=settings.shop.contact,
        tone=settings.shop.tone,
        languages=settings.shop.languages,
        explain=not model.tuned,  # an adapter for reading has unlearnt to write
        unsure_below=_UNSURE_BELOW if model.tuned else 0.0,
    )
    reader = Reader(source.vocabulary, model, settings.shop.locale)
    return Dialogue(reader, model, source, source.faq, manners)
