"""Prompt file + variables -> text. A variable that a prompt names and nobody gives is an error."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import jinja2


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(_source),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # prompts are plain text, never HTML
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _source(name: str) -> str | None:
    path = resources.files("prompts") / name
    return path.read_text(encoding="utf-8") if path.is_file() else None


def render(name: str, **variables: Any) -> str:
    """The prompt file `prompts/NAME` with its variables filled in, surrounding space removed.

    Raises:
        jinja2.UndefinedError: the file names a variable that was not given.
    """
    return _environment().get_template(name).render(**variables).strip()
