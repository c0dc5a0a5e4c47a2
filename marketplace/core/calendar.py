"""Days of Beijing: instants are UTC inside, days and clock times are those people in China read."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


def day_of(moment: datetime) -> date:
    """The day in Beijing that an instant falls on."""
    return moment.astimezone(BEIJING).date()


def beijing(moment: datetime) -> datetime:
    return moment.astimezone(BEIJING)


def from_beijing(local: datetime) -> datetime:
    """A clock time typed in Beijing as an instant in UTC; refuses one that already has a zone."""
    if local.tzinfo is not None:
        raise ValueError("a local time has no zone")
    return local.replace(tzinfo=BEIJING).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The last moment of a day in Beijing, 24:00, as an instant in UTC."""
    return datetime.combine(day + timedelta(days=1), time(0), tzinfo=BEIJING).astimezone(UTC)


def next_hour(hour: int, *, now: datetime) -> datetime:
    """The next time that clocks in Beijing show this hour."""
    today = beijing(now).replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)
