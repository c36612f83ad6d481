"""Requests of the shop's staff, who bear the admin key: what is kept of a visitor, and counts.

Of the key only its hash is known here.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Path, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from chatrec.keys import fits
from chatrec.ports import ConversationStore
from chatrec.retention import erase_visitor, export_visitor
from ui.loading import loading_of
from ui.metrics import Metrics
from ui.openapi import problems
from ui.schema import ErasedDocument


def staff(
    request: Request, authorization: Annotated[str, Header(include_in_schema=False)] = ""
) -> None:
    """Lets through who bears the admin key; without one configured, nobody."""
    if not fits(authorization.removeprefix("Bearer "), request.app.state.admin_key_hash):
        raise HTTPException(403)


Staff = Annotated[None, Depends(staff)]

router = APIRouter(tags=["staff"], responses=problems(403, 503, 507))

_Visitor = Annotated[str, Path(min_length=1, max_length=200)]


def _store(request: Request) -> ConversationStore:
    return loading_of(request).shop.store


_Store = Annotated[ConversationStore, Depends(_store)]


@router.get("/v1/visitors/{visitor:path}", responses=problems(422))
async def export(visitor: _Visitor, store: _Store, key: Staff) -> dict[str, Any]:
    """Everything that is kept of a visitor. Needs the admin key."""
    return await asyncio.to_thread(export_visitor, store, visitor)


@router.delete("/v1/visitors/{visitor:path}", responses=problems(422))
async def erase(visitor: _Visitor, store: _Store, key: Staff) -> ErasedDocument:
    """Erase everything that is kept of a visitor. Needs the admin key."""
    return ErasedDocument(conversations=await asyncio.to_thread(erase_visitor, store, visitor))


@router.get("/metrics", response_class=Response)
async def metrics(request: Request, key: Staff) -> Response:
    """Counts in Prometheus' text format. Needs the admin key."""
    counts: Metrics = request.app.state.metrics
    return Response(counts.text(), media_type=CONTENT_TYPE_LATEST)
