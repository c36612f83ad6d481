"""The report on a catalogue: what is found, what is left alone, and what the page shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

import pytest

from chatrec.types import Item, Vocabulary
from vectorstore.audit import Audit, Level, audit
from vectorstore.audit.page import page, percent
from vectorstore.learn import learn
from vectorstore.records import RowError

TEXT = "A warm jacket for long days in the hills, cut wide enough for a thick jumper."


def jacket(number: int, **changed: object) -> Item:
    given: dict[str, object] = {
        "id": f"j{number}",
        "title": f"Walking jacket {'abcdefghijklmnopqrstuvwxyz'[number % 26] * 3}",
        "description": f"{TEXT} Number {number}.",
        "category": ("Clothing", "Jackets"),
        "brand": "Norrheim",
        "price": 80.0 + number,
        "currency": "EUR",
        "url": f"https://shop.example/{number}",
        "image_url": f"https://shop.example/{number}.jpg",
        "attributes": {"color": ("blue", "grey", "red")[number % 3]},
    }
    return Item(**{**given, **changed})  # type: ignore[arg-type]


def audited(*changed: Item, errors: Sequence[RowError] = ()) -> Audit:
    """An audit of twelve sound jackets and these."""
    learnt = learn([*(jacket(n) for n in range(12)), *changed])
    return audit(learnt.items, learnt.vocabulary, errors)


def names(found: Audit) -> dict[str, int]:
    return {finding.name: finding.count for finding in found.findings}


def test_a_sound_catalogue_has_no_findings() -> None:
    found = audited()
    assert names(found) == {}
    assert found.sound == 1.0
    assert "Nothing was found" in page(found, "shop", datetime(2026, 11, 22))


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"description": ""}, "no description"),
        ({"description": "A jacket."}, "short description"),
        ({"description": "Walking jacket mmm " * 5}, "short description"),  # the title again
        ({"price": None}, "no price"),
        ({"price": 0.0}, "price of zero"),
        ({"price": 8.4}, "outlier prices"),
        ({"price": 8400.0}, "outlier prices"),
        ({"currency": "USD"}, "other currencies"),
        ({"image_url": None}, "no picture"),
        ({"url": None}, "no link"),
        ({"brand": None}, "no brand"),
        ({"category": (), "title": "Xq 7"}, "no known kind"),
        ({"category": ("Clothing", "Jakcets")}, "categories of one"),
        ({"title": "Walking jacket aaa", "price": 80.0}, "duplicates"),
        ({"description": f"{TEXT} Number 3."}, "copied descriptions"),
    ],
)
def test_one_fault_is_one_finding(changed: dict[str, object], name: str) -> None:
    found = audited(jacket(12, **changed))
    assert name in names(found)
    (finding,) = (finding for finding in found.findings if finding.name == name)
    assert 1 <= finding.count <= 2
    assert "j12" in {example.id for example in finding.examples} or finding.count == 2


def test_prices_of_a_wide_kind_are_no_outliers() -> None:
    learnt = learn([jacket(n, price=5.0 * 1.7**n) for n in range(12)])
    assert "outlier prices" not in names(audit(learnt.items, learnt.vocabulary))


def test_variants_are_no_duplicates() -> None:
    twins = [jacket(20, group="g", attributes={"size": s}, id=s) for s in ("S", "M")]
    assert "duplicates" not in names(audited(*twins))


def spelt(*written: str) -> list[set[str]]:
    items = [jacket(n, attributes={"fabric": text}) for n, text in enumerate(written)]
    learnt = learn(items)
    return [{way for way, _ in one.ways} for one in audit(learnt.items, learnt.vocabulary).spelt]


def test_values_in_several_spellings_are_found() -> None:
    usual = ["ripstop nylon"] * 5 + ["boiled wool"] * 4
    assert spelt(*usual, "ripstopnylon") == [{"ripstop nylon", "ripstopnylon"}]
    assert spelt(*usual, "ripstop nylons") == [{"ripstop nylon", "ripstop nylons"}]
    assert spelt(*usual, "ripstop nylno") == [{"ripstop nylon", "ripstop nylno"}]
    assert spelt(*usual, "boiled wol") == [{"boiled wool", "boiled wol"}]


def test_what_indexing_joins_or_is_another_word_is_left_alone() -> None:
    usual = ["ripstop nylon"] * 5 + ["boiled wool"] * 4
    assert spelt(*usual, "Ripstop-Nylon", "BOILED WOOL") == []
    assert spelt(*["polo"] * 5, *["pole"] * 4) == []  # short, and neither is rare
    assert spelt(*["model 2100"] * 8, "model 2101") == []


def test_columns_under_several_names_are_found() -> None:
    found = audited(*(jacket(n, attributes={"Colours": "blue"}) for n in (12, 13)))
    (finding,) = (f for f in found.findings if f.name == "columns under several names")
    assert finding.count == 2
    assert finding.examples[0].note == "color (12) · Colours (2)"


def test_the_worst_comes_first_and_rows_left_out_count() -> None:
    broken = RowError(7, "title is missing", "x")
    found = audited(jacket(12, brand=None), jacket(13, url=None), errors=[broken])
    levels = [finding.level for finding in found.findings]
    assert levels == sorted(levels, key=[Level.SERIOUS, Level.NOTABLE, Level.MINOR].index)
    assert found.findings[0].name == "rows left out"
    assert found.findings[0].examples[0].id == "line 7"


def test_the_page_shows_data_as_data_and_fetches_nothing() -> None:
    title = "<script>alert(1)</script> {{ 7*7 }} jacket"
    html = page(audited(jacket(12, title=title, description="")), "a & b", datetime(2026, 11, 22))
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }} jacket" in html
    assert "a &amp; b" in html
    assert not re.search(r"(?:src|href)=", html)
    assert html.count("<svg") == html.count("</svg>") == 4


def test_the_page_of_a_bare_catalogue_has_no_empty_plots() -> None:
    html = page(audit([Item("1", "Xq")], Vocabulary()), "shop", datetime(2026, 11, 22))
    assert html.count("<svg") == 1  # the words of its one description, of which there are none


@pytest.mark.parametrize(
    ("share", "told"), [(0.0, "0 %"), (0.001, "< 1 %"), (0.234, "23 %"), (0.999, "> 99 %")]
)
def test_parts_are_told_in_percent(share: float, told: str) -> None:
    assert percent(share) == told
