"""The modules in ``ui/widget`` -> ``/widget.js``: one script without imports, comments or indents.

The modules are served in one closure, in the order that `MODULES` names, so a page loads one file
and nothing of the widget's is global but ``ChatRec``. The style sheet stands in it as a string.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from functools import cache
from importlib import resources
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import Response

MODULES = ("labels", "dom", "api", "tabs", "parts", "panel", "element", "main")
"""Each one imports only from those before it."""

_IMPORT = re.compile(r"^import\b[^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?:default )?", re.MULTILINE)
_COMMENT_LINE = re.compile(r"^\s*//.*\n", re.MULTILINE)
_COMMENT_BLOCK = re.compile(r"^\s*/\*.*?\*/\n", re.MULTILINE | re.DOTALL)
_BESIDE_MARK = re.compile(r"\s*([{};,])\s*")
"""Space around what parts a style sheet; elsewhere space may mean something."""
_MARGIN = re.compile(r"^\s+", re.MULTILINE)

router = APIRouter(tags=["widget"])


@router.get("/widget.js", response_class=Response, responses={304: {"description": "unchanged"}})
async def widget(
    if_none_match: Annotated[str, Header()] = "", accept_encoding: Annotated[str, Header()] = ""
) -> Response:
    """The chat widget, for a script tag on the shop's page."""
    script, packed, tag = _served()
    headers = {
        "ETag": tag,
        "Cache-Control": "public, max-age=300",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Encoding",
    }
    if tag in if_none_match:
        return Response(status_code=304, headers=headers)
    if "gzip" in accept_encoding:
        headers["Content-Encoding"] = "gzip"
        script = packed
    return Response(script, media_type="text/javascript; charset=utf-8", headers=headers)


def widget_script() -> str:
    """The whole widget as one classic script."""
    folder = resources.files("ui") / "widget"
    sheet = _squeezed((folder / "widget.css").read_text(encoding="utf-8"))
    style = _BESIDE_MARK.sub(r"\1", sheet).replace(": ", ":")
    parts = [f"const STYLE = {json.dumps(style, ensure_ascii=False)};\n"]
    for name in MODULES:
        source = (folder / f"{name}.js").read_text(encoding="utf-8")
        parts.append(_squeezed(_EXPORT.sub("", _IMPORT.sub("", source))))
    return f"(() => {{\n'use strict';\n{''.join(parts)}}})();\n"


@cache
def _served() -> tuple[bytes, bytes, str]:
    script = widget_script().encode("utf-8")
    tag = f'"{hashlib.sha256(script).hexdigest()[:16]}"'
    return script, gzip.compress(script, 9, mtime=0), tag


def _squeezed(source: str) -> str:
    """The source without whole-line comments and the space that lines begin with."""
    return _MARGIN.sub("", _COMMENT_LINE.sub("", _COMMENT_BLOCK.sub("", source)))
