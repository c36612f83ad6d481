"""Saved product pages with schema.org's JSON-LD -> one row a product or variant.

A page, a folder of pages, or a JSON file of the data alone. Products are read in the forms that
Google's guidelines name: a `Product` with an `Offer`, several offers or an `AggregateOffer`, and a
`ProductGroup` with variants, which take from it what they do not say. A product that several pages
carry is read from the first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, TypeAlias

from chatrec.errors import CatalogueError
from vectorstore.formats.named import slug
from vectorstore.records import Record, RowError

SUFFIXES = (".html", ".htm", ".json", ".jsonld")

Node: TypeAlias = Mapping[str, Any]

_PRODUCTS = frozenset({"Product", "IndividualProduct", "ProductModel", "Vehicle", "Book"})
_GROUP = "ProductGroup"
_DEPTH = 12
_RAW_CHARS = 200
# What shops write for codes of UN/CEFACT.
_UNITS = {"KGM": "kg", "GRM": "g", "LBR": "lb", "ONZ": "oz", "CMT": "cm", "MMT": "mm", "MTR": "m",
          "INH": "in", "LTR": "l", "MLT": "ml"}  # fmt: skip
_MEASURES = ("weight", "width", "height", "depth")
_VALUES = ("color", "size", "material", "pattern", "model")
_CODES = ("sku", "gtin", "gtin13", "gtin12", "gtin8", "gtin14", "isbn", "mpn")


def files(path: Path) -> list[Path]:
    """The page itself, or the pages in and under the folder, in order."""
    if not path.is_dir():
        return [path]
    return sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES)


def rows(path: Path) -> Iterator[Record | RowError]:
    """Products of the page or of all pages; pages without any are passed over."""
    seen: set[str] = set()
    for file in files(path):
        for row in _page_rows(file):
            if isinstance(row, Record):
                if row.values["id"] in seen:
                    continue
                seen.add(row.values["id"])
            elif file != path:
                row = RowError(row.line, f"{file.relative_to(path)}: {row.reason}", row.raw)
            yield row


def _page_rows(file: Path) -> Iterator[Record | RowError]:
    try:
        text = file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as exc:
        raise CatalogueError(f"{file} cannot be read: {exc}") from exc
    page = _Page(url="", blocks=[(1, text)])
    if file.suffix.lower() in {".html", ".htm"}:
        page = _Page()
        reader = _Blocks(page)
        reader.feed(text)
        reader.close()
    nodes: list[tuple[int, Node]] = []
    for line, block in page.blocks:
        try:
            nodes += ((line, node) for node in _nodes(json.loads(block, strict=False)))
        except (ValueError, RecursionError) as exc:
            yield RowError(line, f"not JSON: {exc}", block[:_RAW_CHARS])
    known = {str(node["@id"]): node for _, node in nodes if "@id" in node and len(node) > 1}
    crumbs = next((_crumbs(node) for _, node in nodes if "BreadcrumbList" in _types(node)), [])
    products = _Products(page.url, crumbs, known)
    # A group's variants stand in it, and often beside it too, where nothing says whose they are.
    for line, node in sorted(nodes, key=lambda found: _GROUP not in _types(found[1])):
        for values in products.read(node):
            raw = json.dumps(node, ensure_ascii=False)[:_RAW_CHARS]
            yield Record(line, values, raw)


@dataclass(slots=True)
class _Page:
    """The address that a page gives itself, and its blocks of JSON-LD with their lines."""

    url: str = ""
    blocks: list[tuple[int, str]] = field(default_factory=list)


class _Blocks(HTMLParser):
    """Collects the scripts of type application/ld+json and the canonical link."""

    def __init__(self, page: _Page) -> None:
        super().__init__(convert_charrefs=True)
        self._page = page
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        kind = (given.get("type") or "").partition(";")[0].strip().lower()
        self._inside = tag == "script" and kind == "application/ld+json"
        if self._inside:
            self._page.blocks.append((self.getpos()[0], ""))
        if tag == "link" and (given.get("rel") or "").lower() == "canonical":
            self._page.url = given.get("href") or ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            line, text = self._page.blocks[-1]
            self._page.blocks[-1] = (line, text + data)

    def handle_endtag(self, tag: str) -> None:
        self._inside = False


def _nodes(value: Any, depth: int = 0) -> Iterator[Node]:
    """All typed objects, wherever they are nested; a group's variants belong to the group."""
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for part in value:
            yield from _nodes(part, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        if not _types(value) & {*_PRODUCTS, _GROUP}:
            for part in value.values():
                yield from _nodes(part, depth + 1)


def _types(node: Node) -> frozenset[str]:
    return frozenset(str(name).rpartition("/")[2] for name in _list(node.get("@type")))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any, *keys: str) -> str:
    """A text, the first of several, or what an object says under one of these keys."""
    if isinstance(value, list):
        return next((text for part in value if (text := _text(part, *keys))), "")
    if isinstance(value, dict):
        named = (value.get(key) for key in (*keys, "name", "@value", "value"))
        return next((text for part in named if (text := _text(part))), "")
    return "" if value is None or isinstance(value, bool) else str(value).strip()


