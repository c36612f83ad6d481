"""HTTP API version 1 over `chatrec.conversations`: JSON, or typed events as they arise."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Path, Request, Response

from chatrec.conversations import Conversations
from ui.answering import answer
from ui.loading import Loading
from ui.openapi import events, problems
from ui.schema import (
    ConstraintsPatch,
    ConversationDocument,
    FeedbackRequest,
    MessageRequest,
    ReplyDocument,
    StartedDocument,
)
from ui.under_way import Events as _Events
from ui.under_way import UnderWay

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

_ERRORS = problems(400, 404, 413, 422, 500, 503, 507)
_ANSWER = _ERRORS | events(
    "where these are accepted, the events items (ItemsDocument), token (TokenDocument), and at "
    "last reply (ReplyDocument) or error (ProblemDocument)"
)


def loading_of(request: Request) -> Loading:
    """The app's shop, loaded or not."""
    loading: Loading = request.app.state.loading
    return loading


def _under_way(request: Request) -> UnderWay:
    under_way: UnderWay = request.app.state.under_way
    return under_way


def _conversations(request: Request) -> Conversations:
    return loading_of(request).shop.conversations


_Conversations = Annotated[Conversations, Depends(_conversations)]


def _staff(request: Request, authorization: Annotated[str, Header()] = "") -> None:
    """Lets through who bears the admin key; without one configured, nobody."""
    key = request.app.state.admin_key
    if not key or not secrets.compare_digest(authorization.encode(), f"Bearer {key}".encode()):
        raise HTTPException(403)


_Staff = Annotated[None, Depends(_staff)]

router = APIRouter(prefix="/v1", responses=_ERRORS, tags=["conversations"])
health = APIRouter(tags=["health"])


@router.post("/conversations", status_code=201)
async def start(conversations: _Conversations) -> StartedDocument:
    """Start a conversation. Its id is the key to it: keep it secret."""
    return StartedDocument(conversation_id=await conversations.start())


@router.get("/conversations/{conversation_id}")
async def read(
    request: Request, conversation_id: _Id, conversations: _Conversations
) -> ConversationDocument:
    """The transcript, the constraints that stand, and what is shown."""
    transcript = await conversations.transcript(conversation_id)
    standing = await conversations.standing(conversation_id)
    vocabulary = loading_of(request).shop.source.vocabulary
    return ConversationDocument.of(conversation_id, transcript, standing, vocabulary)


@router.delete("/conversations/{conversation_id}", status_code=204)
async def erase(conversation_id: _Id, conversations: _Conversations) -> None:
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
    accept: _Accept = "application/json",
    idempotency_key: _Key = "",
) -> ReplyDocument | Response:
    """Say something; the answer comes whole, or as events where these are accepted."""

    def start() -> _Events:
        return conversations.say(conversation_id, message.text, idempotency_key)

    told = _under_way(request).follow(conversation_id, idempotency_key, start)
    return await answer(request, told, accept)


@router.post("/conversations/{conversation_id}/stop", status_code=204)
async def stop(request: Request, conversation_id: _Id, conversations: _Conversations) -> None:
    """Stop the answer that is under way; what was sent of it is kept."""
    await conversations.standing(conversation_id)
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
    accept: _Accept = "application/json",
    idempotency_key: _Key = "",
) -> ReplyDocument | Response:
    """Change the constraints by hand; what is left out stays, null clears."""

    def start() -> _Events:
        given = patch.model_dump(exclude_unset=True)
        return conversations.change(conversation_id, given, idempotency_key)

    told = _under_way(request).follow(conversation_id, idempotency_key, start)
    return await answer(request, told, accept)


@router.post("/conversations/{conversation_id}/feedback", status_code=204)
async def feedback(
    conversation_id: _Id, given: FeedbackRequest, conversations: _Conversations
) -> None:
    """Keep a thumb, or what was done with an item."""
    await conversations.feedback(conversation_id, given.message_id, given.value, given.item_id)


@router.post("/conversations/{conversation_id}/person", status_code=204, responses=problems(403))
async def person_says(
    conversation_id: _Id, message: MessageRequest, conversations: _Conversations, key: _Staff
) -> None:
    """A person's words to the shopper; the assistant is silent from then on."""
    await conversations.person_says(conversation_id, message.text)


@router.post("/conversations/{conversation_id}/hand-back", status_code=204, responses=problems(403))
async def hand_back(conversation_id: _Id, conversations: _Conversations, key: _Staff) -> None:
    """Let the assistant answer again."""
    await conversations.hand_back(conversation_id)


@health.get("/healthz")
async def alive() -> dict[str, str]:
    """Whether the process answers at all."""
    return {"status": "ok"}


@health.get("/readyz", responses=problems(503))
async def ready(loading: Annotated[Loading, Depends(loading_of)]) -> dict[str, str]:
    """Whether the shop is loaded and its model answers."""
    await loading.check()
    return {"status": "ready"}
