"""A customer-service question + the FAQ -> an answer in the entry's own sentences, cited.

Nothing is added, shortened within a sentence or concluded; `unfounded` says what an answer names
that its entries do not. Where no entry is near enough it says so, or asks whether one is
meant. Knows nothing of products.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chatrec.ports import FaqSource
from chatrec.quoting import quotable
from chatrec.service_lines import line, with_contact
from chatrec.types import FaqEntry, FaqMatch
from chatrec.words import STOPWORDS, stem, tokens

_LOOKED_AT = 5
# Answering with both of two entries this level answers 83 instead of 81 of 100 questions rightly,
# for 10 second answers; wider margins bring more of those (`tests/benchmarks/faq.py`).
_NEAR_TIE = 0.02
_MOST_TOGETHER = 2
# From this share of the floor on it is asked whether an entry is meant: one of the two best is, for
# 5 to 13 of 100 questions that have an entry; 5 to 16 of 100 that have none are asked so too.
_PERHAPS = 0.85
_WHOLE_ANSWER = 90
_MOST_SENTENCES = 3
# Of the way from the floor to 1. No search of `tests/reading` that names a product comes as near to
# an entry of the demo shop as beyond doubt, none at all but "shoes in size 43" as near as certain.
NEAR, LIKELY, CERTAIN, BEYOND_DOUBT = 0.0, 0.2, 0.45, 0.7
_FIGURE = re.compile(r"https?://[^\s)\]]+|[\w.+-]+@[\w-]+\.[\w.-]*\w|[$€£¥₹]|\d+(?:[.,:]\d+)*")


@dataclass(frozen=True, slots=True)
class Answer:
    """The words, the entries they are from, and related questions to click."""

    text: str
    citations: tuple[FaqEntry, ...] = ()
    related: tuple[str, ...] = ()


async def answer(question: str, source: FaqSource, *, floor: float, contact: str) -> Answer:
    """The best entry's answer; of entries that are level, both; of more than two, a question."""
    return _from(question, await source.search(question, _LOOKED_AT), floor, contact)


async def answer_in(
    language: str, question: str, source: FaqSource, *, floor: float, contact: str
) -> Answer | None:
    """The answer from entries in a language that is not English; None where there are none."""
    found = await source.search(question, _LOOKED_AT)
    own = [match for match in found if match.entry.language == language]
    return _from(question, own, floor, contact, language) if own else None


async def claims(text: str, source: FaqSource, *, floor: float, nearness: float) -> bool:
    """Whether an entry is so near that the message is about it, whatever it was read as.

    ``nearness``: of the way from the floor to 1; `NEAR`, `LIKELY`, `CERTAIN` or `BEYOND_DOUBT`.
    """
    matches = await source.search(text, 1)
    return bool(matches) and matches[0].score >= floor + nearness * (1.0 - floor)


def _from(
    question: str, matches: Sequence[FaqMatch], floor: float, contact: str, language: str = ""
) -> Answer:
    near = [match for match in matches if match.score >= floor]
    if not near:
        best = tuple(match.entry.question for match in matches[:2])
        if matches and matches[0].score >= _PERHAPS * floor:
            return Answer(line("unsure", language), related=best)
        return Answer(with_contact(line("unknown", language), contact, language), related=best)
    level = _level(near)
    related = tuple(m.entry.question for m in near if m not in level)[:3]
    if len(level) > _MOST_TOGETHER:
        questions = tuple(match.entry.question for match in level[:4])
        return Answer(line("several", language), related=questions)
    entries = tuple(match.entry for match in level)
    if len(entries) == 1:
        return Answer(extract(question, entries[0].answer), entries, related)
    told = [f"{entry.question} {extract(question, entry.answer)}" for entry in entries]
    return Answer("\n\n".join(told), entries, related)


def _level(near: Sequence[FaqMatch]) -> list[FaqMatch]:
    """The best match and those as near as it, each answer once."""
    level: list[FaqMatch] = []
    for match in near:
        close = near[0].score - match.score < _NEAR_TIE and near[0].score < 1.0 - _NEAR_TIE
        if match is near[0] or (close and all(match.entry.answer != m.entry.answer for m in level)):
            level.append(match)
    return level


def extract(question: str, text: str) -> str:
    """The answer as it is, or of a long one what is about the question, in order.

    That is whole paragraphs where it has some, as many as stay short, and otherwise sentences.
    """
    quoted = (" ".join(quotable(part)) for part in text.split("\n"))
    paragraphs = [part for part in quoted if part]
    if sum(len(part.split()) for part in paragraphs) <= _WHOLE_ANSWER:
        return " ".join(paragraphs)
    asked = {stem(word) for word in tokens(question) if word not in STOPWORDS}
    kept: list[int] = []
    room = _WHOLE_ANSWER
    for place in _by_overlap(asked, paragraphs):
        if (words := len(paragraphs[place].split())) <= room:
            kept.append(place)
            room -= words
        elif not kept:
            break
    if kept:
        return "\n\n".join(paragraphs[place] for place in sorted(kept))
    told = quotable(paragraphs[_by_overlap(asked, paragraphs)[0]])
    best = _by_overlap(asked, told)[:_MOST_SENTENCES]
    return " ".join(told[place] for place in sorted(best))


def _by_overlap(asked: set[str], parts: Sequence[str]) -> list[int]:
    """Places of the parts, those first that share most words with what is asked."""
    overlap = [len(asked & {stem(word) for word in tokens(part)}) for part in parts]
    return sorted(range(len(parts)), key=lambda place: (-overlap[place], place))


def unfounded(text: str, entries: Sequence[FaqEntry]) -> tuple[str, ...]:
    """Numbers, amounts, addresses and links that the text names and no entry does."""
    known = {
        found
        for entry in entries
        for found in _FIGURE.findall(f"{entry.question} {entry.answer} {entry.source or ''}")
    }
    return tuple(found for found in _FIGURE.findall(text) if found not in known)
