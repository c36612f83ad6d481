"""Turns that are customer service: told from searches, answered in the shopper's language."""

from __future__ import annotations

from dataclasses import replace

import pytest
from outdoor_shop import RETURNS, RIDGE, ListFaq, manners, played, wants

from chatrec.respond import courtesy
from chatrec.service import Service
from chatrec.service_lines import asks_for_person, line
from chatrec.settings import load_settings
from chatrec.types import (
    Constraints,
    FaqEntry,
    FaqMatch,
    Intent,
    Kind,
    Mention,
    Message,
    Reply,
    Tone,
    Turn,
    Understanding,
    Words,
)

FLOOR = manners().faq_floor
HELD = Constraints(category=("backpack",), price_max=90.0)
CERTAIN, LIKELY = 0.9, FLOOR + 0.15
RUECKGABE = FaqEntry("rueckgabe", "Kann ich es zurückgeben?", "30 Tage lang.", language="de")


@pytest.mark.parametrize("intent", [Intent.NEW, Intent.ABOUT, Intent.CHAT, Intent.OFF_TOPIC])
async def test_a_message_in_an_entrys_words_is_service_whatever_it_was_read_as(
    intent: Intent,
) -> None:
    turn = Turn("can I return it", constraints=HELD, shown=(RIDGE,))
    faq = ListFaq((RETURNS, CERTAIN))
    _, reply = await played(wants(intent, wish="return it"), turn=turn, faq=faq)
    assert reply.kind is Kind.FAQ and reply.citations == (RETURNS,)
    assert reply.constraints == HELD  # what was misread is forgotten


async def test_a_message_that_is_only_near_an_entry_stays_what_it_was_read_as() -> None:
    _, reply = await played(wants(category=("backpack",)), faq=ListFaq((RETURNS, LIKELY)))
    assert reply.kind is Kind.RECOMMEND


@pytest.mark.parametrize("intent", [Intent.CHAT, Intent.OFF_TOPIC])
async def test_what_would_be_declined_is_answered_where_an_entry_is_likely(intent: Intent) -> None:
    _, reply = await played(wants(intent), faq=ListFaq((RETURNS, LIKELY)))
    assert reply.kind is Kind.FAQ
    _, reply = await played(wants(intent), faq=ListFaq((RETURNS, FLOOR + 0.05)))
    assert reply.kind is not Kind.FAQ


async def test_a_search_that_names_a_product_yields_beyond_doubt_alone() -> None:
    named = Mention("value", "backpack", 0, 8, facet="type", values=("backpack",))
    search = replace(wants(category=("backpack",)), mentions=(named,))
    _, reply = await played(search, faq=ListFaq((RETURNS, 0.8)))
    assert reply.kind is Kind.RECOMMEND
    _, reply = await played(search, faq=ListFaq((RETURNS, CERTAIN)))
    assert reply.kind is Kind.FAQ


async def test_a_question_on_a_shown_thing_yields_to_no_likely_entry() -> None:
    unsure = replace(wants(Intent.ABOUT, about=(RIDGE,)), confidence=0.1)
    faq = ListFaq((RETURNS, LIKELY))
    _, reply = await played(unsure, "washable?", shown=(RIDGE,), unsure_below=0.4, faq=faq)
    assert reply.kind is Kind.ABOUT


async def test_a_question_after_one_that_was_service_is_service_where_an_entry_is_near() -> None:
    class Shipping(ListFaq):
        async def search(self, question: str, k: int) -> list[FaqMatch]:
            scores = {"do you ship to Cork": LIKELY, "how long does it take": FLOOR + 0.05}
            return [FaqMatch(RETURNS, scores.get(question, 0.1))]

    async def kind(text: str, said: str = RETURNS.answer, *mentions: Mention) -> Kind:
        spoken = (Message("user", "do you ship to Cork"), Message("assistant", said))
        asked = Turn(text, history=spoken, shown=(RIDGE,))
        read = replace(wants(Intent.ABOUT, about=(RIDGE,)), mentions=mentions)
        _, reply = await played(read, turn=asked, faq=Shipping())
        return reply.kind

    assert await kind("how long does it take") is Kind.FAQ
    assert await kind("how long is it") is Kind.ABOUT
    assert await kind("how long does it take", "Here are three backpacks.") is Kind.ABOUT
    first = Mention("item", "#1", 0, 5, item_ids=(RIDGE.id,))
    assert await kind("how long does it take", RETURNS.answer, first) is Kind.ABOUT


