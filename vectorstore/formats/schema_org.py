"""schema.org's objects of one page -> its products, one row each or one each variant.

Products are read in the forms that Google's guidelines name: a `Product` with an `Offer`, several
offers or an `AggregateOffer`, and a `ProductGroup` with variants, which take from it what they do
not say. Knows no HTML and no files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from vectorstore.formats.named import slug

Node: TypeAlias = Mapping[str, Any]
"""An object of the data, as JSON has it."""
GROUP = "ProductGroup"
"""The type of a product with variants."""

_PRODUCTS = frozenset({"Product", "IndividualProduct", "ProductModel", "Vehicle", "Book"})
_DEPTH = 12
# What shops write for codes of UN/CEFACT.
_UNITS = {"KGM": "kg", "GRM": "g", "LBR": "lb", "ONZ": "oz", "CMT": "cm", "MMT": "mm", "MTR": "m",
          "INH": "in", "LTR": "l", "MLT": "ml"}  # fmt: skip
_MEASURES = ("weight", "width", "height", "depth")
_VALUES = ("color", "size", "material", "pattern", "model")
_CODES = ("sku", "gtin", "gtin13", "gtin12", "gtin8", "gtin14", "isbn", "mpn")


def nodes_of(value: Any, depth: int = 0) -> Iterator[Node]:
    """All typed objects, wherever they are nested; a group's variants belong to the group."""
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for part in value:
            yield from nodes_of(part, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        if not types_of(value) & {*_PRODUCTS, GROUP}:
            for part in value.values():
                yield from nodes_of(part, depth + 1)


def types_of(node: Node) -> frozenset[str]:
    """The names of an object's types, without the vocabulary's address."""
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


def breadcrumb(node: Node) -> list[str]:
    """A breadcrumb's names without the first (home) and the last (the product)."""
    elements = [e for e in _list(node.get("itemListElement")) if isinstance(e, dict)]
    names = [_text(element.get("name")) or _text(element.get("item")) for element in elements]
    return [name for name in names if name][1:-1]


class Products:
    """The products of one page.

    ``url`` is the address and ``crumbs`` the category path of those that tell none of their own;
    ``known`` holds the page's objects by their ``@id``.
    """

    def __init__(self, url: str, crumbs: list[str], known: Mapping[str, Node]) -> None:
        self._url = url
        self._crumbs = crumbs
        self._known = known

    def read(self, node: Node) -> Iterator[dict[str, Any]]:
        """The rows of one node, none where it is no product."""
        types = types_of(node)
        if GROUP in types:
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
