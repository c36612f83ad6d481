"""The words of a reply -> HTML: lines of text, and pipe tables as tables, every text escaped.

Of Markdown it knows the table of a comparison alone: a row of heads, a row of dashes, rows whose
first cell names a fact. Anything else is text, shown as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import groupby

_RULE = re.compile(r"\|(?:\s*:?-+:?\s*\|)+")


def lines(text: str) -> str:
    """The text with its line breaks."""
    return escape(text.strip()).replace("\n", "<br>")


def reply_text(text: str) -> str:
    """The text with its line breaks and tables. A table without its second row is text."""
    parts = []
    for tabular, group in groupby(text.strip().splitlines(), key=_is_row):
        block = list(group)
        is_table = tabular and len(block) > 1 and _RULE.fullmatch(block[1].strip())
        parts.append(_table(block) if is_table else lines("\n".join(block)))
    return "".join(part for part in parts if part)


def _is_row(line: str) -> bool:
    return line.strip().startswith("|") and line.strip().endswith("|") and line.strip() != "|"


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().removeprefix("|").removesuffix("|").split("|")]


def _table(rows: Sequence[str]) -> str:
    """A table that scrolls by itself where it is wider than the page; the keyboard reaches it."""
    heads = "".join(
        f'<th scope="col">{escape(cell)}</th>' if cell else "<td></td>" for cell in _cells(rows[0])
    )
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        f"{''.join(f'<td>{escape(value)}</td>' for value in values)}</tr>"
        for name, *values in map(_cells, rows[2:])
    )
    return (
        '<div class="compared" role="region" aria-label="Comparison" tabindex="0"><table>'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )
