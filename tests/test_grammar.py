"""JSON schema to grammar: what it accepts are the documents of the schema, written compactly."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
import xgrammar
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from xgrammar.testing import _is_grammar_accept_string

from chatrec.errors import EngineError
from chatrec.llm.grammar import ebnf, ends_with_brace, opening


def accepts(schema: Mapping[str, Any], value: object) -> bool:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return accepts_text(schema, text)


def accepts_text(schema: Mapping[str, Any], text: str) -> bool:
    return bool(_is_grammar_accept_string(xgrammar.Grammar.from_ebnf(ebnf(schema)), text))


def an_object(properties: Mapping[str, Any], *required: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


TURN = an_object(
    {
        "intent": {"enum": ["new", 'qu"ote', "back\\slash", "żółw 🙂", "line\nbreak", "£200 déco"]},
        "price": {"anyOf": [{"type": "number"}, {"type": "null"}]},
        "brands": {"type": "array", "uniqueItems": True, "items": {"enum": ["A", "B", "C"]}},
        "deep": an_object({"flag": {"type": "boolean"}, "one": {"const": 1}}),
    },
    "intent",
)


@pytest.mark.parametrize(
    "value",
    [
        {"intent": "new"},
        {"intent": 'qu"ote', "price": None},
        {"intent": "back\\slash", "price": -12.5, "brands": []},
        {"intent": "żółw 🙂", "brands": ["A", "C"], "deep": {}},
        {"intent": "line\nbreak", "deep": {"flag": True, "one": 1}},
        {"intent": "new", "deep": {"one": 1}},
    ],
)
def test_documents_of_the_schema_are_accepted(value: object) -> None:
    assert accepts(TURN, value)


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"intent": "other"},
        {"intent": "new", "price": "12"},
        {"intent": "new", "brands": ["A", "A"]},
        {"intent": "new", "brands": ["D"]},
        {"intent": "new", "more": 1},
        {"price": 1, "intent": "new"},
        [],
    ],
)
def test_other_documents_are_not(value: object) -> None:
    assert not accepts(TURN, value)


@pytest.mark.parametrize("text", ['{"intent": "new"}', '{"intent":"new"}\n', ' {"intent":"new"}'])
def test_no_whitespace_is_written(text: str) -> None:
    assert not accepts_text(TURN, text)


def test_arrays_keep_their_bounds() -> None:
    numbers = {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 2}
    assert [n for n in range(5) if accepts(numbers, list(range(n)))] == [1, 2]
    assert accepts({"type": "array", "items": {"type": "integer"}, "maxItems": 0}, [])
    some = {"type": "array", "items": {"enum": ["A"]}, "uniqueItems": True, "minItems": 1}
    assert not accepts(some, [])
    assert accepts(some, ["A"])


def test_a_pattern_binds_the_whole_string() -> None:
    words = {"type": "string", "pattern": r"^(?:boots|3\.5 mm|[a-c]{2,3})(?: \d+)?$"}
    for text in ("boots", "3.5 mm", "abc 42", "ab"):
        assert accepts(words, text)
    for text in ("boot", "bootss", "3x5 mm", "a", "abcd", "boots 4x"):
        assert not accepts(words, text)
    assert accepts({"type": "string", "pattern": r'^5" \\ 6$'}, '5" \\ 6')


def test_definitions_may_refer_to_themselves() -> None:
    tree = {
        "$defs": {"node": {"type": "array", "items": {"$ref": "#/$defs/node"}}},
        "$ref": "#/$defs/node",
    }
    assert accepts(tree, [[], [[]]])
    assert not accepts(tree, [1])


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "patternProperties": {}},
        {"type": "object", "additionalProperties": True},
        {"type": "teapot"},
        {"$ref": "#/$defs/none"},
        {"minimum": 3},
        an_object({}, "missing"),
        {"type": "string", "pattern": "[z-a]"},
        {"type": "string", "pattern": "(?=look)ahead"},
        {"type": "string", "pattern": "la*?zy"},
        {"type": "string", "pattern": "[^a]"},
    ],
)
def test_what_has_no_translation_is_an_error(schema: dict[str, Any]) -> None:
    with pytest.raises(EngineError):
        ebnf(schema)


TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TEXTS, min_size=1, max_size=4, unique=True), st.data())
def test_any_mention_can_be_enumerated(mentions: list[str], data: st.DataObject) -> None:
    schema = an_object(
        {
            "one": {"enum": mentions},
            "free": {"type": "string"},
            "many": {"type": "array", "uniqueItems": True, "items": {"enum": mentions}},
        },
        "one",
    )
    value = {
        "one": data.draw(st.sampled_from(mentions)),
        "free": data.draw(TEXTS),
        "many": [m for m in mentions if data.draw(st.booleans())],
    }
    Draft202012Validator(schema).validate(value)
    assert accepts(schema, value)


CHOICE = an_object(
    {
        "intent": {"enum": ["new", 'qu"ote', "no"]},
        "want": {"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 1, "maxItems": 8},
        "size": {"type": "null"},
    },
    "intent",
)


@pytest.mark.parametrize(
    "value",
    [{"intent": "new"}, {"intent": 'qu"ote', "size": None}, {"intent": "no", "want": ["b", "a"]}],
)
def test_what_follows_the_opening_makes_a_document_with_it(value: object) -> None:
    text = json.dumps(value, separators=(",", ":"))
    start = opening(CHOICE)
    assert start == '{"intent":"' and text.startswith(start)
    rest = xgrammar.Grammar.from_ebnf(ebnf(CHOICE, start))
    assert _is_grammar_accept_string(rest, text.removeprefix(start))
    assert not _is_grammar_accept_string(rest, text)


@pytest.mark.parametrize(
    "schema",
    [
        an_object({"intent": {"enum": ["new"]}}),
        an_object({"count": {"enum": [1, 2]}}, "count"),
        an_object({"name": {"type": "string"}}, "name"),
        an_object({}),
        {"type": "array", "items": {"enum": ["a"]}},
    ],
)
def test_what_may_begin_otherwise_has_no_opening(schema: Mapping[str, Any]) -> None:
    assert opening(schema) == ""


def test_the_one_brace_of_a_document_tells_its_end() -> None:
    assert ends_with_brace(ebnf(CHOICE)) and ends_with_brace(ebnf(CHOICE, opening(CHOICE)))
    for other in ({"enum": ["a}"]}, {"type": "string"}, an_object({}), {"type": "integer"}):
        assert not ends_with_brace(ebnf(an_object({"a": other, **CHOICE["properties"]})))
