"""Settings -> which pages' scripts may read the API's answers (CORS).

An origin that is not on the list is told nothing: no header carries what it sent. No cookies
travel; a visitor's token is the key to the conversations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

_SUB_DOMAINS = r"(?:[a-z0-9-]+\.)+"
_HOUR = 3600


def allow_origins(app: FastAPI, origins: Iterable[str]) -> None:
    """Let pages of these origins use the API; ``https://*.shop.example`` is any sub-domain."""
    listed = tuple(origins)
    if not listed:
        return
    app.add_middleware(
        CORSMiddleware,
        allow_origin_regex=pattern(listed),
        allow_methods=("GET", "POST", "PATCH", "DELETE"),
        allow_headers=("Authorization", "Content-Type", "Idempotency-Key"),
        expose_headers=("Retry-After",),
        max_age=_HOUR,
    )


def is_listed(origin: str, origins: Iterable[str]) -> bool:
    """Whether an origin is one of the listed."""
    return re.fullmatch(pattern(origins), origin) is not None


def pattern(origins: Iterable[str]) -> str:
    """The expression that the listed origins match in full, and no other."""
    return "|".join(re.escape(each).replace(r"\*\.", _SUB_DOMAINS) for each in origins)
