"""The documents of HTTP API version 1, and how values become them.

Requests are read strictly: an unknown field or a wrong type is refused.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chatrec.card import card_facts
from chatrec.conversations import FeedbackValue
from chatrec.handoff import whose_turn
from chatrec.patch import ConstraintsDocument, document
from chatrec.ports import StoredTurn
from chatrec.types import Exchange, Recommendation, Shown, Turn, Vocabulary
from ui.chips import Chip, chips, patch_without

_Id = Annotated[str, Field(min_length=1, max_length=200)]
_VISIBLE = r"[^\s\u0000-\u001f\u007f-\u009f]"
"""Told, not checked: `chatrec.conversations.clean` knows better and says what to do."""


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Response(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_SAID = {"minLength": 1, "pattern": _VISIBLE}


class WordsRequest(_Request):
    """What a person says: something visible, and no more than `serve.max_message_chars`."""

    text: Annotated[str, Field(json_schema_extra=_SAID)]


class MessageRequest(_Request):
    """What the shopper says: text, a photo, or both.

    The text is something visible and no more than `serve.max_message_chars`. The ``photo`` is the
    file of a JPEG, PNG or WebP in base64: what is wanted looks like it. It is not kept. A shop
    without `photos.model` refuses it.
    """

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["text"]}, {"required": ["photo"]}]}
    )

    text: Annotated[str, Field(json_schema_extra=_SAID)] = ""
    photo: Annotated[
        str, Field(repr=False, json_schema_extra={"minLength": 1, "contentEncoding": "base64"})
    ] = ""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if "text" not in self.model_fields_set and not self.photo:
            raise ValueError("text or photo is missing")
        return self


class BoundsPatch(_Request):
    """A merge patch of an interval."""

    min: float | None = None
    max: float | None = None


_FacetsPatch = dict[str, list[str] | None] | None


class ConstraintsPatch(_Request):
    """A JSON merge patch (RFC 7396) of `ConstraintsDocument`: left out stays, null clears.

    Facets are those of the catalogue.
    """

    wish: Annotated[str, Field(max_length=500)] | None = None
    category: list[str] | None = None
    price_min: Annotated[float, Field(ge=0)] | None = None
    price_max: Annotated[float, Field(ge=0)] | None = None
    require: _FacetsPatch = None
    exclude: _FacetsPatch = None
    prefer: _FacetsPatch = None
    numeric: dict[str, BoundsPatch | None] | None = None


class FeedbackRequest(_Request):
    """A thumb on a reply or an item of it, or what was done with the item."""

    message_id: _Id
    value: FeedbackValue
    item_id: _Id | None = None


class ProblemDocument(_Response):
    """Every answer that is no success, as RFC 9457 has it.

    ``code`` is for programs and the last part of ``type``; ``detail`` says what to do next.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str


class StartedDocument(_Response):
    """A new conversation. ``token`` is its visitor's; null where the request came with one."""

    conversation_id: str
    token: str | None


class VisitorDocument(_Response):
    """A visitor and the token to bear. An anonymous one can be renewed."""

    visitor: str
    token: str
    seconds: int


class ErasedDocument(_Response):
    """How many conversations were erased."""

    conversations: int


class FactDocument(_Response):
    """One thing that is so of an item."""

    name: str
    value: str


class ItemDocument(_Response):
    """A product card. ``url`` and ``image_url`` are http(s) or relative, never a script."""

    id: str
    title: str
    price: float | None
    currency: str | None
    url: str | None
    image_url: str | None
    rating: float | None
    reason: str
    facts: list[FactDocument]

    @classmethod
    def of(cls, shown: Recommendation) -> ItemDocument:
        item = shown.item
        return cls(
            id=item.id,
            title=item.title,
            price=item.price,
            currency=item.currency,
            url=safe_url(item.url),
            image_url=safe_url(item.image_url),
            rating=item.rating,
            reason=shown.reason,
            facts=[FactDocument(name=fact.name, value=fact.value) for fact in card_facts(shown)],
        )


