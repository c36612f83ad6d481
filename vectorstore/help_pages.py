"""Help pages (Markdown, HTML) -> one record a question, with the text that answers it.

A heading is a question and the text under it the answer; a heading with nothing under it names a
section. A lower heading that is not a question itself is put behind the one it stands under
("Returns: exceptions"), so that long pages come apart where they divide. In HTML terms of a
definition list and summaries of details are questions too, and where the page carries schema.org's
FAQPage, that is taken alone. Menus, forms and scripts are left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from chatrec.words import fold
from vectorstore.records import Record, RowError

_SILENT = frozenset(
    "script style template noscript nav footer aside form button select svg".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_QUESTIONS = _HEADINGS | {"dt": 7, "summary": 7}
_PARTED = frozenset(
    "p li ul ol div dd dl table tr section article details blockquote pre figure main".split()
)
_VOID = frozenset("br hr img input meta link source wbr area base col embed track".split())
_ID_CHARS = 80


@dataclass(slots=True)
class _Section:
    """A question with the paragraphs under it. ``level``: 1 for the highest heading."""

    line: int
    level: int
    question: str
    anchor: str = ""
    paragraphs: list[str] = field(default_factory=list)


def read_markdown(path: Path) -> Iterator[Record | RowError]:
    """One record a heading that has text under it; fenced code belongs to the answer."""
    sections: list[_Section] = []
    body: list[str] = []
    fenced = False
    with path.open("rb") as file:
        for line, encoded in enumerate(file, start=1):
            try:
                text = encoded.decode("utf-8-sig" if line == 1 else "utf-8").rstrip()
            except UnicodeDecodeError as exc:
                yield RowError(line, f"not UTF-8 at byte {exc.start + 1}", "")
                continue
            if text.lstrip().startswith("```"):
                fenced = not fenced
            match = None if fenced else re.match(r"(#{1,6})\s+(.*?)\s*#*$", text)
            if match:
                body = []
                sections.append(_Section(line, len(match[1]), _plain(match[2]), paragraphs=body))
            else:
                body.append(text)
    for section in sections:
        text = "\n".join(section.paragraphs)
        section.paragraphs = [_plain(part) for part in re.split(r"\n\s*\n", text)]
    yield from _records(sections, "", {})


def _plain(markdown: str) -> str:
    """Markdown's words: links by their text, without emphasis, list and quote marks."""
    text = re.sub(r"!?\[([^\]]*)\]\(([^)\s]*)[^)]*\)", r"\1", markdown)
    text = re.sub(r"(?m)^\s*(?:[-*+]|>|```.*)\s+", "", text)
    text = re.sub(r"(\*\*|__|`+)(.+?)\1", r"\2", text)
    return re.sub(r"(?<!\w)[*_](\S.*?)[*_](?!\w)", r"\1", text).strip()


def read_html(path: Path) -> Iterator[Record | RowError]:
    """One record a question of the page; its source is the page's own address, if it says it."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = raw[: exc.start].count(b"\n") + 1
        yield RowError(line, f"not UTF-8 at byte {exc.start + 1} of the file", "")
        return
    page = _Page()
    try:
        page.feed(text)
        page.close()
    except AssertionError:  # the parser's way to refuse a broken declaration
        yield RowError(page.getpos()[0], "a declaration that is not HTML", "")
    common = {"language": page.language} if page.language else {}
    yield from _records(list(page.linked()) or page.sections, page.address, common)


class _Page(HTMLParser):
    """Collects questions with what follows them, in the order of the page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sections: list[_Section] = []
        self.address = ""
        self.language = ""
        self._linked: list[tuple[int, str]] = []
        self._silent: list[str] = []
        self._asking: str = ""
        self._anchor = ""
        self._text: list[str] = []
        self._data: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "link" and given.get("rel") == "canonical":
            self.address = given.get("href", "")
        if tag == "script" and given.get("type", "").strip().lower() == "application/ld+json":
            self._data = []
        if self._silent or tag in _SILENT or tag in ("head", "title"):
            if tag not in _VOID and (tag in _SILENT or tag in self._silent):
                self._silent.append(tag)
            return
        if tag in _QUESTIONS:
            self._part()
            self._asking, self._anchor = tag, given.get("id", "")
        elif tag in _PARTED:
            self._part()
            if self._asking in ("dt", "summary"):
                self._asked()
        elif tag == "br":
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._data is not None:
            self._linked.append((self.getpos()[0], "".join(self._data)))
            self._data = None
        if self._silent:
            if tag in self._silent:
                del self._silent[self._silent.index(tag) :]
            return
        if tag == self._asking:
            self._asked()
        elif tag in _PARTED:
            self._part()

    def handle_data(self, data: str) -> None:
        if self._data is not None:
            self._data.append(data)
        elif not self._silent:
            self._text.append(data)

    def close(self) -> None:
        super().close()
        self._part()

    def _asked(self) -> None:
        """The text so far is a question."""
        question = " ".join("".join(self._text).split())
        level = _QUESTIONS[self._asking]
        self._text, self._asking = [], ""
        if question:
            self.sections.append(_Section(self.getpos()[0], level, question, self._anchor))

    def _part(self) -> None:
        """The text so far is a paragraph of the latest question; before any it is left out."""
        text = " ".join("".join(self._text).split())
        if not self._asking:
            self._text = []
            if text and self.sections:
                self.sections[-1].paragraphs.append(text)

    def linked(self) -> Iterator[_Section]:
        """The questions of schema.org's FAQPage, in JSON-LD."""
        for line, data in self._linked:
            try:
                found = json.loads(data)
            except (ValueError, RecursionError):
                continue
            for question in _faq_questions(found):
                accepted = question.get("acceptedAnswer")
                answer = accepted[0] if isinstance(accepted, list) and accepted else accepted
                name, text = question.get("name"), isinstance(answer, dict) and answer.get("text")
                if isinstance(name, str) and isinstance(text, str):
                    yield _Section(line, 1, name, paragraphs=[text])


def _faq_questions(data: Any) -> Iterator[dict[str, Any]]:
    """Every `Question` in a JSON-LD document, however it is nested."""
    waiting = [data]
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, list):
            waiting = [*value, *waiting]
        elif isinstance(value, dict):
            if value.get("@type") == "Question":
                yield value
            else:
                waiting = [*(v for v in value.values() if isinstance(v, dict | list)), *waiting]


def _records(
    sections: Iterable[_Section], address: str, common: dict[str, str]
) -> Iterator[Record]:
    """The sections that have text; ``address`` is the page's, ``common`` goes into each."""
    above: list[_Section] = []
    for section in sections:
        above = [other for other in above if other.level < section.level]
        parent = next((other for other in reversed(above) if _text(other)), None)
        above.append(section)
        if not (answer := _text(section)):
            continue
        question = section.question
        if parent is not None and "?" not in question:
            question = f"{parent.question.rstrip(' ?:')}: {question}"
        values = {"id": slug(question), "question": question, "answer": answer, **common}
        if address:
            values["source"] = f"{address}#{section.anchor}" if section.anchor else address
        yield Record(section.line, dict(values), section.question)


def _text(section: _Section) -> str:
    return "\n\n".join(part for part in section.paragraphs if part.strip())


def slug(question: str) -> str:
    """The id of a question that has none: its words in lower case, with hyphens."""
    return "-".join(re.findall(r"[^\W_]+", fold(question)))[:_ID_CHARS]
