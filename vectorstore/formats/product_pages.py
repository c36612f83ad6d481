"""Saved product pages with schema.org's JSON-LD -> one row a product or variant.

A page, a folder of pages, or a JSON file of the data alone. A product that several pages carry is
read from the first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from chatrec.errors import CatalogueError
from vectorstore.formats.schema_org import GROUP, Node, Products, breadcrumb, nodes_of, types_of
from vectorstore.records import Record, RowError

SUFFIXES = (".html", ".htm", ".json", ".jsonld")
_RAW_CHARS = 200


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
            nodes += ((line, node) for node in nodes_of(json.loads(block, strict=False)))
        except (ValueError, RecursionError) as exc:
            yield RowError(line, f"not JSON: {exc}", block[:_RAW_CHARS])
    known = {str(node["@id"]): node for _, node in nodes if "@id" in node and len(node) > 1}
    crumbs = next((breadcrumb(node) for _, node in nodes if "BreadcrumbList" in types_of(node)), [])
    products = Products(page.url, crumbs, known)
    # A group's variants stand in it, and often beside it too, where nothing says whose they are.
    for line, node in sorted(nodes, key=lambda found: GROUP not in types_of(found[1])):
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
