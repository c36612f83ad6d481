"""News of the catalogue from the shop's own systems: prices, stock, what is not sold any more.

They stand for the next turn of every conversation, and until a newer file is indexed.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request

from ui.loading import loading_of
from ui.openapi import problems
from ui.schema import CatalogueNews, HeardDocument
from ui.staff import Staff
from vectorstore.changes import Change

router = APIRouter(
    prefix="/v1/catalogue", tags=["staff"], responses=problems(403, 413, 422, 503, 507)
)

_Item = Annotated[str, Path(min_length=1, max_length=200)]


@router.put("/items")
async def hear(request: Request, news: CatalogueNews, key: Staff) -> HeardDocument:
    """Change prices and stock. Needs the admin key.

    Ids that the catalogue does not know are named; the others are changed.
    """
    changes: dict[str, Change] = {}
    for item in news.items:
        changes[item.id] = Change(item.price, item.stock).after(changes.get(item.id))
    unknown = await loading_of(request).shop.change(changes)
    return HeardDocument(changed=len(changes) - len(unknown), unknown=sorted(unknown))


@router.delete("/items/{item_id}", status_code=204, responses=problems(404))
async def withdraw(request: Request, item_id: _Item, key: Staff) -> None:
    """Show an item to nobody any more. Needs the admin key; news of it bring it back."""
    if await loading_of(request).shop.change({item_id: Change(gone=True)}):
        raise HTTPException(404)
