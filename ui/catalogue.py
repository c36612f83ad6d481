"""News of price and stock from the shop's system -> what the next turn searches. For staff alone.

What a product is comes from the catalogue's file; a new one is there after `chatrec index`.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from ui.loading import LiveSource, loading_of
from ui.openapi import problems
from ui.staff import Staff
from vectorstore.changes import Change

_MOST = 500
_MOST_STOCK = 10**9

ItemId = Annotated[str, Field(min_length=1, max_length=200)]


class ItemNews(BaseModel):
    """News of an item, a variant of it, or all variants of a group. What is left out stays.

    ``price`` is in the catalogue's currency; ``stock`` a whole number, which JSON may write as 3.0.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: ItemId
    price: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    stock: Annotated[float, Field(ge=0, le=_MOST_STOCK, multiple_of=1)] | None = None

    @property
    def change(self) -> Change:
        """What is new of it."""
        return Change(self.price, None if self.stock is None else int(self.stock))


class ItemsNews(BaseModel):
    """News of several; the last one counts where an id comes twice."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    items: Annotated[list[ItemNews], Field(min_length=1, max_length=_MOST)]


class TakenDocument(BaseModel):
    """How many ids there was news of, and those that the catalogue does not have."""

    changed: int
    unknown: list[str]


def _source(request: Request) -> LiveSource:
    return loading_of(request).shop.source


_Source = Annotated[LiveSource, Depends(_source)]

router = APIRouter(
    prefix="/v1/catalogue", tags=["catalogue"], responses=problems(403, 413, 422, 503, 507)
)


@router.put("/items", responses=problems(400))
async def put_items(news: ItemsNews, source: _Source, key: Staff) -> TakenDocument:
    """Take over prices and stocks; the next turn knows them. Needs the admin key."""
    changes = {item.id: item.change for item in news.items}
    unknown = await source.change(changes)
    return TakenDocument(changed=len(changes) - len(unknown), unknown=sorted(unknown))


@router.delete(
    "/items/{item_id:path}", status_code=204, response_class=Response, responses=problems(404)
)
async def take_off(
    item_id: Annotated[str, Path(min_length=1, max_length=200)], source: _Source, key: Staff
) -> None:
    """Show an item no more, until there is news of it. Needs the admin key."""
    if await source.change({item_id: Change(gone=True)}):
        raise HTTPException(404)
