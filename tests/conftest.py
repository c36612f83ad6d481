"""Fixtures that more than one test file uses, and what makes a run the same everywhere."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from small_shop import SmallShop

from chatrec.storage import SqliteConversations

# A turn is most of a second of a core, so here every behaviour is played once, in the demo shop. Of
# the other shop there are the long dialogues, which have something of each, and the listings that
# give orders, which the demo shop has not. `chatrec test tests/dialogues` plays all.
collect_ignore_glob = ["dialogues/*/*as_typed.dialogue.yaml"]
collect_ignore = [
    path
    for path in (Path(__file__).parent / "dialogues").glob("*/brackley.dialogue.yaml")
    if path.parent.name not in ("injection", "long_dialogue")
]

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PATIENCE = 60_000
"""Milliseconds that a page may take until it is as expected: what is late is not wrong."""

# The same examples each time, however slow the machine is. `--hypothesis-profile=default` looks
# for new ones.
hypothesis.settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("repeatable")


def pytest_configure(config: pytest.Config) -> None:
    """A thread for each of several workers: an engine that takes every core waits for the other.

    A shell that runs the tests in the background makes them deaf to Ctrl-C, and every program that
    they start would be so too.
    """
    if hasattr(config, "workerinput"):
        os.environ.setdefault("CHATREC_MODEL__THREADS", "1")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that drive a page or a model first: at the end no worker waits long for the other."""
    long = {
        item.path
        for item in items
        if item.get_closest_marker("browser") or item.get_closest_marker("model")
    }
    items.sort(key=lambda item: item.path not in long)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window. It runs an event loop in this thread: one for each module."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield opened
        opened.close()


@pytest.fixture
def small_shop(tmp_path: Path) -> Iterator[SmallShop]:
    """A shop of five products with a dialogue by rule, its conversations in a file."""
    store = SqliteConversations(tmp_path / "conversations.db")
    yield SmallShop(store)
    store.close()
