"""Counting days (pure): 民法典 第二百零一条, 第二百零三条.

The day a period starts on is not counted. A period of days that would end on a day off ends on the next day that is
worked; one of working days counts those alone, days worked in exchange (调休) among them. Both end at 24:00 in Beijing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

SATURDAY = 5
LONGEST = 3660
STATUTORY = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Off in every year by 《全国年节及纪念日放假办法》, as far as the sun says; festivals of the moon await the notice."""


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """``special``: days that are not what their weekday says, True where they are worked; ``years``: those whose notice
    is known. Of other years weekends and statutory days count as off, and what is reckoned there is provisional."""

    special: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def is_working(self, day: date) -> bool:
        known = self.special.get(day)
        if known is not None:
            return known
        if day.year not in self.years and (day.month, day.day) in STATUTORY:
            return False
        return day.weekday() < SATURDAY

    def nth_working_day(self, start: date, number: int) -> date:
        """The last day of a period of so many working days, 1 … ``LONGEST``; ValueError for others."""
        _hold(number)
        day = start
        while number:
            day += timedelta(days=1)
            number -= self.is_working(day)
        return day

    def last_day(self, start: date, number: int) -> date:
        """The last day of a period of so many days, moved to the next working day where it would fall on a day off."""
        _hold(number)
        day = start + timedelta(days=number)
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def is_provisional(self, start: date, end: date) -> bool:
        """Whether the notice of one of the years between is still to come."""
        return any(year not in self.years for year in range(start.year, end.year + 1))


def _hold(number: int) -> None:
    if not 1 <= number <= LONGEST:
        raise ValueError(f"a period of {number} days")
