"""Settings -> a working shop: the one module that knows every adapter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from chatrec.conversations import Conversations
from chatrec.desks import open_desk
from chatrec.dialogue import Dialogue, Manners
from chatrec.handoff import Handoff
from chatrec.live_dialogue import LiveDialogue
from chatrec.llm.models import load_model
from chatrec.lookup.configured import configured
from chatrec.lookup.service import Lookups
from chatrec.masked import MaskedConversations
from chatrec.ports import (
    Answers,
    CandidateSource,
    ConversationStore,
    FaqSource,
    LanguageModel,
    StoredTurn,
)
from chatrec.settings import Settings
from chatrec.storage import FILE_NAME, SqliteConversations
from chatrec.understand import Reader
from chatrec.webhooks.heard import EVENT_TYPES, HeardConversations
from chatrec.webhooks.outbox import Outbox
from chatrec.webhooks.sender import Receiver, Sender
from vectorstore.live_catalogue import LiveCatalogue
from vectorstore.source import Catalogue

OUTBOX_NAME = "webhooks.db"
"""File in the data folder that keeps what is still to be told to webhooks."""

# Confidence of the shipped adapter below which a reading is checked with the shopper, from
# `chatrec eval reading tests/reading --curve`.
_UNSURE_BELOW = 0.4


@dataclass(frozen=True, slots=True)
class Shop:
    """Everything that serves one shop; ``dialogue`` answers its turns, lookups among them."""

    dialogue: Answers
    source: LiveCatalogue
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
    source = LiveCatalogue(settings)
    model = model or load_model(settings)
    lookups = tuple(configured(settings.lookups))
    store = open_store(settings)

    def answering(settings: Settings) -> Lookups:
        dialogues = _Dialogues(settings, model)
        answers = LiveDialogue(source.standing, source.current, dialogues.over)
        return Lookups(answers, lookups, settings.shop.contact)

    def conversations(dialogue: Lookups) -> Conversations:
        return Conversations(
            dialogue,
            store,
            source,
            settings.serve.max_message_chars,
            _handoff(settings, store, source),
            settings.limits.conversation_turns,
            settings.privacy.country,
        )

    def under(settings: Settings) -> Conversations:
        return conversations(answering(settings))

    dialogue = answering(settings)
    return Shop(dialogue, source, source.faq, store, model, conversations(dialogue), under)


def open_store(settings: Settings) -> ConversationStore:
    """The conversations in the data folder, masked unless the settings say otherwise.

    What happens in them is told to the webhooks as it is kept.

    Raises:
        StorageError: the data folder cannot be used.
    """
    path = settings.data_dir / FILE_NAME
    store: ConversationStore = SqliteConversations(path, learn=settings.privacy.learn)
    if settings.webhooks:
        receivers = [
            Receiver.of(hook.url, hook.secret.get_secret_value(), hook.events or EVENT_TYPES)
            for hook in settings.webhooks
        ]
        sender = Sender(Outbox(settings.data_dir / OUTBOX_NAME), receivers)
        store = HeardConversations(store, sender)
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


class _Dialogues:
    """Dialogues of one model, each over one catalogue."""

    def __init__(self, settings: Settings, model: LanguageModel) -> None:
        self._settings = settings
        self._model = model
        self._reader: Reader | None = None

    def over(self, source: Catalogue) -> Dialogue:
        """The dialogue over a catalogue; the reader stays where the vocabulary does."""
        settings, tuned = self._settings, self._model.tuned
        manners = Manners(
            relevance_floor=source.relevance_floor,
            faq_floor=source.faq.floor if settings.faq_floor is None else settings.faq_floor,
            shown=settings.shown,
            shop=settings.shop.name,
            contact=settings.shop.contact,
            tone=settings.shop.tone,
            languages=settings.shop.languages,
            explain=not tuned,  # an adapter for reading has unlearnt to write
            unsure_below=_UNSURE_BELOW if tuned else 0.0,
        )
        reader = self._reader
        if reader is None or reader.vocabulary is not source.vocabulary:
            reader = self._reader = Reader(source.vocabulary, self._model, settings.shop.locale)
        return Dialogue(reader, self._model, source, source.faq, manners)
