"""A row's cells by the plain names of their columns, and what shops write in cells -> values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from chatrec.words import fold
from vectorstore.records import plain_name


class Cells:
    """Cells of one row. Names are compared as `vectorstore.records.plain_name` writes them."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = {plain_name(name): value for name, value in reversed(list(values.items()))}

    def text(self, *names: str) -> str:
        """The first of these cells that is not blank; "" where all are or none exists."""
        for name in names:
            value = self._values.get(name)
            if value is not None and (text := str(value).strip()):
                return text
        return ""

    def has(self, *names: str) -> bool:
        """Whether the row has one of these columns."""
        return any(name in self._values for name in names)

    def matching(self, pattern: str) -> Iterator[tuple[re.Match[str], str]]:
        """Cells that are not blank whose whole plain name matches, in the order of the columns."""
        for name in reversed(self._values):
            match = re.fullmatch(pattern, name)
            if match and (text := self.text(name)):
                yield match, text


def is_yes(text: str) -> bool:
    """Whether a cell says yes."""
    return fold(text) in {"1", "true", "yes", "y", "active", "continue", "notify"}


def none_left(stock: str) -> bool:
    """Whether a number in stock is 0 or, oversold, below."""
    return stock.startswith("-") or not stock.strip("0.,")


def slug(*texts: str) -> str:
    """Texts as one part of an id: "Slate Grey", "42" -> "slate-grey-42"."""
    return "-".join(re.findall(r"[^\W_]+", fold(" ".join(texts))))
