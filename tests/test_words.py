"""Stems of words, from any thread."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import pytest
import snowballstemmer

from chatrec.words import english, stem

_THREADS = 4


@pytest.fixture
def impatient() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    stem.cache_clear()
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("impatient")
def test_threads_that_stem_at_once_get_the_stems_of_their_own_words() -> None:
    words = [word for word in islice(english(), 1500) if word.isalpha()]
    alone = snowballstemmer.stemmer("english")
    right = [alone.stemWord(word) for word in words]
    with ThreadPoolExecutor(_THREADS) as pool:
        parts = [words[at::_THREADS] for at in range(_THREADS)]
        found = list(pool.map(lambda part: list(map(stem, part)), parts))
    assert found == [right[at::_THREADS] for at in range(_THREADS)]
