"""A customer-service question + the FAQ -> an answer in the entry's own sentences, cited.

Nothing is added, shortened within a sentence or concluded. No entry near enough: it says so.
Knows nothing of products.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chatrec.ports import FaqSource
from chatrec.quoting import quotable
from chatrec.types import FaqEntry, FaqMatch
from chatrec.words import STOPWORDS, stem, tokens

_LOOKED_AT = 5
# Answering with both of two entries this level answers 81 instead of 74 of 100 questions rightly,
# for 17 second answers; wider margins bring more of those (`tests/benchmarks/faq.py`).
_NEAR_TIE = 0.02
_MOST_TOGETHER = 2
_WHOLE_ANSWER = 90
_MOST_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """The words, the entries they are from, and related questions to click."""

    text: str
    citations: tuple[FaqEntry, ...] = ()
    related: tuple[str, ...] = ()


async def answer(question: str, source: FaqSource, *, floor: float, contact: str) -> Answer:
    """The best entry's answer; of entries that are level, both; of more than two, a question."""
    matches = await source.search(question, _LOOKED_AT)
    near = [match for match in matches if match.score >= floor]
    if not near:
        return Answer(_unknown(contact), related=tuple(m.entry.question for m in matches[:2]))
    level = _level(near)
    related = tuple(m.entry.question for m in near if m not in level)[:3]
    if len(level) > _MOST_TOGETHER:
        questions = tuple(match.entry.question for match in level[:4])
        return Answer("Several answers could be meant. Which question is yours?", related=questions)
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
    """The answer as it is, or of a long one the sentences that are about the question, in order."""
    told = quotable(text)
    if len(text.split()) <= _WHOLE_ANSWER or len(told) <= _MOST_SENTENCES:
        return " ".join(told)
    asked = {stem(word) for word in tokens(question) if word not in STOPWORDS}
    overlap = [len(asked & {stem(word) for word in tokens(sentence)}) for sentence in told]
    best = sorted(range(len(told)), key=lambda place: (-overlap[place], place))[:_MOST_SENTENCES]
    return " ".join(told[place] for place in sorted(best))


def _unknown(contact: str) -> str:
    reach = f" You can ask a person here: {contact}." if contact else ""
    return f"Our help pages do not answer that.{reach}"
