"""Catalogue files: what is read, which rows are named as broken, which files are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatrec.errors import CatalogueError
from chatrec.types import Item
from vectorstore.catalogue import (
    Reading,
    RowError,
    content_hash,
    from_row,
    read_catalogue,
    to_row,
)

Written = Callable[[str, str | bytes], Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def rows(*values: Any) -> str:
    return "\n".join(v if isinstance(v, str) else json.dumps(v) for v in values)


def only(path: Path, **mapping: str) -> Item:
    (item,) = read_catalogue(path, Reading(mapping=mapping))
    assert isinstance(item, Item)
    return item


def test_reads_every_field(written: Written) -> None:
    row = {
        "id": 7, "title": "Blue  Mug", "description": "<p>Holds <b>0.3</b> l</p>", "brand": "Kiln",
        "category": ["Kitchen", "Mugs"], "price": 12.5, "currency": "eur", "url": "https://x.y/7",
        "image_url": "7.jpg", "rating": 4, "model": "K7",
        "attributes": {"stock": 3, "glazed": True, "colors": ["blue", "white"], "weight": 1},
    }  # fmt: skip
    assert only(written("a.jsonl", rows(row))) == Item(
        id="7", title="Blue Mug", description="Holds 0.3 l", category=("Kitchen", "Mugs"),
        brand="Kiln", price=12.5, currency="EUR", url="https://x.y/7", image_url="7.jpg",
        rating=4.0, stock=3,
        attributes={"model": "K7", "glazed": True, "colors": ("blue", "white"), "weight": 1.0},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("price", "amount", "currency"),
    [
        (None, None, None),
        ("", None, None),
        (0, 0.0, None),
        ("12", 12.0, None),
        ("12.50", 12.5, None),
        ("1.299,00 €", 1299.0, "EUR"),
        ("$1,299.00", 1299.0, "USD"),
        ("1.299", 1299.0, None),
        ("0.299", 0.299, None),
        ("1 299,5 EUR", 1299.5, "EUR"),
        ("1'299.90 CHF", 1299.9, "CHF"),
        ("USD 5", 5.0, "USD"),
        ("1,299,000", 1299000.0, None),
        ("$12.00 USD", 12.0, "USD"),
        ("$ 12 CAD", 12.0, "CAD"),
        ("12 € EUR", 12.0, "EUR"),
        ("US $12", 12.0, "USD"),
        ("CA$12", 12.0, "CAD"),
        ("Rs. 1,29,000", 129000.0, "INR"),
        ("249 Kč", 249.0, "CZK"),
    ],
)
def test_prices_as_shops_write_them(
    written: Written, price: object, amount: float | None, currency: str | None
) -> None:
    item = only(written("a.jsonl", rows({"id": "1", "title": "x", "price": price})))
    assert (item.price, item.currency) == (amount, currency)


@pytest.mark.parametrize(
    ("field", "written_so", "number"),
    [("stock", "1,200", 1200), ("stock", " 7 ", 7), ("rating", "4,5", 4.5), ("rating", "4.5", 4.5)],
)
def test_numbers_with_separators(
    written: Written, field: str, written_so: str, number: float
) -> None:
    item = only(written("a.jsonl", rows({"id": "1", "title": "x", field: written_so})))
    assert getattr(item, field) == number


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"title": "x"}, "id is missing"),
        ({"id": " ", "title": "x"}, "id is missing"),
        ({"id": "1"}, "title is missing"),
        ({"id": "1", "title": "\u0007"}, "title is missing"),
        ({"id": "1", "title": ["x"]}, "title is not a text"),
        ({"id": "1", "title": "x", "price": "N/A"}, "price 'N/A' is not an amount"),
        ({"id": "1", "title": "x", "price": -1}, "price -1 is negative"),
        ({"id": "1", "title": "x", "price": "-1 €"}, "is negative"),
        ({"id": "1", "title": "x", "price": True}, "is not an amount"),
        ({"id": "1", "title": "x", "price": "10-20"}, "is not an amount"),
        ({"id": "1", "title": "x", "price": "€5 USD"}, "names two currencies"),
        ({"id": "1", "title": "x", "price": "1" + "." * 100_000 + "-"}, "is not an amount"),
        ('{"id": "1", "title": "x", "price": 1e309}', "is not a finite amount"),
        ('{"id": "1", "title": "x", "price": NaN}', "is not a finite amount"),
        ({"id": "1", "title": "x", "rating": 5.5}, "rating 5.5 is not between 0 and 5"),
        ({"id": "1", "title": "x", "stock": "some"}, "stock 'some' is not a number"),
        ({"id": "1", "title": "x", "currency": "doubloons"}, "is not a currency code"),
        ({"id": "0", "title": "again"}, "id '0' already stands in line 1"),
        ([1, 2], "not a JSON object"),
        ('{"id": ', "not JSON"),
        ("[" * 100_000, "not usable JSON"),
        ('{"id": ' + "9" * 5000 + "}", "not usable JSON"),
    ],
)
def test_broken_rows_are_named_and_the_rest_goes_in(
    written: Written, row: object, reason: str
) -> None:
    good = [{"id": "0", "title": "first"}, {"id": "9", "title": "last"}]
    read = list(read_catalogue(written("a.jsonl", rows(good[0], row, good[1]))))
    assert [r.title for r in read if isinstance(r, Item)] == ["first", "last"]
    (error,) = (r for r in read if isinstance(r, RowError))
    assert error.line == 2
    assert reason in error.reason


def test_a_line_that_is_not_utf8_spoils_only_itself(written: Written) -> None:
    good = json.dumps({"id": "1", "title": "ok"}).encode()
    jsonl = written("a.jsonl", b'{"id": "0", "title": "\xff"}\n' + good)
    csv = written("a.csv", b"id,title\n0,\xff\n1,ok\n")
    for path in (jsonl, csv):
        error, item = read_catalogue(path)
        assert isinstance(error, RowError) and "not UTF-8" in error.reason
        assert isinstance(item, Item) and item.id == "1"


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("<script>alert(1)</script>Mug", "Mug"),
        ("<script>", "script"),
        ("&lt;script&gt;alert(1)&lt;/script&gt; Mug", "Mug"),
        ("Mug &amp; Saucer", "Mug & Saucer"),
        ("size < 5 and > 3", "size < 5 and > 3"),
        ("A\u202eB\u0000C\ud800D", "ABCD"),
        ("A \x1b[31;1mred\x1b[0m mug", "A red mug"),
        ("'; DROP TABLE items; --", "'; DROP TABLE items; --"),
    ],
)
def test_titles_come_out_as_harmless_plain_text(written: Written, given: str, plain: str) -> None:
    assert only(written("a.jsonl", rows({"id": "1", "title": given}))).title == plain


def test_long_fields_are_cut_and_the_row_kept(written: Written) -> None:
    item = only(written("a.jsonl", rows({"id": "1", "title": "very " * 5000, "note": "y" * 9999})))
    assert item.title.endswith("very…")
    assert len(item.title) <= 300
    assert len(str(item.attributes["note"])) == 1000


def test_links_that_run_code_are_dropped(written: Written) -> None:
    row = {"id": "1", "title": "x", "url": "javascript:alert(1)", "image_url": "/img/1.png"}
    item = only(written("a.jsonl", rows(row)))
    assert (item.url, item.image_url) == (None, "/img/1.png")


def test_csv_columns_are_found_by_their_usual_names(written: Written) -> None:
    text = (
        "Handle;Product Title;Body (HTML);Vendor;Product Category;Variant Price;Size\n"
        'tee;"A ""fine""\ntee";<p>Soft</p>;Loom;Apparel > Tops;19,90;M\n'
        "mug;Mug;;;;;\n"
    )
    first, second = read_catalogue(written("a.csv", text))
    assert first == Item(
        id="tee", title='A "fine" tee', description="Soft", category=("Apparel", "Tops"),
        brand="Loom", price=19.9, attributes={"Size": "M"},
    )  # fmt: skip
    assert second == Item(id="mug", title="Mug")


def test_csv_columns_can_be_mapped(written: Written) -> None:
    path = written("a.csv", "nr,bezeichnung,title\n1,Tasse,ignored\n")
    item = only(path, id="nr", title="Bezeichnung")
    assert (item.id, item.title, item.attributes) == ("1", "Tasse", {"title": "ignored"})


def test_csv_errors_name_the_line_where_the_record_starts(written: Written) -> None:
    path = written("a.csv", 'id,title\n1,"two\nlines"\n,none\n3,x,extra\n4,ok\n')
    errors = [row for row in read_catalogue(path) if isinstance(row, RowError)]
    assert [(e.line, e.reason[:14]) for e in errors] == [
        (4, "id is missing"),
        (5, "has 3 fields, "),
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", "", "is empty"),
        ("a.jsonl", "  \n\n", "is empty"),
        ("a.jsonl", "{}\n", "no usable row; line 1: id is missing"),
        ("a.csv", "id,title\n", "no usable row; it needs one product a line"),
        ("a.jsonl", b"\x89PNG\r\n\x00\x00", "not a text file"),
        ("a.doc", "id,title", r"save it as one of \.jsonl"),
        ("a.csv", "sku,Farbe\n1,rot\n", "no column for title was found among 'sku', 'Farbe'"),
        ("a.csv", "x,y\n1,2\n", "no column for id and title"),
    ],
)
def test_files_that_cannot_be_used_say_what_to_do(
    written: Written, name: str, content: str | bytes, message: str
) -> None:
    with pytest.raises(CatalogueError, match=message):
        list(read_catalogue(written(name, content)))


def test_missing_files_folders_and_wrong_mappings(written: Written, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="there is no file"):
        read_catalogue(tmp_path / "none.jsonl")
    with pytest.raises(CatalogueError, match="is a folder without pages"):
        read_catalogue(tmp_path)
    path = written("a.csv", "nr,name\n1,x\n")
    with pytest.raises(CatalogueError, match="unknown fields"):
        read_catalogue(path, Reading(mapping={"colour": "nr"}))
    with pytest.raises(CatalogueError, match="'number'"):
        read_catalogue(path, Reading(mapping={"id": "number"}))
    path = written("a.jsonl", '{"id": "1", "title": "x", "price": 3}\n')
    with pytest.raises(CatalogueError, match="no row has a column 'MSRP'"):
        list(read_catalogue(path, Reading(mapping={"price": "MSRP"})))


def test_rows_round_trip_and_learning_leaves_the_hash_alone() -> None:
    item = Item(id="1", title="x", category=("a",), attributes={"c": ("r", "b"), "w": 1.0})
    learnt = replace(
        item, types=("t",), facets={"f": ("v",)}, mined={"m": ("v",)}, measures={"w": 1.0}
    )
    assert from_row(json.loads(json.dumps(to_row(learnt)))) == learnt
    assert content_hash(learnt) == content_hash(item)
    assert content_hash(replace(item, price=1.0)) != content_hash(item)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
fields = st.sampled_from(["id", "title", "price", "category", "rating", "stock", "url", "x"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(
    content=st.binary(max_size=200)
    | st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace")),
    suffix=st.sampled_from(["jsonl", "csv"]),
)
def test_any_bytes_are_read_or_refused(written: Written, content: bytes, suffix: str) -> None:
    try:
        list(read_catalogue(written(f"a.{suffix}", content)))
    except CatalogueError as exc:
        assert str(exc)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(st.dictionaries(fields, anything, max_size=6))
def test_any_json_object_becomes_a_serialisable_item_or_an_error(
    written: Written, row: dict[str, Any]
) -> None:
    path = written("a.jsonl", rows(row, {"id": "sure", "title": "sure"}))
    for read in read_catalogue(path):
        if isinstance(read, Item):
            assert from_row(json.loads(json.dumps(to_row(read), allow_nan=False))) == read
