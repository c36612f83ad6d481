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

log = logging.getLogger(__name__)

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
        case MessageRefused():
            return PublicError(422, "message_refused", str(error))
        case ConversationNotFound():
            return PublicError(404, "conversation_not_found", str(error))
        case TokenRefused():
            return PublicError(401, "token_refused", str(error), {"WWW-Authenticate": "Bearer"})
        case OriginRefused():
            return PublicError(403, "origin_refused", str(error))
        case TooMany():
            wait = {"Retry-After": str(error.seconds)}
            return PublicError(429, "too_many_requests", str(error), wait)
        case Starting():
            return PublicError(503, "starting", str(error))
        case StorageError():
            log.error("%s", error)
            return PublicError(
                507, "storage", "Conversations cannot be stored at the moment. Please try later."
            )
        case EngineError() | SetupError():
            log.error("%s", error)
            return PublicError(
                503, "engine", "The assistant could not answer this time. Please try again."
            )
        case RequestValidationError():
            return PublicError(422, "invalid_request", _fields(error))
        case HTTPException(status_code=413):
            return PublicError(413, "body_too_large", "The request is too large.")
        case HTTPException():
            phrase = HTTPStatus(error.status_code).phrase
            code = phrase.lower().replace(" ", "_")
            return PublicError(error.status_code, code, phrase, error.headers or {})
        case _:
            log.error("unexpected error", exc_info=error)
            return PublicError(500, "internal", "Something went wrong. Please try again.")


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
