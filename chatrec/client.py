"""The HTTP API from Python: conversations, replies whole or as they arise, and safe repetition.

    with Client("https://chat.shop.example") as client:
        conversation = client.start()
        for event in conversation.stream("rain jacket under 100"):
            match event:
                case Cards(items):
                    ...
                case Piece(text):
                    ...
                case Finished(reply):
                    ...

A message has an idempotency key: where the connection is lost or the server busy it is sent again,
is answered once, and a stream goes on where it broke off. Knows nothing of the rest of chatrec but
its errors, so the file may be copied.
"""

from __future__ import annotations

import base64
import json
import threading
import time
import uuid
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self, TypeAlias, TypedDict, cast

import httpx

from chatrec.errors import ChatrecError

_AGAIN_STATUSES = frozenset({429, 502, 503, 504})
_LONGEST_WAIT_SECONDS = 30.0
_EVENT_STREAM = "text/event-stream"

Feedback: TypeAlias = Literal["up", "down", "none", "click", "cart", "purchase"]


class Fact(TypedDict):
    """One thing that is so of an item."""

    name: str
    value: str


class Item(TypedDict):
    """A product card."""

    id: str
    title: str
    price: float | None
    currency: str | None
    url: str | None
    image_url: str | None
    rating: float | None
    reason: str
    facts: list[Fact]


class Citation(TypedDict):
    """The FAQ entry that an answer rests on."""

    faq_id: str
    question: str
    source: str | None


class Bounds(TypedDict):
    """A closed interval; None leaves a side open."""

    min: float | None
    max: float | None


class Constraints(TypedDict):
    """What stands between the shopper and the shop: all but ``wish`` and ``prefer`` is hard."""

    wish: str
    category: list[str]
    price_min: float | None
    price_max: float | None
    require: dict[str, list[str]]
    exclude: dict[str, list[str]]
    prefer: dict[str, list[str]]
    numeric: dict[str, Bounds]


class Reply(TypedDict):
    """An answer. ``timings`` are seconds since the message arrived, by stage."""

    message_id: str
    kind: str
    text: str
    items: list[Item]
    citations: list[Citation]
    constraints: Constraints
    suggestions: list[str]
    timings: dict[str, float]


class Chip(TypedDict):
    """A constraint that is held, and the merge patch that removes it."""

    label: str
    soft: bool
    patch: dict[str, Any]


class Message(TypedDict):
    """A message and its reply; None where it was accepted but not answered."""

    message_id: str
    at: float
    text: str
    reply: Reply | None
    thumb: str


class Transcript(TypedDict):
    """A conversation as it stands."""

    conversation_id: str
    messages: list[Message]
    constraints: Constraints
    chips: list[Chip]
    shown: list[str]
    turn: Literal["assistant", "person"]


@dataclass(frozen=True, slots=True)
class Cards:
    """Event: what is shown, before any word."""

    items: list[Item]


