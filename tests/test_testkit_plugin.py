"""Dialogue files under pytest: collected, played, told of."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]

CONFTEST = """
import sys
sys.path.insert(0, {tests!r})

from testkit_stage import BOOT, SHELF, answering, reply
from chatrec.testkit.errors import CatalogueAbsent
from chatrec.testkit.plugin import STAGES
from chatrec.testkit.stages import Stage


class Stages:
    async def open(self, located):
        if located.scenario.catalogue is not None:
            raise CatalogueAbsent("no catalogue here")
        return Stage(answering(*[reply(BOOT) for _ in located.scenario.turns]), SHELF)

    async def aclose(self):
        print("shops closed")


def pytest_configure(config):
    config.stash[STAGES] = Stages()
"""

# They are loaded anew in each of these runs, and have no part in them.
OTHER_PLUGINS = (
    "anyio", "asyncio", "hypothesispytest", "langsmith_plugin", "schemathesis", "timeout", "xdist",
)  # fmt: skip

GOOD = "id: shows_boots\nturns:\n  - user: boots\n    expect: {items: {include_ids: [boot]}}\n"
BAD = "id: wants_faq\nturns:\n  - user: returns?\n    expect: {kind: faq}\n"
ABSENT = "id: elsewhere\ncatalogue: nowhere.jsonl\nturns:\n  - user: x\n"
SCRIPTED = "id: by_script\nturns:\n  - user: boots\n    model: []\n"


@pytest.fixture
def shop(pytester: pytest.Pytester, request: pytest.FixtureRequest) -> pytest.Pytester:
    pytester.makeconftest(CONFTEST.format(tests=str(request.path.parent)))
    others = " ".join(f"-p no:{name}" for name in OTHER_PLUGINS)
    pytester.makeini(f"[pytest]\naddopts = --strict-markers -p no:cacheprovider {others}\n")
    return pytester


def write(shop: pytest.Pytester, *documents: str, name: str = "some") -> None:
    path = shop.path / f"{name}.dialogue.yaml"
    path.write_text("---\n".join(documents), encoding="utf-8")


def test_each_dialogue_is_an_item(shop: pytest.Pytester) -> None:
    write(shop, GOOD, BAD, ABSENT)
    result = shop.runpytest("-rs", "-s")
    result.assert_outcomes(passed=1, failed=1, skipped=1)
    result.stdout.fnmatch_lines(
        [
            "*wants_faq*some.dialogue.yaml:6",
            "*turn 1: 'returns?'",
            "*expected *kind*faq*",
            "*x kind: expected faq, got recommend",
            "*items *1. boot 'Norrheim Fellside Boots, Black' 120 USD",
            "*1 of 2 dialogues passed, 0 failed as known, 1 skipped",
            "*constraint violations: 0 among 2 shown items",
            "*ungrounded sentences: 0",
        ]
    )
    result.stdout.fnmatch_lines(["*shops closed*"])
    result.stdout.fnmatch_lines(["*SKIPPED*no catalogue here*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_known_failure_is_an_xfail(shop: pytest.Pytester) -> None:
    write(shop, BAD.replace("turns:", "xfail: it takes this for a wish\nturns:"))
    shop.runpytest().assert_outcomes(xfailed=1)


def test_a_broken_file_is_an_error_with_its_line(shop: pytest.Pytester) -> None:
    write(shop, GOOD.replace("expect", "expct"))
    result = shop.runpytest()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*some.dialogue.yaml:4: *unknown key 'expct'*'expect'*"])


def test_live_dialogues_are_marked(shop: pytest.Pytester) -> None:
    write(shop, GOOD, SCRIPTED)
    result = shop.runpytest("-m", "not model", "-v")
    result.assert_outcomes(passed=1, deselected=1)
    result.stdout.fnmatch_lines(["*by_script PASSED*"])


def test_other_files_are_left_alone(shop: pytest.Pytester) -> None:
    (shop.path / "notes.yaml").write_text("a: 1\n", encoding="utf-8")
    result = shop.runpytest()
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.no_fnmatch_line("*dialogues*")


def test_loading_the_plugin_loads_nothing_else_of_chatrec() -> None:
    script = (
        "import sys, chatrec.testkit.plugin\n"
        "heavy = {'yaml', 'pydantic', 'torch', 'numpy', 'chromadb', 'openvino', 'jsonschema'}\n"
        "ours = {m for m in sys.modules if m.startswith('chatrec')}\n"
        "allowed = {'chatrec', 'chatrec.testkit', 'chatrec.testkit.plugin'}\n"
        "print(sorted((heavy & set(sys.modules)) | (ours - allowed)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
