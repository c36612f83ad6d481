"""`chatrec eval search`: rated queries -> measures, intervals, figures by type."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from click.testing import CliRunner

from chatrec.cli.eval import command
from chatrec.testkit.errors import ScenarioError
from chatrec.testkit.search_measures import gained, marked
from chatrec.testkit.search_methods import by_rank, by_score
from chatrec.testkit.search_set import JudgedQuery, load_search_set

PRODUCTS = {
    "boot": "Leather boot",
    "sandal": "Summer sandal",
    "lamp": "Desk lamp",
    "radio": "Kitchen radio XR-200",
}
QUERIES = "query_id,query,type\nq1,boot,category\nq2,xr200,model number\nq3,kayak,category\n"
RATINGS = "query_id,product_id,rating\nq1,boot,3\nq1,lamp,0\nq2,radio,2\nq2,lamp,1\nq3,boot,1\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [json.dumps({"id": key, "title": title}) for key, title in PRODUCTS.items()]
    (tmp_path / "products.jsonl").write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "queries.csv").write_text(QUERIES, encoding="utf-8")
    (tmp_path / "qrels.csv").write_text(RATINGS, encoding="utf-8")
    return tmp_path


def query(ratings: dict[str, float], good: set[str]) -> JudgedQuery:
    return JudgedQuery("q", "words", "", ratings, frozenset(good))


def test_marks_of_a_ranking() -> None:
    marks = marked(["x", "b", "a"], query({"a": 3, "b": 1, "c": 0}, {"a"}))
    ideal = 7 / math.log2(2) + 1 / math.log2(3)
    assert marks.ndcg == pytest.approx((1 / math.log2(3) + 7 / math.log2(4)) / ideal)
    assert marks.judged == pytest.approx((1 / math.log2(2) + 7 / math.log2(3)) / ideal)
    assert marks.recall == 1
    assert marks.rr == pytest.approx(1 / 3)


def test_what_lies_behind_the_cut_does_not_count() -> None:
    fillers = [f"x{n}" for n in range(60)]
    asked = query({"a": 3, "b": 3}, {"a", "b"})
    marks = marked([*fillers[:10], "a", *fillers[10:], "b"], asked)
    assert marks.ndcg == 0 and marks.recall == 0.5 and marks.rr == pytest.approx(1 / 11)
    assert marked([], asked).rr == 0


def test_an_interval_is_of_paired_differences() -> None:
    base = [0.1, 0.9, 0.4, 0.7]
    assert gained([b + 0.05 for b in base], base) == pytest.approx((0.05, 0.05, 0.05))
    mean, low, high = gained([0.2, 0.8, 0.5, 0.6], base)
    assert mean == pytest.approx(0.0) and low < 0 < high


def test_fusions_of_two_sides() -> None:
    words = {"a": 9.0, "b": 3.0, "c": 1.0}
    meaning = {"b": 0.9, "a": 0.5, "d": 0.1}
    assert by_score(words, meaning) == pytest.approx({"a": 1.5, "b": 1.25, "c": 0.0, "d": 0.0})
    ranks = by_rank(words, meaning)
    assert ranks["a"] == ranks["b"] == pytest.approx(1 / 61 + 1 / 62)
    assert ranks["c"] == ranks["d"] == pytest.approx(1 / 63)


def test_a_folder_is_read(folder: Path) -> None:
    judged = load_search_set(folder)
    assert [q.text for q in judged.queries if q.good] == ["boot", "xr200"]
    assert [q.good for q in judged.queries] == [{"boot"}, {"radio"}, set()]
    assert judged.queries[1].type == "model number"


def test_the_column_of_types_may_be_left_out(folder: Path) -> None:
    (folder / "queries.csv").write_text("query_id,query\nq1,boot\nunrated,x\n", encoding="utf-8")
    assert [(q.id, q.type) for q in load_search_set(folder).queries] == [("q1", "")]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("qrels.csv", "query_id,product_id,rating\nq1,boot,good\n", "qrels.csv:2: 'good'"),
        ("qrels.csv", "query_id,product_id,rating\nq1,boot,0\n", "no query has a rating above 0"),
        ("qrels.csv", "query_id,product_id\nq1,boot\n", "qrels.csv:2: rating left out"),
        ("queries.csv", "id,query\nq1,boot\n", "query_id left out"),
    ],
)
def test_a_broken_file_is_named(folder: Path, name: str, text: str, said: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=said):
        load_search_set(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "queries.csv").unlink()
    with pytest.raises(ScenarioError, match=r"queries\.csv"):
        load_search_set(folder)


@pytest.mark.model
def test_figures_of_all_ways(folder: Path, tmp_path: Path) -> None:
    arguments = ["search", str(folder), "--data-dir", str(tmp_path / "data")]
    told = CliRunner().invoke(command, [*arguments, "--json"], catch_exceptions=False)
    assert told.exit_code == 0
    report = json.loads(told.output)
    assert report["queries"] == 2
    ours, plain = report["ways"]["ours"], report["ways"]["BM25"]
    assert ours["means"]["rr"] == 1  # "xr200" finds "XR-200"
    assert plain["types"]["category"]["ndcg"] == 1
    assert plain["types"]["model number"]["ndcg"] == 0
    assert report["ways"]["score fusion"]["gain"]["ndcg"] == [0, 0, 0]
    assert report["nothing_fits"]["unanswerable"] == 1
    shown = CliRunner().invoke(command, [*arguments, "--worst", "1"], catch_exceptions=False)
    for words in ("nDCG@10 over score fusion", "judged only by type", "ours does worst on"):
        assert words in shown.output
