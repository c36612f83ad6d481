"""Answer text -> JSON that was checked against its schema. What cannot be read is never guessed."""

from __future__ import annotations

import json

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from chatrec.errors import UnreadableAnswer
from chatrec.ports import JsonSchema


def checked(text: str, schema: JsonSchema) -> str:
    """The answer, once it is known to be one JSON document valid under the schema.

    Raises:
        UnreadableAnswer: it is not; keeps the text.
    """
    try:
        value = json.loads(text)
    except json.JSONDecodeError as exc:
        raise UnreadableAnswer(f"the answer is no JSON: {exc}", text) from exc
    error = best_match(Draft202012Validator(dict(schema)).iter_errors(value))
    if error is not None:
        where = error.json_path
        raise UnreadableAnswer(f"the answer breaks its schema at {where}: {error.message}", text)
    return text
