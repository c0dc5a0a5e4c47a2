"""The page of deliveries: what reached people, what did not, and what an operator does about it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.audit.models import AuditEntry
from marketplace.core.actor import Role
from marketplace.core.news import ChannelName
from marketplace.notifications import services, worker
from marketplace.notifications.channels import SmtpChannel
from marketplace.notifications.letters import KEY as LETTERS
from marketplace.notifications.lifecycle import DeliveryState
from marketplace.notifications.models import Delivery
from marketplace.web.extensions import db
from tests.accounts.browser import a_browser_of
from tests.conftest import NOON
from tests.factories.accounts import a_staff_grant, a_user
from tests.journeys.pages import read
from tests.notifications.test_mail_server import SENDER, Postbox, a_server

FACTS = {"id": "abcdefghijkm", "title": "质子膜 <b>"}
PAGE = "/admin/deliveries"


@pytest.fixture
def app(app):
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def a_browser_with(app, database, role):
    user = a_user(database)
    a_staff_grant(database, user, role)
    return a_browser_of(app, database, user)


@pytest.fixture
def operator(app, database):
    return a_browser_with(app, database, Role.OPERATOR)


def a_delivery(database, kind="challenge.published", address="wang@example.com", facts=FACTS, **values):
    database.rollback()
    delivery = services.queue(database, (address, "zh"), kind=kind, facts=facts, now=NOON)
    for name, value in values.items():
        setattr(delivery, name, value)
    database.commit()
    return delivery


def a_dead_one(database, **values):
    values = {"attempts": 16, "error": "the mail server hung up"} | values
    return a_delivery(database, state=DeliveryState.GIVEN_UP, **values)


def states(database):
    database.rollback()
    database.expire_all()
    return [one.state for one in database.scalars(select(Delivery).order_by(Delivery.id))]


def test_a_mail_server_that_was_down_for_days_still_gets_the_letter_once(app, database, operator):
    a_delivery(database)
    with app.app_context():
        engine, render = db.engine, app.extensions[LETTERS].render
    postbox, now, pauses = Postbox(), NOON, []
    with a_server(postbox) as port:
        pass
    channels = {ChannelName.MAIL: SmtpChannel(f"smtp://127.0.0.1:{port}", lambda: SENDER)}
    while states(database) != [DeliveryState.GIVEN_UP]:
        assert worker.drain(engine, channels, render, now=now) == 1
        database.rollback()
        delivery = database.scalars(select(Delivery)).one()
        pauses.append((delivery.next_at - now) // timedelta(minutes=1))
        now = max(now, delivery.next_at)
    assert pauses[:-1] == sorted(pauses[:-1])
    assert now - NOON > timedelta(days=2)

    assert "有 1 条消息多次投递没有成功" in operator.get("/workbench").text
    assert "1 条没能送到、已放弃" in operator.get("/admin").text
    shown = operator.get(f"{PAGE}?state=given_up")
    assert "the mail server cannot be reached: Connection refused" in shown.text
    retry = f"{PAGE}/{delivery.public_id}/retry"
    assert retry in [form.get("action") for form in read(shown.text).all("form")]
    answer = operator.post(retry, data={"state": "given_up"}, follow_redirects=True)
    assert "已让 1 条重新投递" in answer.text

    with a_server(postbox) as port:
        channels = {ChannelName.MAIL: SmtpChannel(f"smtp://127.0.0.1:{port}", lambda: SENDER)}
        later = now + timedelta(days=3650)
        assert [worker.drain(engine, channels, render, now=later) for _ in range(2)] == [1, 0]
    assert len(postbox.envelopes) == 1
    assert states(database) == [DeliveryState.SENT]
    assert "没能送到" not in operator.get("/workbench").text
    assert [entry.subject for entry in database.scalars(select(AuditEntry).where(AuditEntry.action == "retry"))] == [
        f"delivery:{delivery.public_id}"
    ]


def test_deliveries_are_found_by_state_channel_and_address(app, database, operator):
    a_delivery(database)
    a_dead_one(database, address="li@example.com", kind="challenge.returned", facts=FACTS | {"reason": "x"})
    a_dead_one(database, address="13900001234", channel=ChannelName.SMS)
    for query, addresses in (
        ("", ["w…@example.com", "l…@example.com", "139…1234"]),
        ("state=given_up", ["l…@example.com", "139…1234"]),
        ("state=given_up&channel=sms", ["139…1234"]),
        ("address=li@example.com", ["l…@example.com"]),
        ("address=nobody@example.com", []),
        ("state=lost&channel=pigeon&page=-1", ["w…@example.com", "l…@example.com", "139…1234"]),
    ):
        page = operator.get(f"{PAGE}?{query}").text
        shown = [one for one in ("w…@example.com", "l…@example.com", "139…1234") if one in page]
        assert (query, shown) == (query, addresses)
    assert "wang@example.com" not in operator.get(PAGE).text
    assert "没有投递" in operator.get(f"{PAGE}?address=nobody@example.com").text


def test_all_of_a_kind_are_sent_again_with_one_press(app, database, operator):
    for _ in range(3):
        a_dead_one(database)
    page = operator.get(PAGE).text
    assert "全部重新投递：榜单发布" in page
    answer = operator.post(f"{PAGE}/retry", data={"kind": "challenge.published"}, follow_redirects=True)
    assert "已让 3 条重新投递" in answer.text
    assert states(database) == [DeliveryState.QUEUED] * 3
    again = operator.post(f"{PAGE}/retry", data={"kind": "challenge.published"}, follow_redirects=True)
    assert "没有要重新投递的" in again.text


def test_what_held_a_secret_is_shown_without_a_button_and_said_why(app, database, operator):
    dead = a_dead_one(database, kind="account.reset_password", facts={"token": "", "hours": "2"})
    page = operator.get(PAGE).text
    assert "含一次性链接或验证码" in page
    assert "重新投递</button>" not in page
    answer = operator.post(f"{PAGE}/{dead.public_id}/retry")
    assert (answer.status_code, "请本人重新申请" in answer.text) == (409, True)


def test_what_was_sent_again_meanwhile_says_so(app, database, operator):
    sent = a_delivery(database)
    assert operator.post(f"{PAGE}/{sent.public_id}/retry").status_code == 409
    assert operator.post(f"{PAGE}/aaaaaaaaaaaa/retry").status_code == 404
    assert operator.post(f"{PAGE}/retry", data={"kind": "no.such"}).status_code == 302


def test_a_supervisor_sees_and_changes_nothing(app, database):
    dead = a_dead_one(database)
    supervisor = a_browser_with(app, database, Role.SUPERVISOR)
    page = supervisor.get(PAGE)
    assert (page.status_code, "重新投递</button>" in page.text) == (200, False)
    assert supervisor.post(f"{PAGE}/{dead.public_id}/retry").status_code == 403
    assert supervisor.post(f"{PAGE}/retry", data={"kind": dead.kind}).status_code == 403
    assert states(database) == [DeliveryState.GIVEN_UP]