async def test_an_unsure_reading_yields_to_a_likely_entry() -> None:
    unsure = replace(wants(category=("backpack",)), confidence=0.1)
    faq = ListFaq((RETURNS, LIKELY))
    _, reply = await played(unsure, unsure_below=0.4, faq=faq)
    assert reply.kind is Kind.FAQ
    _, reply = await played(replace(unsure, confidence=0.9), unsure_below=0.4, faq=faq)
    assert reply.kind is Kind.RECOMMEND


async def test_a_thing_that_is_described_is_no_likely_question() -> None:
    unsure = replace(
        wants(category=("backpack",)),
        confidence=0.1,
        mentions=(
            Mention("value", "backpack", 0, 8, "type", values=("backpack",)),
            Mention("value", "43", 9, 11, "size", values=("43",)),
        ),
    )
    _, reply = await played(unsure, unsure_below=0.4, faq=ListFaq((RETURNS, LIKELY)))
    assert reply.kind is Kind.RECOMMEND


async def test_a_change_that_a_value_makes_is_no_likely_question() -> None:
    size = Mention("value", "43", 9, 11, "size", values=("43",))
    change = wants(Intent.REFINE, category=("backpack",), require={"size": ("43",)})
    unsure = replace(change, confidence=0.1, mentions=(size,))
    turn = Turn("wait, my size is 43", constraints=Constraints(category=("backpack",)))
    faq = ListFaq((RETURNS, LIKELY))
    _, reply = await played(unsure, turn=turn, unsure_below=0.4, faq=faq)
    assert reply.kind is not Kind.FAQ


@pytest.mark.parametrize("intent", [Intent.HUMAN, Intent.RESTART, Intent.MORE])
async def test_a_wish_for_a_person_is_no_question(intent: Intent) -> None:
    _, reply = await played(wants(intent), faq=ListFaq((RETURNS, CERTAIN)))
    assert reply.kind is not Kind.FAQ


async def test_what_the_shop_has_no_word_for_may_be_a_question() -> None:
    asked = wants(wish="zzz")
    _, reply = await played(asked, "zzz?", faq=ListFaq((RETURNS, LIKELY)))
    assert reply.kind is Kind.FAQ
    _, reply = await played(asked, "zzz?", faq=ListFaq((RETURNS, 0.1)), contact="help@a.example")
    assert reply.kind is Kind.NOTHING_FITS and "help@a.example" in reply.text
    _, reply = await played(wants(category=("yak",)), "a yak", contact="help@a.example")
    assert "help@a.example" not in reply.text


class AskedFaq(ListFaq):
    """Remembers what it was asked."""

    asked: tuple[str, ...] = ()

    async def search(self, question: str, k: int) -> list[FaqMatch]:
        self.asked = (*self.asked, question)
        return await super().search(question, k)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("and how long is that?", "can I return it and how long is that?"),
        ("how much", "can I return it how much"),
        ("and repairs?", "and repairs?"),
    ],
)
async def test_a_question_that_names_nothing_is_of_what_was_asked_before(
    text: str, asked: str
) -> None:
    faq = AskedFaq((RETURNS, CERTAIN))
    history = (Message("user", "can I return it"), Message("assistant", "Within 30 days."))
    turn = Turn(text, history=history)
    await played(wants(Intent.FAQ), turn=turn, faq=faq)
    assert faq.asked[-1] == asked


async def test_a_search_before_a_question_is_no_part_of_it() -> None:
    faq = AskedFaq((RETURNS, FLOOR - 0.1))
    turn = Turn("and how long?", history=(Message("user", "blue tents"),))
    await played(wants(Intent.FAQ), turn=turn, faq=faq)
    assert faq.asked[-1] == "and how long?"