def _crumbs(node: Node) -> list[str]:
    """A breadcrumb's names without the first (home) and the last (the product)."""
    elements = [e for e in _list(node.get("itemListElement")) if isinstance(e, dict)]
    names = [_text(element.get("name")) or _text(element.get("item")) for element in elements]
    return [name for name in names if name][1:-1]


class _Products:
    """The products of one page."""

    def __init__(self, url: str, crumbs: list[str], known: Mapping[str, Node]) -> None:
        self._url = url
        self._crumbs = crumbs
        self._known = known

    def read(self, node: Node) -> Iterator[dict[str, Any]]:
        """The rows of one node, none where it is no product."""
        types = _types(node)
        if _GROUP in types:
            named = slug(_text(node, "name"))
            group = _text(node.get("productGroupID")) or _identity(node) or named
            for variant in map(self._resolved, _list(node.get("hasVariant"))):
                own = {key: value for key, value in variant.items() if value not in (None, "", [])}
                yield from self._rows({**_inherited(node), **own}, group)
        elif types & _PRODUCTS:
            parent = self._resolved(node.get("isVariantOf"))
            group = _text(node.get("inProductGroupWithID")) or _text(parent.get("productGroupID"))
            yield from self._rows({**_inherited(parent), **node}, group)

    def _resolved(self, value: Any) -> Node:
        """The object, or the one on the page that it refers to."""
        value = next(iter(_list(value)), {})
        if isinstance(value, dict):
            return self._known.get(str(value.get("@id")), value) if len(value) == 1 else value
        return self._known.get(str(value), {})

    def _rows(self, node: Node, group: str) -> Iterator[dict[str, Any]]:
        """One row, or one for each price where a product has offers at several."""
        offers = [self._resolved(offer) for offer in _list(node.get("offers"))]
        inner = [
            self._resolved(one)
            for offer in offers
            for one in (_list(offer.get("offers")) or [offer])
        ]
        sold = [_offer(offer) for offer in inner]
        identity = _identity(node) or _text(node.get("@id")) or slug(_text(node, "name"))
        if len({offer["price"] for offer in sold}) < 2:
            there = next((o for o in sold if _is_there(o)), sold[0] if sold else {})
            yield self._row(node, identity, group, there)
            return
        for place, offer in enumerate(sold, 1):
            own = offer.get("id") or f"{identity}:{place}"
            yield self._row(node, own, group or identity, offer)

    def _row(
        self, node: Node, identity: str, group: str, offer: Mapping[str, Any]
    ) -> dict[str, Any]:
        rating, reviews = _rating(self._resolved(node.get("aggregateRating")))
        attributes = dict(_attributes(node))
        if reviews:
            attributes["reviews"] = reviews
        category = _text(node.get("category"))
        return {
            "title": _text(node, "name"),
            "description": _text(node.get("description")),
            "brand": _text(self._resolved(node.get("brand")) or node.get("brand")),
            "category": category or self._crumbs,
            "image_url": _text(
                self._resolved(node.get("image")) or node.get("image"), "url", "contentUrl"
            ),
            "rating": rating,
            **offer,
            "url": _text(node.get("url")) or offer.get("url") or self._url,
            "id": identity,
            "group": group,
            "attributes": attributes,
        }


