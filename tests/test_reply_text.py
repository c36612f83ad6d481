"""The words of a reply as HTML: a comparison is a table, all else is text."""

from __future__ import annotations

from xml.etree import ElementTree

from chatrec.respond.compare import compare
from chatrec.types import Item, Vocabulary
from ui.reply_text import reply_text

TABLE = "| | Oak | Ash |\n|---|---|---|\n| Price | $9 | $8 |\n| Colour | – | a < b |"


def read(html: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<body>{html}</body>")


def test_a_table_and_the_words_behind_it() -> None:
    body = read(reply_text(f"{TABLE}\n\nI would take Oak & Co."))
    assert [th.text for th in body.iter("th")] == ["Oak", "Ash", "Price", "Colour"]
    assert [td.text for td in body.iter("td")] == [None, "$9", "$8", "–", "a < b"]
    assert "I would take Oak & Co." in "".join(body.itertext())
    assert "|" not in "".join(body.itertext())


def test_names_of_facts_are_heads_of_their_rows() -> None:
    body = read(reply_text(TABLE))
    assert [th.text for th in body.iter("th") if th.get("scope") == "row"] == ["Price", "Colour"]


def test_half_a_table_is_text() -> None:
    assert "<table" not in reply_text("| | Oak | Ash |\n|--")
    assert reply_text("a | b\n| not a table |") == "a | b| not a table |"


def test_nothing_in_it_is_markup() -> None:
    body = read(reply_text("<b>x</b>\n| <i> | <script> |\n|---|---|\n| <u> | & |"))
    assert {element.tag for element in body.iter()}.isdisjoint({"b", "i", "u", "script"})
    assert "".join(body.itertext()) == "<b>x</b><i><script><u>&"


def test_what_a_comparison_says_is_a_table_on_the_page() -> None:
    items = [
        Item("a", "Oak Chair", price=90.0, currency="USD", rating=4.5),
        Item("b", "Ash | Chair", price=80.0, currency="USD", rating=4.1),
    ]
    told = compare(items, "compare them", Vocabulary())
    body = read(reply_text(told).replace("<br>", "<br/>"))
    heads = [th.text for th in body.iter("th") if th.get("scope") == "col"]
    assert heads == ["Oak Chair", "Ash / Chair"]
    assert "I would take the Oak Chair" in "".join(body.itertext())
