"""A request -> the visitor who sends it, as the token says; and tokens for those of whom none does.

A token that is bound to a page's origin is taken from no other page, and one that is bound to a
network from no other network. Conversations belong to visitors: `owned` lets nobody else through
but the staff, and tells nobody else that they are there.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Header, Request
from starlette.requests import HTTPConnection

from chatrec.errors import ConversationNotFound, TokenRefused
from chatrec.keys import fits
from chatrec.settings import ServeSettings
from chatrec.tokens import Visitor, anonymous, network, network_of, read, sign
from ui.errors import OriginRefused
from ui.loading import loading_of
from ui.origins import is_listed

_SCHEME = "Bearer "
STAFF = Visitor("staff")
"""Who bears the admin key: every conversation is open to them."""


class Visitors:
    """Reads and makes the tokens of one shop."""

    def __init__(self, settings: ServeSettings, key: str) -> None:
        """``key`` signs the tokens."""
        self._key = key
        self._seconds = settings.token_seconds
        self._signed_only = settings.signed_only
        self._origins = settings.origins
        self._admin_key_hash = settings.admin_key_hash

    def bearer(self, request: Request) -> Visitor:
        """The visitor whose token comes with the request, or the staff by the admin key.

        Raises:
            TokenRefused: there is none, or it is not for this page and network.
            OriginRefused: the page is none that may use the API.
        """
        token = _token(request)
        if fits(token, self._admin_key_hash):
            return STAFF
        if not token:
            raise TokenRefused("A visitor's token is needed: POST /v1/visitors gives one.")
        visitor = read(self._key, token)
        if self._signed_only and visitor.is_anonymous:
            raise TokenRefused("The token has to be one of the shop's own.")
        self._check_origin(visitor, request)
        if visitor.network not in (None, network_of(address_of(request), self._key)):
            raise TokenRefused("The token was given to another network: ask for a new one.")
        return visitor

    def caller(self, request: Request, name: str) -> Visitor:
        """The bearer of a token, or whoever bears the same other key under the same name.

        For front ends that have keys of their own; without any they go by their address.

        Raises:
            TokenRefused: as `bearer`, where the key is a token, or only the shop gives tokens.
        """
        given = _token(request)
        if given.count(".") == 2 or self._signed_only:
            return self.bearer(request)
        text = "\n".join((given or address_of(request), name))
        digest = hmac.new(self._key.encode(), text.encode(), hashlib.sha256).hexdigest()
        return Visitor(f"caller:{digest[:32]}")

    def welcome(self, request: Request) -> tuple[Visitor, str]:
        """A visitor with a fresh token: the bearer of an anonymous one, or a new one.

        A token whose time is over is renewed where it was given; one that still lasts from any
        network, for phones change theirs. With the shop's own token nobody new comes.

        Raises:
            TokenRefused: only the shop gives tokens.
            OriginRefused: the page is none that may use the API.
        """
        if self._signed_only:
            raise TokenRefused("The shop's own pages give the token.")
        origin = request.headers.get("origin", "")
        if origin and not self._may_use(origin, request):
            raise OriginRefused("This page may not use the assistant.")
        address = address_of(request)
        fresh = anonymous(origin, address, self._key)
        former = self._former(request, fresh)
        if former is not None:
            fresh = Visitor(former.id, origin=fresh.origin, network=fresh.network)
        return fresh, sign(self._key, fresh, self._seconds)

    def _former(self, request: Request, fresh: Visitor) -> Visitor | None:
        """The anonymous visitor whose token may be renewed, if one comes with the request."""
        token = _token(request)
        try:
            former = read(self._key, token, ended=True)
            self._check_origin(former, request)
            if former.network != fresh.network:
                read(self._key, token)
        except TokenRefused:
            return None
        return former if former.is_anonymous else None

    def _check_origin(self, visitor: Visitor, request: Request) -> None:
        # Browsers name the origin of every request across origins; nothing else can be held to it.
        origin = request.headers.get("origin")
        if not origin:
            return
        if not self._may_use(origin, request):
            raise OriginRefused("This page may not use the assistant.")
        if visitor.origin and origin != visitor.origin:
            raise TokenRefused("The token is another page's.")

    def _may_use(self, origin: str, request: Request) -> bool:
        """Whether it is listed, or this server's own page."""
        same = urlsplit(origin).netloc == request.headers.get("host")
        return same or is_listed(origin, self._origins)


def address_of(request: HTTPConnection) -> str:
    """The network of the client, as the server or a trusted proxy saw it."""
    return network(request.client.host) if request.client else ""


def _token(request: Request) -> str:
    given = request.headers.get("authorization", "")
    return given.removeprefix(_SCHEME) if given.startswith(_SCHEME) else ""


def visitors_of(request: Request) -> Visitors:
    """The app's."""
    visitors: Visitors = request.app.state.visitors
    return visitors


async def owned(
    request: Request,
    conversation_id: str,
    authorization: Annotated[str, Header(include_in_schema=False)] = "",
) -> Visitor:
    """The bearer of the token, to whom the conversation belongs, or the staff.

    Raises:
        TokenRefused: as `Visitors.bearer`.
        ConversationNotFound: it is another's, or is not there.
    """
    visitor = visitors_of(request).bearer(request)
    owner = await loading_of(request).shop.conversations.owner(conversation_id)
    if visitor is not STAFF and visitor.id != owner:
        raise ConversationNotFound(f"no conversation {conversation_id}: wrong id, or it was erased")
    return visitor


Owner = Annotated[Visitor, Depends(owned)]
"""A route's visitor, whose conversation its path names."""