def _identity(node: Node) -> str:
    keys = ("sku", "productID", *_CODES[1:])
    return next((text for key in keys if (text := _text(node.get(key)))), "")


def _inherited(group: Node) -> dict[str, Any]:
    """What a group says for all its variants; not what numbers or lists them."""
    own = {"@id", "@type", "hasVariant", "variesBy", "productGroupID", "url", "offers", *_CODES}
    return {key: value for key, value in group.items() if key not in own}


def _offer(offer: Node) -> dict[str, Any]:
    """Price, availability and address of one offer; of a range that is not parted no price."""
    price, currency, regular = _text(offer.get("price")), _text(offer.get("priceCurrency")), ""
    for part in _list(offer.get("priceSpecification")):
        if not isinstance(part, dict):
            continue
        asked = _text(part.get("price"))
        currency = currency or _text(part.get("priceCurrency"))
        if _text(part.get("priceType")).rpartition("/")[2] in {"StrikethroughPrice", "ListPrice"}:
            regular = asked
        else:
            price = price or asked
    low, high = _text(offer.get("lowPrice")), _text(offer.get("highPrice"))
    if not price and low and low == (high or low) and _text(offer.get("offerCount")) in ("", "1"):
        price = low
    return {
        "id": _text(offer.get("sku")),
        "price": price,
        "currency": currency,
        "availability": _text(offer.get("availability"), "@id"),
        "url": _text(offer.get("url")),
        **({"regular_price": regular} if regular else {}),
    }


def _is_there(offer: Mapping[str, Any]) -> bool:
    return str(offer.get("availability", "")).rpartition("/")[2] not in {
        "OutOfStock", "SoldOut", "Discontinued",
    }  # fmt: skip


def _rating(node: Node) -> tuple[float | str, float | None]:
    """Stars out of five, and how many reviews they come from."""
    try:
        best = float(_text(node.get("bestRating")) or 5)
        value = float(_text(node.get("ratingValue")).replace(",", "."))
        count = float(_text(node.get("reviewCount")) or _text(node.get("ratingCount")) or 0)
    except ValueError:
        return "", None
    stars = round(value / best * 5, 2) if best > 0 else -1.0
    return (stars if 0 <= stars <= 5 else ""), count or None


def _attributes(node: Node) -> Iterator[tuple[str, Any]]:
    for key in _VALUES:
        if text := _text(node.get(key)):
            yield key, text
    audience = node.get("audience")
    if isinstance(audience, dict) and (gender := _text(audience.get("suggestedGender"))):
        yield "gender", gender.rpartition("/")[2]
    for key in _MEASURES:
        if text := _measure(node.get(key)):
            yield key, text
    for part in _properties(node):
        if (name := _text(part.get("name"))) and (text := _measure(part)):
            yield name, text
    for key in _CODES:
        if text := _text(node.get(key)):
            yield key, text


def _properties(node: Node) -> Iterable[Node]:
    return (part for part in _list(node.get("additionalProperty")) if isinstance(part, dict))


def _measure(value: Any) -> str:
    """A text, or a value with its unit: {"value": 1.2, "unitCode": "KGM"} is "1.2 kg"."""
    if not isinstance(value, dict):
        return _text(value)
    code = _text(value.get("unitCode"))
    unit = _text(value.get("unitText")) or _UNITS.get(code, "")
    return f"{_text(value.get('value'))} {unit}".strip()
