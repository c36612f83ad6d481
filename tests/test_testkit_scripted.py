"""The scripted model: it gives what was laid down, and nothing that does not fit is hidden."""

from __future__ import annotations

import json

import pytest

from chatrec.errors import UnreadableAnswer
from chatrec.ports import LanguageModel
from chatrec.testkit.errors import ScriptError
from chatrec.testkit.scripted import ScriptedModel
from chatrec.types import Message

PROMPT = [Message("user", "said: boots under 100")]
SCHEMA = {
    "type": "object",
    "properties": {"intent": {"enum": ["new", "refine"]}},
    "required": ["intent"],
    "additionalProperties": False,
}


def laid(*answers: object) -> ScriptedModel:
    model = ScriptedModel()
    model.lay(answers)  # type: ignore[arg-type]
    return model


async def ask(model: LanguageModel) -> str:
    return (await model.complete(PROMPT, SCHEMA, max_tokens=50)).text


async def words(model: LanguageModel) -> list[str]:
    return [piece async for piece in model.stream(PROMPT, max_tokens=50)]


async def test_answers_come_in_order() -> None:
    model = laid({"intent": "new"}, "Two  good ones. ", '{"intent": "refine"}')
    assert json.loads(await ask(model)) == {"intent": "new"}
    pieces = await words(model)
    assert len(pieces) > 2
    assert "".join(pieces) == "Two  good ones. "
    assert json.loads(await ask(model)) == {"intent": "refine"}
    assert model.finish() == []
    await model.aclose()


async def test_a_call_too_many_is_told_even_when_it_is_caught() -> None:
    model = laid({"intent": "new"})
    await ask(model)
    with pytest.raises(ScriptError, match=r"a call too many: .* 1 answers .*boots under 100"):
        await words(model)
    assert "a call too many" in model.finish()[0]


async def test_a_call_too_few_is_told_with_the_answer_that_was_left() -> None:
    model = laid({"intent": "new"}, "never said", "nor this")
    await ask(model)
    assert model.finish() == [
        "a call too few: 1 of 3 scripted answers were asked for; the next one was 'never said'"
    ]


async def test_json_that_breaks_the_schema_is_the_writers_error() -> None:
    model = laid({"intent": "neww"})
    with pytest.raises(ScriptError, match="'neww' is not one of"):
        await ask(model)
    assert len(model.finish()) == 1


@pytest.mark.parametrize("raw", ['{"intent": "neww"}', "no JSON"])
async def test_text_that_breaks_the_schema_is_an_unreadable_answer(raw: str) -> None:
    model = laid(raw)
    with pytest.raises(UnreadableAnswer) as caught:
        await ask(model)
    assert caught.value.raw == raw
    assert model.finish() == []


async def test_json_is_no_answer_to_a_call_for_words() -> None:
    model = laid({"intent": "new"})
    with pytest.raises(ScriptError, match="asks for words"):
        await words(model)


async def test_a_turn_begins_with_its_own_answers_alone() -> None:
    model = laid("left over")
    model.lay(["fresh"])
    assert await words(model) == ["fresh"]
    assert model.finish() == []


def test_counting_needs_no_tokenizer() -> None:
    assert ScriptedModel().count_tokens(PROMPT) == 5
