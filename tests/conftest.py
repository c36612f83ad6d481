"""Fixtures that more than one test file uses."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from small_shop import SmallShop

from chatrec.storage import SqliteConversations

# Two hundred dialogues more, four minutes of a core: `chatrec test tests/dialogues` plays them.
collect_ignore_glob = ["dialogues/*/*as_typed.dialogue.yaml"]

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


def pytest_configure(config: pytest.Config) -> None:
    """A thread for each of several workers: an engine that takes every core waits for the other."""
    if hasattr(config, "workerinput"):
        os.environ.setdefault("CHATREC_MODEL__THREADS", "1")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window. It runs an event loop in this thread: one for each module."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
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
