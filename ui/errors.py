"""Any error -> what an outsider is told: a problem document (RFC 9457) without inner detail.

What only the operator can use (paths, causes) goes to the log.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from chatrec.errors import (
    ChatrecError,
    ConversationNotFound,
    EngineError,
    MessageRefused,
    SetupError,
    StorageError,
    TokenRefused,
)
from ui.schema import ProblemDocument

logger = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
"""Media type of every answer that is no success."""
_TYPE = "urn:chatrec:problem:"


class OriginRefused(ChatrecError):
    """A page that may not use the API asks for something."""


class TooMany(ChatrecError):
    """A limit is reached; ``seconds`` until asking again can help."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class Stopped(ChatrecError):
    """An answer was stopped while it was waited for."""


class Starting(ChatrecError):
    """The shop is not loaded yet, or its model does not answer yet."""


@dataclass(frozen=True, slots=True)
class PublicError:
    """What an outsider is told, and the headers that go with it."""

    status: int
    code: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def document(self) -> ProblemDocument:
        return ProblemDocument(
            type=_TYPE + self.code,
            title=HTTPStatus(self.status).phrase,
            status=self.status,
            detail=self.message,
            code=self.code,
        )

    @property
    def response(self) -> JSONResponse:
        """The document as an answer."""
        content = self.document.model_dump()
        return JSONResponse(content, self.status, self.headers, media_type=PROBLEM)


def public(error: Exception) -> PublicError:
    """What an outsider is told of an error; unexpected ones are logged with their trace."""
    match error:
        case ChatrecError():
            found = _for_callers(error) or _for_operators(error)
        case RequestValidationError():
            found = PublicError(422, "invalid_request", _fields(error))
        case HTTPException(status_code=413):
            found = PublicError(413, "body_too_large", "The request is too large.")
        case HTTPException():
            phrase = HTTPStatus(error.status_code).phrase
            code = phrase.lower().replace(" ", "_")
            found = PublicError(error.status_code, code, phrase, error.headers or {})
        case _:
            found = None
    if found is None:
        logger.error("unexpected error", exc_info=error)
        return PublicError(500, "internal", "Something went wrong. Please try again.")
    return found


def _for_callers(error: ChatrecError) -> PublicError | None:
    """What the caller can put right; it is told as it stands."""
    told = str(error)
    match error:
        case MessageRefused():
            return PublicError(422, "message_refused", told)
        case ConversationNotFound():
            return PublicError(404, "conversation_not_found", told)
        case TokenRefused():
            return PublicError(401, "token_refused", told, {"WWW-Authenticate": "Bearer"})
        case OriginRefused():
            return PublicError(403, "origin_refused", told)
        case Stopped():
            return PublicError(409, "stopped", told)
        case TooMany():
            return PublicError(429, "too_many_requests", told, {"Retry-After": str(error.seconds)})
        case Starting():
            return PublicError(503, "starting", told)
    return None


def _for_operators(error: ChatrecError) -> PublicError | None:
    """What only the operator can put right, who finds it in the log."""
    match error:
        case StorageError():
            status, code = 507, "storage"
            told = "Conversations cannot be stored at the moment. Please try later."
        case EngineError() | SetupError():
            status, code = 503, "engine"
            told = "The assistant could not answer this time. Please try again."
        case _:
            return None
    logger.error("%s", error)
    return PublicError(status, code, told)


def install(app: FastAPI) -> None:
    """Let the app answer every error with a problem document."""

    async def answer(request: Request, error: Exception) -> JSONResponse:
        return public(error).response

    for kind in (ChatrecError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, answer)


def _fields(error: RequestValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(part) for part in each['loc'] if part != 'body') or 'body'}: {each['msg']}"
        for each in error.errors()
    )
