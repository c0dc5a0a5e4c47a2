"""Reads. What an operator imported comes before the notices that came with the program."""

from collections import defaultdict
from datetime import date, datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.calendar.builtin import calendar_from, notices
from marketplace.calendar.days import WorkingCalendar
from marketplace.calendar.models import CalendarDay
from marketplace.calendar.notice import Special
from marketplace.core.calendar import day_of
from marketplace.settings.keys import REVIEW_DAYS
from marketplace.settings.queries import value

READ = "calendar.read"


def working_calendar(session: Session) -> WorkingCalendar:
    """The calendar in force; one query for each session."""
    if READ not in session.info:
        session.info[READ] = calendar_from(known_notices(session))
    return cast(WorkingCalendar, session.info[READ])


def review_ends(session: Session, submitted_at: datetime) -> date:
    """The last day on which something handed in then is to be reviewed."""
    return working_calendar(session).nth_working_day(day_of(submitted_at), value(session, REVIEW_DAYS))


def known_notices(session: Session) -> dict[int, tuple[Special, ...]]:
    """The days of every known notice, by its year."""
    imported: dict[int, list[Special]] = defaultdict(list)
    for row in session.scalars(select(CalendarDay).order_by(CalendarDay.day)):
        imported[row.notice_year].append(Special(row.day, row.is_working, row.name))
    return {**notices(), **{year: tuple(days) for year, days in imported.items()}}


def imported_years(session: Session) -> set[int]:
    return set(session.scalars(select(CalendarDay.notice_year).distinct()))


def forget(session: Session) -> None:
    session.info.pop(READ, None)
