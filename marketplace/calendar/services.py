"""Bringing in a year's notice."""

from datetime import datetime

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from marketplace.audit import services as audit
from marketplace.calendar import queries
from marketplace.calendar.models import CalendarDay
from marketplace.calendar.notice import Special, read_notice
from marketplace.calendar.policies import POLICY
from marketplace.core.actor import Actor
from marketplace.core.errors import Invalid
from marketplace.core.permissions import authorize
from marketplace.core.subject import Subject
from marketplace.core.text import _, say

KIND = "calendar"
FIRST_YEAR, LAST_YEAR = 2000, 2999
YEAR_WRONG = _("请检查年份：要在 %(first)d 到 %(last)d 之间。")


def recognised(*, year: int, text: str) -> list[Special]:
    """What a notice says, before anything is kept. Raises Invalid by field."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid({"year": say(YEAR_WRONG, first=FIRST_YEAR, last=LAST_YEAR)})
    return read_notice(text, year)


def import_notice(session: Session, actor: Actor, *, year: int, text: str, now: datetime) -> list[Special]:
    """Put the days of this notice in place of those that were known of its year. Raises Invalid by field."""
    authorize(POLICY, "change", actor, None)
    days = recognised(year=year, text=text)
    is_replaced = or_(CalendarDay.notice_year == year, CalendarDay.day.in_([one.day for one in days]))
    session.execute(delete(CalendarDay).where(is_replaced))
    session.add_all(
        CalendarDay(day=one.day, notice_year=year, is_working=one.is_working, name=one.name) for one in days
    )
    said = {
        "off": [one.day.isoformat() for one in days if not one.is_working],
        "working": [one.day.isoformat() for one in days if one.is_working],
    }
    audit.record(session, actor=actor, action="import_notice", subject=Subject(KIND, str(year)), now=now, **said)
    session.flush()
    queries.forget(session)
    return days
