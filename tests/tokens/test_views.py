"""The page of one's own tokens."""

import re

import pytest
from sqlalchemy import select

from marketplace.tokens.models import ApiToken
from tests.accounts.browser import a_browser_of, look_again
from tests.factories.accounts import a_user
from tests.factories.organisations import a_membership, an_organisation
from tests.factories.tokens import a_token

PAGE = "/account/tokens"


@pytest.fixture
def person(database):
    user, organisation = a_user(database), an_organisation(database, name="嘉定膜材料有限公司")
    a_membership(database, user, organisation)
    user.organisation = organisation
    return user


@pytest.fixture
def browser(app, database, person):
    return a_browser_of(app, database, person)


def test_a_token_is_made_shown_once_listed_and_revoked(app, database, person, browser):
    typed = {
        "name": "夜间同步",
        "organisation": person.organisation.public_id,
        "scopes": ["challenges:read", "account:read"],
        "days": "30",
    }
    page = browser.post(PAGE, data=typed)
    secret = re.search(r"jb_[\w-]{43}", page.text)[0]
    assert "离开本页后不会再显示" in page.text
    listed = browser.get(PAGE).text
    assert secret not in listed
    assert all(words in listed for words in ("夜间同步", "嘉定膜材料有限公司", "榜单：读取", "还没有用过"))

    asking = {"Authorization": f"Bearer {secret}"}
    me = app.test_client().get("/api/v1/account/me", headers=asking).get_json()
    assert me["organisation"]["name"] == "嘉定膜材料有限公司"
    assert me["scopes"] == ["account:read", "challenges:read"]

    look_again(database)
    public_id = database.scalars(select(ApiToken.public_id)).one()
    assert "令牌已吊销" in browser.post(f"{PAGE}/{public_id}/revoke", follow_redirects=True).text
    assert app.test_client().get("/api/v1/account/me", headers=asking).status_code == 401


def test_what_is_missing_is_said_and_what_was_typed_stays(browser):
    page = browser.post(PAGE, data={"name": "夜间同步", "organisation": "", "days": "30"})
    assert page.status_code == 422
    assert "请至少选择一项权限。" in page.text
    assert 'value="夜间同步"' in page.text


@pytest.mark.parametrize(
    "change", [{"organisation": "aaaaaaaaaaaa"}, {"scopes": ["everything"]}, {"days": "9999"}, {"name": ""}]
)
def test_what_no_page_offers_is_refused(database, browser, change):
    typed = {"name": "x", "organisation": "", "scopes": ["account:read"], "days": "30"} | change
    assert browser.post(PAGE, data=typed).status_code == 422
    look_again(database)
    assert database.scalars(select(ApiToken)).all() == []


def test_another_s_token_cannot_be_revoked(app, database, browser):
    a_token(database, a_user(database))
    database.commit()
    public_id = database.scalars(select(ApiToken.public_id)).one()
    assert browser.post(f"{PAGE}/{public_id}/revoke").status_code == 404
    look_again(database)
    assert database.scalars(select(ApiToken.revoked_at)).one() is None
