"""`chatrec eval reading`: the small model reads a set of two turns; rates as text and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from chatrec.cli.eval import command

TURNS = """
- {shop: demo, say: "boots under 60", intent: new, then: {type: boot, max: 60}}
- {shop: demo, say: "boots under 60", intent: human}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shops.yaml").write_text("demo: demo\n", encoding="utf-8")
    (tmp_path / "price.yaml").write_text(TURNS, encoding="utf-8")
    return tmp_path


@pytest.mark.model
def test_rates_and_failures_are_told(folder: Path) -> None:
    told = CliRunner().invoke(command, ["reading", str(folder), "--json"], catch_exceptions=False)
    assert told.exit_code == 0
    report = json.loads(told.output)
    assert report["rates"]["all"]["turns"] == 2
    assert report["rates"]["all"]["intent"] <= 0.5  # the two expectations contradict each other
    failure = report["failures"][-1]
    assert failure["message"] == "boots under 60" and failure["problems"]
    assert failure["prompt"] == "said: [boot] under [60]" and failure["answers"]


def test_a_set_without_such_turns_is_an_error(folder: Path) -> None:
    told = CliRunner().invoke(command, ["reading", str(folder), "-k", "nothing"])
    assert told.exit_code == 1 and "no turns to read" in told.output
