"""A catalogue file -> items, and the rows that are broken with their reasons.

One bad row never spoils the others; only a file that cannot be used as a whole raises. What the
columns of each shop system mean is known to `vectorstore.formats`, which variants become one item
to `vectorstore.variants`. Nothing is learnt here: types and facets are made of the whole catalogue
by `vectorstore.learn`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from pydantic import ValidationError

from chatrec.errors import CatalogueError
from chatrec.types import Bounds, Item, Variant
from vectorstore import formats
from vectorstore.formats import tables
from vectorstore.offers import Given, offer
from vectorstore.records import Record, RowError, find_columns, missing_or_wrong, plain_name
from vectorstore.row import COLUMNS, Row, read_currency, sorted_out
from vectorstore.variants import as_cards

__all__ = ["Reading", "RowError", "content_hash", "from_row", "read_catalogue", "to_row"]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a catalogue is read beyond what its columns say.

    ``format`` is a name in `vectorstore.formats.FORMATS`, "" to find it out; ``mapping`` names
    columns that are not found by their usual names ({our field: column}); ``currency`` is that of
    prices that name none; ``site`` is what addresses without a host are relative to.
    """

    format: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    currency: str = ""
    site: str = ""


def read_catalogue(
    path: str | Path, reading: Reading | None = None, now: datetime | None = None
) -> Iterator[Item | RowError]:
    """Items of the file, and a `RowError` for each row that cannot be used.

    Variants of one product follow where the file ends, as `vectorstore.variants` joins them; all
    else comes in the file's order. A row whose id stood in an earlier row is an error; the first
    is kept. ``now``: when sale prices have to be good, the present where it is left out.

    Raises:
        CatalogueError: at once if the file is missing, binary, empty, of an unknown kind, or lacks
            an id or title column; at the end if no row was usable, or none has a column that the
            mapping names.
    """
    path = Path(path)
    reading = reading or Reading()
    # Refuses fields that do not exist.
    find_columns(tuple(reading.mapping.values()), COLUMNS, dict(reading.mapping))
    form = format_of(path, reading)
    if form is formats.TABLE and (names := tables.header(path)):
        _require_columns(path, names, dict(reading.mapping))
    return _items(path, form.rows(path), _Rows(reading, now or datetime.now(UTC)))


def format_of(path: Path, reading: Reading) -> formats.Format:
    """The format in which a catalogue is read: the one asked for, or the one it looks like.

    Raises:
        CatalogueError: the file is missing or of no known kind, or there is no such format.
    """
    return formats.known(reading.format) if reading.format else formats.detect(path)


def _require_columns(path: Path, names: list[str], mapping: dict[str, str]) -> None:
    found = find_columns(names, COLUMNS, mapping)
    missing = [field for field in ("id", "title") if field not in found]
    if missing:
        raise CatalogueError(
            f"{path}: no column for {' and '.join(missing)} was found among "
            f"{', '.join(map(repr, names))}; say which is which, as in --map {missing[0]}=COLUMN"
        )


def _items(
    path: Path, records: Iterator[Record | RowError], rows: _Rows
) -> Iterator[Item | RowError]:
    lines: dict[str, int] = {}
    groups: dict[str, list[Item]] = {}
    last: RowError | None = None
    unseen = {plain_name(column): column for column in rows.mapping.values()}
    for record in records:
        if unseen and isinstance(record, Record):
            unseen = {n: c for n, c in unseen.items() if n not in map(plain_name, record.values)}
        made = record if isinstance(record, RowError) else rows.item(record)
        if isinstance(made, Item) and isinstance(record, Record):
            if made.id in lines:
                reason = f"id {made.id!r} already stands in line {lines[made.id]}"
                made = RowError(record.line, reason, record.raw)
            else:
                lines[made.id] = record.line
        if isinstance(made, RowError):
            last = made
        if isinstance(made, Item) and made.group:
            groups.setdefault(made.group, []).append(made)
        else:
            yield made
    for variants in groups.values():
        yield from as_cards(variants)
    if not lines:
        why = f"line {last.line}: {last.reason}" if last else "it needs one product a line"
        raise CatalogueError(f"{path} has no usable row; {why}")
    if unseen:
        columns = ", ".join(map(repr, unseen.values()))
        raise CatalogueError(f"{path}: no row has a column {columns}, which the mapping names")


class _Rows:
    """Records -> items, read in one way at one moment."""

    def __init__(self, reading: Reading, now: datetime) -> None:
        self.mapping = dict(reading.mapping)
        self._currency = read_currency(reading.currency)
        self._site = reading.site
        self._now = now

    def item(self, record: Record) -> Item | RowError:
        """The item of one row."""
        fields, attributes = sorted_out(record.values, self.mapping)
        if "stock" in attributes and "stock" not in fields:
            fields["stock"] = attributes.pop("stock")
        try:
            row = Row.model_validate(fields)
        except ValidationError as exc:
            return RowError(record.line, missing_or_wrong(exc), record.raw)
        amount, said = row.price
        given = Given(
            (amount, row.currency or said or self._currency),
            row.sale_price,
            row.regular_price,
            row.sale_dates,
            row.stock,
            row.availability,
        )
        asked = offer(given, self._now)
        return Item(
            id=row.id,
            title=row.title,
            description=row.description,
            category=row.category,
            brand=row.brand or None,
            price=asked.price,
            currency=asked.currency,
            url=self._absolute(row.url),
            image_url=self._absolute(row.image_url),
            rating=row.rating,
            stock=asked.stock,
            attributes={**attributes, **asked.attributes},
            group=row.group,
        )

    def _absolute(self, link: str | None) -> str | None:
        return urljoin(self._site, link) if link and self._site else link


_GIVEN = ("id", "title", "description", "category", "brand", "price", "currency", "url",
          "image_url", "rating", "stock", "attributes", "group", "variants")  # fmt: skip


def to_row(item: Item) -> dict[str, Any]:
    """The item as one JSON object, what was learnt of it included; `from_row` is the inverse."""
    row = _given(item)
    row["types"] = list(item.types)
    row["facets"] = {name: list(values) for name, values in item.facets.items()}
    row["mined"] = {name: list(values) for name, values in item.mined.items()}
    row["measures"] = dict(item.measures)
    row["ranges"] = {name: [span.low, span.high] for name, span in item.ranges.items()}
    return row


def _given(item: Item) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(item, name) for name in _GIVEN}
    row["category"] = list(item.category)
    row["variants"] = [asdict(variant) for variant in item.variants]
    row["attributes"] = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in item.attributes.items()
    }
    return row


def from_row(row: Mapping[str, Any]) -> Item:
    """The item that `to_row` wrote down; rows of shops are read by `read_catalogue`."""
    values = dict(row)
    values["category"] = tuple(row["category"])
    values["variants"] = tuple(
        Variant(**{**given, "sizes": tuple(given["sizes"])}) for given in row.get("variants", ())
    )
    values["types"] = tuple(row["types"])
    values["facets"] = {name: tuple(labels) for name, labels in row["facets"].items()}
    values["mined"] = {name: tuple(labels) for name, labels in row["mined"].items()}
    values["attributes"] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in row["attributes"].items()
    }
    values["ranges"] = {name: Bounds(*ends) for name, ends in row.get("ranges", {}).items()}
    return Item(**values)


def content_hash(item: Item) -> str:
    """SHA-256 (hex) of what the shop gave; the same whatever was learnt of the item."""
    encoded = json.dumps(_given(item), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(encoded.encode("ascii")).hexdigest()
