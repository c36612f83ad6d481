"""So many at once, then one at a time; each key has an account of its own."""

from __future__ import annotations

import pytest

from ui.pace import Accounts, Pace, paces

THREE = [("ann", Pace(3, 60.0))]


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def passes(accounts: Accounts, keys: list[tuple[str, Pace]]) -> bool:
    if accounts.wait(keys):
        return False
    accounts.spend(keys)
    return True


def test_a_burst_passes_and_then_one_at_a_time() -> None:
    clock = Clock()
    accounts = Accounts(clock)
    assert [passes(accounts, THREE) for _ in range(5)] == [True] * 3 + [False] * 2
    assert accounts.wait(THREE) == {"ann": pytest.approx(20.0)}
    clock.now += 20.0
    assert [passes(accounts, THREE) for _ in range(2)] == [True, False]
    clock.now += 1000.0
    assert [passes(accounts, THREE) for _ in range(4)] == [True] * 3 + [False]


def test_keys_do_not_touch_each_other() -> None:
    accounts = Accounts(Clock())
    assert all(passes(accounts, THREE) for _ in range(3))
    assert passes(accounts, [("bob", Pace(3, 60.0))])


def test_the_longest_wait_of_several_paces_is_told() -> None:
    accounts = Accounts(Clock())
    both = [("ann", pace) for pace in paces("1/second;2/hour")]
    assert [each.seconds for _, each in both] == [1.0, 3600.0]
    assert passes(accounts, both)
    assert accounts.wait(both) == {"ann": 1.0}


def test_what_is_paid_off_is_forgotten() -> None:
    clock = Clock()
    accounts = Accounts(clock)
    for number in range(1024):
        accounts.spend([(str(number), Pace(1, 10.0))])
    clock.now += 11.0
    accounts.spend(THREE)
    assert len(accounts) == 1
