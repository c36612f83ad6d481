"""`chatrec index` as it is called."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from shop_files import shopify

from chatrec.cli.index import command
from chatrec.errors import CatalogueError, SetupError


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHATREC_EMBEDDER", "made_embeddings:Unscaled")
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(command, [*arguments, "--data-dir", str(tmp_path / "data")])

    return call


def catalogue(tmp_path: Path, *lines: str) -> str:
    path = tmp_path / "shop.jsonl"
    good = [json.dumps({"id": f"p{n}", "title": f"Boot {n}", "price": n + 1}) for n in range(3)]
    path.write_text("\n".join([*good, *lines]), encoding="utf-8")
    return str(path)


def test_it_reports_what_it_learnt_and_did(run, tmp_path: Path) -> None:
    result = run(catalogue(tmp_path))
    assert result.exit_code == 0, result.output
    assert "products: 3 added, 0 changed, 0 removed, 0 unchanged" in result.stdout
    assert "3 items, prices 1 to 3" in result.stdout
    again = run(catalogue(tmp_path))
    assert again.exit_code == 0
    assert "nothing changed" in again.stdout


def test_broken_rows_are_named_and_counted(run, tmp_path: Path) -> None:
    result = run(catalogue(tmp_path, *["{broken"] * 25))
    assert result.exit_code == 0
    assert "25 rows were left out" in result.stdout
    assert "line 4: not JSON" in result.stdout
    assert "line 23: not JSON" in result.stdout
    assert "line 24:" not in result.stdout
    assert "and 5 more" in result.stdout


def test_the_faq_alone(run, tmp_path: Path) -> None:
    run(catalogue(tmp_path))
    faq = tmp_path / "faq.md"
    faq.write_text("# Can I return it?\n\nYes.\n", encoding="utf-8")
    result = run("--faq", str(faq))
    assert result.exit_code == 0
    assert "FAQ entries: 1 added" in result.stdout
    assert "products:" not in result.stdout


def test_columns_can_be_named(run, tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_text("id,what,cost\n1,Boot,5\n", encoding="utf-8")
    result = run(str(path), "--map", "title=what", "--map", "price=cost")
    assert result.exit_code == 0
    assert "prices 5 to 5" in result.stdout


def test_a_mapping_can_be_a_file(run, tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_text("id,what,cost\n1,Boot,5\n", encoding="utf-8")
    mapping = tmp_path / "shop.toml"
    mapping.write_text('title = "what"\nprice = "cost"\n', encoding="utf-8")
    assert "prices 5 to 5" in run(str(path), "--map", str(mapping)).stdout
    mapping.write_text("title = 3", encoding="utf-8")
    assert "title is not a column's name" in run(str(path), "--map", str(mapping)).output


def test_it_says_what_a_file_was_read_as(run, tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_text(shopify(), encoding="utf-8")
    told = run(str(path)).stdout
    assert "shop.csv: read as Shopify's product export" in told
    assert "no price names its currency, USD is taken" in told
    told = run(str(path), "--currency", "EUR").stdout
    assert "prices 24.9 to 129 EUR" in told
    assert "names its currency" not in told
    assert "no column for id" not in run(str(path), "--format", "table").output


def test_the_report_is_told_and_written(run, tmp_path: Path) -> None:
    result = run(catalogue(tmp_path, "{broken"), "--report")
    assert result.exit_code == 0, result.output
    page = tmp_path / "data" / "catalogue-report.html"
    assert f"the whole report: {page}" in result.stdout
    for name in ("no description", "rows left out"):
        assert name in result.stdout
        assert name.capitalize() in page.read_text(encoding="utf-8")
    again = run("--report")  # of what is indexed
    assert "no description" in again.stdout


def test_no_report_without_an_index(run) -> None:
    assert isinstance(run("--report").exception, SetupError)


def test_changed_files_are_indexed_while_it_watches(tmp_path: Path) -> None:
    path = Path(catalogue(tmp_path))
    program = "from chatrec.cli import main; main()"
    arguments = ["index", str(path), "--watch", "--data-dir", str(tmp_path / "data")]
    tests = str(Path(__file__).parent)
    environment = os.environ | {
        "CHATREC_EMBEDDER": "made_embeddings:Unscaled",
        "PYTHONPATH": os.pathsep.join([tests, os.environ.get("PYTHONPATH", "")]),
    }
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=tmp_path,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert until(process.stdout, "products: 3 added")
        assert until(process.stdout, "watching shop.jsonl")
        path.write_text("{broken", encoding="utf-8")
        assert until(process.stderr, "no usable row")
        fresh = tmp_path / "new.jsonl"  # as exports do: a new file in the place of the old one
        fresh.write_text('{"id": "p1", "title": "Boot 1", "price": 7}', encoding="utf-8")
        fresh.replace(path)
        assert until(process.stdout, "products: 0 added, 1 changed, 2 removed")
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=60)
        finally:
            process.kill()  # what does not stop would be waited for without end
        assert process.returncode == 130


def until(lines: Iterable[str], text: str) -> bool:
    """Read on until a line has the text."""
    return any(text in line for line in lines)


def test_there_is_nothing_to_watch_without_a_file(run) -> None:
    assert run("--report", "--watch").exit_code == 2


@pytest.mark.parametrize("arguments", [(), ("x.csv", "--map", "title"), ("x.csv", "--map", "=a")])
def test_a_wrong_call_is_a_usage_error(run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2


def test_a_missing_file_is_our_error(run) -> None:
    result = run("nowhere.jsonl")
    assert isinstance(result.exception, CatalogueError)