class CitationDocument(_Response):
    """The FAQ entry that an answer rests on."""

    faq_id: str
    question: str
    source: str | None


class ReplyDocument(_Response):
    """An answer. ``timings`` are seconds since the message arrived, by stage."""

    message_id: str
    kind: str
    text: str
    items: list[ItemDocument]
    citations: list[CitationDocument]
    constraints: ConstraintsDocument
    suggestions: list[str]
    timings: dict[str, float]

    @classmethod
    def of(cls, message_id: str, exchange: Exchange) -> ReplyDocument:
        reply = exchange.reply
        return cls(
            message_id=message_id,
            kind=reply.kind,
            text=reply.text,
            items=[ItemDocument.of(shown) for shown in reply.recommendations],
            citations=[
                CitationDocument(faq_id=entry.id, question=entry.question, source=entry.source)
                for entry in reply.citations
            ],
            constraints=document(reply.constraints),
            suggestions=list(reply.suggestions),
            timings={stage: round(seconds, 4) for stage, seconds in exchange.timings.items()},
        )


class ItemsDocument(_Response):
    """SSE event ``items``: the cards, before any word."""

    message_id: str
    kind: str
    items: list[ItemDocument]
    constraints: ConstraintsDocument

    @classmethod
    def of(cls, message_id: str, shown: Shown) -> ItemsDocument:
        return cls(
            message_id=message_id,
            kind=shown.kind,
            items=[ItemDocument.of(each) for each in shown.recommendations],
            constraints=document(shown.constraints),
        )


class TokenDocument(_Response):
    """SSE event ``token``: the next piece of the reply's text."""

    text: str


class MessageDocument(_Response):
    """A message and its reply; null where it was accepted but not answered.

    ``text`` is empty where the shopper changed the constraints by hand. ``at`` is Unix seconds.
    """

    message_id: str
    at: float
    text: str
    reply: ReplyDocument | None
    thumb: Literal["up", "down", ""]

    @classmethod
    def of(cls, stored: StoredTurn) -> MessageDocument:
        exchange = stored.exchange
        return cls.model_validate(
            {
                "message_id": stored.message_id,
                "at": stored.at,
                "text": stored.text,
                "reply": exchange and ReplyDocument.of(stored.message_id, exchange),
                "thumb": stored.thumb,
            }
        )


class ChipDocument(_Response):
    """A constraint that is held, and the merge patch that removes it; ``soft`` filters nothing."""

    label: str
    soft: bool
    patch: dict[str, Any]

    @classmethod
    def of(cls, held: ConstraintsDocument, chip: Chip) -> ChipDocument:
        patch = patch_without(held, chip.field, chip.facet, chip.value)
        return cls(label=chip.label, soft=chip.soft, patch=patch)


class ConversationDocument(_Response):
    """A conversation as it stands: what a page needs to restore itself.

    ``chips`` are the constraints as one would say them; ``shown`` the ids of the items that "the
    second one" points at; ``turn`` says who answers the next message.
    """

    conversation_id: str
    messages: list[MessageDocument]
    constraints: ConstraintsDocument
    chips: list[ChipDocument]
    shown: list[str]
    turn: Literal["assistant", "person"]

    @classmethod
    def of(
        cls,
        conversation_id: str,
        transcript: list[StoredTurn],
        standing: Turn,
        vocabulary: Vocabulary,
    ) -> ConversationDocument:
        held = document(standing.constraints)
        return cls(
            conversation_id=conversation_id,
            messages=[MessageDocument.of(stored) for stored in transcript],
            constraints=held,
            chips=[ChipDocument.of(held, chip) for chip in chips(held, vocabulary)],
            shown=[item.id for item in standing.shown],
            turn=whose_turn(standing),
        )


def safe_url(url: str | None) -> str | None:
    """The URL if a page may link to it: http, https, or a path on the same site."""
    if not url or re.search(r"[\x00-\x20\x7f]", url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme in ("http", "https"):
        return url if parts.netloc else None
    return url if not parts.scheme and not parts.netloc and "\\" not in url else None
