"""A catalogue file (JSONL or CSV) -> items, and the rows that are broken with their reasons.

One bad row never spoils the others; only a file that cannot be used as a whole raises. Nothing is
learnt here: types and facets are made of the whole catalogue by `vectorstore.learn`.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from chatrec.errors import CatalogueError
from chatrec.types import AttributeValue, Item
from chatrec.units import parse_amount
from vectorstore.money import currency_code, parse_price
from vectorstore.plain_text import plain_text
from vectorstore.records import (
    Record,
    RowError,
    checked_path,
    csv_header,
    find_columns,
    missing_or_wrong,
    plain_name,
    read_csv,
    read_jsonl,
)

__all__ = ["RowError", "content_hash", "from_row", "read_catalogue", "to_row"]

ID_CHARS, TITLE_CHARS, DESCRIPTION_CHARS, VALUE_CHARS = 200, 300, 8000, 1000

# Our field -> the names that shops give its column, the likeliest first.
COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id", "product id", "item id", "sku", "variant sku", "asin", "uniq id", "product code",
           "item number", "article number", "handle"),
    "title": ("title", "product title", "name", "product name", "item name", "item title"),
    "description": ("description", "product description", "long description", "body html", "body",
                    "details", "about product", "summary"),
    "brand": ("brand", "brand name", "vendor", "manufacturer", "maker"),
    "category": ("category", "categories", "product category", "category path", "breadcrumb",
                 "google product category", "department", "product type"),
    "price": ("price", "product price", "variant price", "current price", "selling price",
              "unit price", "price usd", "sale price", "amount"),
    "currency": ("currency", "currency code", "price currency"),
    "url": ("url", "product url", "link", "product link", "page"),
    "image_url": ("image url", "image", "image src", "image link", "img", "picture", "photo",
                  "thumbnail"),
    "rating": ("rating", "average rating", "review rating", "stars"),
    "stock": ("stock", "stock quantity", "inventory", "inventory quantity",
              "variant inventory qty"),
    "attributes": ("attributes",),
}  # fmt: skip


def _text(limit: int) -> BeforeValidator:
    def clean(value: object) -> str:
        if isinstance(value, bool | dict | list):
            raise ValueError("is not a text")
        return "" if value is None else plain_text(str(value), limit)

    return BeforeValidator(clean)


def _identifier(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool | dict | list | float):
        raise ValueError("is not a text or a whole number")
    text = "" if value is None else plain_text(str(value), ID_CHARS + 1)
    if len(text) > ID_CHARS:
        raise ValueError(f"is longer than {ID_CHARS} characters")
    return text


def _labels(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    parts = value if isinstance(value, list) else _split_path(str(value))
    if any(isinstance(part, dict | list) for part in parts):
        raise ValueError("is not a text or a list of texts")
    cleaned = (plain_text(str(part), TITLE_CHARS) for part in parts if part is not None)
    return tuple(dict.fromkeys(part for part in cleaned if part))


def _split_path(text: str) -> list[str]:
    for separator in (r"[>\u203a»|]", r"/", r";"):
        if re.search(separator, text):
            return re.split(separator, text)
    # "footwear,boot" is a path; "Toys, Games and Hobbies" one label.
    return text.split(",") if not re.search(r"&|\band\b", text) else [text]


def _rating(value: object) -> float | None:
    number = _number_or_none(value)
    if number is not None and not 0 <= number <= 5:
        raise ValueError(f"{value!r} is not between 0 and 5")
    return number


def _stock(value: object) -> int | None:
    number = _number_or_none(value)
    if number is None:
        return None
    if not number.is_integer():
        raise ValueError(f"{value!r} is not a whole number")
    return max(0, int(number))  # shops write oversold stock as a negative number


def _number_or_none(value: object) -> float | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        number = math.nan if isinstance(value, bool | dict | list) else _number(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{str(value)[:40]!r} is not a number")
    return number


def _number(value: object) -> float:
    if isinstance(value, str):
        return parse_amount(value.strip(), thousandths=True)
    return float(str(value))


def _currency(value: object) -> str | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    code = currency_code(str(value))
    if code is None:
        raise ValueError(f"{str(value)[:40]!r} is not a currency code such as EUR")
    return code


def _link(value: object) -> str | None:
    text = "" if value is None else plain_text(str(value), 2000)
    scheme = re.match(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*):", text)
    # Only what a page can safely link to: "javascript:" and the like are dropped.
    return None if not text or (scheme and scheme[1].lower() not in {"http", "https"}) else text


class _Row(BaseModel):
    """The shape of a catalogue row once its columns are found."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, _text(ID_CHARS), BeforeValidator(_identifier), Field(min_length=1)]
    title: Annotated[str, _text(TITLE_CHARS), Field(min_length=1)]
    description: Annotated[str, _text(DESCRIPTION_CHARS)] = ""
    brand: Annotated[str, _text(TITLE_CHARS)] = ""
    category: Annotated[tuple[str, ...], BeforeValidator(_labels)] = ()
    price: Annotated[tuple[float | None, str | None], BeforeValidator(parse_price)] = (None, None)
    currency: Annotated[str | None, BeforeValidator(_currency)] = None
    url: Annotated[str | None, BeforeValidator(_link)] = None
    image_url: Annotated[str | None, BeforeValidator(_link)] = None
    rating: Annotated[float | None, BeforeValidator(_rating)] = None
    stock: Annotated[int | None, BeforeValidator(_stock)] = None


