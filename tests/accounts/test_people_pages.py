"""The console's pages of people: who sees them, what an operator does there, and what nobody does."""

import pytest
from sqlalchemy import select

from marketplace.accounts.models import StaffGrant, User, UserSession
from marketplace.accounts.services import administration
from marketplace.audit.models import AuditEntry
from marketplace.core.actor import Role
from tests.accounts.browser import a_browser_of, look_again
from tests.conftest import NOON
from tests.factories.accounts import PASSWORD, a_staff_grant, a_user

REASON = {"reason": "冒用他人身份，已电话核实。"}


@pytest.fixture
def boss(database):
    user = a_user(database, name="周运营")
    a_staff_grant(database, user, Role.OPERATOR)
    return user


@pytest.fixture
def operator(app, database, boss):
    return a_browser_of(app, database, boss)


@pytest.fixture
def person(database):
    user = a_user(database, name="林小河", email="lin@example.com")
    database.commit()
    return user


def of(user, *more):
    return "/".join(("/admin/people", user.public_id, *more))


def roles_of(database, user):
    look_again(database)
    return [(one.role, one.area) for one in database.scalars(select(StaffGrant).where(StaffGrant.user_id == user.id))]


def acts(database, action):
    look_again(database)
    return len(database.scalars(select(AuditEntry).where(AuditEntry.action == action)).all())


class TestTheList:
    def test_it_is_narrowed_by_words_role_and_standing(self, database, operator, person):
        blocked = a_user(database, name="被停用的", disabled_at=NOON)
        half = a_user(database, name="没验证的", email_verified_at=None)
        gone = a_user(database, name="已注销用户", disabled_at=NOON, erased_at=NOON)
        database.commit()
        names = {one.id: one.name for one in (person, blocked, half, gone)} | {0: "周运营"}
        for query, found in (
            ("q=lin@", {person.id}),
            ("q=林小", {person.id}),
            (f"q={person.public_id}", {person.id}),
            ("role=operator", {0}),
            ("standing=blocked", {blocked.id}),
            ("standing=unverified", {half.id}),
            ("standing=erased", {gone.id}),
            ("standing=active", {person.id, 0}),
            ("standing=nonsense&role=king&page=x&q=%25", set()),
        ):
            page = operator.get(f"/admin/people?{query}").text.partition('class="rows"')[2]
            assert {number for number, name in names.items() if name in page} == found, query

    def test_a_supervisor_reads_and_changes_nothing(self, app, database, person):
        watcher = a_user(database)
        a_staff_grant(database, watcher, Role.SUPERVISOR)
        browser = a_browser_of(app, database, watcher)
        assert person.name in browser.get("/admin/people").text
        page = browser.get(of(person)).text
        assert "lin@example.com" in page
        assert '<form method="post" action="/admin' not in page
        for step in ("block", "end-sessions", "reset-factor", "roles", "roles/revoke"):
            assert browser.post(of(person, step), data=REASON | {"role": "operator"}).status_code == 403
        assert roles_of(database, person) == []

    def test_others_are_refused(self, app, database, client, person):
        assert client.get("/admin/people").status_code == 302
        assert a_browser_of(app, database, person).get("/admin/people").status_code == 403


class TestRoles:
    def test_an_operator_gives_a_role_with_its_area_and_takes_it_back(self, database, operator, person):
        operator.post(of(person, "roles"), data={"role": "area_officer", "area": "anting"})
        assert roles_of(database, person) == [(Role.AREA_OFFICER, "anting")]
        page = operator.get(of(person)).text
        assert "街镇专员（安亭镇）" in page or "街镇专员（安亭" in page
        assert "授予角色" in page
        operator.post(of(person, "roles/revoke"), data={"role": "area_officer", "area": "anting"})
        assert roles_of(database, person) == []
        assert (acts(database, "grant"), acts(database, "revoke")) == (1, 1)

    @pytest.mark.parametrize(
        "typed",
        [{}, {"role": "owner"}, {"role": "area_officer"}, {"role": "operator", "area": "anting"},
         {"role": "area_officer", "area": "moon"}],
    )  # fmt: skip
    def test_what_is_no_role_is_said(self, database, operator, person, typed):
        answer = operator.post(of(person, "roles"), data=typed)
        assert answer.status_code == 422
        assert "error-summary" in answer.text
        assert roles_of(database, person) == []

    def test_nobody_changes_their_own(self, database, operator, boss):
        assert operator.post(of(boss, "roles"), data={"role": "supervisor"}).status_code == 403
        assert operator.post(of(boss, "roles/revoke"), data={"role": "operator"}).status_code == 403
        assert operator.post(of(boss, "block"), data=REASON).status_code == 403
        assert roles_of(database, boss) == [(Role.OPERATOR, "")]


class TestBlocking:
    def test_a_blocked_account_opens_nothing_until_it_is_unblocked(self, app, database, operator, person):
        browser = a_browser_of(app, database, person)
        assert browser.get("/account").status_code == 200
        operator.post(of(person, "block"), data=REASON)
        assert browser.get("/account").status_code == 302
        typed = {"email": person.email, "password": PASSWORD}
        assert app.test_client().post("/login", data=typed).status_code == 422
        page = operator.get(of(person)).text
        assert "已停用" in page
        assert REASON["reason"] in page
        operator.post(of(person, "unblock"), data={"reason": "误会已澄清。"})
        assert app.test_client().post("/login", data=typed).status_code == 302

    @pytest.mark.parametrize("reason", ["", " ", "长" * (administration.MAX_REASON + 1)])
    def test_it_needs_a_reason(self, database, operator, person, reason):
        answer = operator.post(of(person, "block"), data={"reason": reason})
        assert (answer.status_code, "请写明理由" in answer.text) == (422, True)
        look_again(database)
        assert database.get(User, person.id).disabled_at is None

    def test_twice_is_said_and_an_erased_account_stays_closed(self, database, operator, person):
        assert operator.post(of(person, "unblock"), data=REASON).status_code == 409
        operator.post(of(person, "block"), data=REASON)
        assert operator.post(of(person, "block"), data=REASON).status_code == 409
        gone = a_user(database, disabled_at=NOON, erased_at=NOON)
        database.commit()
        assert operator.post(of(gone, "unblock"), data=REASON).status_code == 409

    def test_sessions_end_and_the_log_says_so(self, app, database, operator, person):
        browsers = [a_browser_of(app, database, person) for _ in range(2)]
        answer = operator.post(of(person, "end-sessions"), follow_redirects=True)
        assert "已结束 2 个登录" in answer.text
        assert [browser.get("/account").status_code for browser in browsers] == [302, 302]
        assert acts(database, "end_sessions_of") == 1
        live = UserSession.user_id == person.id, UserSession.ended_at.is_(None)
        assert database.scalars(select(UserSession).where(*live)).all() == []

    def test_resetting_a_factor_that_is_not_there_is_said(self, operator, person):
        assert operator.post(of(person, "reset-factor")).status_code == 409
