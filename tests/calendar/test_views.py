"""The calendar's pages."""

import pytest
from sqlalchemy import select

from marketplace.calendar.models import CalendarDay
from marketplace.core.actor import Role
from tests.accounts.browser import a_browser_of
from tests.calendar.test_services import NOTICE
from tests.factories.accounts import a_staff_grant, a_user


@pytest.fixture
def browser(app, database):
    user = a_user(database)
    a_staff_grant(database, user, Role.OPERATOR)
    return a_browser_of(app, database, user)


def rows(database):
    database.rollback()
    return len(database.scalars(select(CalendarDay)).all())


def test_a_year_shows_its_festivals_and_marks_what_is_not_as_usual(browser):
    page = browser.get("/admin/calendar?year=2026").text
    assert "2026-02-15" in page
    assert "2026-02-23" in page
    assert page.count("<small>班</small>") == 6
    assert "随程序提供" in page


def test_a_year_without_a_notice_says_that_it_is_provisional(browser):
    assert "结果是暂定的" in browser.get("/admin/calendar?year=2027").text
    assert "provisional" in browser.get("/admin/calendar?year=2027&lang=en").text


@pytest.mark.parametrize("year", ["x", "-1", "99999999", "0", "1999"])
def test_an_address_without_a_real_year_shows_this_one(browser, year):
    assert browser.get(f"/admin/calendar?year={year}").status_code == 200


def test_first_what_was_recognised_then_the_import(browser, database):
    typed = {"year": "2027", "text": NOTICE}
    seen = browser.post("/admin/calendar/import", data=typed | {"check": "1"})
    assert seen.status_code == 200
    assert "2027-02-05" in seen.text
    assert "确认导入" in seen.text
    assert rows(database) == 0

    done = browser.post("/admin/calendar/import", data=typed | {"save": "1"}, follow_redirects=True)
    assert "已导入 2027 年的节假日安排。" in done.text
    assert rows(database) == 11
    assert "由运营专员导入" in done.text


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"year": "2026", "text": NOTICE}, "2026-01-01 的星期对不上"),
        ({"year": "明年", "text": NOTICE}, "请检查年份"),
        ({"year": "2027", "text": ""}, "请填写这一项"),
        ({"year": "", "text": "<b>一、元旦"}, "请填写这一项"),
        ({"year": "2027", "text": "字" * 20_001}, "最多 20000 个字"),
    ],
)
@pytest.mark.parametrize("button", ["check", "save"])
def test_what_does_not_fit_is_said_and_what_was_typed_stays(browser, database, typed, fault, button):
    answer = browser.post("/admin/calendar/import", data=typed | {button: "1"})
    assert answer.status_code == 422
    assert fault in answer.text
    assert not typed["text"] or typed["text"][:3].replace("<", "&lt;").replace(">", "&gt;") in answer.text
    assert rows(database) == 0


@pytest.mark.parametrize(
    ("role", "expected"), [(Role.SUPERVISOR, [200, 403]), (Role.FINANCE_OFFICER, [403, 403]), (None, [403, 403])]
)
def test_others_read_at_most(app, database, role, expected):
    user = a_user(database)
    if role:
        a_staff_grant(database, user, role)
    browser = a_browser_of(app, database, user)
    assert [browser.get(page).status_code for page in ("/admin/calendar", "/admin/calendar/import")] == expected
