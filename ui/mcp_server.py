"""Catalogue and FAQ -> tools of a Model Context Protocol server, for other programs' agents.

What an agent demands of products are typed arguments and become hard constraints: no product is
told that breaks one, and a demand that the catalogue cannot meet by name is refused with what it
has instead. No language model is involved.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any, ParamSpec, TypeVar

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field

from chatrec.errors import MessageRefused
from chatrec.patch import BoundsDocument, patched
from chatrec.ports import CandidateSource, FaqSource
from chatrec.respond.facts import attribute_text
from chatrec.settings import Settings
from chatrec.types import TYPE, Constraints, Facet, Item, Vocabulary
from chatrec.wording import plural
from chatrec.words import fold
from ui.errors import public
from ui.schema import safe_url
from vectorstore.faq import FAQ_FLOOR

P = ParamSpec("P")
T = TypeVar("T")

_MOST_FOUND = 20
_MOST_NAMED = 40
_MOST_ENTRIES = 3
_MOST_DEMANDS = 50
_READ_ONLY = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_INSTRUCTIONS = (
    "The catalogue and the customer-service answers of {shop}. Put what a product must or must not "
    "be into the typed arguments of search_catalog, and only what is left into its query. Tell "
    "prices, features and rules as they stand here; what is not here is not known."
)

_Wanted = Annotated[list[str], Field(max_length=_MOST_DEMANDS)]
Values = Annotated[
    dict[str, _Wanted],
    Field(max_length=_MOST_DEMANDS, description="facet -> values, as describe_catalog lists them"),
]


@dataclass(frozen=True, slots=True)
class Shelves:
    """What the tools need of a shop."""

    source: CandidateSource
    faq: FaqSource


class FacetSummary(BaseModel):
    """What products can be asked for by: values, the commonest first, or a range in a unit."""

    name: str
    values: list[str]
    unit: str | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, facet: Facet) -> FacetSummary:
        labels = [value.label for value in facet.values[:_MOST_NAMED]]
        return cls(name=facet.name, values=labels, unit=facet.unit, low=facet.low, high=facet.high)


class CatalogueSummary(BaseModel):
    """What the shop sells, and what it can be asked for by."""

    products: int
    currency: str
    price_low: float
    price_high: float
    facets: list[FacetSummary]


class FoundProduct(BaseModel):
    """A product that was found."""

    id: str
    title: str
    brand: str | None
    price: float | None
    currency: str | None
    rating: float | None
    stock: int | None
    url: str | None
    image_url: str | None

    @classmethod
    def told(cls, item: Item) -> dict[str, Any]:
        fields = {name: getattr(item, name) for name in FoundProduct.model_fields}
        return fields | {"url": safe_url(item.url), "image_url": safe_url(item.image_url)}

    @classmethod
    def of(cls, item: Item) -> FoundProduct:
        return cls(**cls.told(item))


class Product(FoundProduct):
    """All that the shop says of a product."""

    description: str
    category: list[str]
    attributes: dict[str, str]

    @classmethod
    def of(cls, item: Item) -> Product:
        return cls(
            **cls.told(item),
            description=item.description,
            category=list(item.category),
            attributes={name: attribute_text(value) for name, value in item.attributes.items()},
        )


class Found(BaseModel):
    """The best of the products that meet every demand, and how many do."""

    products: list[FoundProduct]
    meeting_demands: int


class Policy(BaseModel):
    """A customer-service question and the shop's own answer."""

    faq_id: str
    question: str
    answer: str
    source: str | None


class Policies(BaseModel):
    """What is about the question, nearest first; nothing where the shop has no answer to it."""

    entries: list[Policy]


