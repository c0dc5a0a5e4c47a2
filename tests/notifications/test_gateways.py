"""What an operator sets on the page is what the worker sends by, from the next message on."""

import json

import pytest
from sqlalchemy import select

from marketplace.core.actor import Role
from marketplace.core.news import ChannelName
from marketplace.notifications import services, worker
from marketplace.notifications.channels import Letter
from marketplace.notifications.letters import KEY as LETTERS
from marketplace.notifications.lifecycle import DeliveryState
from marketplace.notifications.models import Delivery
from marketplace.notifications.words import Words
from marketplace.settings.models import SiteSetting
from marketplace.web.extensions import db
from tests.accounts.browser import a_browser_of
from tests.conftest import NOON, make_app
from tests.factories.accounts import a_staff_grant, a_user
from tests.notifications.test_webhooks import a_server, url_of

MOBILE = "13900000000"


@pytest.fixture
def app(sqlite_url, tmp_path):
    app = make_app(sqlite_url, tmp_path, seal_key="seal")
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def operator(app, database):
    user = a_user(database)
    a_staff_grant(database, user, Role.OPERATOR)
    return a_browser_of(app, database, user)


def set_gateway(operator, database, group, **typed):
    database.rollback()
    newest = max((row.id for row in database.scalars(select(SiteSetting))), default=0)
    data = {f"{group}-{name}": value for name, value in typed.items()} | {"version": str(newest)}
    answer = operator.post(f"/admin/settings/edit/{group}", data=data)
    assert answer.status_code == 302, answer.text


def send_code(app, database, channel=ChannelName.SMS):
    database.rollback()
    services.queue(
        database, (MOBILE, "zh"), kind="account.sitting_code", facts={"code": "428571", "minutes": "10"}, now=NOON,
        channel=channel,
    )  # fmt: skip
    database.commit()
    drain(app)
    database.expire_all()
    return database.scalars(select(Delivery).order_by(Delivery.id.desc()).limit(1)).one()


def drain(app):
    letters = app.extensions[LETTERS]
    with app.app_context():
        worker.drain(db.engine, letters.channels, letters.render, now=NOON)


def test_a_code_goes_to_a_mobile_with_the_secret_that_was_sealed(app, operator, database):
    with a_server() as server:
        set_gateway(
            operator, database, "sms", url=url_of(server, "/send?key={secret}"), method="POST", inside="y",
            headers="X-Key: {secret}", template='{"to": "{phone}", "content": "{text}"}', secret="t0p-secret",
        )  # fmt: skip
        delivery = send_code(app, database)

    ((_method, path, headers, body),) = server.asked
    assert (path, headers["X-Key"]) == ("/send?key=t0p-secret", "t0p-secret")
    said = json.loads(body)
    assert said["to"] == MOBILE
    assert "： 428571 如果不是您" in said["content"]
    assert (delivery.state, delivery.facts["code"]) == (DeliveryState.SENT, "")


def test_the_network_inside_is_closed_until_the_operator_opens_it(app, operator, database):
    with a_server() as server:
        set_gateway(operator, database, "sms", url=url_of(server), method="POST")
        assert send_code(app, database).error == "the gateway lies inside the network, which the settings do not allow"
    assert server.asked == []


def test_a_robot_of_wecom_that_refuses_is_tried_again(app, operator, database):
    with a_server((200, {}, b'{"errcode": 93000, "errmsg": "invalid webhook url"}')) as server:
        set_gateway(operator, database, "wecom", url=url_of(server, "/webhook/send?key={secret}"), inside="y")
        delivery = send_code(app, database, ChannelName.WECOM)
    assert (delivery.state, delivery.error) == (DeliveryState.FAILED, "the gateway answered with error code 93000")
    said = json.loads(server.asked[0][3])
    assert said["text"]["mentioned_mobile_list"] == [MOBILE]
    assert said["text"]["content"].startswith("验证码\n您正在登录的浏览器里请求了验证码")


def test_without_a_gateway_it_waits(app, database):
    delivery = send_code(app, database)
    assert (delivery.state, delivery.error) == (DeliveryState.FAILED, "no gateway is set up")


def test_letters_come_from_whom_the_settings_name(app, operator, database, tmp_path):
    set_gateway(operator, database, "mail", **{"from": "office@example.com", "from-name": "发榜台"})
    with app.app_context():
        app.extensions[LETTERS].channels[ChannelName.MAIL].send(
            Letter("li@example.com", Words("题", "文"), "reference", NOON)
        )
    (letter,) = tmp_path.rglob("*.eml")
    assert b"<office@example.com>" in letter.read_bytes()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"template": "{text}"}, "不是有效的 JSON"),
        ({"template": '{"a": "{mobile}"}'}, "没有 {mobile} 这个占位符"),
        ({"url": "https://{secret}.example/"}, "域名里不能有占位符"),
        ({"url": "file:///etc/passwd"}, "请填写以 http:// 或 https:// 开头的完整地址"),
        ({"headers": "X: {key}"}, "没有 {key} 这个占位符"),
    ],
)
def test_what_cannot_be_sent_is_said_where_it_is_typed(operator, typed, words):
    data = {f"sms-{name}": value for name, value in typed.items()} | {"version": "0", "sms-method": "POST"}
    answer = operator.post("/admin/settings/edit/sms", data=data)
    assert (answer.status_code, words in answer.text) == (422, True)
