"""The cells of one row -> typed fields and attributes, or what is wrong with them.

Columns are found by the names that shops commonly give them. Knows nothing of files, of other rows
or of what a price means beside another.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from chatrec.types import AttributeValue
from chatrec.units import parse_amount
from vectorstore.money import currency_code, parse_price
from vectorstore.offers import Amount, Period, period
from vectorstore.plain_text import plain_text
from vectorstore.records import find_columns, plain_name

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
              "unit price", "price usd", "amount"),
    "sale_price": ("sale price", "special price", "discounted price", "offer price"),
    "sale_dates": ("sale dates", "sale price effective date"),
    "regular_price": ("regular price", "compare at price", "variant compare at price",
                      "original price"),
    "currency": ("currency", "currency code", "price currency"),
    "url": ("url", "product url", "link", "product link", "page"),
    "image_url": ("image url", "image", "image src", "image link", "img", "picture", "photo",
                  "thumbnail"),
    "rating": ("rating", "average rating", "review rating", "stars"),
    "stock": ("stock", "stock quantity", "inventory", "inventory quantity",
              "variant inventory qty"),
    "availability": ("availability", "in stock", "is in stock", "stock status"),
    "group": ("group", "item group id", "product group id", "parent sku", "parent id",
              "parent product id", "variant group"),
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


def read_currency(value: object) -> str | None:
    """The code of a currency, None for none.

    Raises:
        ValueError: it is no code and no symbol.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    code = currency_code(str(value))
    if code is None:
        raise ValueError(f"{str(value)[:40]!r} is not a currency code such as EUR")
    return code


def _period(value: object) -> Period:
    return period("" if value is None else str(value))


def _said(value: object) -> str:
    """A word, or whether, written in whichever way."""
    return "" if value is None or isinstance(value, dict | list) else plain_text(str(value), 60)


def _link(value: object) -> str | None:
    text = "" if value is None else plain_text(str(value), 2000)
    scheme = re.match(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*):", text)
    # Only what a page can safely link to: "javascript:" and the like are dropped.
    return None if not text or (scheme and scheme[1].lower() not in {"http", "https"}) else text


class Row(BaseModel):
    """The shape of a catalogue row once its columns are found."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, _text(ID_CHARS), BeforeValidator(_identifier), Field(min_length=1)]
    title: Annotated[str, _text(TITLE_CHARS), Field(min_length=1)]
    description: Annotated[str, _text(DESCRIPTION_CHARS)] = ""
    brand: Annotated[str, _text(TITLE_CHARS)] = ""
    category: Annotated[tuple[str, ...], BeforeValidator(_labels)] = ()
    price: Annotated[Amount, BeforeValidator(parse_price)] = (None, None)
    currency: Annotated[str | None, BeforeValidator(read_currency)] = None
    url: Annotated[str | None, BeforeValidator(_link)] = None
    image_url: Annotated[str | None, BeforeValidator(_link)] = None
    rating: Annotated[float | None, BeforeValidator(_rating)] = None
    stock: Annotated[int | None, BeforeValidator(_stock)] = None
    sale_price: Annotated[Amount | None, BeforeValidator(parse_price)] = None
    regular_price: Annotated[Amount | None, BeforeValidator(parse_price)] = None
    sale_dates: Annotated[Period, BeforeValidator(_period)] = (None, None)
    availability: Annotated[str, BeforeValidator(_said)] = ""
    group: Annotated[str, _text(ID_CHARS), BeforeValidator(_identifier)] = ""


def sorted_out(
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
