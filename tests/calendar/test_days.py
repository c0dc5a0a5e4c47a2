"""Counting days, by the vectors of the field's rules."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.calendar.builtin import calendar_from, notices
from marketplace.calendar.days import LONGEST, WorkingCalendar

CALENDAR = calendar_from(notices())
DAYS = st.dates(date(2024, 1, 1), date(2026, 6, 30))


def day(text: str) -> date:
    return date.fromisoformat(text)


def test_five_working_days_over_the_national_holiday_of_2025():
    counted = [CALENDAR.nth_working_day(day("2025-09-26"), number).isoformat() for number in range(1, 6)]
    assert counted == ["2025-09-28", "2025-09-29", "2025-09-30", "2025-10-09", "2025-10-10"]


def test_a_period_of_days_that_ends_in_a_holiday_ends_after_it():
    assert CALENDAR.last_day(day("2025-09-22"), 15) == day("2025-10-09")


@pytest.mark.parametrize(
    ("start", "number", "last"),
    [
        ("2024-08-15", 31, "2024-09-18"),  # 15 September 2024 is a Sunday and 中秋, off until the 17th
        ("2025-09-22", 6, "2025-09-28"),  # a Sunday that is worked in exchange ends a period itself
        ("2025-10-01", 10, "2025-10-11"),  # a Saturday that is worked
        ("2026-06-01", 5, "2026-06-08"),  # a usual Saturday
        ("2026-06-01", 1, "2026-06-02"),
    ],
)
def test_the_last_day_of_a_period(start, number, last):
    assert CALENDAR.last_day(day(start), number) == day(last)


def test_working_days_in_march_are_those_of_the_week():
    assert CALENDAR.nth_working_day(day("2026-03-06"), 5) == day("2026-03-13")


@given(start=DAYS, number=st.integers(1, 60))
def test_between_start_and_end_lie_as_many_working_days_as_were_asked(start, number):
    end = CALENDAR.nth_working_day(start, number)
    between = [start + timedelta(days=one) for one in range(1, (end - start).days + 1)]
    assert sum(CALENDAR.is_working(one) for one in between) == number
    assert CALENDAR.is_working(end)


@given(start=DAYS, number=st.integers(1, 60))
def test_a_period_of_days_ends_on_the_first_working_day_that_is_not_too_early(start, number):
    end = CALENDAR.last_day(start, number)
    nominal = start + timedelta(days=number)
    assert CALENDAR.is_working(end)
    assert not any(CALENDAR.is_working(nominal + timedelta(days=one)) for one in range((end - nominal).days))


@pytest.mark.parametrize("number", [0, -1, LONGEST + 1])
def test_a_period_has_at_least_a_day(number):
    for count in (CALENDAR.nth_working_day, CALENDAR.last_day):
        with pytest.raises(ValueError, match="a period of"):
            count(day("2026-06-01"), number)


def test_a_year_without_its_notice_knows_weekends_and_fixed_days_and_is_provisional():
    assert CALENDAR.last_day(day("2027-09-26"), 5) == day("2027-10-04")
    assert CALENDAR.is_provisional(day("2026-12-31"), day("2027-01-04"))
    assert not CALENDAR.is_provisional(day("2026-12-01"), day("2026-12-31"))
    assert WorkingCalendar().is_working(day("2026-02-16"))
    assert not CALENDAR.is_working(day("2026-02-16"))
