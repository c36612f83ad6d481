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
        '"source": "https://shop/returns", "paraphrases": ["Send back?"], "lang": "en"}',
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
@given(content=st.binary(max_size=200), suffix=st.sampled_from(["jsonl", "csv", "md"]))
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes, suffix: str) -> None:
    path = tmp_path / f"faq.{suffix}"
    path.write_bytes(content)
    try:
        list(read_faq(path))
    except CatalogueError as exc:
        assert str(exc)
