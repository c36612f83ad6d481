"""Two sides of a search as one order, and how surely the shop has what was asked for."""

from __future__ import annotations

import numpy as np
import pytest

from vectorstore.fusion import confidence, fused, with_feedback


def scores(*numbers: float) -> np.ndarray:
    return np.array(numbers, np.float32)


def test_what_both_sides_find_beats_what_one_finds() -> None:
    both, words, meaning = fused(scores(0.8, 1.0, 0.0), scores(0.5, 0.1, 0.6))
    assert both == 1 and both > words > 0 and both > meaning > 0


def test_a_long_request_weighs_its_words_as_a_short_one_does() -> None:
    """BM25 stays far below its bound where a request has many words."""
    dense = scores(0.5, 0.6, 0.1)
    short, long = scores(0.9, 0.3, 0.0), scores(0.09, 0.03, 0.0)
    assert fused(long, dense) == pytest.approx(fused(short, dense))


def test_a_side_that_finds_nothing_leaves_the_order_to_the_other() -> None:
    nothing = scores(0, 0, 0)
    assert np.argmax(fused(nothing, scores(-0.1, 0.2, 0.4))) == 2
    assert np.argmax(fused(scores(0, 0.5, 0.1), scores(-1, -1, -1))) == 1
    assert not fused(nothing, nothing).any()


def test_feedback_draws_the_query_towards_what_was_found() -> None:
    query, found = scores(1, 0), scores(0, 1)
    drawn = with_feedback(query, np.stack([found, found]))
    assert np.linalg.norm(drawn) == pytest.approx(1)
    assert drawn @ query > drawn @ found > 0


def test_words_that_match_where_meaning_does_not_give_no_confidence() -> None:
    """A case of tempered glass has the word; it is not about glasses."""
    agreeing = confidence(scores(0.8, 0.0), scores(0.6, 0.1))
    apart = confidence(scores(0.8, 0.0), scores(0.2, 0.6))
    assert agreeing > apart


def test_meaning_without_the_words_gives_less_the_more_words_count() -> None:
    """All phones are near to a phone cord, and none of them has one."""
    phones, cable = scores(0.5, 0.5), scores(0.66, 0.2)
    assert confidence(scores(1, 0.5), cable) > confidence(phones, cable)
    assert confidence(phones, cable, 0.3) > confidence(phones, cable, 0.7)


def test_meaning_alone_counts_where_no_word_is_known() -> None:
    sofa = confidence(scores(0, 0, 0), scores(0.6, 0.2, 0.1))
    assert sofa > confidence(scores(0, 0, 0), scores(0.3, 0.2, 0.1)) > 0
    assert confidence(scores(0.0), scores(-0.2)) == 0


def test_confidence_lies_between_0_and_1() -> None:
    assert confidence(scores(1, 0.5), scores(1, 1)) == pytest.approx(1)
    rng = np.random.default_rng(1)
    for size in (1, 5, 30):
        for words in (0.0, 0.5, 1.0):
            covered = rng.random(size, np.float32)
            dense = (2 * rng.random(size) - 1).astype(np.float32)
            assert 0 <= confidence(covered, dense, words) <= 1
