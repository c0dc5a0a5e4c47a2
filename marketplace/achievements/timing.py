"""What the clock says about a listing (pure): it ends at 24:00 of its last day in Beijing.

How long a listing lasts is a default of ours: stale listings are what users of such sites complain of most.
"""

from datetime import date, datetime, timedelta

from marketplace.core.calendar import day_of, end_of_day
from marketplace.core.text import Message, _, counted, say

DEFAULT_LISTING_DAYS = 365
LONGEST_LISTING_DAYS = 1095
EXPIRES_SOON_DAYS = 30
"""From here on the owner is asked to renew."""

PUBLISH_IN_PAST = _("挂牌时间已过，请选将来的时间或立即挂牌。")
LAST_DAY_IN_PAST = _("挂牌截止日要晚于挂牌当天。")
LAST_DAY_TOO_FAR = _("一次挂牌最长 %(days)d 天，到期前可以续期。")
NOT_YET_EXPIRED = _("挂牌还没有到期。")


def has_expired(listed_until: datetime | None, *, now: datetime) -> bool:
    return listed_until is not None and listed_until <= now


def last_day_of(listed_until: datetime) -> date:
    """The last day in Beijing on which the listing still stands."""
    return day_of(listed_until - timedelta(microseconds=1))


def end_of_listing(last_day: date | None, *, publish_at: datetime) -> datetime:
    """The moment a listing ends; without a last day, after the default number of days."""
    return end_of_day(last_day or day_of(publish_at) + timedelta(days=DEFAULT_LISTING_DAYS))


def remaining(listed_until: datetime, *, now: datetime) -> Message:
    """How long the listing stands: whole days, then its last day."""
    left = (last_day_of(listed_until) - day_of(now)).days
    if has_expired(listed_until, now=now):
        return say(_("挂牌已到期"))
    if left == 0:
        return say(_("挂牌今天到期"))
    return say(counted("挂牌还剩 %(count)d 天"), count=left)


def dates_fault(*, publish_at: datetime, last_day: date | None, now: datetime) -> dict[str, Message]:
    """What is wrong with the dates of a publication or a renewal, by field."""
    faults = {}
    if publish_at < now:
        faults["publish_at"] = say(PUBLISH_IN_PAST)
    first_day = day_of(max(publish_at, now))
    if last_day is not None and last_day <= first_day:
        faults["last_day"] = say(LAST_DAY_IN_PAST)
    elif last_day is not None and last_day > first_day + timedelta(days=LONGEST_LISTING_DAYS):
        faults["last_day"] = say(LAST_DAY_TOO_FAR, days=LONGEST_LISTING_DAYS)
    return faults
