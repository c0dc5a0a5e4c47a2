"""Who gets in: tokens and nothing else, narrowed to their scopes and their organisation, at most so often."""

from datetime import timedelta

import pytest

from marketplace.core.actor import Role
from marketplace.organisations.models import Membership
from marketplace.tokens import bearer
from marketplace.tokens.limits import Rates
from marketplace.tokens.scopes import SCOPES
from marketplace.web import access
from tests.accounts.browser import a_browser_of
from tests.api.programs import Program, problem
from tests.factories.accounts import a_user
from tests.factories.organisations import a_membership, an_organisation
from tests.factories.tokens import a_token
from tests.journeys.market import at_present

ME = "/account/me"


@pytest.mark.parametrize(
    "header", ["Bearer jb_wrong", "Bearer", "Basic dXNlcjpwYXNz", "Bearer jb_\u00e9", "Digest x=y", "nonsense"]
)
def test_a_header_that_opens_nothing_is_told_so_even_where_anybody_may_read(client, market, header):
    for path in (ME, "/challenges", "/taxonomy"):
        answer = client.get(f"/api/v1{path}", headers={"Authorization": header})
        problem(answer, 401)
        assert answer.headers["WWW-Authenticate"].lower().startswith("bearer")


def test_without_a_token_what_is_one_s_own_asks_for_one(client, market):
    answer = client.get(f"/api/v1{ME}")
    problem(answer, 401)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="jiebang"'


def test_a_cookie_opens_nothing_here_and_a_token_opens_no_page(app, database, market, program):
    browser = a_browser_of(app, database, market.people["operator"])
    problem(browser.get(f"/api/v1{ME}"), 401)
    problem(browser.post("/api/v1/challenges", json={"kind": "research", "title": "x"}), 401)
    draft = market.challenges["draft"].public_id
    problem(browser.get(f"/api/v1/challenges/{draft}"), 404)
    assert browser.get(f"/challenges/{draft}").status_code == 200
    asking = program("operator")
    assert asking.client.get("/workbench", headers=asking.headers).status_code == 302
    assert asking.client.get(f"/challenges/{draft}", headers=asking.headers).status_code == 404


def test_a_form_s_post_from_another_site_changes_nothing(app, database, market):
    """No cookie is looked at, so that there is nothing to forge."""
    app.config["WTF_CSRF_ENABLED"] = True
    browser = a_browser_of(app, database, market.people["own editor"])
    problem(browser.post("/api/v1/challenges", data='{"kind":"research"}', content_type="text/plain"), 401)


def test_a_token_ends_when_it_is_revoked_expires_or_its_person_is_disabled(app, database, market):
    user = market.people["own editor"]
    for facts in ({"revoked_at": at_present()}, {"expires_at": at_present() - timedelta(seconds=1)}):
        secret = a_token(database, user, market.enterprise, **facts)
        database.commit()
        problem(Program(app.test_client(), secret).get(ME), 401)
    asking = Program(app.test_client(), a_token(database, user, market.enterprise))
    database.commit()
    assert asking.get(ME).status_code == 200
    user.disabled_at = at_present()
    database.commit()
    problem(asking.get(ME), 401)


def test_a_token_ends_with_the_membership_it_acts_by(app, database, market, program):
    asking = program("own editor")
    assert asking.get("/challenges/mine").status_code == 200
    database.query(Membership).filter_by(user_id=market.people["own editor"].id).delete()
    database.commit()
    problem(asking.get("/challenges/mine"), 401)


def test_a_lesser_role_narrows_the_tokens_that_are_there(database, market, program):
    asking = program("own editor")
    database.query(Membership).filter_by(user_id=market.people["own editor"].id).update({"role": Role.READER})
    database.commit()
    problem(asking.post("/challenges", {"kind": "research", "title": "x"}), 403)


def test_a_token_acts_for_its_organisation_alone(app, database, market):
    user, second = a_user(database), an_organisation(database)
    for one in (market.enterprise, second):
        a_membership(database, user, one)
    for organisation, seen in ((market.enterprise, 200), (second, 404), (None, 404)):
        asking = Program(app.test_client(), a_token(database, user, organisation))
        database.commit()
        assert asking.get(f"/challenges/{market.challenges['draft'].public_id}").status_code == seen


def test_staff_roles_are_those_of_tokens_without_an_organisation(app, database, market):
    user = market.people["operator"]
    a_membership(database, user, market.other)
    for organisation, seen in ((None, 200), (market.other, 404)):
        asking = Program(app.test_client(), a_token(database, user, organisation))
        database.commit()
        assert asking.get(f"/challenges/{market.challenges['draft'].public_id}").status_code == seen


def test_every_scope_opens_its_own_and_nothing_else(app, market, program):
    for endpoint, view in app.view_functions.items():
        audience, scope = access.audience_of(app, endpoint), access.scope_of(app, endpoint)
        if audience == "token":
            assert scope in SCOPES, endpoint
        elif audience == "open_api":
            assert scope in ("", *SCOPES), endpoint
        else:
            assert scope == "", (endpoint, view)
    asking = program("own editor", scopes=["challenges:read"])
    assert asking.get("/challenges").status_code == asking.get("/challenges/mine").status_code == 200
    assert asking.get("/taxonomy").status_code == 200
    for method, path, scope in (
        ("GET", ME, "account:read"),
        ("GET", "/achievements", "achievements:read"),
        ("POST", "/challenges", "challenges:write"),
        ("POST", f"/challenges/{market.challenges['draft'].public_id}/actions/submit", "challenges:write"),
    ):
        answer = asking.ask(method, path)
        assert scope in problem(answer, 403)["detail"]
        assert f'scope="{scope}"' in answer.headers["WWW-Authenticate"]


def test_use_is_noted(database, market, program):
    from sqlalchemy import select

    from marketplace.tokens.models import ApiToken

    asking = program("own editor", last_used_at=None)
    assert asking.get(ME).status_code == 200
    database.rollback()
    assert database.scalars(select(ApiToken.last_used_at)).one() is not None


def test_too_many_requests_are_asked_to_wait(app, market, program):
    app.config[bearer.RATES] = Rates(per_token=3, per_address=2)
    app.extensions[bearer.EXTENSION_KEY] = bearer.limits.Windows()
    visitor, person = program("visitor"), program("own editor")
    statuses = [visitor.get("/taxonomy").status_code for _ in range(2)]
    answer = visitor.get("/taxonomy")
    assert statuses == [200, 200]
    problem(answer, 429)
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert [person.get("/taxonomy").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert visitor.client.get("/challenges").status_code == 200


def test_messages_are_in_the_language_that_is_asked_for(client, market):
    for asked, words in (
        ("en", "Sign in"),
        ("en-GB,en;q=0.9,zh;q=0.1", "Sign in"),
        ("zh-CN,zh;q=0.9", "请先登录"),
        ("fr", "请先登录"),
    ):
        title = problem(client.get(f"/api/v1{ME}", headers={"Accept-Language": asked}), 401)["title"]
        assert words.lower() in title.lower(), (asked, title)
