"""Shopify's product export -> one row a variant, with what the product's first row says.

Rows of one handle are one product. Only the first names title, description and options; a row
without a price is one more picture. Both column sets are read: that of exports ("Handle", "Variant
Price") and that of the template of 2025 ("URL handle", "Price"). The file says neither the currency
nor the shop's address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from vectorstore.formats.named import Cells, is_yes, none_left, slug
from vectorstore.records import Record, RowError

_METAFIELD = re.compile(r"(?P<name>.+?)\s*\((?:product|variant)\.metafields\.(?P<key>[^)]+)\)")
_GOOGLE = ("gender", "age group", "condition")
_OPTIONS = range(1, 4)


def is_export(names: frozenset[str]) -> bool:
    """Whether the plain names of a header are those of a Shopify export."""
    return bool({"handle", "url handle"} & names) and {"title", "option1 value"} <= names


def rows(records: Iterable[Record | RowError]) -> Iterator[Record | RowError]:
    """Variants in the order of the file. Products that are not published are errors of one row."""
    products: dict[str, _Product | None] = {}
    seen: set[str] = set()
    for record in records:
        if isinstance(record, RowError):
            yield record
            continue
        cells = Cells(record.values)
        handle = cells.text("handle", "url handle")
        if handle not in products:
            hidden = _hidden(cells)
            products[handle] = None if hidden else _Product(handle, cells, record.values)
            if hidden:
                yield RowError(record.line, hidden, record.raw)
        product = products[handle]
        if product is not None and _is_variant(cells):
            values = product.variant(cells)
            if values["id"] in seen:  # a code that two variants share
                values["id"] = product.own_id(cells)
            seen.add(values["id"])
            yield Record(record.line, values, record.raw)


def _hidden(cells: Cells) -> str:
    status = cells.text("status")
    if status and not is_yes(status):
        return f"{cells.text('title')!r} is not published (status {status})"
    published = cells.text("published", "published on online store")
    return f"{cells.text('title')!r} is not published" if published.lower() == "false" else ""


def _is_variant(cells: Cells) -> bool:
    return bool(cells.text("variant price", "price", "option1 value", "title"))


class _Product:
    """What the first row of a product says of all its variants."""

    def __init__(self, handle: str, cells: Cells, values: dict[str, Any]) -> None:
        self._handle = handle
        self._options = [cells.text(f"option{n} name") for n in _OPTIONS]
        kind = cells.text("type")
        path = [part.strip() for part in cells.text("product category").split(">")]
        category = [part for part in path if part and not part.isdigit()]
        self._fields: dict[str, Any] = {
            "title": cells.text("title"),
            "description": cells.text("body html", "description"),
            "brand": cells.text("vendor"),
            "category": [*category, *([kind] if kind and kind not in category else [])],
            "url": f"/products/{handle}",
            "group": handle,
        }
        self._picture = cells.text("image src", "product image url")
        self._attributes = dict(_metafields(values))
        for name in _GOOGLE:
            if said := cells.text(f"google shopping {name}"):
                self._attributes[name] = said
        if tags := cells.text("tags"):
            self._attributes["tags"] = [tag.strip() for tag in tags.split(",")]

    def variant(self, cells: Cells) -> dict[str, Any]:
        """One variant under our names."""
        attributes: dict[str, Any] = {**self._chosen(cells), **self._attributes}
        for name, code in (
            ("sku", cells.text("variant sku", "sku")),
            ("barcode", cells.text("variant barcode", "barcode")),
        ):
            if code:
                attributes[name] = code.removeprefix("'")
        grams = cells.text("variant grams", "weight value grams")
        if grams.strip("0."):
            attributes["weight"] = f"{grams} g"
        values: dict[str, Any] = {
            **self._fields,
            "id": attributes.get("sku") or self.own_id(cells),
            "price": cells.text("variant price", "price"),
            "image_url": cells.text("variant image", "variant image url") or self._picture,
            "attributes": attributes,
            **_stock(cells),
        }
        if cells.has("variant compare at price", "compare at price"):
            values["regular_price"] = cells.text("variant compare at price", "compare at price")
        return values

    def own_id(self, cells: Cells) -> str:
        """An id made of the handle and the chosen options."""
        chosen = slug(*self._chosen(cells).values())
        return f"{self._handle}:{chosen}" if chosen else self._handle

    def _chosen(self, cells: Cells) -> dict[str, str]:
        """The variant's options by name; a product without any has one called "Title"."""
        named = zip(_OPTIONS, self._options, strict=True)
        pairs = ((name, cells.text(f"option{n} value")) for n, name in named)
        return {
            name: value
            for name, value in pairs
            if name and value and (name, value) != ("Title", "Default Title")
        }


def _metafields(values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Shops' own fields: "Fabric (product.metafields.shopify.fabric)" with "cotton; linen"."""
    for column, value in values.items():
        match = _METAFIELD.fullmatch(column.strip())
        text = str(value or "").strip()
        if match and text and not text.startswith(("{", "[", "gid://")):
            parts = [part.strip() for part in text.split(";")]
            yield match["name"], parts if len(parts) > 1 else text


def _stock(cells: Cells) -> dict[str, str]:
    """Stock that is not tracked is there; what may be sold beyond it can be ordered."""
    trackers = ("variant inventory tracker", "inventory tracker")
    number = cells.text("variant inventory qty", "inventory quantity")
    if not number or (cells.has(*trackers) and not cells.text(*trackers)):
        return {}
    beyond = cells.text("variant inventory policy", "continue selling when out of stock")
    if is_yes(beyond) and none_left(number):
        return {"availability": "backorder"}
    return {"stock": number}
