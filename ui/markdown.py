"""Cards and citations -> Markdown, for front ends that show nothing else.

Every text of the shop is escaped: a title is no markup, whatever is in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from chatrec.types import FaqEntry, Recommendation
from chatrec.wording import capital, money
from ui.schema import safe_url

_INLINE = re.compile(r"([\\`*_\[\]<>~&])")
_MARKUP = re.compile(r"([\\`*_\[\]<>|~&])")
_URL_MARKUP = str.maketrans({"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "\\": "%5C"})


def cards(shown: Iterable[Recommendation]) -> str:
    """A numbered list of the items with price, rating and reason, and the empty line after it."""
    rows = [_card(each) for each in shown]
    return "\n".join(rows) + "\n\n" if rows else ""


def citations(entries: Sequence[FaqEntry]) -> str:
    """What an answer rests on, as a paragraph of its own; nothing where it rests on nothing."""
    links = ", ".join(_link(entry.question, entry.source) for entry in entries)
    return f"\n\nFrom our answers: {links}" if links else ""


def words(text: str) -> str:
    """A piece of a reply's text, which may have tables and lines but no other markup."""
    return _INLINE.sub(r"\\\1", text)


def _card(shown: Recommendation) -> str:
    item = shown.item
    parts = [f"**{_link(item.title, item.url)}**"]
    if item.price is not None:
        parts.append(_plain(money(item.price, item.currency)))
    if item.rating is not None:
        parts.append(f"★ {item.rating:.1f}")
    if shown.reason:
        parts.append(_plain(capital(shown.reason)))
    return f"{shown.rank}. {' · '.join(parts)}"


def _link(text: str, url: str | None) -> str:
    safe = safe_url(url)
    return f"[{_plain(text)}]({safe.translate(_URL_MARKUP)})" if safe else _plain(text)


def _plain(text: str) -> str:
    """The text on one line, with nothing in it that Markdown reads."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