def read_catalogue(
    path: str | Path, mapping: Mapping[str, str] | None = None
) -> Iterator[Item | RowError]:
    """Items of the file in order, and a `RowError` for each row that cannot be used.

    ``mapping`` names the columns that are not found by their usual names: {our field: column}.
    A row whose id stood in an earlier row is an error; the first is kept.

    Raises:
        CatalogueError: at once if the file is missing, a folder, binary, empty, of an unknown
            kind, or lacks an id or title column; at the end if no row was usable, or none has
            a column that the mapping names.
    """
    path = checked_path(path, (".jsonl", ".ndjson", ".csv", ".tsv"))
    chosen = dict(mapping or {})
    find_columns(tuple(chosen.values()), COLUMNS, chosen)  # refuses fields that do not exist
    if path.suffix.lower() in {".csv", ".tsv"}:
        _require_columns(path, csv_header(path), chosen)
        return _items(path, read_csv(path), chosen)
    return _items(path, read_jsonl(path), chosen)


def _require_columns(path: Path, names: list[str], mapping: dict[str, str]) -> None:
    found = find_columns(names, COLUMNS, mapping)
    missing = [field for field in ("id", "title") if field not in found]
    if missing:
        raise CatalogueError(
            f"{path}: no column for {' and '.join(missing)} was found among "
            f"{', '.join(map(repr, names))}; say which is which, as in --map {missing[0]}=COLUMN"
        )


def _items(
    path: Path, records: Iterator[Record | RowError], mapping: dict[str, str]
) -> Iterator[Item | RowError]:
    lines: dict[str, int] = {}
    last: RowError | None = None
    unseen = {plain_name(column): column for column in mapping.values()}
    for record in records:
        if unseen and isinstance(record, Record):
            unseen = {n: c for n, c in unseen.items() if n not in map(plain_name, record.values)}
        made = record if isinstance(record, RowError) else _item(record, mapping)
        if isinstance(made, Item) and isinstance(record, Record):
            if made.id in lines:
                reason = f"id {made.id!r} already stands in line {lines[made.id]}"
                made = RowError(record.line, reason, record.raw)
            else:
                lines[made.id] = record.line
        if isinstance(made, RowError):
            last = made
        yield made
    if not lines:
        why = f"line {last.line}: {last.reason}" if last else "it needs one product a line"
        raise CatalogueError(f"{path} has no usable row; {why}")
    if unseen:
        columns = ", ".join(map(repr, unseen.values()))
        raise CatalogueError(f"{path}: no row has a column {columns}, which the mapping names")


def _item(record: Record, mapping: dict[str, str]) -> Item | RowError:
    fields, attributes = _sorted_out(record.values, mapping)
    if "stock" in attributes and "stock" not in fields:
        fields["stock"] = attributes.pop("stock")
    try:
        row = _Row.model_validate(fields)
    except ValidationError as exc:
        return RowError(record.line, missing_or_wrong(exc), record.raw)
    price, said = row.price
    return Item(
        id=row.id,
        title=row.title,
        description=row.description,
        category=row.category,
        brand=row.brand or None,
        price=price,
        currency=row.currency or said,
        url=row.url,
        image_url=row.image_url,
        rating=row.rating,
        stock=row.stock,
        attributes=attributes,
    )


def _sorted_out(
    values: dict[str, Any], mapping: dict[str, str]
) -> tuple[dict[str, Any], dict[str, AttributeValue]]:
    """The row's known fields, and everything else as attributes."""
    present = tuple(values)
    found = _columns_of(present, tuple(mapping.items()))
    fields = {field: values[column] for field, column in found.items() if field != "attributes"}
    given = values.get(found.get("attributes", ""))
    others: dict[str, Any] = given if isinstance(given, dict) else {}
    used = set(found.values())
    others = {k: v for k, v in values.items() if k not in used} | others
    return fields, dict(_attributes(others))


@lru_cache(maxsize=4096)
def _columns_of(names: tuple[str, ...], mapping: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Columns of one row; a JSON object may lack what the mapping names."""
    here = {plain_name(name) for name in names}
    return find_columns(names, COLUMNS, {f: c for f, c in mapping if plain_name(c) in here})


def _attributes(
    values: Mapping[str, Any], prefix: str = ""
) -> Iterator[tuple[str, AttributeValue]]:
    """Attributes with plain values; objects inside are flattened, what is blank is left out."""
    for key, value in values.items():
        name = plain_text(f"{prefix}{key}", VALUE_CHARS)
        if not name:
            continue
        if isinstance(value, dict):
            # Two levels are all that product data has; below, nothing is comparable.
            if not prefix:
                yield from _attributes(value, f"{name} ")
            continue
        attribute = _attribute(value)
        if attribute not in ("", (), None):
            yield name, attribute


def _attribute(value: object) -> AttributeValue | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        try:
            number = float(value)
        except OverflowError:
            return None
        return number if math.isfinite(number) else None
    if isinstance(value, list):
        parts = (p for p in value if isinstance(p, str | int | float))
        return tuple(dict.fromkeys(filter(None, (plain_text(str(p), VALUE_CHARS) for p in parts))))
    return None if value is None else plain_text(str(value), VALUE_CHARS)


_GIVEN = ("id", "title", "description", "category", "brand", "price", "currency", "url",
          "image_url", "rating", "stock", "attributes")  # fmt: skip


def to_row(item: Item) -> dict[str, Any]:
    """The item as one JSON object, what was learnt of it included; `from_row` is the inverse."""
    row = _given(item)
    row["types"] = list(item.types)
    row["facets"] = {name: list(values) for name, values in item.facets.items()}
    row["mined"] = {name: list(values) for name, values in item.mined.items()}
    row["measures"] = dict(item.measures)
    return row


def _given(item: Item) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(item, name) for name in _GIVEN}
    row["category"] = list(item.category)
    row["attributes"] = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in item.attributes.items()
    }
    return row


def from_row(row: Mapping[str, Any]) -> Item:
    """The item that `to_row` wrote down; rows of shops are read by `read_catalogue`."""
    values = dict(row)
    values["category"] = tuple(row["category"])
    values["types"] = tuple(row["types"])
    values["facets"] = {name: tuple(labels) for name, labels in row["facets"].items()}
    values["mined"] = {name: tuple(labels) for name, labels in row["mined"].items()}
    values["attributes"] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in row["attributes"].items()
    }
    return Item(**values)


def content_hash(item: Item) -> str:
    """SHA-256 (hex) of what the shop gave; the same whatever was learnt of the item."""
    encoded = json.dumps(_given(item), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(encoded.encode("ascii")).hexdigest()
