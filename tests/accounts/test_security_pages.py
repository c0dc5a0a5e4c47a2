"""Pages of sessions, second factors and consent, as a browser sees them."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from marketplace.accounts import terms
from marketplace.accounts.models import Consent, User
from marketplace.core.actor import Role
from marketplace.web.extensions import db
from tests.accounts.browser import a_browser_of, look_again
from tests.conftest import make_app
from tests.factories.accounts import PASSWORD, a_staff_grant, a_user
from tests.factories.factors import HALF_MINUTE, SECRET, a_factor, code_at
from tests.factories.organisations import an_organisation

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Safari/604.1"


@pytest.fixture
def user(database):
    user = a_user(database)
    database.commit()
    return user


@pytest.fixture
def keyring(app):
    from marketplace.accounts.keyring import KeyRing

    return KeyRing(app.config["JIEBANG"].seal_key)


@pytest.fixture
def strict_app(sqlite_url, tmp_path):
    """A site that asks its staff for a second factor, as production does."""
    app = make_app(sqlite_url, tmp_path, second_factor="staff")
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    with app.app_context():
        db.engine.dispose()


def sign_in(client, email, **query):
    return client.post("/login", data={"email": email, "password": PASSWORD}, query_string=query)


def is_signed_in(client):
    return client.get("/account").status_code == 200


def at_present():
    return datetime.now(UTC)


def enrolled(client):
    """Set a second factor up by its pages: the secret and the recovery codes."""
    assert client.post("/account/second-factor/start").location == "/account/second-factor/enrol"
    page = client.get("/account/second-factor/enrol").text
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    answer = client.post("/account/second-factor/enrol", data={"code": code_at(at_present(), secret)})
    assert answer.status_code == 200
    return secret, re.findall(r"<code>([a-z2-9-]{19})</code>", answer.text)


class TestSessions:
    def test_the_list_names_the_device_and_ends_it(self, app, user):
        here, there = app.test_client(), app.test_client()
        sign_in(here, user.email)
        there.post("/login", data={"email": user.email, "password": PASSWORD}, headers={"User-Agent": PHONE})

        page = here.get("/account/sessions").text
        assert "Safari · iOS" in page
        assert "127.0.0.1" in page
        assert page.count("（当前浏览器）") == 1
        (key,) = re.findall(r'name="which" value="([0-9a-f]{16})"', page)

        assert here.post("/account/sessions/end", data={"which": key}).location == "/account/sessions"
        assert [is_signed_in(one) for one in (here, there)] == [True, False]

    def test_signing_out_everywhere_ends_this_one_too(self, app, database, user):
        browsers = [a_browser_of(app, database, user) for _ in range(3)]
        assert browsers[0].post("/account/sessions/end-all").location == "/login"
        assert [is_signed_in(one) for one in browsers] == [False, False, False]

    @pytest.mark.parametrize("which", ["", "%", "0" * 16, "x" * 16])
    def test_what_names_no_session_of_ones_own_ends_none(self, app, database, user, which):
        client = a_browser_of(app, database, user)
        answer = client.post("/account/sessions/end", data={"which": which}, follow_redirects=True)
        assert "这个登录已经不在了" in answer.text
        assert is_signed_in(client)


class TestTheSecondFactor:
    def test_a_person_sets_it_up_and_is_asked_from_then_on(self, app, client, user):
        sign_in(client, user.email)
        secret, codes = enrolled(client)
        assert len(codes) == 10
        assert is_signed_in(client)

        other = app.test_client()
        assert sign_in(other, user.email, next="/account").location == "/login/code?next=/account"
        assert not is_signed_in(other)
        assert other.post("/login/code?next=/account", data={"code": "000000"}).status_code == 422
        fresh = code_at(at_present() + HALF_MINUTE, secret)
        assert other.post("/login/code?next=/account", data={"code": fresh}).location == "/account"
        assert is_signed_in(other)

    def test_the_codes_are_shown_once(self, client, user):
        sign_in(client, user.email)
        _secret, codes = enrolled(client)
        for path in ("/account/second-factor", "/account/second-factor/enrol", "/account"):
            assert codes[0] not in client.get(path, follow_redirects=True).text

    def test_a_recovery_code_opens_and_is_used_up(self, app, client, user):
        sign_in(client, user.email)
        _secret, codes = enrolled(client)
        for status in (302, 422):
            other = app.test_client()
            sign_in(other, user.email)
            assert other.post("/login/code", data={"code": codes[3]}).status_code == status
        assert "9 个没有用过的恢复码" in client.get("/account/second-factor").text

    def test_five_wrong_codes_lock(self, app, database, user, keyring):
        a_factor(database, user, keyring)
        database.commit()
        client = app.test_client()
        sign_in(client, user.email)
        for _ in range(5):
            assert client.post("/login/code", data={"code": "000000"}).status_code == 422
        locked = client.post("/login/code", data={"code": code_at(at_present(), SECRET)})
        assert locked.status_code == 429
        assert "请 15 分钟后再试" in locked.text

    def test_without_a_password_the_question_leads_to_the_sign_in(self, client):
        assert client.get("/login/code").location == "/login"
        assert client.post("/login/code", data={"code": "123456"}).location == "/login"

    def test_nobody_is_sent_to_another_site(self, app, database, user, keyring):
        a_factor(database, user, keyring)
        database.commit()
        client = app.test_client()
        sign_in(client, user.email)
        answer = client.post("/login/code?next=//evil.example", data={"code": code_at(at_present(), SECRET)})
        assert answer.location == "/workbench"

    def test_renewed_and_given_up(self, app, database, user, keyring):
        a_factor(database, user, keyring)
        client = a_browser_of(app, database, user)
        empty = client.post("/account/second-factor/codes", data={"code": ""})
        assert empty.status_code == 422
        renewed = client.post("/account/second-factor/codes", data={"code": code_at(at_present(), SECRET)})
        assert len(re.findall(r"<code>([a-z2-9-]{19})</code>", renewed.text)) == 10
        refused = client.post("/account/second-factor/give-up", data={"code": "000000"})
        assert refused.status_code == 422
        fresh = code_at(at_present() + HALF_MINUTE, SECRET)
        assert client.post("/account/second-factor/give-up", data={"code": fresh}).status_code == 302
        assert sign_in(app.test_client(), user.email).location == "/workbench"


class TestStaff:
    @pytest.mark.parametrize(
        ("role", "area"),
        [(Role.OPERATOR, ""), (Role.AREA_OFFICER, "anting"), (Role.SUPERVISOR, ""), (Role.FINANCE_OFFICER, "")],
    )
    def test_until_they_have_one_they_reach_nothing_but_its_setting_up(self, strict_app, database, user, role, area):
        a_staff_grant(database, user, role, area=area)
        organisation = an_organisation(database, state="submitted", verified_at=None)
        database.commit()
        client = strict_app.test_client()
        sign_in(client, user.email)
        for path in ("/", "/workbench", "/account", "/challenges", f"/organisations/{organisation.public_id}"):
            assert client.get(path).location.startswith("/account/second-factor?next=")
        assert client.post("/account/sessions/end-all").status_code == 403
        assert "其他页面都打不开" in client.get("/account/second-factor").text

        enrolled(client)

        assert client.get("/workbench").status_code == 200

    def test_they_cannot_give_it_up(self, strict_app, database, user, keyring):
        a_staff_grant(database, user, Role.OPERATOR)
        a_factor(database, user, keyring)
        client = a_browser_of(strict_app, database, user)
        assert "give-up" not in client.get("/account/second-factor").text
        answer = client.post("/account/second-factor/give-up", data={"code": code_at(at_present(), SECRET)})
        assert answer.status_code == 403

    def test_they_may_sign_out_instead(self, strict_app, database, user):
        a_staff_grant(database, user, Role.OPERATOR)
        assert a_browser_of(strict_app, database, user).post("/logout").location == "/login"

    def test_members_of_organisations_are_not_asked(self, strict_app, database, user):
        assert is_signed_in(a_browser_of(strict_app, database, user))

    def test_the_demo_asks_nobody_and_says_so(self, app, database, user):
        a_staff_grant(database, user, Role.OPERATOR)
        page = a_browser_of(app, database, user).get("/workbench")
        assert page.status_code == 200
        assert "SECOND_FACTOR=none" in page.text


class TestConsent:
    def test_new_terms_are_asked_for_before_anything_else(self, client, database, user):
        user.consent_version = "2020-01"
        database.commit()
        sign_in(client, user.email)
        assert client.get("/workbench").location == "/account/consent?next=/workbench"
        assert client.post("/account", data={"name": "x", "language": "zh"}).status_code == 403
        assert client.post("/account/consent", data={}).status_code == 422

        typed = {"consent": "y", "consent_version": terms.VERSION}
        assert client.post("/account/consent?next=/account", data=typed).location == "/account"

        assert is_signed_in(client)
        look_again(database)
        assert database.scalars(select(User.consent_version)).one() == terms.VERSION
        assert database.scalars(select(Consent.version)).all() == [terms.VERSION]

    def test_older_terms_that_were_still_open_are_not_taken(self, client, database, user):
        user.consent_version = None
        database.commit()
        sign_in(client, user.email)
        stale = {"consent": "y", "consent_version": "2020-01"}
        assert client.post("/account/consent", data=stale).status_code == 422
        assert not is_signed_in(client)

    def test_who_agreed_reads_when(self, client, database, user):
        database.add(Consent(user_id=user.id, version="2024-05", agreed_at=datetime(2024, 5, 1, 1, 0, tzinfo=UTC)))
        database.commit()
        sign_in(client, user.email)
        page = client.get("/account/consent").text
        assert "2024-05-01 09:00 同意版本 2024-05" in page
        assert "不同意" not in page

    def test_whoever_is_at_work_is_not_interrupted(self, app, database, user):
        client = a_browser_of(app, database, user)
        user.consent_version = "2020-01"
        database.commit()
        assert is_signed_in(client)

    def test_registering_says_everything_that_is_wrong_at_once(self, client):
        page = client.post("/register", data={"name": "", "email": "x", "password": "short"})
        assert page.status_code == 422
        assert "有 4 处需要改正" in page.text
        assert "请先阅读并同意" in page.text
        assert "请填写完整的邮箱地址" in page.text
