"""Log records -> lines without secrets and personal data, whoever wrote them, traces included.

Secrets are those of the settings and of the environment, what stands behind the host in an address
of the settings, and whatever looks like a bearer's token. Knows no handler but the one it makes.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, SecretStr

from chatrec.personal import mask
from chatrec.settings import Settings

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_SECRET_NAME = re.compile(r"(?:key|token|secret|passw(?:or)?d|authorization|credential)s?$", re.I)
_BEARER = re.compile(r"(?i:\b(?:bearer|basic)) [\w.~+/=-]{8,}|\beyJ[\w-]+\.[\w-]+\.[\w-]*")
_ADDRESSES = ("webhook", "url", "system")
_ADDRESS = re.compile(r"(?:mcp\+)?https?://(?:([^@/?#]+)@)?[^/?#]*(.*)", re.DOTALL)
_SHORTEST = 6  # anything shorter would be found in innocent words


class SafeFormatter(logging.Formatter):
    """Formats a record, then replaces what nobody may read."""

    def __init__(self, secrets: Iterator[str], country: str = "US") -> None:
        """``country``: whose national phone numbers are known."""
        super().__init__(_FORMAT)
        # The longest first: one secret may be part of another.
        known = sorted({s for s in secrets if len(s) >= _SHORTEST}, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, known))) if known else None
        self._country = country

    def format(self, record: logging.LogRecord) -> str:
        line = _BEARER.sub("[secret]", super().format(record))
        if self._secrets is not None:
            line = self._secrets.sub("[secret]", line)
        return mask(line, self._country)


def set_up(settings: Settings, environment: Mapping[str, str]) -> None:
    """Let every logger of the process write safe lines to standard error."""
    handler = logging.StreamHandler()
    secrets = (*secrets_in(settings), *_named_secret(environment))
    handler.setFormatter(SafeFormatter(iter(secrets), settings.privacy.country))
    logging.basicConfig(handlers=[handler], force=True)
    for name in ("chatrec", "ui", "vectorstore"):
        logging.getLogger(name).setLevel(logging.INFO)


def secrets_in(value: object) -> Iterator[str]:
    """Secrets among settings: typed as such, under a name of such, or headers of requests."""
    match value:
        case SecretStr():
            yield value.get_secret_value()
        case BaseModel():
            for name in type(value).model_fields:
                inner = getattr(value, name)
                if name in _ADDRESSES:
                    yield from _behind_host(inner)
                yield from inner.values() if name == "headers" else secrets_in(inner)
        case Mapping():
            yield from _named_secret(value)
            for inner in value.values():
                yield from secrets_in(inner)
        case list() | tuple():
            for inner in value:
                yield from secrets_in(inner)


def _behind_host(address: str) -> Iterator[str]:
    """What of an address may be a key to it: whoever knows all of it may often use it."""
    match = _ADDRESS.match(address)
    if match is not None:
        yield from filter(None, match.groups())


def _named_secret(values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        if isinstance(value, str) and _SECRET_NAME.search(name):
            yield value