def foreign(language: str) -> Understanding:
    return Understanding(Intent.CHAT, HELD, readable=False, language=language)


async def unread(
    text: str, language: str, *entries: tuple[FaqEntry, float], languages: tuple[str, ...] = ()
) -> tuple[str, Reply]:
    service = Service(ListFaq(*entries), FLOOR, "help@a.example", languages)
    events = service.unread(Turn(text, constraints=HELD), foreign(language), ("tents",))
    words, reply = [event async for event in events]
    assert isinstance(words, Words) and isinstance(reply, Reply)
    assert reply.constraints == HELD
    return words.text, reply


async def test_another_language_is_answered_from_its_own_pages() -> None:
    found = ((RETURNS, 0.9), (RUECKGABE, 0.8))
    text, reply = await unread("Kann ich es zurückgeben?", "de", *found)
    assert text == RUECKGABE.answer and reply.citations == (RUECKGABE,)


async def test_what_its_pages_do_not_answer_is_said_in_it_with_the_contact() -> None:
    text, reply = await unread("Wer ist der Chef?", "de", (RUECKGABE, 0.1))
    assert text.startswith(line("unknown", "de")) and "help@a.example" in text
    assert reply.kind is Kind.FAQ and not reply.citations


async def test_a_language_without_pages_is_told_which_is_understood() -> None:
    text, reply = await unread("Wer ist der Chef?", "de", (RETURNS, 0.9))
    assert "Englisch" in text and reply.kind is Kind.CLARIFY and reply.suggestions == ("tents",)


async def test_the_shop_may_leave_languages_out() -> None:
    text, _ = await unread("Zurückgeben?", "de", (RUECKGABE, 0.9), languages=("fr",))
    assert text != RUECKGABE.answer
    text, _ = await unread("Zurückgeben?", "de", (RUECKGABE, 0.9), languages=("fr", "de"))
    assert text == RUECKGABE.answer


async def test_a_person_can_be_asked_for_in_another_language() -> None:
    _, reply = await unread("Ich möchte mit einem Menschen sprechen", "de")
    assert reply.kind is Kind.HANDOFF


@pytest.mark.parametrize(
    ("text", "language", "asks"),
    [
        ("kann ich mit jemandem sprechen", "de", True),
        ("ein Zelt mit einem Innenzelt für zwei Personen", "de", False),
        ("je voudrais parler à un conseiller", "fr", True),
        ("une tente pour deux personnes", "fr", False),
        ("quiero hablar con una persona", "es", True),
        ("una mochila con un bolsillo", "es", False),
        ("vorrei parlare con un operatore", "it", True),
        ("ik wil met een medewerker praten", "nl", True),
        ("I want a person", "", False),
    ],
)
def test_persons_are_asked_for_in_their_language(text: str, language: str, asks: bool) -> None:
    assert asks_for_person(text, language) is asks


def test_a_tone_is_a_setting_and_each_says_everything() -> None:
    tones: tuple[Tone, ...] = ("warm", "plain", "formal")
    said = {
        tone: [
            courtesy.smalltalk(text, "Fjord", held, ("tents",), tone)
            for text in ("hi", "thanks", "bye")
            for held in (Constraints(), HELD)
        ]
        for tone in tones
    }
    assert len({tuple(lines) for lines in said.values()}) == 3
    assert all("backpack" in lines[1] for lines in said.values())
    assert load_settings(shop={"tone": "formal"}).shop.tone == "formal"
    assert len({courtesy.style(tone) for tone in tones}) == 3


def test_who_greets_nobody_is_not_greeted() -> None:
    tones: tuple[Tone, ...] = ("warm", "plain", "formal")
    for tone in tones:
        for held in (Constraints(), HELD):
            plain = courtesy.smalltalk("whatever", "Fjord", held, ("tents",), tone)
            assert not plain.startswith(("Hello", "Good day"))
            greeting = courtesy.smalltalk("hello", "Fjord", held, ("tents",), tone)
            assert greeting.startswith(("Hello", "Good day"))
