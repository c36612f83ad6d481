"""FAQ files: JSONL, CSV and Markdown give the same entries."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatrec.errors import CatalogueError
from chatrec.types import FaqEntry
from vectorstore.faq_file import RowError, read_faq

ENTRY = FaqEntry("returns", "Returns?", "Within 30 days.", "https://shop/returns", ("Send back?",))


def test_jsonl_and_csv_give_the_same_entry(tmp_path: Path) -> None:
    jsonl, csv = tmp_path / "faq.jsonl", tmp_path / "faq.csv"
    jsonl.write_text(
        '{"id": "returns", "question": "Returns?", "answer": "Within <b>30</b> days.", '
        '"source": "https://shop/returns", "paraphrases": ["Send back?"], "tag": "en"}',
        encoding="utf-8",
    )
    csv.write_text(
        "id,question,answer,source,paraphrases\n"
        "returns,Returns?,Within 30 days.,https://shop/returns,Send back?\n",
        encoding="utf-8",
    )
    assert list(read_faq(jsonl)) == list(read_faq(csv)) == [ENTRY]


def test_markdown_has_one_heading_a_question(tmp_path: Path) -> None:
    path = tmp_path / "faq.md"
    path.write_text(
        "# Shipping\n\n## How *long* does it take?\nAbout **3 days**, see [the table](http://t).\n"
        "- express: 1 day\n```\n# no heading\n```\n\n"
        "## Café near you?\nYes.\n## Café near you?\nNo.",
        encoding="utf-8",
    )
    first, second, again = read_faq(path)
    assert first == FaqEntry(
        "how-long-does-it-take",
        "How long does it take?",
        "About 3 days, see the table. express: 1 day # no heading",
    )
    assert second == FaqEntry("cafe-near-you", "Café near you?", "Yes.")
    assert isinstance(again, RowError) and again.line == 12


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("faq.jsonl", '{"id": "1", "question": "?"}', "line 1: answer is missing"),
        ("faq.csv", "id,question\n1,x\n", "no column for answer"),
        ("faq.md", "# Only a heading\n", "no usable entry"),
        ("faq.txt", "x", "save it as one of"),
        ("faq.md", "", "is empty"),
    ],
)
def test_files_that_cannot_be_used(tmp_path: Path, name: str, content: str, message: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(CatalogueError, match=message):
        list(read_faq(tmp_path / name))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(content=st.binary(max_size=200), suffix=st.sampled_from(["jsonl", "csv", "md", "html"]))
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes, suffix: str) -> None:
    path = tmp_path / f"faq.{suffix}"
    path.write_bytes(content)
    try:
        list(read_faq(path))
    except CatalogueError as exc:
        assert str(exc)


PAGE = """<!doctype html><html lang="en-GB"><head><title>Help</title>
<link rel="canonical" href="https://shop.example/help"><style>p {color: red}</style></head><body>
<nav><a href="/">Home</a></nav><h1>Help</h1>
<h2 id="returns">Can I return it?</h2><p>Within <b>30 days</b>.</p><ul><li>Keep the box.</li></ul>
<h3>Exceptions</h3><p>No food.</p>
<details><summary>Do you ship abroad?</summary>Yes, to 12 countries.</details>
<dl><dt>Gift cards<dd>They never expire.</dl>
<script>var question = 1;</script><footer>© shop</footer></body></html>"""


def test_html_pages_come_apart_at_their_questions(tmp_path: Path) -> None:
    path = tmp_path / "help.html"
    path.write_text(PAGE, encoding="utf-8")
    returns, exceptions, abroad, gifts = read_faq(path)
    assert returns == FaqEntry(
        "can-i-return-it",
        "Can I return it?",
        "Within 30 days.\nKeep the box.",
        "https://shop.example/help#returns",
        (),
        "en",
    )
    assert isinstance(exceptions, FaqEntry) and isinstance(abroad, FaqEntry)
    assert exceptions.question == "Can I return it: Exceptions"
    assert (exceptions.answer, exceptions.source) == ("No food.", "https://shop.example/help")
    assert (abroad.question, abroad.answer) == ("Do you ship abroad?", "Yes, to 12 countries.")
    assert isinstance(gifts, FaqEntry) and gifts.answer == "They never expire."


def test_the_linked_data_of_a_help_page_is_taken_alone(tmp_path: Path) -> None:
    data = (
        '{"@context": "https://schema.org", "@graph": [{"@type": "FAQPage", "mainEntity": '
        '[{"@type": "Question", "name": "Refunds?", "acceptedAnswer": {"@type": "Answer", '
        '"text": "<p>In 5 days.</p><p>To your card.</p>"}}, {"@type": "Question"}]}]}'
    )
    path = tmp_path / "help.htm"
    path.write_text(
        f'<h2>Refunds</h2><p>x</p><script type="application/ld+json">{data}</script>'
        '<script type="application/ld+json">{broken</script>',
        encoding="utf-8",
    )
    assert list(read_faq(path)) == [
        FaqEntry("refunds", "Refunds?", "In 5 days.\nTo your card."),
    ]


def test_paragraphs_stay_apart_and_lines_of_one_do_not(tmp_path: Path) -> None:
    path = tmp_path / "faq.md"
    path.write_text("# Returns?\nWithin\n30 days.\n\nKeep the box.\n- tags on", encoding="utf-8")
    (entry,) = read_faq(path)
    assert isinstance(entry, FaqEntry) and entry.answer == "Within 30 days.\nKeep the box. tags on"


def test_a_folder_holds_languages_side_by_side(tmp_path: Path) -> None:
    (tmp_path / "faq.jsonl").write_text(
        '{"id": "returns", "question": "Returns?", "answer": "30 days.", "language": "en-US"}',
        encoding="utf-8",
    )
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "faq.de.csv").write_text(
        "id,question,answer\nreturns,Rückgabe?,30 Tage.\nreturns,Noch einmal?,Nein.\n",
        encoding="utf-8",
    )
    (tmp_path / "notes.bin").write_bytes(b"\0")
    german, again, english = read_faq(tmp_path)
    assert isinstance(german, FaqEntry) and (german.id, german.language) == ("returns", "de")
    assert isinstance(english, FaqEntry)
    assert (english.id, english.language) == ("returns.en", "en")
    assert isinstance(again, RowError) and again.reason.startswith("de/faq.de.csv: id")
