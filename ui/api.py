"""HTTP API version 1 over `chatrec.conversations`: JSON, or typed events as they arise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request, Response

from chatrec.conversations import Conversations
from chatrec.tokens import Visitor
from ui.answering import answer
from ui.loading import Loading, loading_of
from ui.openapi import events, problems
from ui.photos import said_with_photo
from ui.rates import paced, rates_of
from ui.schema import (
    ConstraintsPatch,
    ConversationDocument,
    FeedbackRequest,
    MessageRequest,
    ReplyDocument,
    StartedDocument,
    VisitorDocument,
    WordsRequest,
)
from ui.staff import Staff
from ui.under_way import Events as _Events
from ui.under_way import UnderWay
from ui.visitors import STAFF, Owner, address_of, visitors_of

_Id = Annotated[str, Path(min_length=1, max_length=200)]
_Key = Annotated[
    str,
    Header(
        max_length=100,
        description="names the request: sent again under its key it is not done twice, and its "
        "answer is told again from the beginning, also while it is still under way",
    ),
]
_Accept = Annotated[str, Header(include_in_schema=False)]

_ERRORS = problems(400, 401, 403, 404, 413, 422, 429, 500, 503, 507)
_ANSWER = problems(409) | events(
    "where these are accepted, the events items (ItemsDocument), token (TokenDocument), and at "
    "last reply (ReplyDocument) or error (ProblemDocument)"
)


def _under_way(request: Request) -> UnderWay:
    under_way: UnderWay = request.app.state.under_way
    return under_way


def _conversations(request: Request) -> Conversations:
    return loading_of(request).shop.conversations


_Conversations = Annotated[Conversations, Depends(_conversations)]


router = APIRouter(
    prefix="/v1", responses=_ERRORS, tags=["conversations"], dependencies=[Depends(paced)]
)
health = APIRouter(tags=["health"])


@router.post("/visitors", status_code=201)
async def welcome(request: Request) -> VisitorDocument:
    """A token for a visitor of whom nothing is known, or a fresh one for the bearer of such."""
    rates_of(request).spend("tokens", address_of(request))
    visitor, token = visitors_of(request).welcome(request)
    seconds = request.app.state.settings.serve.token_seconds
    return VisitorDocument(visitor=visitor.id, token=token, seconds=seconds)


@router.post("/conversations", status_code=201)
async def start(
    request: Request,
    conversations: _Conversations,
    authorization: Annotated[str, Header(include_in_schema=False)] = "",
) -> StartedDocument:
    """Start a conversation of the token's bearer, or of a new visitor whose token comes with it."""
    rates_of(request).spend("tokens", address_of(request))
    visitors = visitors_of(request)
    if authorization:
        visitor, token = visitors.bearer(request), None
        if visitor is not STAFF:
            count = len(await conversations.of_visitor(visitor.id))
            rates_of(request).check_conversations(count)
    else:
        visitor, token = visitors.welcome(request)
    conversation_id = await conversations.start(visitor.id)
    return StartedDocument(conversation_id=conversation_id, token=token)


@router.get("/conversations/{conversation_id}")
async def read(
    request: Request, conversation_id: _Id, conversations: _Conversations, visitor: Owner
) -> ConversationDocument:
    """The transcript, the constraints that stand, and what is shown."""
    transcript = await conversations.transcript(conversation_id)
    standing = await conversations.standing(conversation_id)
    vocabulary = loading_of(request).shop.source.vocabulary
    return ConversationDocument.of(conversation_id, transcript, standing, vocabulary)


@router.delete("/conversations/{conversation_id}", status_code=204)
async def erase(conversation_id: _Id, conversations: _Conversations, visitor: Owner) -> None:
    """Erase everything of a conversation."""
    await conversations.erase(conversation_id)


@router.post(
    "/conversations/{conversation_id}/messages", response_model=ReplyDocument, responses=_ANSWER
)
async def say(
    request: Request,
    conversation_id: _Id,
    message: MessageRequest,
    conversations: _Conversations,
    visitor: Owner,
    accept: _Accept = "application/json",
    idempotency_key: _Key = "",
) -> ReplyDocument | Response:
    """Say something or show a photo; the answer comes whole, or as events where accepted."""

    def start() -> _Events:
        if not message.photo:
            said = message.text
            return conversations.say(conversation_id, said, idempotency_key, visitor.profile)
        return said_with_photo(
            conversations,
            conversation_id,
            message.text,
            message.photo,
            request.app.state.settings.photos.max_bytes,
            idempotency_key,
            visitor.profile,
        )

    told = _at_a_pace(request, visitor, conversation_id, idempotency_key, start)
    return await answer(request, told, accept)


@router.post("/conversations/{conversation_id}/stop", status_code=204)
async def stop(request: Request, conversation_id: _Id, visitor: Owner) -> None:
    """Stop the answer that is under way; what was sent of it is kept."""
    await _under_way(request).stop(conversation_id)


@router.patch(
    "/conversations/{conversation_id}/constraints",
    response_model=ReplyDocument,
    responses=_ANSWER,
)
async def change(
    request: Request,
    conversation_id: _Id,
    patch: ConstraintsPatch,
    conversations: _Conversations,
    visitor: Owner,
    accept: _Accept = "application/json",
    idempotency_key: _Key = "",
) -> ReplyDocument | Response:
    """Change the constraints by hand; what is left out stays, null clears."""

    def start() -> _Events:
        given = patch.model_dump(exclude_unset=True)
        return conversations.change(conversation_id, given, idempotency_key, visitor.profile)

    told = _at_a_pace(request, visitor, conversation_id, idempotency_key, start)
    return await answer(request, told, accept)


@router.post("/conversations/{conversation_id}/feedback", status_code=204)
async def feedback(
    conversation_id: _Id, given: FeedbackRequest, conversations: _Conversations, visitor: Owner
) -> None:
    """Keep a thumb, or what was done with an item."""
    await conversations.feedback(conversation_id, given.message_id, given.value, given.item_id)


@router.post("/conversations/{conversation_id}/person", status_code=204)
async def person_says(
    conversation_id: _Id, message: WordsRequest, conversations: _Conversations, key: Staff
) -> None:
    """A person's words to the shopper; the assistant is silent from then on."""
    await conversations.person_says(conversation_id, message.text)


@router.post("/conversations/{conversation_id}/hand-back", status_code=204)
async def hand_back(conversation_id: _Id, conversations: _Conversations, key: Staff) -> None:
    """Let the assistant answer again."""
    await conversations.hand_back(conversation_id)


def _at_a_pace(
    request: Request,
    visitor: Visitor,
    conversation_id: str,
    key: str,
    start: Callable[[], _Events],
) -> _Events:
    """The events of an answer that is under way or begins, unless a limit is reached."""

    def follow() -> _Events:
        return _under_way(request).follow(conversation_id, key, start)

    return rates_of(request).answer(follow, address_of(request), visitor.id)


@health.get("/healthz")
async def alive() -> dict[str, str]:
    """Whether the process answers at all."""
    return {"status": "ok"}


@health.get("/readyz", responses=problems(503))
async def ready(loading: Annotated[Loading, Depends(loading_of)]) -> dict[str, str]:
    """Whether the shop is loaded and its model answers."""
    await loading.check()
    return {"status": "ready"}
