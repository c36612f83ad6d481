"""Customer service: what the entry says, cited; else that it is not known."""

from __future__ import annotations

from outdoor_shop import EXPRESS, RETURNS, SHIPPING, ListFaq

from chatrec.answer import answer, extract, unfounded
from chatrec.types import FaqEntry


async def test_the_nearest_entry_answers_in_its_own_words() -> None:
    told = await answer("return?", ListFaq((RETURNS, 0.9), (SHIPPING, 0.6)), floor=0.5, contact="")
    assert told.text == RETURNS.answer and told.citations == (RETURNS,)
    assert told.related == (SHIPPING.question,)


async def test_two_that_are_level_answer_together_each_under_its_question() -> None:
    source = ListFaq((SHIPPING, 0.71), (EXPRESS, 0.70))
    told = await answer("shipping?", source, floor=0.5, contact="")
    assert told.citations == (SHIPPING, EXPRESS)
    assert f"{EXPRESS.question} {EXPRESS.answer}" in told.text


async def test_more_than_two_that_are_level_are_asked_about() -> None:
    source = ListFaq((SHIPPING, 0.71), (EXPRESS, 0.70), (RETURNS, 0.70))
    told = await answer("parcel?", source, floor=0.5, contact="")
    assert not told.citations and told.text.endswith("?")
    assert set(told.related) == {SHIPPING.question, EXPRESS.question, RETURNS.question}


async def test_below_the_floor_it_says_so() -> None:
    told = await answer("?", ListFaq((RETURNS, 0.4)), floor=0.5, contact="")
    assert not told.citations and "do not answer" in told.text
    assert RETURNS.answer not in told.text


async def test_right_below_the_floor_it_asks() -> None:
    told = await answer("?", ListFaq((RETURNS, 0.49), (SHIPPING, 0.3)), floor=0.5, contact="")
    assert not told.citations and "not sure" in told.text
    assert told.related == (RETURNS.question, SHIPPING.question)
    assert RETURNS.answer not in told.text


async def test_a_shop_without_a_faq_says_so() -> None:
    told = await answer("?", ListFaq(), floor=0.5, contact="help@shop.example")
    assert "help@shop.example" in told.text and not told.related


def test_a_long_answer_is_cut_to_whole_sentences_of_its_own() -> None:
    lines = [
        f"Sentence number {n} speaks of nothing much but fills the page well." for n in "abcdefgh"
    ]
    lines[5] = "Refunds arrive on your card within five working days of the return."
    entry = FaqEntry("long", "Long?", " ".join(lines))
    said = extract("when do refunds arrive", entry.answer)
    assert lines[5] in said
    assert all(part.strip() + "." in entry.answer for part in said.rstrip(".").split(". "))
    assert len(said) < len(entry.answer)


def test_a_long_answer_is_told_by_its_paragraphs() -> None:
    filler = " ".join(["Parcels travel by land, air and sea to reach you."] * 6)
    text = f"{filler}\nRefunds arrive on your card within 5 days.\n{filler}"
    said = extract("when do refunds arrive", text)
    assert "Refunds arrive on your card within 5 days." in said.split("\n\n")
    assert extract("refunds", "One.\nTwo.") == "One. Two."


def test_figures_that_no_entry_names_are_found() -> None:
    entry = FaqEntry("1", "Fee?", "It is $4.99 within 30 days; write to help@shop.example.")
    assert unfounded("It is $4.99 within 30 days; help@shop.example.", [entry]) == ()
    assert unfounded("€4.99 in 3 days: call@shop.example", [entry]) == (
        "€",
        "3",
        "call@shop.example",
    )
