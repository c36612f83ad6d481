"""Who a visitor is <-> a short-lived signed token. The shop's own server mints them with `mint`.

A token is a JSON Web Token (RFC 7519), HS256, under the key in ``serve.token_key``. Its claims:

    aud      "chatrec"
    sub      the visitor: conversations belong to it. An id of the shop's making, no personal data
    iat, exp when it was made and when it ends, Unix seconds; a day apart at most
    user_id  who is signed in, where anybody is; passed to lookups
    orders   list of order numbers that the visitor may ask about
    origin   the page's origin, where it is bound to one
    network  a digest of the visitor's network, where it is bound to one; `network_of`

Knows nothing of requests. Any JWT library makes the same; a shop written in Python takes `mint`.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import jwt

from chatrec.errors import TokenRefused

AUDIENCE = "chatrec"
_ALGORITHM = "HS256"
_LONGEST_SECONDS = 86400
_LEEWAY_SECONDS = 30
_LONGEST_ID = 200
_MOST_ORDERS = 100
_ANONYMOUS = "anonymous:"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who talks to the shop, as a token says it. ``origin`` and ``network`` bind it; None: not."""

    id: str
    user_id: str = ""
    orders: tuple[str, ...] = ()
    origin: str | None = None
    network: str | None = None

    @property
    def profile(self) -> Mapping[str, str]:
        """What a turn may know of the visitor; each order stands on a line."""
        known = {"user_id": self.user_id, "orders": "\n".join(self.orders)}
        return {name: value for name, value in known.items() if value}

    @property
    def is_anonymous(self) -> bool:
        """Whether chatrec itself gave the token to somebody whom nobody vouched for."""
        return self.id.startswith(_ANONYMOUS)


def mint(
    key: str,
    visitor: str,
    *,
    user_id: str = "",
    orders: Iterable[str] = (),
    origin: str = "",
    seconds: int = 900,
) -> str:
    """A token for a page of the shop to hand to the widget.

    Args:
        key: ``serve.token_key``.
        visitor: whose conversations these are: an id of the shop's making, such as its session's,
            that stays when the visitor signs in.
        user_id: who is signed in; "" for nobody.
        orders: order numbers that the visitor may ask about.
        origin: the only page origin from which the token is taken; "" for any that is allowed.
        seconds: how long it lasts.
    """
    if visitor.startswith(_ANONYMOUS):
        raise ValueError(f"ids that begin with {_ANONYMOUS!r} are chatrec's own")
    return sign(key, Visitor(visitor, user_id, tuple(orders), origin or None), seconds)


def anonymous(origin: str, address: str, key: str) -> Visitor:
    """A new visitor of whom nothing is known, bound to a page's origin and to a network."""
    return Visitor(
        _ANONYMOUS + secrets.token_urlsafe(16), origin=origin, network=network_of(address, key)
    )


def sign(key: str, visitor: Visitor, seconds: int) -> str:
    """The token that says who the visitor is."""
    now = int(time.time())
    claims: dict[str, object] = {
        "aud": AUDIENCE,
        "sub": visitor.id,
        "iat": now,
        "exp": now + seconds,
        "user_id": visitor.user_id or None,
        "orders": list(visitor.orders) or None,
        "origin": visitor.origin,
        "network": visitor.network,
    }
    known = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(known, key, algorithm=_ALGORITHM)


def read(key: str, token: str, *, ended: bool = False) -> Visitor:
    """Who the token's bearer is; with ``ended`` also where its time is over.

    Raises:
        TokenRefused: it is forged, over, or lacks or exceeds what a token has to have.
    """
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=[_ALGORITHM],
            audience=AUDIENCE,
            leeway=_LEEWAY_SECONDS,
            options={"require": ["sub", "iat", "exp"], "verify_exp": not ended},
        )
    except jwt.ExpiredSignatureError as exc:
        raise TokenRefused("The token's time is over: ask for a new one.") from exc
    except jwt.InvalidTokenError as exc:
        raise TokenRefused("The token is not valid: ask for a new one.") from exc
    ends, made = claims["exp"], claims["iat"]
    if not (_is_time(ends) and _is_time(made)) or ends - made > _LONGEST_SECONDS:
        raise TokenRefused("The token lasts too long: a day is the most.")
    orders = claims.get("orders", [])
    texts = [claims["sub"], claims.get("user_id", ""), *(orders if _is_list(orders) else [None])]
    if not claims["sub"] or not all(_is_id(text) for text in texts):
        raise TokenRefused("The token's claims are not what a token has: see chatrec.tokens.")
    return Visitor(
        claims["sub"],
        claims.get("user_id", ""),
        tuple(orders),
        claims.get("origin"),
        claims.get("network"),
    )


def network(address: str) -> str:
    """Whom an address stands for: itself, or the /64 that an IPv6 address lies in."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address  # a socket's name, or a network already
    if found.version == 4:
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def network_of(address: str, key: str) -> str:
    """A digest of the address's network, which nobody reads back."""
    return hmac.new(key.encode(), network(address).encode(), hashlib.sha256).hexdigest()[:16]


def _is_time(value: object) -> bool:
    return isinstance(value, int | float)


def _is_list(value: object) -> bool:
    return isinstance(value, list) and len(value) <= _MOST_ORDERS


def _is_id(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_ID and value.isprintable()
