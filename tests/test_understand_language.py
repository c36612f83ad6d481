"""A language that the model does not read: told in that language, without a model call."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from reading_shop import VOCABULARY

from chatrec.respond import courtesy
from chatrec.testkit.scripted import ScriptedModel
from chatrec.types import Constraints, Intent, Turn
from chatrec.understand import Reader
from chatrec.understand.language import LANGUAGES, foreign_language

READING = Path(__file__).parent / "reading"


class Tuned(ScriptedModel):
    """A scripted model that was trained to read English."""

    tuned = True


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("busco unas botas de montaña negras", "es"),
        ("necesito una mochila de menos de 50 euros", "es"),
        ("ich suche wanderschuhe unter 100 euro", "de"),
        ("Wie lange dauert die Lieferung?", "de"),
        ("je cherche une lampe de bureau", "fr"),
        ("vorrei uno zaino nero per la montagna", "it"),
        ("我想买一双登山靴", "zh"),
        ("黒いリュックを探しています", "ja"),
        ("배낭을 찾고 있어요", "ko"),
        ("ищу черный рюкзак", "ru"),
        ("有没有'防水'的登山靴", "zh"),
    ],
)
def test_languages_are_told_apart(text: str, language: str) -> None:
    assert foreign_language(text, named=0) == language


@pytest.mark.parametrize(
    "text", ["", "???", "42", "blck bootz plz", "norrheim fellside", "couch plssss, greeen", "hola"]
)
def test_english_with_typos_and_names_is_english(text: str) -> None:
    assert foreign_language(text, named=0) == ""


def test_no_turn_of_the_reading_set_is_taken_for_foreign() -> None:
    for path in sorted(READING.glob("*.yaml")):
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
        for entry in entries if isinstance(entries, list) else ():
            assert foreign_language(entry["say"], named=0) == "", entry["say"]


async def test_a_foreign_message_takes_no_model_call_and_changes_nothing() -> None:
    standing = Constraints(category=("backpack",), price_max=100)
    turn = Turn("ich suche wanderschuhe unter 100 euro", constraints=standing)
    understood, calls = await Reader(VOCABULARY, Tuned()).understand(turn)
    assert (understood.language, understood.readable, calls) == ("de", False, ())
    assert understood.constraints == standing
    assert "Englisch" in courtesy.not_understood("de")


async def test_a_model_that_is_not_tuned_reads_every_language() -> None:
    model = ScriptedModel()
    model.lay([{"intent": "faq"}])
    turn = Turn("wie lange dauert die lieferung")
    understood, calls = await Reader(VOCABULARY, model).understand(turn)
    assert (understood.intent, understood.language, len(calls)) == (Intent.FAQ, "", 1)


def test_every_language_that_is_told_apart_is_answered_in_it() -> None:
    english = courtesy.not_understood("xx")
    told = [courtesy.not_understood(code) for code in LANGUAGES if code != "en"]
    assert all(text != english and text.endswith(f"({english})") for text in told)
