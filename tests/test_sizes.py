"""Sizes as they are written: ranges, letters and their order."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatrec.sizes import CAPITALS, LETTERED, LETTERS, WORDS, ends, in_order, written


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("40-43", (40, 43)),
        ("40–43", (40, 43)),
        ("39 — 42", (39, 42)),
        (" 36 - 37 ", (36, 37)),
        ("98-104", (98, 104)),
        ("32-30", (32, 30)),  # a waist and a leg: their order is kept
        ("42", None),
        ("s-m", None),
        ("36.5-37.5", None),
        ("2018-2020", None),
        ("36-37-38", None),
        ("-5", None),
        ("", None),
    ],
)
def test_a_range_has_the_ends_that_are_written(label: str, told: tuple[int, int] | None) -> None:
    assert ends(label) == told


@pytest.mark.parametrize(
    ("label", "said"), [("xl", "XL"), ("m", "M"), ("42", "42"), ("one size", "one size")]
)
def test_letters_are_written_in_upper_case(label: str, said: str) -> None:
    assert written(label) == said


@pytest.mark.parametrize(
    ("labels", "ordered"),
    [
        (["xl", "s", "xs", "XXS", "m", "l"], ["XXS", "XS", "S", "M", "L", "XL"]),
        (["10", "9", "8,5", "8.25"], ["8.25", "8,5", "9", "10"]),
        (["104-110", "40-43", "36 – 39", "98"], ["36 – 39", "40-43", "98", "104-110"]),
        (["one size", "42", "l"], ["L", "42", "one size"]),
    ],
)
def test_letters_come_before_numbers_and_ranges_by_their_lower_end(
    labels: list[str], ordered: list[str]
) -> None:
    assert in_order(labels) == ordered


@given(st.lists(st.sampled_from([*LETTERS, "8", "8,5", "36–39", "40-43", "one size", "-", ""])))
def test_the_order_does_not_depend_on_the_order_given(labels: list[str]) -> None:
    assert in_order(labels) == in_order(reversed(labels))


def test_every_size_in_letters_has_the_pattern() -> None:
    for letters in (*LETTERS, *WORDS.values()):
        assert re.fullmatch(LETTERED, letters)
        assert re.fullmatch(LETTERED, letters.upper())
        assert re.fullmatch(CAPITALS, letters.upper())
        assert not re.fullmatch(CAPITALS, letters)


@pytest.mark.parametrize(
    ("text", "lettered", "capitals"),
    [
        ("3XL", True, False),
        ("XXXXL", True, True),
        ("Xs", True, False),
        ("XM", False, False),
        ("SL", False, False),
        ("12", False, False),
        ("", False, False),
    ],
)
def test_what_is_a_size_in_letters(text: str, lettered: bool, capitals: bool) -> None:
    assert bool(re.fullmatch(LETTERED, text)) == lettered
    assert bool(re.fullmatch(CAPITALS, text)) == capitals
