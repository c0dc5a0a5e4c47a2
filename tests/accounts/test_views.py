import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from marketplace.accounts import terms
from marketplace.accounts.login import TOKEN_KEY
from marketplace.accounts.models import Attempt, User, UserSession
from marketplace.core.actor import Role
from marketplace.web.extensions import db
from tests.accounts.browser import a_browser_of, look_again
from tests.factories.accounts import PASSWORD, a_staff_grant, a_user
from tests.factories.organisations import a_membership, an_organisation

NEW_PASSWORD = "Another-2026"
TYPED = {
    "name": "王小明",
    "email": "wang@example.com",
    "password": "Huhu-Xue-88",
    "consent": "y",
    "consent_version": terms.VERSION,
}


@pytest.fixture
def user(database):
    user = a_user(database)
    database.commit()
    return user


def sign_in(client, email, password=PASSWORD, **query):
    return client.post("/login", data={"email": email, "password": password}, query_string=query)


def is_signed_in(client):
    return client.get("/account").status_code == 200


def without_tokens(response, email):
    """The page less what differs from one request to the next."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", response.text.replace(email, ""))


class TestSigningIn:
    def test_a_person_signs_in_goes_where_they_wanted_and_out_again(self, client, user):
        turned_away = client.get("/account?tab=1")
        assert turned_away.location == "/login?next=/account?tab%3D1"

        response = client.post(turned_away.location, data={"email": user.email, "password": PASSWORD})

        assert response.location == "/account?tab=1"
        assert is_signed_in(client)
        assert client.post("/logout").location == "/login"
        assert "已退出登录" in client.get("/login").text
        assert not is_signed_in(client)

    @pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", ""])
    def test_nobody_is_sent_to_another_site(self, client, user, target):
        assert sign_in(client, user.email, next=target).location == "/workbench"

    def test_a_refusal_keeps_the_address_and_says_nothing_about_it(self, client, user):
        known, unknown = sign_in(client, user.email, "wrong-one"), sign_in(client, "nobody@example.com", "wrong-one")
        assert known.status_code == unknown.status_code == 422
        assert user.email in known.text
        assert "邮箱或密码不对" in known.text
        assert without_tokens(known, user.email) == without_tokens(unknown, "nobody@example.com")

    def test_failures_are_counted_although_they_fail_and_lock_the_address(self, client, database, user):
        for _ in range(5):
            assert sign_in(client, user.email, "wrong-one").status_code == 422
        locked = sign_in(client, user.email)
        assert locked.status_code == 429
        assert "请 15 分钟后再试" in locked.text
        assert len(database.scalars(select(Attempt)).all()) == 5

    def test_an_empty_form_says_what_is_missing(self, client):
        response = client.post("/login", data={})
        assert response.status_code == 422
        assert "有 2 处需要改正" in response.text

    def test_the_cookie_of_before_is_worth_nothing_after(self, app, client, user):
        with client.session_transaction() as cookie:
            cookie["planted"] = "x"
            cookie[TOKEN_KEY] = "a-token-that-somebody-else-knows"
        sign_in(client, user.email)
        with client.session_transaction() as cookie:
            assert "planted" not in cookie
            assert cookie[TOKEN_KEY] != "a-token-that-somebody-else-knows"

    def test_who_is_signed_in_already_is_sent_on(self, app, database, user):
        assert a_browser_of(app, database, user).get("/login").location == "/workbench"


class TestSessions:
    def ago(self, **amount):
        return datetime.now(UTC) - timedelta(**amount)

    def test_an_hour_without_a_page_ends_the_session(self, app, database, user):
        assert is_signed_in(a_browser_of(app, database, user, seen_at=self.ago(minutes=58)))
        assert not is_signed_in(a_browser_of(app, database, user, seen_at=self.ago(minutes=61)))

    def test_staff_have_half_an_hour(self, app, database, user):
        a_staff_grant(database, user, Role.SUPERVISOR)
        assert is_signed_in(a_browser_of(app, database, user, seen_at=self.ago(minutes=28)))
        assert not is_signed_in(a_browser_of(app, database, user, seen_at=self.ago(minutes=31)))

    def test_twelve_hours_end_it_in_any_case(self, app, database, user):
        assert not is_signed_in(a_browser_of(app, database, user, started_at=self.ago(hours=12)))

    def test_a_disabled_account_is_out_with_the_next_page(self, app, database, user):
        client = a_browser_of(app, database, user)
        user.disabled_at = datetime.now(UTC)
        database.commit()
        assert not is_signed_in(client)

    def test_a_page_is_noted_once_a_minute(self, app, database, user):
        earlier, later = self.ago(minutes=5), self.ago(seconds=30)
        for seen_at in (earlier, later):
            a_browser_of(app, database, user, seen_at=seen_at).get("/account")
        look_again(database)
        noted = database.scalars(select(UserSession.seen_at).order_by(UserSession.id)).all()
        assert noted[0] > later
        assert noted[1] == later

    def test_the_head_of_the_page_says_who_and_for_whom(self, app, database, user):
        first, second = an_organisation(database), an_organisation(database)
        for organisation in (first, second):
            a_membership(database, user, organisation)
        page = a_browser_of(app, database, user, organisation_id=second.id).get("/account").text
        assert user.name in page
        assert f'value="{first.public_id}" aria-pressed="false"' in page
        assert f'value="{second.public_id}" aria-pressed="true"' in page

    def test_two_queries_tell_who_is_looking_one_what_is_unread_and_none_is_needed_for_strangers(
        self, app, database, user
    ):
        person, stranger, asked = a_browser_of(app, database, user), app.test_client(), []
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", lambda _c, _cursor, statement, *_: asked.append(statement))
        stranger.get("/letter-sent")
        person.get("/static/brand.svg").close()
        assert asked == []
        person.get("/letter-sent")
        asked = [statement for statement in asked if "BEGIN" not in statement]
        assert [statement.partition(" ")[0] for statement in asked] == ["SELECT"] * 3
        assert "notification.read_at IS NULL" in asked[2]


class TestRegistering:
    def test_from_registering_to_the_first_page(self, client, database, letters):
        assert client.post("/register", data=TYPED).location == "/letter-sent"
        link = f"/verify-email/{letters[0].facts['token']}"
        assert "确认邮箱" in client.get(link).text
        assert client.post(link).location == "/login"
        assert "邮箱已验证" in client.get("/login").text
        assert sign_in(client, TYPED["email"], TYPED["password"]).location == "/workbench"
        assert client.get(link).status_code == 409

    def test_opening_the_link_verifies_nothing_yet(self, client, database, letters):
        client.post("/register", data=TYPED)
        client.get(f"/verify-email/{letters[0].facts['token']}")
        assert database.scalars(select(User.email_verified_at)).all() == [None]

    def test_a_known_address_gets_the_same_answer(self, client, user):
        fresh = client.post("/register", data=TYPED)
        known = client.post("/register", data=TYPED | {"email": user.email})
        assert (fresh.status_code, fresh.location) == (known.status_code, known.location)

    def test_what_was_typed_stays_but_the_password(self, client):
        response = client.post("/register", data=TYPED | {"password": "short", "consent": ""})
        assert response.status_code == 422
        assert TYPED["email"] in response.text
        assert TYPED["name"] in response.text
        assert "密码至少 10 个字符" in response.text
        assert 'value="short"' not in response.text

    def test_without_consent_to_these_terms_there_is_no_account(self, client, database):
        for changes in ({"consent": ""}, {"consent_version": "2020-01"}):
            response = client.post("/register", data=TYPED | changes)
            assert response.status_code == 422
            assert "请先阅读并同意" in response.text
        assert database.scalars(select(User)).all() == []


class TestPasswords:
    def test_a_forgotten_password_is_set_anew_by_letter(self, client, user, letters):
        assert client.post("/password/forgot", data={"email": user.email}).location == "/letter-sent"
        link = f"/password/reset/{letters[0].facts['token']}"
        assert client.post(link, data={"password": "short"}).status_code == 422
        assert client.post(link, data={"password": NEW_PASSWORD}).location == "/login"
        assert sign_in(client, user.email, NEW_PASSWORD).location == "/workbench"

    def test_an_unknown_address_gets_the_same_answer(self, client, letters):
        response = client.post("/password/forgot", data={"email": "nobody@example.com"})
        assert response.location == "/letter-sent"
        assert letters == []

    @pytest.mark.parametrize("token", ["x" * 43, "x" * 42])
    def test_a_link_that_opens_nothing_says_so(self, client, token):
        assert client.get(f"/password/reset/{token}").status_code == (409 if len(token) == 43 else 404)

    def test_a_new_password_keeps_this_browser_and_ends_the_others(self, app, database, user):
        here, there = (a_browser_of(app, database, user) for _ in range(2))
        response = here.post("/account/password", data={"old_password": PASSWORD, "new_password": NEW_PASSWORD})
        assert response.location == "/account"
        assert [is_signed_in(one) for one in (here, there)] == [True, False]

    def test_a_wrong_old_password_is_said_at_its_field_and_counted(self, app, database, user):
        client = a_browser_of(app, database, user)
        for _ in range(5):
            response = client.post("/account/password", data={"old_password": "x", "new_password": NEW_PASSWORD})
            assert response.status_code == 422
            assert "现在的密码不对" in response.text
        response = client.post("/account/password", data={"old_password": PASSWORD, "new_password": NEW_PASSWORD})
        assert response.status_code == 429


class TestTheAccount:
    def test_a_person_changes_name_and_language(self, app, database, user):
        client = a_browser_of(app, database, user)
        response = client.post("/account", data={"name": "新名字", "language": "en"})
        assert response.location == "/account?lang=en"
        look_again(database)
        assert (user.name, user.language) == ("新名字", "en")

    def test_a_name_is_needed(self, app, database, user):
        response = a_browser_of(app, database, user).post("/account", data={"name": " ", "language": "zh"})
        assert response.status_code == 422

    def test_the_page_shows_roles_and_organisations(self, app, database, user):
        organisation = an_organisation(database)
        a_membership(database, user, organisation, Role.APPROVER)
        a_staff_grant(database, user, Role.SUPERVISOR)
        page = a_browser_of(app, database, user).get("/account").text
        assert organisation.name in page
        assert "审核人" in page
        assert "平台角色：监督人员" in page

    def test_nobody_keeps_a_copy_of_it(self, app, database, user):
        assert a_browser_of(app, database, user).get("/account").headers["Cache-Control"] == "no-store"


def test_a_form_without_its_token_is_refused(app, client, user):
    app.config["WTF_CSRF_ENABLED"] = True
    assert sign_in(client, user.email).status_code == 400
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text).group(1)
    typed = {"email": user.email, "password": PASSWORD, "csrf_token": token}
    assert client.post("/login", data=typed).location == "/workbench"


@pytest.mark.parametrize("address", ["/login", "/register", "/password/forgot", "/letter-sent"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_for_strangers_opens_in_both_languages(client, address, language):
    response = client.get(address, query_string={"lang": language})
    assert response.status_code == 200
    assert response.text.count("<h1") == 1
