from datetime import timedelta

import pytest

from marketplace.accounts import limits
from tests.conftest import NOON


@pytest.mark.parametrize(("typed", "client", "full"), [(4, 49, False), (5, 0, True), (0, 50, True)])
def test_five_failures_at_an_address_or_fifty_by_a_client_are_enough(typed, client, full):
    assert limits.is_full(typed=typed, client=client) is full


def test_an_ipv6_customer_counts_as_one_client():
    assert limits.client_of("2001:db8:1:2:3::4") == limits.client_of("2001:db8:1:2:ffff::1")
    assert limits.client_of("2001:db8:1:2::1") != limits.client_of("2001:db8:1:3::1")
    assert limits.client_of("203.0.113.7") != limits.client_of("203.0.113.8")
    assert limits.client_of("") == ""


def is_over(*, idle, total, is_staff=False):
    now = NOON
    return limits.has_timed_out(started_at=now - total, seen_at=now - idle, is_staff=is_staff, now=now)


def test_a_session_ends_after_an_hour_without_a_page():
    assert not is_over(idle=timedelta(minutes=59), total=timedelta(hours=2))
    assert is_over(idle=timedelta(minutes=60), total=timedelta(hours=2))


def test_a_member_of_staff_has_half_an_hour():
    assert not is_over(idle=timedelta(minutes=29), total=timedelta(hours=2), is_staff=True)
    assert is_over(idle=timedelta(minutes=30), total=timedelta(hours=2), is_staff=True)


def test_nobody_stays_longer_than_twelve_hours():
    assert is_over(idle=timedelta(0), total=timedelta(hours=12))
