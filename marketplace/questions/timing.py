"""Last moments for asking and for answering (pure): counted back from the end of bidding, never set by hand.

Whoever moves the end of bidding moves both. The days are defaults of ours: bidders need the answers before they write.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.core.calendar import beijing, day_of, end_of_day
from marketplace.core.locale import minute_text


@dataclass(frozen=True, slots=True)
class Periods:
    """So many days before the end of bidding; of a short bidding at most the given part of its days."""

    ask_days: int = 10
    ask_part: int = 3
    answer_days: int = 5
    answer_part: int = 6


DEFAULT = Periods()


@dataclass(frozen=True, slots=True)
class LastMoments:
    """From these moments on it is too late."""

    ask: datetime
    answer: datetime


def last_moments(starts_at: datetime, closes_at: datetime, periods: Periods = DEFAULT) -> LastMoments:
    """Both fall on 24:00 of a day in Beijing, never after the end of bidding."""
    days = max((closes_at - starts_at).days, 0)
    ask = min(periods.ask_days, days // periods.ask_part)
    answer = min(periods.answer_days, days // periods.answer_part)
    return LastMoments(ask=_days_before(closes_at, ask), answer=_days_before(closes_at, answer))


def _days_before(closes_at: datetime, days: int) -> datetime:
    return min(closes_at, end_of_day(day_of(closes_at) - timedelta(days=days)))


def is_over(last: datetime, *, now: datetime) -> bool:
    return last <= now


def moment_text(last: datetime) -> str:
    """``2026-06-21 24:00``: the end of a day is said as that day's."""
    before = beijing(last - timedelta(microseconds=1))
    if beijing(last).date() != before.date():
        return f"{before:%Y-%m-%d} 24:00"
    return minute_text(last, "zh")
