"""A year on a page: its festivals, and each month as weeks."""

import calendar as weeks_of
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.calendar.days import WorkingCalendar
from marketplace.calendar.notice import Special

DAYS_IN_WEEK = 7


@dataclass(frozen=True, slots=True)
class Festival:
    """``spans``: (first, last) of days off one after the other; ``worked``: days worked in exchange."""

    name: str
    spans: tuple[tuple[date, date], ...]
    worked: tuple[date, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of a month; ``is_special``: not what its weekday says."""

    day: date
    is_working: bool
    is_special: bool


def festivals(days: Sequence[Special]) -> list[Festival]:
    """In the order of the year."""
    names = list(dict.fromkeys(one.name for one in sorted(days, key=lambda one: (one.is_working, one.day))))
    return [_festival(name, [one for one in days if one.name == name]) for name in names]


def months(year: int, calendar: WorkingCalendar) -> list[tuple[int, list[list[Cell | None]]]]:
    """(month, weeks from Monday); None where a week begins or ends in another month."""
    found = []
    for month in range(1, 13):
        weeks = weeks_of.Calendar().monthdatescalendar(year, month)
        found.append((month, [[_cell(day, month, calendar) for day in week] for week in weeks]))
    return found


def _cell(day: date, month: int, calendar: WorkingCalendar) -> Cell | None:
    if day.month != month:
        return None
    is_working = calendar.is_working(day)
    return Cell(day, is_working, is_special=is_working != (day.weekday() < DAYS_IN_WEEK - 2))


def _festival(name: str, days: Sequence[Special]) -> Festival:
    off = sorted(one.day for one in days if not one.is_working)
    spans: list[tuple[date, date]] = []
    for day in off:
        if spans and (day - spans[-1][1]).days == 1:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return Festival(name, tuple(spans), tuple(sorted(one.day for one in days if one.is_working)), len(off))
