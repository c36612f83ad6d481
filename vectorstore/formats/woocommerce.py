"""WooCommerce's product export -> one row for each product or variation that can be bought.

A variation takes what it does not say from its parent, which may stand anywhere in the file; an
attribute that it leaves blank may have any of the parent's values. The file says neither the
currency nor the shop's address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from vectorstore.formats.named import Cells, is_yes, none_left
from vectorstore.records import Record, RowError

_DIMENSION = r"(weight|length|width|height) (kg|g|lbs|oz|m|cm|mm|in|yd)"


def is_export(names: frozenset[str]) -> bool:
    """Whether the plain names of a header are those of a WooCommerce export."""
    return {"type", "name", "regular price"} <= names and bool({"parent", "in stock"} & names)


def rows(records: Iterable[Record | RowError]) -> Iterator[Record | RowError]:
    """Products and variations in the order of the file; what is not published is an error."""
    read = [record if isinstance(record, RowError) else _Row(record) for record in records]
    parents: dict[str, _Row] = {}
    for row in read:
        if isinstance(row, _Row) and not row.is_variation:
            parents |= {name: row for name in row.names}
    sold = {id(parents.get(row.parent)) for row in read if isinstance(row, _Row)}
    for row in read:
        if isinstance(row, RowError):
            yield row
        elif row.is_variation:
            yield from _variation(row, parents.get(row.parent))
        elif row.hidden:
            yield row.error(row.hidden)
        elif "variable" in row.kinds:
            if id(row) not in sold:
                yield row.error(f"{row.cells.text('name')!r} has no variation that can be bought")
        elif "grouped" not in row.kinds:  # its members stand in rows of their own
            yield row.record(row)


def _variation(row: _Row, parent: _Row | None) -> Iterator[Record | RowError]:
    if parent is None:
        yield row.error(f"there is no product {row.parent!r}, whose variation it is")
    elif not parent.hidden:  # said once, of the parent
        yield row.error(row.unpublished) if row.unpublished else row.record(parent)


class _Row:
    """One row of the export."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self.cells = Cells(record.values)
        self.kinds = {kind.strip() for kind in self.cells.text("type").split(",")}
        self.is_variation = "variation" in self.kinds
        self.parent = self.cells.text("parent")

    @property
    def names(self) -> Iterator[str]:
        """How variations name this row as their parent."""
        if number := self.cells.text("id"):
            yield f"id:{number}"
        if sku := self.cells.text("sku"):
            yield sku

    @property
    def unpublished(self) -> str:
        published = self.cells.text("published")
        if published and not is_yes(published):
            return f"{self.cells.text('name')!r} is not published"
        return ""

    @property
    def hidden(self) -> str:
        """Why shoppers do not see the product; "" where they do."""
        if self.cells.text("visibility in catalog") == "hidden":
            return f"{self.cells.text('name')!r} is hidden from the catalogue"
        return self.unpublished

    def error(self, reason: str) -> RowError:
        """What is wrong with the row."""
        return RowError(self._record.line, reason, self._record.raw)

    def record(self, parent: _Row) -> Record:
        """The row under our names, with what the parent (or itself) says of the product."""
        own, whole = self.cells, parent.cells
        number = whole.text("id")
        texts = (whole.text("short description"), whole.text("description"))
        values: dict[str, Any] = {
            "id": own.text("sku") or own.text("id"),
            "title": whole.text("name"),
            "description": " ".join(filter(None, texts)),
            "brand": whole.text("brands", "brand"),
            "category": _categories(whole.text("categories")),
            "price": own.text("regular price"),
            "sale_price": own.text("sale price"),
            "sale_dates": _dates(own),
            "image_url": _first(own.text("images")) or _first(whole.text("images")),
            "url": whole.text("external url") or (f"/?post_type=product&p={number}" * bool(number)),
            "group": (number or whole.text("sku")) if self.is_variation else "",
            "attributes": self._attributes(parent),
            **_stock(own),
        }
        return Record(self._record.line, values, self._record.raw)

    def _attributes(self, parent: _Row) -> dict[str, Any]:
        found = dict(_named_values(parent.cells))
        if self.is_variation:
            found |= dict(_named_values(self.cells))
        for match, text in (*parent.cells.matching(_DIMENSION), *self.cells.matching(_DIMENSION)):
            found[match[1]] = f"{text} {match[2]}"
        if tags := parent.cells.text("tags"):
            found["tags"] = _split(tags)
        for name, column in (("sku", "sku"), ("gtin", "gtin upc ean or isbn")):
            if code := self.cells.text(column):
                found[name] = code
        return found


def _named_values(cells: Cells) -> Iterator[tuple[str, list[str] | str]]:
    for match, name in cells.matching(r"attribute (\d+) name"):
        values = _split(cells.text(f"attribute {match[1]} value s"))
        if values:
            yield name, values if len(values) > 1 else values[0]


def _split(text: str) -> list[str]:
    r"""A list as WooCommerce writes it: commas part, and "\\," is a comma."""
    parts = re.split(r"(?<!\\),", text)
    return [part.replace("\\,", ",").strip() for part in parts if part.strip()]


def _first(text: str) -> str:
    return next(iter(_split(text)), "")


def _categories(text: str) -> list[str]:
    """The longest of the product's paths: "Clothing, Clothing > Tshirts" -> both names."""
    paths = [[part.strip() for part in path.split(">")] for path in _split(text)]
    return max(paths, key=len, default=[])


def _dates(cells: Cells) -> str:
    start, end = cells.text("date sale price starts"), cells.text("date sale price ends")
    return f"{start}/{end}" if start or end else ""


def _stock(cells: Cells) -> dict[str, str]:
    number, there = cells.text("stock"), cells.text("in stock")
    counted = number.lstrip("-").isdigit()
    if there == "backorder" or (
        counted and none_left(number) and is_yes(cells.text("backorders allowed"))
    ):
        return {"availability": "backorder"}
    return {"availability": there, **({"stock": number} if counted else {})}
