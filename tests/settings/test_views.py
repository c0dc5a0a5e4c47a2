"""The pages of settings, and the foot of every page."""

import pytest

from marketplace.core.actor import Role
from marketplace.settings.models import SiteSetting
from tests.accounts.browser import a_browser_of, look_again
from tests.conftest import make_app
from tests.factories.accounts import a_staff_grant, a_user


@pytest.fixture
def app(sqlite_url, tmp_path):
    app = make_app(sqlite_url, tmp_path, seal_key="seal")
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def a_browser_with(app, database, role=None):
    user = a_user(database)
    if role is not None:
        a_staff_grant(database, user, role, area="anting" if role is Role.AREA_OFFICER else "")
    return a_browser_of(app, database, user)


@pytest.fixture
def operator(app, database):
    return a_browser_with(app, database, Role.OPERATOR)


def test_what_an_operator_sets_stands_at_the_foot_of_every_page(app, operator):
    typed = {
        "footer-host": "某区<科委>",
        "footer-icp": "沪ICP备12345678号-1",
        "footer-email": "office@example.com",
        "version": "0",
    }
    answer = operator.post("/admin/settings/edit/footer", data=typed, follow_redirects=True)
    assert "已保存" in answer.text
    page = app.test_client().get("/").text
    assert "主办：某区&lt;科委&gt;" in page
    assert '<a href="https://beian.miit.gov.cn/">沪ICP备12345678号-1</a>' in page
    assert '<a href="mailto:office@example.com">' in page
    assert "Host: 某区&lt;科委&gt;" in app.test_client().get("/?lang=en").text
    assert "主办：某区&lt;科委&gt;" in app.test_client().get("/no-such-page").text


def test_the_site_is_called_as_it_was_set(app, operator):
    operator.post(
        "/admin/settings/edit/site", data={"site-name": "发榜台", "site-name-en": "Prize Board", "version": "0"}
    )
    assert "发榜台" in app.test_client().get("/").text
    assert "Prize Board" in app.test_client().get("/?lang=en").text


def test_a_fault_stands_at_its_field_and_what_was_typed_stays(operator):
    typed = {
        "sms-url": "nowhere",
        "sms-headers": "no colon",
        "sms-template": "{text}",
        "sms-method": "POST",
        "version": "0",
    }
    answer = operator.post("/admin/settings/edit/sms", data=typed)
    assert answer.status_code == 422
    for words in ("网关地址：请填写以 http://", "第 1 行要写成", 'value="nowhere"', "no colon", "{text}"):
        assert words in answer.text


def test_a_secret_is_said_to_be_set_and_never_shown_again(operator, database):
    operator.post("/admin/settings/edit/sms", data={"sms-secret": "t0p-secret", "sms-method": "POST", "version": "0"})
    pages = [
        operator.get(path).text
        for path in ("/admin/settings", "/admin/settings/edit/sms", "/admin/settings/sms-secret")
    ]
    assert all("t0p-secret" not in page for page in pages)
    assert "已设置" in pages[0]
    assert "换了新的密钥" in pages[2]
    seen = str(max(row.id for row in database.query(SiteSetting)))
    again = {"sms-secret": "", "sms-method": "GET", "version": seen}
    operator.post("/admin/settings/edit/sms", data=again)
    assert "已设置" in operator.get("/admin/settings/sms-secret").text
    look_again(database)
    seen = str(max(row.id for row in database.query(SiteSetting)))
    operator.post("/admin/settings/edit/sms", data={"clear-sms-secret": "y", "sms-method": "GET", "version": seen})
    page = operator.get("/admin/settings/sms-secret").text
    assert "未设置" in page
    assert "清除了密钥" in page


def test_a_secret_that_was_refused_is_not_sent_back(operator):
    answer = operator.post(
        "/admin/settings/edit/sms", data={"sms-secret": "s" * 501, "sms-method": "POST", "version": "0"}
    )
    assert answer.status_code == 422
    assert "最多 500 个字" in answer.text
    assert "sss" not in answer.text


def test_who_saves_over_another_s_change_is_told_and_loses_nothing(operator):
    operator.post("/admin/settings/edit/footer", data={"footer-host": "对方填的", "version": "0"})
    answer = operator.post("/admin/settings/edit/footer", data={"footer-host": "我填的", "version": "0"})
    assert answer.status_code == 409
    assert "已被别人改过" in answer.text
    assert "我填的" in answer.text
    seen = answer.text.partition('name="version"')[2].partition('value="')[2].partition('"')[0]
    operator.post("/admin/settings/edit/footer", data={"footer-host": "我填的", "version": seen})
    assert "主办：我填的" in operator.get("/").text


def test_the_history_of_a_setting_names_every_value(operator):
    for seen, host in enumerate(("第一个", "第二个")):
        operator.post("/admin/settings/edit/footer", data={"footer-host": host, "version": str(seen)})
    page = operator.get("/admin/settings/footer-host").text
    assert "第一个" in page
    assert "第二个" in page


@pytest.mark.parametrize(
    ("role", "reading", "changing"),
    [(None, 403, 403), (Role.AREA_OFFICER, 403, 403), (Role.FINANCE_OFFICER, 403, 403), (Role.SUPERVISOR, 200, 403)],
)
def test_supervisors_read_the_settings_and_others_do_not(app, database, role, reading, changing):
    browser = a_browser_with(app, database, role)
    assert browser.get("/admin/settings").status_code == reading
    assert browser.get("/admin/settings/footer-host").status_code == reading
    assert browser.get("/admin/settings/edit/footer").status_code == changing
    assert (
        browser.post("/admin/settings/edit/footer", data={"footer-host": "x", "version": "0"}).status_code == changing
    )
    if reading == 200:
        assert "修改页脚" not in browser.get("/admin/settings").text


@pytest.mark.parametrize("path", ["/admin/settings/no-such-setting", "/admin/settings/edit/no-such-group"])
def test_what_nobody_declared_is_not_found(operator, path):
    assert operator.get(path).status_code == 404


def test_a_page_asks_the_database_nothing_for_its_foot(app, operator):
    operator.post("/admin/settings/edit/footer", data={"footer-host": "某委员会", "version": "0"})
    from tests.architecture.test_routes import statements_seen

    with statements_seen() as seen:
        assert "主办：某委员会" in app.test_client().get("/login").text
    assert [one for one in seen if "site_setting" in one] == []
