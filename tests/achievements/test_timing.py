"""When a listing ends, and how it is said."""

from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace.achievements.timing import (
    DEFAULT_LISTING_DAYS,
    LAST_DAY_IN_PAST,
    LAST_DAY_TOO_FAR,
    LONGEST_LISTING_DAYS,
    PUBLISH_IN_PAST,
    dates_fault,
    end_of_listing,
    has_expired,
    last_day_of,
    remaining,
)
from tests.conftest import NOON

TODAY = date(2026, 6, 1)


def test_a_listing_ends_at_24_o_clock_of_its_last_day_in_beijing():
    assert end_of_listing(TODAY, publish_at=NOON) == datetime(2026, 6, 1, 16, 0, tzinfo=UTC)


def test_without_a_last_day_a_listing_stands_for_the_default_period():
    assert last_day_of(end_of_listing(None, publish_at=NOON)) == TODAY + timedelta(days=DEFAULT_LISTING_DAYS)


def test_the_last_day_is_the_day_before_the_midnight_at_which_the_listing_ends():
    assert last_day_of(end_of_listing(TODAY, publish_at=NOON)) == TODAY


def test_a_listing_expires_on_the_stroke():
    until = end_of_listing(TODAY, publish_at=NOON)
    assert has_expired(until, now=until)
    assert not has_expired(until, now=until - timedelta(microseconds=1))
    assert not has_expired(None, now=NOON)


@pytest.mark.parametrize(
    ("last_day", "words"),
    [
        (TODAY + timedelta(days=30), "挂牌还剩 30 天"),
        (TODAY, "挂牌今天到期"),
        (TODAY - timedelta(days=1), "挂牌已到期"),
    ],
)
def test_the_time_that_remains_is_said_in_days(last_day, words):
    assert str(remaining(end_of_listing(last_day, publish_at=NOON), now=NOON)) == words


@pytest.mark.parametrize(
    ("days", "fault"),
    [
        (-1, LAST_DAY_IN_PAST),
        (0, LAST_DAY_IN_PAST),
        (1, None),
        (LONGEST_LISTING_DAYS, None),
        (LONGEST_LISTING_DAYS + 1, LAST_DAY_TOO_FAR),
    ],
)
def test_a_last_day_lies_after_the_first_and_within_the_longest_period(days, fault):
    faults = dates_fault(publish_at=NOON, last_day=TODAY + timedelta(days=days), now=NOON)
    assert {name: message.id for name, message in faults.items()} == ({"last_day": fault} if fault else {})


def test_a_publication_cannot_be_scheduled_for_the_past():
    faults = dates_fault(publish_at=NOON - timedelta(seconds=1), last_day=None, now=NOON)
    assert {name: message.id for name, message in faults.items()} == {"publish_at": PUBLISH_IN_PAST}


def test_the_last_day_is_counted_from_the_scheduled_day():
    publish_at = NOON + timedelta(days=10)
    faults = dates_fault(publish_at=publish_at, last_day=TODAY + timedelta(days=5), now=NOON)
    assert list(faults) == ["last_day"]
