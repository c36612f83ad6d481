"""Turn -> Understanding: spot what is mentioned, let the model say what each mention means.

Knows no catalogue beyond its vocabulary, retrieves nothing and writes no words to the shopper.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jsonschema

from chatrec.errors import UnreadableAnswer
from chatrec.ports import Completion, JsonSchema, LanguageModel
from chatrec.prompting import render
from chatrec.types import (
    Constraints,
    Intent,
    Message,
    ModelCall,
    Turn,
    Understanding,
    Vocabulary,
)
from chatrec.understand.language import foreign_language
from chatrec.understand.patch import understanding_of
from chatrec.understand.schema import answer_schema, check_answer
from chatrec.understand.spot import Spotter, shown_line
from chatrec.understand.spotted import Spotted
from chatrec.understand.standing import standing_line
from chatrec.understand.that import ASKED

__all__ = ["MAX_ANSWER_TOKENS", "Reader", "reading_messages"]

MAX_ANSWER_TOKENS = 96


class Reader:
    """Reads turns of one shop with one model."""

    def __init__(self, vocabulary: Vocabulary, model: LanguageModel, language: str = "en") -> None:
        self.vocabulary = vocabulary
        self._spotter = Spotter(vocabulary, language)
        self._model = model

    async def understand(self, turn: Turn) -> tuple[Understanding, tuple[ModelCall, ...]]:
        """What the turn means, and the model calls it took: one, or two when one is unreadable.

        A message without a letter or digit takes none, nor does one in a language that a tuned
        model was not trained in. They and an answer that stays unreadable give ``readable=False``
        and change nothing.

        Raises:
            EngineError: the model failed; nothing is known of the turn.
        """
        language = "" if self._model.tuned else foreign_language(turn.text, 0)
        spotted = self._spotter.spot(turn, language)
        if not any(character.isalnum() for character in spotted.text):
            return _unreadable(turn, spotted), ()
        if self._model.tuned and (language := _foreign(spotted)):
            return replace(_unreadable(turn, spotted), language=language), ()
        schema = answer_schema(spotted, turn.constraints, turn.shown)
        messages = reading_messages(spotted, turn, self.vocabulary, tuned=self._model.tuned)
        calls: list[ModelCall] = []
        for _attempt in range(2):
            try:
                done = await self._model.complete(messages, schema, max_tokens=MAX_ANSWER_TOKENS)
                calls.append(ModelCall("read", done.prompt_tokens, done.completion_tokens))
                answer = _checked(done, schema)
            except UnreadableAnswer:
                continue
            understood = understanding_of(answer, spotted, turn, self.vocabulary)
            return replace(understood, confidence=done.confidence), tuple(calls)
        return _unreadable(turn, spotted), tuple(calls)


def reading_messages(
    spotted: Spotted, turn: Turn, vocabulary: Vocabulary, *, tuned: bool
) -> list[Message]:
    """The prompt of a reading. A tuned model knows the task; another is told it first."""
    task = render(
        "read.jinja",
        have=standing_line(turn.constraints, vocabulary),
        shown=[shown_line(place, item) for place, item in enumerate(turn.shown, start=1)],
        asked=turn.asked.removeprefix(ASKED),
        said=spotted.text,
    )
    messages = [Message("user", task)]
    if not tuned:
        messages.insert(0, Message("system", render("read_instructions.jinja")))
    return messages


def _foreign(spotted: Spotted) -> str:
    """The language of a message that is plainly not English, or ""."""
    named = [m for m in spotted.mentions if m.start >= 0 and m.kind in ("value", "item")]
    return foreign_language(spotted.plain, len(named))


def _checked(done: Completion, schema: JsonSchema) -> Mapping[str, Any]:
    """The answer as an object of the schema.

    Raises:
        UnreadableAnswer: it is not; the raw text is kept.
    """
    try:
        answer: dict[str, Any] = json.loads(done.text)
        check_answer(answer, schema)
    except (json.JSONDecodeError, jsonschema.ValidationError) as exc:
        raise UnreadableAnswer(f"the reading does not fit its schema: {exc}", done.text) from exc
    return answer


def _unreadable(turn: Turn, spotted: Spotted) -> Understanding:
    constraints: Constraints = turn.constraints
    return Understanding(Intent.CHAT, constraints, mentions=spotted.mentions, readable=False)
