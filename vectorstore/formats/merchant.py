"""A Google Merchant feed (RSS 2.0, Atom, TSV) -> one row an offer.

Offers with one `item_group_id` are variants of one product. What is only for Google (shipping,
labels, destinations) is left out; everything else that is no field of ours is an attribute.
"""

from __future__ import annotations

import re
import xml.sax
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.handler import ContentHandler, feature_external_ges
from xml.sax.xmlreader import AttributesImpl, Locator

from chatrec.errors import CatalogueError
from vectorstore.records import Record, RowError, checked_path, plain_name

SUFFIXES = (".xml", ".rss", ".atom")

_FIELDS = {
    "id": "id",
    "title": "title",
    "description": "description",
    "link": "url",
    "image link": "image_url",
    "price": "price",
    "sale price": "sale_price",
    "sale price effective date": "sale_dates",
    "availability": "availability",
    "quantity": "stock",
    "sell on google quantity": "stock",
    "brand": "brand",
    "item group id": "group",
}
_FOR_GOOGLE = re.compile(
    r"(?:shipping|tax|custom label|ads|promotion|(?:in|ex)cluded|shopping ads|display ads|loyalty|"
    r"installment|subscription|m[ai][xn] handling|transit time|return policy|pause|expiration|"
    r"identifier|store code|external seller|cost of goods|auto pricing|cloud export|virtual model|"
    r"short title|availability date|disclosure|certification|free shipping|is bundle|adult)\b.*|"
    r".*\blink|structured (?:title|description)"
)
_NAME, _VALUE = "attribute name", "attribute value"
_DETAIL, _ENTRIES = "product detail", frozenset({"item", "entry"})
# The shop's own path says more than Google's taxonomy.
_CATEGORIES = ("product type", "google product category")
_RAW_CHARS = 200


def is_feed(names: frozenset[str]) -> bool:
    """Whether the plain names of a table's header are those of a feed."""
    return {"id", "title", "link", "price", "image link"} <= names


def rows(records: Iterable[Record | RowError]) -> Iterator[Record | RowError]:
    """Offers of a feed that is a table."""
    for record in records:
        if isinstance(record, RowError):
            yield record
        else:
            cells = {name: [value] for name, value in record.values.items()}
            details = [
                (name.strip(), value.strip())
                for text in cells.pop("product_detail", [])
                for name, value in re.findall(r"(?:^|,)[^:,]*:([^:]+):([^:,]*)", str(text))
            ]
            yield Record(record.line, _named(cells, details), record.raw)


def xml_rows(path: Path) -> Iterator[Record]:
    """Offers of an XML feed.

    Raises:
        CatalogueError: the file is missing, no text, or not well-formed; then nothing of it is
            used, since what stands behind the fault cannot be told from what was taken out.
    """
    checked_path(path, SUFFIXES)
    entries = _Entries()
    parser = xml.sax.make_parser()
    parser.setFeature(feature_external_ges, False)
    parser.setContentHandler(entries)
    try:
        with path.open("rb") as file:
            parser.parse(file)
    except xml.sax.SAXParseException as exc:
        raise CatalogueError(
            f"{path} is not well-formed XML: line {exc.getLineNumber()}, {exc.getMessage()}"
        ) from exc
    return iter(entries.records)


class _Entries(ContentHandler):
    """Collects the elements of each item or entry."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[Record] = []
        self._open = False
        self._line = 0
        self._where: Locator | None = None
        self._plain: dict[str, list[str]] = {}
        self._google: dict[str, list[str]] = {}
        self._details: list[tuple[str, str]] = []
        self._detail: dict[str, str] = {}
        self._path: list[str] = []
        self._text: list[str] = []

    def setDocumentLocator(self, locator: Locator) -> None:
        self._where = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        local = plain_name(name.rpartition(":")[2])
        if self._open:
            self._path.append(local)
            self._text = []
            if local == "link" and "href" in attrs:  # as Atom has it
                self._plain["link"] = [attrs["href"]]
        elif local in _ENTRIES:
            self._open, self._path = True, []
            self._plain, self._google, self._details = {}, {}, []
            self._line = self._where.getLineNumber() or 0 if self._where else 0

    def characters(self, content: str) -> None:
        self._text.append(content)

    def endElement(self, name: str) -> None:
        if not self._open:
            return
        if not self._path:
            self._finish()
            return
        text = "".join(self._text).strip()
        self._text = []
        local = self._path.pop()
        if self._path[:1] == [_DETAIL]:
            self._detail[local] = text
        elif local == _DETAIL:
            found = self._detail
            self._details.append((found.get(_NAME, ""), found.get(_VALUE, "")))
            self._detail = {}
        elif not self._path and text:
            cells = self._google if ":" in name else self._plain
            cells.setdefault(local, []).append(text)

    def _finish(self) -> None:
        cells = {**self._plain, **self._google}
        raw = ", ".join(f"{name}={texts[0]}" for name, texts in cells.items())[:_RAW_CHARS]
        self.records.append(Record(self._line, _named(cells, self._details), raw))
        self._open = False


def _named(cells: dict[str, Any], details: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """An offer under our names. ``cells``: all values of each column or element."""
    values: dict[str, Any] = {}
    attributes: dict[str, Any] = {}
    by_name = {plain_name(name): texts for name, texts in cells.items()}
    for name, texts in by_name.items():
        if name in _FIELDS:
            values.setdefault(_FIELDS[name], texts[0])
        elif name == "product highlight":
            continue
        elif not _FOR_GOOGLE.fullmatch(name) and name not in _CATEGORIES:
            attributes[name] = texts if len(texts) > 1 else texts[0]
    if highlights := by_name.get("product highlight"):
        told = (str(values.get("description", "")), *highlights)
        values["description"] = " ".join(f"{text.rstrip('. ')}." for text in told if text)
    if attributes.get("condition") == "new":  # as goods are unless it is said
        del attributes["condition"]
    attributes |= {name: value for name, value in details if name and value}
    paths = [texts[0] for name in _CATEGORIES if (texts := by_name.get(name))]
    category = next((path for path in paths if path and not str(path).isdigit()), "")
    return {**values, "category": category, "attributes": attributes}
