"""How often, without a clock of its own."""

from datetime import timedelta

from marketplace.tokens.limits import Windows, is_abandoned, is_worth_noting
from tests.conftest import NOON


def test_a_window_lets_through_so_many_of_each_and_then_says_how_long_to_wait():
    windows, moment = Windows(), NOON + timedelta(seconds=13)
    assert [windows.take("a", 2, now=moment) for _ in range(4)] == [None, None, 47, 47]
    assert windows.take("b", 2, now=moment) is None
    assert windows.take("a", 2, now=NOON + timedelta(seconds=60)) is None


def test_what_is_over_is_forgotten():
    windows = Windows()
    for n in range(1000):
        windows.take(f"address {n}", 5, now=NOON)
    windows.take("another", 5, now=NOON + timedelta(minutes=1))
    assert len(windows._counts) == 1


def test_use_is_noted_at_most_once_a_minute():
    assert is_worth_noting(seen_at=None, now=NOON)
    assert not is_worth_noting(seen_at=NOON, now=NOON + timedelta(seconds=59))
    assert is_worth_noting(seen_at=NOON, now=NOON + timedelta(seconds=60))


def test_a_request_without_an_answer_is_given_up_after_a_minute():
    assert not is_abandoned(started_at=NOON, now=NOON + timedelta(seconds=59))
    assert is_abandoned(started_at=NOON, now=NOON + timedelta(seconds=60))
