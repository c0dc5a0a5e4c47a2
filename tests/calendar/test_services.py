"""A notice becomes rows, in place of what was known of its year."""

from datetime import date

import pytest
from sqlalchemy import select

from marketplace.audit.models import AuditDetail, AuditEntry
from marketplace.calendar import queries, services
from marketplace.calendar.models import CalendarDay
from marketplace.core.actor import ANONYMOUS
from marketplace.core.errors import Invalid, NotAllowed
from marketplace.core.transaction import finish
from tests.actors import OPERATOR
from tests.conftest import NOON

NOTICE = (
    "一、元旦：1月1日（周五）至3日（周日）放假，共3天。\n二、春节：2月5日至11日放假调休，共7天。1月31日（周日）上班。"
)


def bring_in(session, text=NOTICE, year=2027):
    return services.import_notice(session, OPERATOR, year=year, text=text, now=NOON)


def test_imported_days_count_at_once(session):
    assert queries.working_calendar(session).is_working(date(2027, 2, 8))
    bring_in(session)
    calendar = queries.working_calendar(session)
    assert not calendar.is_working(date(2027, 2, 8))
    assert calendar.is_working(date(2027, 1, 31))
    assert not calendar.is_provisional(date(2027, 1, 1), date(2027, 12, 31))


def test_a_second_import_replaces_the_first_and_the_notice_that_came_along(session):
    bring_in(session)
    bring_in(session, "一、元旦：1月1日放假。")
    assert session.scalars(select(CalendarDay.day)).all() == [date(2027, 1, 1)]
    bring_in(session, "一、元旦：1月1日放假。", year=2026)
    assert queries.working_calendar(session).is_working(date(2026, 2, 16))


def test_the_log_keeps_every_day(session):
    bring_in(session)
    finish(session)
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject, entry.actor) == ("import_notice", "calendar:2027", OPERATOR.public_id)
    detail = session.get(AuditDetail, entry.number).detail
    assert detail["working"] == ["2027-01-31"]
    assert len(detail["off"]) == 10


def test_only_operators_change_it_and_a_bad_notice_changes_nothing(session):
    bring_in(session)
    with pytest.raises(NotAllowed):
        services.import_notice(session, ANONYMOUS, year=2027, text=NOTICE, now=NOON)
    with pytest.raises(Invalid):
        bring_in(session, "一、元旦：1月1日（周六）放假。")
    with pytest.raises(Invalid) as refused:
        bring_in(session, NOTICE, year=999)
    assert "year" in refused.value.fields
    assert len(session.scalars(select(CalendarDay)).all()) == 11
