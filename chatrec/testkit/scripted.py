"""Answers that stand beside the turns -> a language model that gives them, call by call."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, TypeAlias

import jsonschema

from chatrec.errors import UnreadableAnswer
from chatrec.ports import Completion, JsonSchema
from chatrec.testkit.errors import ScriptError
from chatrec.types import Message

Answer: TypeAlias = str | Mapping[str, Any]
"""A mapping answers a call for JSON and must fit its schema. A text answers a call for words; to
a call for JSON it is the raw answer, which is read if it fits and is unreadable if it does not."""

_PIECE = re.compile(r"\s*\S+|\s+$")
_ROUGH_TOKENS = re.compile(r"\w+|[^\w\s]")


class ScriptedModel:
    """A `LanguageModel` whose answers are laid down before a turn with `lay`.

    It counts as a general model, one that can be asked to write. A call too many raises
    `ScriptError`; so that no fallback hides it, it is also kept in ``problems``, and `finish` adds
    the answers that were never asked for.
    """

    name = "scripted"
    tuned = False

    def __init__(self) -> None:
        self._answers: list[Answer] = []
        self._given = 0
        self.problems: list[str] = []

    def lay(self, answers: Sequence[Answer]) -> None:
        """Begin a turn with these answers and none of the former ones."""
        self._answers, self._given, self.problems = list(answers), 0, []

    def finish(self) -> list[str]:
        """What did not fit in the turn, calls too few among it."""
        left = len(self._answers) - self._given
        if left > 0:
            answer = self._answers[self._given]
            self.problems.append(
                f"a call too few: {self._given} of {len(self._answers)} scripted answers "
                f"were asked for; the next one was {_shown(answer)}"
            )
        return self.problems

    async def complete(
        self, messages: Sequence[Message], schema: JsonSchema, *, max_tokens: int
    ) -> Completion:
        """The next answer as JSON.

        Raises:
            UnreadableAnswer: the next answer is a text that does not fit the schema.
            ScriptError: there is no next answer, or it is a mapping that does not fit.
        """
        answer = self._next(messages)
        text = answer if isinstance(answer, str) else json.dumps(answer)
        try:
            jsonschema.Draft202012Validator(dict(schema)).validate(json.loads(text))
        except (ValueError, jsonschema.ValidationError) as exc:
            reason = exc.message if isinstance(exc, jsonschema.ValidationError) else str(exc)
            if isinstance(answer, str):
                raise UnreadableAnswer(f"scripted answer: {reason}", raw=text) from exc
            raise self._problem(
                f"the scripted answer {_shown(answer)} does not fit the call's schema: {reason}"
            ) from exc
        return Completion(text=text, confidence=1.0)

    async def stream(
        self, messages: Sequence[Message], *, max_tokens: int
    ) -> AsyncGenerator[str, None]:
        """The next answer word by word.

        Raises:
            ScriptError: there is no next answer, or it is JSON.
        """
        answer = self._next(messages)
        if not isinstance(answer, str):
            raise self._problem(f"the call asks for words, the script holds {_shown(answer)}")
        for piece in _PIECE.findall(answer):
            yield piece

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Words and signs of the messages: near what a tokenizer gives, and always the same."""
        return sum(len(_ROUGH_TOKENS.findall(message.text)) for message in messages)

    async def aclose(self) -> None:
        """Nothing to free."""

    def _next(self, messages: Sequence[Message]) -> Answer:
        if self._given >= len(self._answers):
            asked = messages[-1].text.strip()[-200:] if messages else ""
            raise self._problem(
                f"a call too many: the script has {len(self._answers)} answers for this turn, "
                f"and one more was asked for, at the end of a prompt that reads ...{asked!r}"
            )
        self._given += 1
        return self._answers[self._given - 1]

    def _problem(self, message: str) -> ScriptError:
        self.problems.append(message)
        return ScriptError(message)


def _shown(answer: Answer) -> str:
    return repr(answer if len(repr(answer)) <= 120 else str(answer)[:117] + "...")
