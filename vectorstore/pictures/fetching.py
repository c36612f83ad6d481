"""The web address of a picture -> its bytes, and never a way into the shop's own network.

A catalogue may come from elsewhere, so an address in it may point anywhere. The host's name is
looked up once, every address that it has must be public, and the connection is made to one of
those, so the name cannot mean something else by then. Redirects go the same way. Knows nothing of
what is in a picture.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import httpx

_SECONDS = 10.0
_MOST_REDIRECTS = 3
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


class NotFetched(Exception):
    """Why there is no picture; ``passing`` where asking again later may help."""

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.passing = passing


@dataclass(frozen=True, slots=True)
class Limits:
    """What is fetched: at most so many bytes, and from private hosts only if these are allowed.

    ``seconds`` until a picture that comes in dribs and drabs is given up on.
    """

    max_bytes: int
    private_addresses: bool = False
    seconds: float = 60.0


class Fetcher:
    """Fetches pictures over HTTP. Safe to use from several threads."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._client = httpx.Client(
            timeout=_SECONDS,
            verify=ssl.create_default_context(),
            headers={
                "Accept": "image/webp,image/png,image/jpeg",
                "Accept-Encoding": "identity",
                "User-Agent": "chatrec",
            },
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def fetch(self, address: str) -> bytes:
        """The bytes of the picture.

        Raises:
            NotFetched: it cannot be had, or is too large or no picture.
        """
        try:
            url = httpx.URL(address)
            for _ in range(_MOST_REDIRECTS + 1):
                found = self._get(url)
                if isinstance(found, bytes):
                    return found
                url = url.join(found)
        except (httpx.InvalidURL, UnicodeError, ValueError) as exc:
            raise NotFetched(f"is no address of a picture ({exc})") from exc
        except (httpx.HTTPError, OSError) as exc:
            why = str(exc) or type(exc).__name__
            raise NotFetched(f"cannot be fetched ({why})", passing=True) from exc
        raise NotFetched("is redirected too often")

    def _get(self, url: httpx.URL) -> bytes | str:
        """The bytes, or where the server sends us instead."""
        if url.scheme not in ("http", "https") or not url.host:
            raise NotFetched(f"has no address that pictures are fetched from ({url.scheme})")
        request = self._client.build_request("GET", url)
        request.url = url.copy_with(host=self._address_of(url))
        request.extensions["sni_hostname"] = url.host
        answer = self._client.send(request, stream=True)
        try:
            if answer.has_redirect_location:
                return answer.headers["location"]
            if answer.is_error:
                passing = answer.status_code in _PASSING
                raise NotFetched(f"is answered with status {answer.status_code}", passing=passing)
            kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
            if not kind.startswith("image/") and kind != "application/octet-stream":
                raise NotFetched(f"is no picture but {kind or 'of no named type'}")
            return self._body(answer)
        finally:
            answer.close()

    def _body(self, answer: httpx.Response) -> bytes:
        most = self.limits.max_bytes
        until = time.monotonic() + self.limits.seconds
        body = bytearray()
        for piece in answer.iter_raw():
            body += piece
            if len(body) > most:
                raise NotFetched(f"has more than the {most:,} bytes of photos.max_bytes")
            if time.monotonic() >= until:
                raise NotFetched(f"takes more than {self.limits.seconds:.0f} s", passing=True)
        return bytes(body)

    def _address_of(self, url: httpx.URL) -> str:
        """An address of the host to connect to."""
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            found = socket.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
        except OSError as exc:
            raise NotFetched(f"is on a host that is not found ({url.host})", passing=True) from exc
        addresses = [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
        if not self.limits.private_addresses and not all(a.is_global for a in addresses):
            raise NotFetched(
                f"is on a host inside the own network ({url.host}); photos.private_addresses "
                "allows that"
            )
        return str(addresses[0])
