"""Words of bounds beside a number: which end they leave open, and whose they are."""

from __future__ import annotations

import pytest
from reading_shop import said


def ends(text: str) -> list[tuple[float | None, float | None]]:
    return [(m.low, m.high) for m in said(text, "number", "range")]


@pytest.mark.parametrize(
    "text",
    [
        "under 60",
        "no more than 60",
        "not a cent more than 60",
        "don't want to spend more than 60",
        "60 or less",
        "60 max",
        "max. 60",
        "nothing over 60",
        "60, not more",
        "shouldn't cost more than about $60",
        "cheaper than 60",
        "<60",
        "my budget's 60",
        "60 is my limit",
        "has to stay below 60",
        "can't justify more than 60",
        "not willing to part with more than 60",
        "i dont fancy paying over 60",
        "anything over 60 is too much for me",
        "beolw 60",
        "cheapr than 60",
        "60 maximun",
        "60 dollras max",
        "uner 60",
        "60 and not a cent over",
        "60 and not one single dollar more",
        "dont show me anything over 60",
        "if it's over 60 it's no good to me",
        "anything over 60 won't do",
        "more than 60 is out of the question",
        "everything above 60 you can leave out",
        "my boss won't approve anything over 60",
        "over 60 i can't afford it",
        "skip anything above 60",
        "upper limit 60",
        "max price 60",
        "budget is now 60",
    ],
)
def test_upper_ends(text: str) -> None:
    assert ends(f"boots {text}") == [(None, 60)]


@pytest.mark.parametrize(
    "text",
    [
        "over 60",
        "at least 60",
        "60+",
        "60 and up",
        "60 or more",
        "from 60",
        "starting at 60",
        "not under 60",
        "nothing below 60",
        "no less than 60",
        "60 minimum",
        "more expensive than 60",
        "not cheaper than 60",
        "i don't mind paying more than 60",
        "under 60 is just too cheap",
        "60 euros minimym",
        "abov 60",
        "60 and not a cent less",
        "lower limit 60",
        "lower limit is 60",
        "dont show me anything less than 60",
        "anything less than 60 is no good",
        "less than 60 isn't enough",
        "under 60 won't do",
        "skip everything below 60",
        "if it's under 60 it's no use to me",
        "i don't trust anything under 60",
        "min price 60",
        "i dont need leather but can spend more than 60",
    ],
)
def test_lower_ends(text: str) -> None:
    assert ends(f"boots {text}") == [(60, None)]


@pytest.mark.parametrize(
    "text",
    [
        "around 60",
        "about $60",
        "60ish",
        "60 or so",
        "~60",
        "60 give or take",
        "60 +/-",
        "60 plus minus",
        "60 approx",
        "ballpark 60",
    ],
)
def test_roughly(text: str) -> None:
    assert ends(f"boots {text}") == [(48, 72)]


@pytest.mark.parametrize(
    "text", ["for 60", "60", "with 60 to spend", "rather than 60", "not 60", "how about 60"]
)
def test_words_that_leave_no_end_open(text: str) -> None:
    assert ends(f"boots {text}") == [(60, 60)]


@pytest.mark.parametrize(
    "text",
    [
        "min 40 max 60",
        "over 40 but under 60",
        "at least 40 and at most 60",
        "not below 40 and nothing above 60",
        "40 minimum, 60 maximum",
        "40 at least 60 at most",
    ],
)
def test_each_word_serves_one_number(text: str) -> None:
    assert sorted(ends(text), key=lambda end: end[1] or 0) == [(40, None), (None, 60)]


def test_a_budget_is_of_money() -> None:
    assert ends("a tent max 2 kg budget 300") == [(None, 2), (None, 300)]
    assert ends("a tent of 2 kg budget 300") == [(2, 2), (None, 300)]


def test_what_is_counted_may_stand_before_the_words() -> None:
    assert ends("30 litres of room or more") == [(30, None)]
    assert ends("2 kg of weight at most") == [(None, 2)]
    assert ends("100 for a bag max 2 kg") == [(100, 100), (None, 2)]


def test_a_word_before_a_noun_is_no_bound_of_a_later_number() -> None:
    assert ends("under the bed, 60") == [(60, 60)]


@pytest.mark.parametrize(
    "text",
    [
        "not less than 40 or more than 60",
        "can't be under 40 or over 60",
        "lower limit 40 and upper limit 60",
        "skip everything below 40 and above 60",
    ],
)
def test_a_negation_of_both_ends(text: str) -> None:
    assert ends(f"boots, {text}") == [(40, None), (None, 60)]
