"""The YAML files beside this module -> patterns of messages, and words to fill them with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml


@cache
def phrases() -> Mapping[str, list[str]]:
    """Patterns by what they do."""
    loaded: dict[str, list[str]] = _resource("phrases.yaml")
    return loaded


@cache
def fillers() -> Mapping[str, Any]:
    """Words of shoppers that belong to no catalogue."""
    loaded: dict[str, Any] = _resource("fillers.yaml")
    return loaded


def _resource(name: str) -> Any:
    path = resources.files("chatrec.tune") / name
    return yaml.safe_load(path.read_text(encoding="utf-8"))
