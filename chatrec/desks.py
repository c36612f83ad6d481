"""Summaries -> a webhook, a mailbox or a queue file: where a person picks conversations up.

Each passes the summary on as it is; only from the file, which stays, personal data is left out.
Knows nothing of why a conversation is handed over.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import smtplib
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from email.message import EmailMessage
from pathlib import Path

import httpx

from chatrec.errors import HandoffFailed
from chatrec.handoff import Desk, Summary
from chatrec.personal import mask
from chatrec.settings import Settings
from chatrec.unsent import NOT_SENT

QUEUE_NAME = "handoffs.jsonl"
_SECONDS = 10.0


def document(summary: Summary, **more: float) -> str:
    """The summary as JSON, its mail text included; ``more`` stands behind it."""
    return json.dumps(asdict(summary) | {"text": summary.text} | more, ensure_ascii=False)


class WebhookDesk:
    """Posts each summary as JSON.

    With a secret the header ``X-Chatrec-Signature`` is ``sha256=`` and the hex HMAC-SHA256 of the
    body, so that the receiver knows whom it is from.
    """

    def __init__(
        self, url: str, secret: str = "", transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._url = url
        self._secret = secret.encode()
        self._transport = transport

    async def take(self, summary: Summary) -> None:
        body = document(summary).encode()
        headers = {"Content-Type": "application/json"}
        if self._secret:
            digest = hmac.new(self._secret, body, hashlib.sha256).hexdigest()
            headers["X-Chatrec-Signature"] = f"sha256={digest}"
        try:
            async with httpx.AsyncClient(transport=self._transport, timeout=_SECONDS) as client:
                answer = await client.post(self._url, content=body, headers=headers)
                answer.raise_for_status()
        except NOT_SENT as exc:
            raise HandoffFailed(f"the webhook {self._url} did not take it: {exc!r}") from exc


class EmailDesk:
    """Mails each summary through an SMTP server."""

    def __init__(self, to: str, sender: str, host: str, port: int) -> None:
        self._to = to
        self._sender = sender or to
        self._host = host
        self._port = port

    async def take(self, summary: Summary) -> None:
        mail = EmailMessage()
        mail["Subject"] = f"A shopper needs a person ({summary.reason})"
        mail["From"], mail["To"] = self._sender, self._to
        mail.set_content(summary.text)
        try:
            await asyncio.to_thread(self._send, mail)
        except (OSError, smtplib.SMTPException) as exc:
            raise HandoffFailed(f"{self._host}:{self._port} took no mail: {exc}") from exc

    def _send(self, mail: EmailMessage) -> None:
        with smtplib.SMTP(self._host, self._port, timeout=_SECONDS) as server:
            server.send_message(mail)


class QueueDesk:
    """Appends each summary as a line of JSON to a file that another program reads."""

    def __init__(self, path: Path, country: str = "") -> None:
        """``country``: personal data is left out, and phone numbers are known by its plan."""
        self._path = path
        self._country = country
        self._lock = threading.Lock()

    async def take(self, summary: Summary) -> None:
        if self._country:
            message, wanted = (mask(t, self._country) for t in (summary.message, summary.wanted))
            summary = replace(summary, message=message, wanted=wanted)
        try:
            await asyncio.to_thread(self._append, document(summary, at=time.time()))
        except OSError as exc:
            raise HandoffFailed(f"{self._path} cannot be written: {exc.strerror}") from exc

    def _append(self, line: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
            file.flush()
            os.fsync(file.fileno())


class Desks:
    """Several desks: a conversation is handed over once any of them has taken it."""

    def __init__(self, desks: Sequence[Desk]) -> None:
        self._desks = desks

    async def take(self, summary: Summary) -> None:
        told = await asyncio.gather(
            *(desk.take(summary) for desk in self._desks), return_exceptions=True
        )
        failures = [each for each in told if isinstance(each, BaseException)]
        if other := [each for each in failures if not isinstance(each, HandoffFailed)]:
            raise other[0]
        if len(failures) == len(self._desks):
            raise HandoffFailed("; ".join(map(str, failures)))


def open_desk(settings: Settings) -> Desk | None:
    """The desk that the settings name, or None."""
    named = settings.handoff
    desks: list[Desk] = []
    if named.webhook:
        desks.append(WebhookDesk(named.webhook, named.secret.get_secret_value()))
    if named.email_to:
        desks.append(EmailDesk(named.email_to, named.email_from, named.smtp_host, named.smtp_port))
    if named.queue:
        country = settings.privacy.country if settings.privacy.mask else ""
        desks.append(QueueDesk(settings.data_dir / QUEUE_NAME, country))
    return Desks(desks) if desks else None