@dataclass(frozen=True, slots=True)
class Piece:
    """Event: the next piece of the reply's text."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """Event, always the last: the whole reply."""

    reply: Reply


Event: TypeAlias = Cards | Piece | Finished


class Refused(ChatrecError):
    """The server did not do it.

    ``code`` names the problem for programs; ``wait`` are the seconds after which asking again may
    help, None where it does not.
    """

    def __init__(self, status: int, code: str, detail: str, wait: float | None = None) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.wait = wait


class Unreachable(ChatrecError):
    """The server was not reached, or the connection broke off, however often it was tried."""


class Client:
    """One shop's server. May be shared by threads."""

    def __init__(
        self,
        url: str,
        token: str = "",
        *,
        tries: int = 5,
        timeout: float = 60.0,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Connects to nothing yet.

        Args:
            url: of the server, such as ``https://chat.shop.example``.
            token: the visitor's; without one the first conversation brings an anonymous one,
                which is renewed when its time is over. The shop's own is the caller's to renew.
            tries: how often a request is made that the network or a busy server keeps from ending.
            timeout: seconds of silence after which a connection counts as lost.
            pause: waits for so many seconds between tries.
        """
        self._bearer = _Bearer(f"{url.rstrip('/')}/v1/visitors", token)
        self._http = httpx.Client(base_url=url.rstrip("/"), timeout=timeout, auth=self._bearer)
        self._tries = tries
        self._pause = pause

    @property
    def token(self) -> str:
        """The visitor's, as it stands; "" before the first conversation."""
        return self._bearer.token

    @token.setter
    def token(self, token: str) -> None:
        self._bearer.token = token

    def start(self) -> Conversation:
        """A new conversation.

        Raises:
            Refused: as every call, where the server does not do it.
            Unreachable: as every call.
        """
        begun = self._json("POST", "/v1/conversations")
        self.token = begun.get("token") or self.token
        return Conversation(self, begun["conversation_id"])

    def conversation(self, conversation_id: str) -> Conversation:
        """One that was begun before; asks the server nothing."""
        return Conversation(self, conversation_id)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _json(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        key: str = "",
        repeatable: bool = True,
    ) -> Any:
        """The answer's document; what is not repeatable is not sent again once it may be there."""
        for wait in self._waits():
            try:
                answer = self._http.request(method, path, json=body, headers=self._headers(key))
                _check(answer)
            except (httpx.TransportError, Refused) as exc:
                may_be_there = isinstance(exc, httpx.TransportError) and not isinstance(
                    exc, httpx.ConnectError
                )
                self._wait_or_raise(exc, wait if repeatable or not may_be_there else None)
            else:
                return answer.json() if answer.content else None
        raise AssertionError("the last try returns or raises")

    def _events(self, method: str, path: str, body: Mapping[str, Any], key: str) -> Iterator[Event]:
        """The events of an answer, each once, however often the connection was lost."""
        shown, told = False, 0
        for wait in self._waits():
            heard = 0  # characters of the text, in this connection
            try:
                for event in self._connection(method, path, body, key):
                    if isinstance(event, Cards):
                        if not shown:
                            yield event
                        shown = True
                    elif isinstance(event, Piece):
                        heard += len(event.text)
                        if heard > told:
                            yield Piece(event.text[told - heard :])
                            told = heard
                    else:
                        yield event
                        return
                raise httpx.RemoteProtocolError("the stream ended before the reply")
            except (httpx.TransportError, Refused) as exc:
                self._wait_or_raise(exc, wait)

    def _connection(
        self, method: str, path: str, body: Mapping[str, Any], key: str
    ) -> Iterator[Event]:
        headers = {**self._headers(key), "Accept": _EVENT_STREAM}
        with self._http.stream(method, path, json=body, headers=headers) as answer:
            if answer.is_error:
                answer.read()
            _check(answer)
            name = ""
            for line in answer.iter_lines():
                field, _, value = line.partition(": ")
                if field == "event":
                    name = value
                elif field == "data":
                    yield _event(name, json.loads(value))

    def _headers(self, key: str) -> dict[str, str]:
        headers = {"Accept": "application/json"}
        return {**headers, "Idempotency-Key": key} if key else headers

    def _waits(self) -> Iterator[float | None]:
        """For each try the seconds to wait when it fails; None for the last."""
        for tried in range(self._tries - 1):
            yield min(0.5 * 2**tried, _LONGEST_WAIT_SECONDS)
        yield None

    def _wait_or_raise(self, error: httpx.TransportError | Refused, wait: float | None) -> None:
        if isinstance(error, Refused):
            if wait is None or error.wait is None:
                raise error
            wait = max(wait, error.wait)
        elif wait is None:
            raise Unreachable(f"{self._http.base_url} was not reached: {error!r}") from error
        self._pause(wait)


class _Bearer(httpx.Auth):
    """Puts the visitor's token on requests, and a fresh one where an anonymous one is refused.

    The server tells whose the fresh one is: another visitor's, to whom no conversation of this
    one's belongs, is not taken.
    """

    def __init__(self, visitors: str, token: str) -> None:
        """``visitors`` is the address that renews tokens."""
        self.token = token
        self._visitors = visitors
        self._renewing = threading.Lock()

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        token = self.token
        answer = yield _bearing(token, request)
        if answer.status_code != httpx.codes.UNAUTHORIZED or not _is_anonymous(token):
            return
        with self._renewing:
            if self.token == token:  # else another thread has renewed it
                fresh = yield _bearing(token, httpx.Request("POST", self._visitors))
                if fresh.is_error:
                    return
                fresh.read()
                given = fresh.json()
                if given["visitor"] == _visitor(token):
                    self.token = given["token"]
        yield _bearing(self.token, request)


class Conversation:
    """One conversation. Its methods raise what `Client.start` raises."""

    def __init__(self, client: Client, conversation_id: str) -> None:
        self._client = client
        self.id = conversation_id
        self._path = f"/v1/conversations/{conversation_id}"

    def say(self, text: str, photo: bytes = b"") -> Reply:
        """Say something, or show the file of a photo; the whole reply."""
        body = _message(text, photo)
        return cast(Reply, self._client._json("POST", f"{self._path}/messages", body, _key()))

    def stream(self, text: str, photo: bytes = b"") -> Iterator[Event]:
        """Say something, or show the file of a photo; the reply as it arises."""
        body = _message(text, photo)
        return self._client._events("POST", f"{self._path}/messages", body, _key())

    def change(self, patch: Mapping[str, Any]) -> Reply:
        """Change the constraints by a JSON merge patch: what is left out stays, None clears."""
        return cast(Reply, self._client._json("PATCH", f"{self._path}/constraints", patch, _key()))

    def stop(self) -> None:
        """Stop the answer under way; what was sent of it is kept."""
        self._client._json("POST", f"{self._path}/stop")

    def feedback(self, message_id: str, value: Feedback, item_id: str | None = None) -> None:
        """A thumb on a reply, or what was done with an item of it."""
        given = {"message_id": message_id, "value": value, "item_id": item_id}
        self._client._json("POST", f"{self._path}/feedback", given, repeatable=False)

    def read(self) -> Transcript:
        """The conversation as it stands."""
        return cast(Transcript, self._client._json("GET", self._path))

    def erase(self) -> None:
        """Erase everything of it."""
        self._client._json("DELETE", self._path)


def _bearing(token: str, request: httpx.Request) -> httpx.Request:
    if token:
        request.headers["Authorization"] = f"Bearer {token}"
    return request


def _is_anonymous(token: str) -> bool:
    return _visitor(token).startswith("anonymous:")


def _visitor(token: str) -> str:
    """Whose a token says it is (RFC 7519); "" where it says nothing."""
    _, _, rest = token.partition(".")
    claims, _, _ = rest.partition(".")
    try:
        return str(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sub"])
    except (ValueError, KeyError, TypeError):
        return ""


def _key() -> str:
    return uuid.uuid4().hex


def _message(text: str, photo: bytes) -> dict[str, str]:
    body = {"text": text} if text or not photo else {}
    return body | ({"photo": base64.b64encode(photo).decode("ascii")} if photo else {})


def _check(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    after = answer.headers.get("Retry-After", "")
    wait = float(after) if after.isdigit() else 0.0 if _is_passing(answer) else None
    try:
        problem = answer.json()
        raise Refused(answer.status_code, problem["code"], problem["detail"], wait)
    except (ValueError, KeyError, TypeError):  # a proxy's page
        phrase = answer.reason_phrase
        raise Refused(answer.status_code, "unknown", phrase, wait) from None


def _is_passing(answer: httpx.Response) -> bool:
    return answer.status_code in _AGAIN_STATUSES


def _event(name: str, document: Any) -> Event:
    match name:
        case "items":
            return Cards(document["items"])
        case "token":
            return Piece(document["text"])
        case "reply":
            return Finished(document)
    raise Refused(document["status"], document["code"], document["detail"])
