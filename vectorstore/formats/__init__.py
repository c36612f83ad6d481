"""A shop's file -> rows under the names of `vectorstore.catalogue`, whichever system wrote it.

The format is told by the kind of file and the names of its columns. What a row means is decided in
one module for each format; whether it is usable, in `vectorstore.catalogue`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from chatrec.errors import CatalogueError
from vectorstore.formats import merchant, product_pages, shopify, tables, woocommerce
from vectorstore.records import Record, RowError, plain_name

__all__ = ["FORMATS", "Format", "detect", "files", "known"]

Rows: TypeAlias = Iterator[Record | RowError]


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is read. ``name`` is what chooses it, ``told`` what it is called.

    ``dated``: what it says depends on the day (sale prices have periods).
    """

    name: str
    told: str
    rows: Callable[[Path], Rows]
    dated: bool = False


TABLE = Format("table", "a table, columns by their names", tables.rows)
SHOPIFY = Format("shopify", "Shopify's product export", lambda p: shopify.rows(tables.rows(p)))
WOOCOMMERCE = Format(
    "woocommerce",
    "WooCommerce's product export",
    lambda p: woocommerce.rows(tables.rows(p)),
    dated=True,
)
MERCHANT = Format("merchant", "a Google Merchant feed", lambda p: _merchant(p), dated=True)
PAGES = Format("pages", "product pages with JSON-LD", product_pages.rows)
FORMATS = {f.name: f for f in (TABLE, SHOPIFY, WOOCOMMERCE, MERCHANT, PAGES)}


def known(name: str) -> Format:
    """The format of this name.

    Raises:
        CatalogueError: there is none.
    """
    if name not in FORMATS:
        raise CatalogueError(f"there is no format {name!r}; the formats are {', '.join(FORMATS)}")
    return FORMATS[name]


def detect(path: Path) -> Format:
    """The format that a file or folder has, by its suffix and the names of its columns.

    Raises:
        CatalogueError: it is missing, unreadable, or of no kind that is known.
    """
    suffix = path.suffix.lower()
    if path.is_dir():
        if not product_pages.files(path):
            raise CatalogueError(f"{path} is a folder without pages; name the file inside it")
        return PAGES
    if suffix in product_pages.SUFFIXES:
        return PAGES
    if suffix in merchant.SUFFIXES:
        return MERCHANT
    if suffix not in tables.SUFFIXES and path.is_file():
        kinds = (*tables.SUFFIXES, *merchant.SUFFIXES, *product_pages.SUFFIXES)
        raise CatalogueError(
            f"{path.name}: files ending in {path.suffix or 'nothing'!r} are not known; "
            f"save it as one of {', '.join(kinds)}"
        )
    names = frozenset(map(plain_name, tables.header(path)))
    if shopify.is_export(names):
        return SHOPIFY
    if woocommerce.is_export(names):
        return WOOCOMMERCE
    return MERCHANT if merchant.is_feed(names) else TABLE


def files(path: Path) -> list[Path]:
    """The files that a catalogue is made of: itself, or the pages of a folder."""
    return product_pages.files(path)


def _merchant(path: Path) -> Rows:
    if path.suffix.lower() in merchant.SUFFIXES:
        return merchant.xml_rows(path)
    return merchant.rows(tables.rows(path))
