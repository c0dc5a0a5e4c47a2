"""Limits (pure): how often an anonymous form may be tried, and how long a session and a letter live."""

import ipaddress
from datetime import datetime, timedelta

WINDOW_MINUTES = 15
MAX_FAILURES_PER_ADDRESS_TYPED = 5
MAX_FAILURES_PER_CLIENT = 50
IPV6_CLIENT_BITS = 64

IDLE_MINUTES = 60
STAFF_IDLE_MINUTES = 30
ABSOLUTE_HOURS = 12
SEEN_EVERY_SECONDS = 60

FACTOR_MINUTES = 10
"""How long a right password waits for its second factor."""
SITTING_CODE_MINUTES = 10
SITTING_HOURS = 4
"""A sitting: long enough for an afternoon of judging, over before the next day."""
SESSIONS_KEPT_DAYS = 30
LETTERS_KEPT_DAYS = 7

VERIFY_LETTER_HOURS = 72
RESET_LETTER_HOURS = 2
ATTEMPTS_KEPT_HOURS = 24


def window_start(now: datetime) -> datetime:
    return now - timedelta(minutes=WINDOW_MINUTES)


def is_full(*, typed: int, client: int) -> bool:
    """So many failures in the window that the next try is not even looked at."""
    return typed >= MAX_FAILURES_PER_ADDRESS_TYPED or client >= MAX_FAILURES_PER_CLIENT


def client_of(address: str) -> str:
    """Whose tries count together: an IPv4 address, or the /64 network that one IPv6 customer holds."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:  # noqa: PLR2004  (the protocol's own number)
        return str(parsed)
    return str(ipaddress.ip_network((parsed, IPV6_CLIENT_BITS), strict=False))


def has_timed_out(*, started_at: datetime, seen_at: datetime, is_staff: bool, now: datetime) -> bool:
    """Idle too long, or signed in too long ago."""
    idle = timedelta(minutes=STAFF_IDLE_MINUTES if is_staff else IDLE_MINUTES)
    return now - seen_at >= idle or now - started_at >= timedelta(hours=ABSOLUTE_HOURS)


def is_worth_noting(*, seen_at: datetime, now: datetime) -> bool:
    """``seen_at`` is written at most this often, so that reading a page seldom writes."""
    return now - seen_at >= timedelta(seconds=SEEN_EVERY_SECONDS)
