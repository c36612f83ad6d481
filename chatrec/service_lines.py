"""A language -> what customer service says in it, and how a person is asked for in it.

English stands in where a language has no lines of its own. Knows no turn and no shop.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml

ENGLISH = "en"


@cache
def _lines() -> Mapping[str, Mapping[str, str]]:
    text = (resources.files("chatrec") / "service_lines.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = yaml.safe_load(text)
    return found


def line(name: str, language: str = "") -> str:
    """A line by its name: unknown, unsure, several, handed_over."""
    lines = _lines()
    return lines.get(language, lines[ENGLISH]).get(name) or lines[ENGLISH][name]


def with_contact(text: str, contact: str, language: str = "") -> str:
    """The text, and behind it how to reach a person where the shop has said so."""
    return f"{text} {line('contact', language).format(contact=contact)}" if contact else text


def asks_for_person(text: str, language: str) -> bool:
    """Whether a message in this language, which is not English, asks for a person."""
    pattern = _lines().get(language, {}).get("person", "")
    return bool(pattern) and re.search(pattern, text, re.IGNORECASE) is not None
