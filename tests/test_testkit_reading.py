"""Dialogue files: what is read, and which line and key a broken one is told about."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatrec.testkit.errors import ScenarioError
from chatrec.testkit.reading import find, load
from chatrec.types import Kind

GOOD = """
id: budget_corrected
description: the cap is kept
turns:
  - user: running shoes under 100 please
    expect: {kind: recommend, items: {min: 1, every: {price_max: 100}}}
  - user: no
    expect:
      kind: [recommend, nothing_fits]
      items: {every: {all_of: [{price_max: 60.5}, {field: {name: color, not_contains: red}}]}}
      constraints: {price_max: null, require: {color: red, brand: null}}
---
id: second
turns:
  - user: "12:30"
"""


@pytest.fixture
def write(tmp_path: Path):
    def write_file(text: str | bytes, name: str = "a.dialogue.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write_file


def test_a_file_holds_several_dialogues(write) -> None:
    first, second = load(write(GOOD))
    assert (first.scenario.id, first.line) == ("budget_corrected", 2)
    assert (second.scenario.id, second.line) == ("second", 13)
    assert first.scenario.turns[0].expect.kind == [Kind.RECOMMEND]
    assert first.scenario.turns[1].expect.kind == [Kind.RECOMMEND, Kind.NOTHING_FITS]


def test_what_shoppers_say_stays_text(write) -> None:
    first, second = load(write(GOOD))
    assert first.scenario.turns[1].user == "no"
    assert second.scenario.turns[0].user == "12:30"


def test_one_value_stands_for_a_list_and_null_is_told_from_left_out(write) -> None:
    constraints = load(write(GOOD))[0].scenario.turns[1].expect.constraints
    assert constraints is not None
    assert constraints.require == {"color": ["red"], "brand": None}
    assert "price_max" in constraints.model_fields_set
    assert "price_min" not in constraints.model_fields_set


TURN = "id: a\nturns:\n  - user: x\n"


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (TURN + "    expct: {}\n", 4, "unknown key 'expct'; the nearest one is 'expect'"),
        (TURN + "    expect:\n      itms: {min: 1}\n", 5, "the nearest one is 'items'"),
        (
            TURN + "    expect: {items: {every: {field: {name: c, nt_in: [2]}}}}\n",
            4,
            "the nearest one is 'not_in'",
        ),
        ("id: a\nid: b\nturns: []\n", 2, "the key 'id' stands here twice"),
        ("id: a\nturns: []\n", 2, "at least 1 item"),
        ("id: a\nturns:\n  - user: 5\n", 3, "quote it: '5'"),
        ("id: a\nturns:\n  - {}\n", 3, "Field required"),
        (TURN + "    expect: {kind: [recomend]}\n", 4, "'recommend'"),
        (TURN + "    expect: {items: {min: -1}}\n", 4, "greater than or equal to 0"),
        (TURN + "    expect: {items: {min: true}}\n", 4, "valid integer"),
        (TURN + "    expect: {items: {every: {}}}\n", 4, "tests nothing"),
        (TURN + "    expect: {items: {every: {price_max: '9'}}}\n", 4, "valid number"),
        (TURN + "    expect: {items: {every: {field: {name: a}}}}\n", 4, "needs a test"),
        (
            TURN + "    expect: {items: {some: {field: {name: w, lte: 1 parsec}}}}\n",
            4,
            "no number with a known unit",
        ),
        (TURN + "    expect: {items: {include_ref: prev:0}}\n", 4, "is no reference"),
        (TURN + "    expect: {items: {price_below: 3}}\n", 4, "is no reference"),
        (TURN + "    expect: {faq: {}}\n", 4, "either 'any_of' or 'none: true'"),
        (TURN + "    model: [a]\n  - user: y\n", 1, "every turn has 'model' or none"),
        (TURN + "catalogue: {pth: x}\n", 4, "the nearest one is 'path'"),
        ("- a\n", 1, "document: Input should be a valid dictionary"),
        ("id: [\n", 2, "expected"),
        ("id: a b\nturns:\n  - user: x\n", 1, "should match pattern"),
        (GOOD + "---\nid: second\nturns:\n  - user: x\n", 17, "stands at line 13 already"),
    ],
)
def test_a_broken_file_is_told_by_line_and_key(write, text: str, line: int, told: str) -> None:
    path = write(text)
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert told in str(caught.value)
    assert f"{path}:{line}:" in str(caught.value)


def test_all_that_is_wrong_is_told_at_once(write) -> None:
    path = write("id: a\nturns:\n  - user: x\n    expct: {}\n  - usr: y\n")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert f"{path}:4:" in str(caught.value)
    assert f"{path}:5:" in str(caught.value)


@pytest.mark.parametrize("content", ["", "# nothing\n", b"\xff\xfe\x00"])
def test_a_file_without_dialogues_is_an_error(write, content: str | bytes) -> None:
    with pytest.raises(ScenarioError, match=r"a\.dialogue\.yaml"):
        load(write(content))


def test_folders_are_searched_and_files_taken_once(write, tmp_path: Path) -> None:
    one = write(GOOD, "typos/one.dialogue.yaml")
    two = write(GOOD, "units/two.dialogue.yaml")
    write("no dialogue", "units/notes.yaml")
    assert find([two, tmp_path]) == [two, one]


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="no such file"):
        find([tmp_path / "nothing"])
    with pytest.raises(ScenarioError, match="no \\*"):
        find([tmp_path])
