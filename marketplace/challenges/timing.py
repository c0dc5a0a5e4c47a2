"""What the clock says about a challenge (pure): deadlines are comparisons, never states that a job must set."""

from datetime import datetime, timedelta
from enum import StrEnum

from marketplace.challenges.lifecycle import ChallengeState
from marketplace.core.text import Message, _, counted, say

SHORTEST_BIDDING = timedelta(days=1)
DEFAULT_BIDDING = timedelta(days=30)

CLOSE_IN_PAST = _("截止时间要晚于发榜时间至少一天。")
ONLY_LATER = _("截止时间只能往后延：请填比现在的截止时间更晚的时间。")
TOO_LATE_TO_EXTEND = _("揭榜已经截止，不能再延期。")
PUBLISH_IN_PAST = _("发榜时间已过，请选将来的时间或立即发榜。")


class Phase(StrEnum):
    """Open challenges as people see them."""

    BIDDING = "bidding"
    CLOSED = "closed"


def has_closed(closes_at: datetime | None, *, now: datetime) -> bool:
    return closes_at is not None and closes_at <= now


def phase_of(state: ChallengeState, closes_at: datetime | None, *, now: datetime) -> Phase | None:
    if state is not ChallengeState.OPEN:
        return None
    return Phase.CLOSED if has_closed(closes_at, now=now) else Phase.BIDDING


def remaining(closes_at: datetime, *, now: datetime) -> Message:
    """How long bidding stays open, in the largest unit that helps."""
    left = closes_at - now
    if left <= timedelta(0):
        return say(_("已截止"))
    if left >= timedelta(days=2):
        return say(counted("还剩 %(count)d 天"), count=left.days)
    hours, rest = divmod(int(left.total_seconds()), 3600)
    if hours >= 1:
        return say(counted("还剩 %(count)d 小时"), count=hours)
    return say(counted("还剩 %(count)d 分钟"), count=max(1, rest // 60))


def dates_fault(*, publish_at: datetime, closes_at: datetime, now: datetime) -> dict[str, str]:
    """What is wrong with the dates of a publication, by field."""
    faults = {}
    if publish_at < now:
        faults["publish_at"] = PUBLISH_IN_PAST
    if closes_at < max(publish_at, now) + SHORTEST_BIDDING:
        faults["bids_close_at"] = CLOSE_IN_PAST
    return faults


def extension_fault(*, closes_at: datetime | None, until: datetime | None, now: datetime) -> str | None:
    """Why an end of bidding cannot move to ``until``: only forward, and only while it has not come."""
    if has_closed(closes_at, now=now):
        return TOO_LATE_TO_EXTEND
    return None if until and closes_at and until > closes_at else ONLY_LATER
