"""How near a FAQ entry is to a question, and in which order entries come."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from chatrec.types import FaqEntry
from vectorstore.faq import EmbeddedEntry, Faq
from vectorstore.hashing import HashingEmbedder
from vectorstore.language import language_of
from vectorstore.passages import faq_passages
from vectorstore.topics import topic_phrases

QUESTION = np.array([1.0, 0.0], np.float32)


def at(*cosines: float) -> NDArray[np.float32]:
    """Unit vectors that have these cosines to the question."""
    rows = [(c, np.sqrt(1 - c * c)) for c in cosines]
    return np.array(rows, np.float32).reshape(-1, 2)


def entry(questions: NDArray[np.float32], sentences: NDArray[np.float32]) -> EmbeddedEntry:
    return EmbeddedEntry(FaqEntry("1", "?", "!"), questions, sentences, np.zeros(1))


def test_nearness_is_the_mean_of_nearest_question_all_questions_and_best_sentence() -> None:
    found = entry(at(0.6, 0.2, 0.4), at(0.1, 0.5)).nearness(QUESTION)
    assert found == pytest.approx((0.6 + 0.4 + 0.5) / 3, abs=1e-6)


def test_one_near_phrase_does_not_outdo_an_entry_that_is_about_it() -> None:
    phrase = entry(at(0.6, 0.0, 0.1), at(0.0))
    about = entry(at(0.55, 0.5, 0.5), at(0.5))
    assert about.nearness(QUESTION) > phrase.nearness(QUESTION)


def test_an_entrys_own_words_find_it_whatever_else_it_says() -> None:
    assert entry(at(0.99, 0.0), at(0.0)).nearness(QUESTION) == pytest.approx(0.99, abs=1e-6)


def test_nearness_is_never_negative_and_needs_no_answer() -> None:
    assert entry(at(-0.5), at()).nearness(QUESTION) == 0.0


ENTRIES = [
    FaqEntry(
        "returns", "Can I return it?", "Yes. Send it back within 30 days.", None, ("refund?",)
    ),
    FaqEntry("shipping", "How long does shipping take?", "Three days."),
]


def test_passages_are_the_questions_and_the_sentences_of_the_answer() -> None:
    assert faq_passages(ENTRIES[0]) == (
        "Can I return it?",
        "refund?",
        "Can I return it? Yes. Send it back within 30 days.",
        "Yes.",
        "Send it back within 30 days.",
    )


async def test_entries_come_nearest_first_and_at_most_k() -> None:
    faq = Faq.of(ENTRIES, HashingEmbedder())
    found = await faq.search("how long does shipping take?", 5)
    assert [match.entry.id for match in found] == ["shipping", "returns"]
    assert found[0].score == pytest.approx(1.0, abs=1e-5) and found[0].score > found[1].score
    by_answer = await faq.search("must i send it back within some days?", 1)
    assert [match.entry.id for match in by_answer] == ["returns"]
    assert await faq.search(" ", 5) == await faq.search("shipping", 0) == []
    assert await Faq.of([], HashingEmbedder()).search("shipping", 5) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("how can I return the shoes?", "en"),
        ("wie kann ich die Schuhe zurückgeben?", "de"),
        ("comment puis-je retourner les chaussures ?", "fr"),
        ("¿cómo puedo devolver los zapatos?", "es"),
        ("как вернуть обувь", "ru"),
        ("靴を返品できますか", "ja"),
        ("Osprey", ""),
    ],
)
def test_function_words_and_scripts_tell_the_language(text: str, language: str) -> None:
    assert language_of(text) == language


async def test_a_question_is_answered_in_its_language_where_the_faq_has_it() -> None:
    both = [
        FaqEntry("en", "Returns of shoes?", "30 days.", language="en"),
        FaqEntry("de", "Rückgabe von Schuhen?", "30 Tage.", language="de"),
        FaqEntry("any", "DHL?", "Yes."),
    ]
    faq = Faq.of(both, HashingEmbedder())
    asked = await faq.search("wie ist die Rückgabe von Schuhen?", 5)
    assert [match.entry.id for match in asked] == ["de", "any"]
    assert len(await faq.search("comment puis-je les retourner", 5)) == 3
    assert len(await faq.search("shoes", 5)) == 3


GERMAN = [
    FaqEntry("porto", "Was kostet die Lieferung?", "5,90 €.", language="de"),
    FaqEntry("zahlen", "Wie kann ich bezahlen?", "Mit Karte.", language="de"),
]


@pytest.mark.parametrize(
    ("question", "found"),
    [("Wie hoch sind die Versandkosten?", "porto"), ("nehmen Sie auch PayPal", "zahlen")],
)
def test_another_language_is_found_by_its_topics_and_its_spelling(
    question: str, found: str
) -> None:
    """The hashed words of the questions and entries have hardly one in common."""
    best = Faq.of([*ENTRIES, *GERMAN], HashingEmbedder()).ranked(question)[0]
    assert best.entry.id == found and best.score > Faq.floor / 2


def test_the_topics_of_every_language_are_those_of_english() -> None:
    for language in ("de", "fr", "es", "it", "nl"):
        more = set(topic_phrases(language)) - set(topic_phrases())
        assert len(more) > 140
    assert topic_phrases("xx") == topic_phrases()
