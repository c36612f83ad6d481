"""The app's routes -> its OpenAPI document, as a client generator needs it.

FastAPI's document, in which refusals are problem documents, the documents of events are there
though no route returns them, and nothing is left of what the standard tells readers to ignore.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache, partial
from http import HTTPMethod, HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException

from ui.errors import PROBLEM
from ui.schema import ItemsDocument, ProblemDocument, ReplyDocument, TokenDocument

EVENT_STREAM = "text/event-stream"

_REFERENCE = "#/components/schemas/{model}"
_EVENTS: tuple[type[BaseModel], ...] = (
    ItemsDocument,
    TokenDocument,
    ReplyDocument,
    ProblemDocument,
)
_METHODS = [method.value for method in HTTPMethod if method is not HTTPMethod.CONNECT]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route says of its refusals, for its ``responses``."""
    return {
        status: {"model": ProblemDocument, "description": HTTPStatus(status).phrase}
        for status in statuses
    }


def events(description: str) -> dict[int | str, dict[str, Any]]:
    """What a route says of a stream of events that it answers with where they are accepted."""
    schema = {"type": "string", "description": description}
    return {200: {"content": {EVENT_STREAM: {"schema": schema}}}}


def close(app: FastAPI, prefix: str) -> None:
    """Let the app describe itself, once it is asked to, and answer for what it does not name.

    Called once every route is there, and before a page is mounted that takes all other paths. A
    known path refuses other methods with 405, an unknown one below ``prefix`` is 404.
    """
    app.openapi = cache(partial(_document, app))  # type: ignore[method-assign]
    known: defaultdict[str, set[str]] = defaultdict(set)
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute):
            known[route.path_format or ""] |= route.methods or set()
    for path, methods in known.items():
        allowed = sorted(methods)
        others = [method for method in _METHODS if method not in methods]
        app.add_route(path, _refusing(405, {"Allow": ", ".join(allowed)}), others)
    app.add_route(f"{prefix}/{{path:path}}", _refusing(404, {}), _METHODS)


def _refusing(status: int, headers: dict[str, str]) -> Any:
    async def refuse(request: Request) -> None:
        raise HTTPException(status, headers=headers)

    return refuse


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    schemas: dict[str, Any] = document["components"]["schemas"]
    _, told = models_json_schema([(m, "serialization") for m in _EVENTS], ref_template=_REFERENCE)
    for name, schema in told["$defs"].items():
        schemas.setdefault(name, schema)
    for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's own, never sent
        schemas.pop(name, None)
    refusal = {PROBLEM: {"schema": {"$ref": _REFERENCE.format(model=ProblemDocument.__name__)}}}
    for operation in _operations(document):
        for status, response in operation["responses"].items():
            if status >= "400":
                response["content"] = refusal
    return document


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for operations in document["paths"].values():
        yield from operations.values()