def mcp_server(settings: Settings, shelves: Callable[[], Shelves]) -> MCPServer[Any]:
    """The server, without a transport.

    Args:
        settings: of the shop.
        shelves: the catalogue and the FAQ as they are now; may raise what `ui.errors` knows.
    """
    name = settings.shop.name
    floor = FAQ_FLOOR if settings.faq_floor is None else settings.faq_floor
    server: MCPServer[Any] = MCPServer(
        "chatrec", title=name, instructions=_INSTRUCTIONS.format(shop=name), log_level="WARNING"
    )

    @server.tool(annotations=_READ_ONLY)
    @_told
    async def describe_catalog() -> CatalogueSummary:
        """What the shop sells: product types, facets with their values, units and price range."""
        return _summary(shelves().source.vocabulary)

    @server.tool(annotations=_READ_ONLY)
    @_told
    async def search_catalog(
        query: Annotated[str, Field(max_length=500, description="ranks; filters nothing")] = "",
        product_types: Annotated[_Wanted, Field(description="any of these will do")] = [],  # noqa: B006
        price_min: Annotated[float, Field(ge=0)] | None = None,
        price_max: Annotated[float, Field(ge=0)] | None = None,
        require: Values = {},  # noqa: B006
        exclude: Values = {},  # noqa: B006
        numeric: Annotated[
            dict[str, BoundsDocument],
            Field(description="numeric facet, rating or stock -> min and max in its unit"),
        ] = {},  # noqa: B006
        limit: Annotated[int, Field(ge=1, le=_MOST_FOUND)] = 5,
    ) -> Found:
        """Products that meet every demand, best first.

        Within a required facet any of the values will do. A product whose price, measure or
        feature is not known meets no demand on it.
        """
        source = shelves().source
        vocabulary = source.vocabulary
        demands = patched(
            Constraints(),
            {
                "category": _known(vocabulary, TYPE, product_types),
                "price_min": price_min,
                "price_max": price_max,
                "require": {
                    facet: _known(vocabulary, facet, values) for facet, values in require.items()
                },
                "exclude": exclude,
                "numeric": {facet: bounds.model_dump() for facet, bounds in numeric.items()},
            },
            vocabulary,
        )
        candidates = await source.search(query, demands, limit)
        products = [FoundProduct.of(candidate.item) for candidate in candidates]
        return Found(products=products, meeting_demands=await source.count(demands))

    @server.tool(annotations=_READ_ONLY)
    @_told
    async def get_product(product_id: Annotated[str, Field(max_length=200)]) -> Product:
        """All that the shop says of one product."""
        items = await shelves().source.items([product_id])
        if not items:
            raise MessageRefused(f"There is no product with the id {product_id!r}.")
        return Product.of(items[0])

    @server.tool(annotations=_READ_ONLY)
    @_told
    async def search_policies(
        question: Annotated[str, Field(min_length=1, max_length=500)],
    ) -> Policies:
        """The shop's own answers on delivery, returns, payment and the like.

        An empty list means that the shop has no answer to it.
        """
        matches = await shelves().faq.search(question, _MOST_ENTRIES)
        near = [match.entry for match in matches if match.score >= floor]
        return Policies(
            entries=[
                Policy(faq_id=e.id, question=e.question, answer=e.answer, source=e.source)
                for e in near
            ]
        )

    return server


def _told(tool: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """The tool, with its errors told as an outsider is told them."""

    @wraps(tool)
    async def run(*arguments: P.args, **named: P.kwargs) -> T:
        try:
            return await tool(*arguments, **named)
        except Exception as exc:
            raise ToolError(public(exc).message) from exc

    return run


def _summary(vocabulary: Vocabulary) -> CatalogueSummary:
    return CatalogueSummary(
        products=vocabulary.size,
        currency=vocabulary.currency,
        price_low=vocabulary.price_low,
        price_high=vocabulary.price_high,
        facets=[FacetSummary.of(facet) for facet in vocabulary.facets],
    )


def _known(vocabulary: Vocabulary, name: str, wanted: list[str]) -> list[str]:
    """The catalogue's labels for wanted values, which may be aliases or plurals of them.

    Raises:
        MessageRefused: no product has such a value; says which there are.
    """
    facet = vocabulary.facet(name)
    if facet is None:
        return wanted  # an unknown facet is refused with the rest of the demands
    labels = {
        said: value.label
        for value in reversed(facet.values)  # where two are called so, the commoner one is meant
        for said in (*value.aliases, plural(value.label), value.label)
    }
    for each in wanted:
        if fold(each) not in labels:
            raise MessageRefused(f"No product has {name} {each!r}. There are: {_some(facet)}.")
    return [labels[fold(each)] for each in wanted]


def _some(facet: Facet) -> str:
    labels: Iterable[str] = (value.label for value in facet.values[:_MOST_NAMED])
    return ", ".join(labels) + (" …" if len(facet.values) > _MOST_NAMED else "")
