"""Happenings -> POST requests, signed, and made again until they are taken.

The form is that of Standard Webhooks 1.0.0 (standardwebhooks.com), for which receivers find
libraries: the headers ``webhook-id``, the same at every try, ``webhook-timestamp`` in Unix seconds
and ``webhook-signature``, and ``{"type", "timestamp", "data"}`` as the body. Each receiver has a
thread of its own, so one that is down keeps no other waiting.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from chatrec.errors import StorageError
from chatrec.unsent import NOT_SENT
from chatrec.webhooks.outbox import Outbox, Pending

logger = logging.getLogger(__name__)

SECRET_PREFIX = "whsec_"
_PATIENCE_SECONDS = 10.0
_TAKEN_SECONDS = 60.0  # longer than a request may take
_IDLE_SECONDS = 30.0  # until another process's requests are looked for
_STOP_SECONDS = 2.0
AGAIN_AFTER = (5.0, 30.0, 120.0, 600.0, 3600.0, 6 * 3600.0, 24 * 3600.0)
"""Seconds from each failed try to the next; after the last of them a request is given up."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where happenings go: ``events`` are the types it gets, ``key`` signs."""

    url: str
    key: bytes
    events: frozenset[str]

    @classmethod
    def of(cls, url: str, secret: str, events: Sequence[str]) -> Receiver:
        """One whose secret is written as the standard does: ``whsec_`` and base64."""
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
        return cls(url, key, frozenset(events))


def signature(key: bytes, id: str, timestamp: int, body: str) -> str:
    """The ``webhook-signature`` of a request: HMAC-SHA256 over id, time and body."""
    signed = f"{id}.{timestamp}.{body}".encode()
    return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"


class Sender:
    """Delivers to some receivers. `send` is safe from any thread and waits for the disk alone."""

    def __init__(
        self,
        outbox: Outbox,
        receivers: Sequence[Receiver],
        again_after: Sequence[float] = AGAIN_AFTER,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Begin to deliver, what an earlier process left in the outbox first."""
        self._outbox = outbox
        self._receivers = tuple(receivers)
        self._again_after = tuple(again_after)
        self._clock = clock
        self._stopped = threading.Event()
        self._news = {receiver.url: threading.Event() for receiver in self._receivers}
        self._threads = [
            threading.Thread(target=self._deliver_to, args=(receiver,), daemon=True)
            for receiver in self._receivers
        ]
        for thread in self._threads:
            thread.start()

    def send(self, type: str, conversation_id: str, data: Mapping[str, Any]) -> None:
        """Tell every receiver that takes this type of happening, as soon as may be."""
        now = self._clock()
        document = {
            "type": type,
            "timestamp": datetime.fromtimestamp(now, UTC).isoformat(),
            "data": {"conversation_id": conversation_id, **data},
        }
        body = json.dumps(document, ensure_ascii=False)
        for receiver in self._receivers:
            if type in receiver.events:
                id = f"msg_{secrets.token_urlsafe(16)}"
                self._outbox.put(id, receiver.url, conversation_id, body, now)
                self._news[receiver.url].set()

    def erase(self, conversation_id: str) -> None:
        """Forget what is still to be told of a conversation."""
        self._outbox.erase(conversation_id)

    def close(self) -> None:
        """Stop; what is not delivered yet is left to the next process."""
        self._stopped.set()
        for news in self._news.values():
            news.set()
        deadline = time.monotonic() + _STOP_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._outbox.close()

    def _deliver_to(self, receiver: Receiver) -> None:
        news = self._news[receiver.url]
        with httpx.Client(timeout=_PATIENCE_SECONDS) as client:
            while not self._stopped.is_set():
                news.clear()
                try:
                    pending = self._outbox.take(receiver.url, self._clock(), _TAKEN_SECONDS)
                    if pending is not None:
                        self._deliver(client, receiver, pending)
                        continue
                    wait = self._idle_seconds(receiver.url)
                except StorageError as exc:
                    if self._stopped.is_set():
                        return
                    logger.error("webhooks wait: %s", exc)
                    wait = _IDLE_SECONDS
                news.wait(wait)

    def _idle_seconds(self, url: str) -> float:
        due = self._outbox.next_due(url)
        left = _IDLE_SECONDS if due is None else due - self._clock()
        return min(max(left, 0.05), _IDLE_SECONDS)

    def _deliver(self, client: httpx.Client, receiver: Receiver, pending: Pending) -> None:
        trouble = self._trouble(client, receiver, pending)
        if trouble is None:
            self._outbox.remove(pending)
        elif pending.tries > len(self._again_after):
            logger.error("webhook %s gives up %s: %s", receiver.url, pending.id, trouble)
            self._outbox.remove(pending)
        else:
            logger.warning("webhook %s did not take %s: %s", receiver.url, pending.id, trouble)
            self._outbox.postpone(pending, self._clock() + self._again_after[pending.tries - 1])

    def _trouble(self, client: httpx.Client, receiver: Receiver, pending: Pending) -> str | None:
        """Why the receiver did not take the request; None where it did."""
        timestamp = int(self._clock())
        headers = {
            "Content-Type": "application/json",
            "webhook-id": pending.id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(receiver.key, pending.id, timestamp, pending.body),
        }
        try:
            answer = client.post(receiver.url, content=pending.body.encode(), headers=headers)
        except NOT_SENT as exc:
            return repr(exc)
        return None if answer.is_success else f"status {answer.status_code}"
