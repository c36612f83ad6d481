"""Fixtures that more than one test file uses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from small_shop import SmallShop

from chatrec.storage import SqliteConversations

# Two hundred dialogues more, four minutes of a core: `chatrec test tests/dialogues` plays them.
collect_ignore_glob = ["dialogues/*/*as_typed.dialogue.yaml"]


@pytest.fixture
def small_shop(tmp_path: Path) -> Iterator[SmallShop]:
    """A shop of five products with a dialogue by rule, its conversations in a file."""
    store = SqliteConversations(tmp_path / "conversations.db")
    yield SmallShop(store)
    store.close()
