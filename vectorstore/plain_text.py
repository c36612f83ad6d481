"""Text as shops export it (HTML, control characters, any length) -> one line of plain text."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

# A terminal's control sequences, control characters but for tab and line breaks, lone surrogates,
# bidirectional overrides, the zero-width space and the byte order mark. Joiners stay: scripts and
# emoji need them.
_HIDDEN = re.compile(
    "\x1b\\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_SPACE = re.compile(r"\s+")
_TAG_START = re.compile(r"<(?=[a-zA-Z/!?])")
_SILENT = frozenset({"script", "style", "template", "noscript", "head", "title"})
_INLINE = frozenset({"a", "abbr", "b", "em", "font", "i", "mark", "s", "small", "span", "strong",
                     "sub", "sup", "u"})  # fmt: skip
# Descriptions are found escaped twice.
_ESCAPED_AT_MOST = 3


class _Words(HTMLParser):
    """Collects the text outside scripts and styles; block elements part words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag not in _INLINE:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag not in _INLINE:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def plain_text(text: str, limit: int) -> str:
    """The text without markup, hidden characters and doubled spaces, cut to ``limit`` characters.

    Elements of scripts and styles go with their content. Where nothing would be left, the text
    stays with its angle brackets taken out. A cut falls on a space where there is one near.
    """
    cleaned = _HIDDEN.sub("", text)
    if "<" in cleaned or "&" in cleaned:
        cleaned = _without_markup(cleaned) or re.sub("[<>]", " ", cleaned)
        cleaned = _HIDDEN.sub("", cleaned)
    cleaned = _SPACE.sub(" ", cleaned).strip()
    if len(cleaned) <= limit:
        return cleaned
    kept = cleaned[: limit - 1]
    space = kept.rfind(" ", limit * 3 // 4)
    return (kept if space < 0 else kept[:space]).rstrip() + "…"


def _without_markup(text: str) -> str:
    for _ in range(_ESCAPED_AT_MOST):
        before = text
        if _TAG_START.search(text):
            parser = _Words()
            try:
                parser.feed(text)
                parser.close()
                text = "".join(parser.parts)
            except AssertionError:  # the parser's way to refuse a broken declaration
                text = _TAG_START.sub(" ", text)
        text = html.unescape(text)
        if text == before:
            break
    return _TAG_START.sub(" ", text).strip()
