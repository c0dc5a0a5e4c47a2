"""Changing settings: who may, what is kept of it, and that nobody changes over somebody's head unknowingly."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from marketplace.audit.models import AuditDetail, AuditEntry
from marketplace.core.actor import SYSTEM, Role
from marketplace.core.errors import Conflict, Invalid, NotAllowed
from marketplace.core.transaction import finish, writing
from marketplace.settings import keys, queries, services
from marketplace.settings.models import SiteSetting
from tests.actors import ACTORS, OPERATOR, a_staff_member
from tests.at_once import at_once
from tests.conftest import NOON

DECLARED = {setting.name: setting for setting in keys.KEYS}


def change(session, actor=OPERATOR, *, seal_key="seal", now=NOON, seen=None, **typed):
    by_name = {name.replace("_", "-"): text for name, text in typed.items()}
    return services.change(session, actor, by_name, declared=DECLARED, now=now, seal_key=seal_key, seen=seen)


def test_a_setting_that_nobody_set_has_its_default(session):
    assert queries.value(session, keys.SMS_METHOD) == "POST"
    assert queries.value(session, keys.DEMO_SECOND_FACTOR) is False


def test_a_change_holds_at_once_and_its_history_stays(session):
    assert queries.value(session, keys.FOOTER_HOST) == ""
    assert change(session, footer_host="旧的单位") == ["footer-host"]
    assert queries.value(session, keys.FOOTER_HOST) == "旧的单位"
    change(session, footer_host="新的单位", now=NOON + timedelta(days=1))
    assert queries.value(session, keys.FOOTER_HOST) == "新的单位"
    rows = queries.history(session, "footer-host")
    assert [(row.version, row.value, row.set_by) for row in rows] == [
        (2, "新的单位", OPERATOR.public_id),
        (1, "旧的单位", OPERATOR.public_id),
    ]
    assert [row.set_at for row in rows] == [NOON + timedelta(days=1), NOON]


def test_emptying_goes_back_to_the_default(session):
    change(session, sms_method="GET")
    assert change(session, sms_method="") == ["sms-method"]
    assert queries.value(session, keys.SMS_METHOD) == "POST"


def test_what_is_as_it_was_leaves_no_row(session):
    change(session, footer_host="单位", demo_second_factor=True)
    nothing_new = {"footer_host": "单位", "sms_method": "POST", "demo_second_factor": True, "footer_phone": ""}
    assert change(session, **nothing_new) == []
    assert len(session.scalars(select(SiteSetting)).all()) == 2


def test_each_change_is_in_the_log_without_its_value(session):
    change(session, footer_email="office@example.com")
    finish(session)
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject, entry.actor) == ("change_setting", "setting:footer-email", OPERATOR.public_id)
    assert session.scalars(select(AuditDetail)).one().detail == {"version": 1}


def test_one_fault_keeps_everything_as_it_was_and_all_are_named(session):
    with pytest.raises(Invalid) as caught:
        change(session, footer_host="单位", sms_url="nowhere", footer_email="office")
    assert set(caught.value.fields) == {"sms-url", "footer-email"}
    assert session.scalars(select(SiteSetting)).all() == []


def test_a_secret_is_sealed_and_opens_with_the_key_alone(session):
    change(session, sms_secret="t0p-secret")
    row = session.scalars(select(SiteSetting)).one()
    assert "t0p-secret" not in str(row.value)
    assert queries.secret(session, keys.SMS_SECRET, seal_key="seal") == "t0p-secret"
    assert queries.secret(session, keys.SMS_SECRET, seal_key="another") is None
    with pytest.raises(KeyError):
        queries.value(session, keys.SMS_SECRET)
    change(session, sms_secret=None)
    assert queries.secret(session, keys.SMS_SECRET, seal_key="seal") is None


def test_without_a_key_a_secret_is_refused_rather_than_kept_open(session):
    with pytest.raises(Invalid) as caught:
        change(session, sms_secret="t0p-secret", seal_key="")
    assert "SEAL_KEY" in str(caught.value)


def test_operators_and_the_system_change_settings_and_nobody_else(session):
    may = []
    for name, make in ACTORS.items():
        try:
            change(session, make(1, 2), footer_phone=f"021-{len(name)}")
        except NotAllowed:
            continue
        may.append(name)
    assert may == ["operator", "system"]
    assert not services.POLICY["view"](a_staff_member(Role.AREA_OFFICER, "anting"), None)
    assert services.POLICY["view"](a_staff_member(Role.SUPERVISOR), None)


def test_who_has_an_older_row_before_their_eyes_is_told(session):
    change(session, footer_host="第一个")
    seen = session.scalars(select(SiteSetting.id)).one()
    change(session, footer_host="第二个", seen=seen)
    with pytest.raises(Conflict):
        change(session, footer_host="第三个", seen=seen)
    change(session, sms_url="https://example.com/", seen=seen)


def test_a_session_asks_once_however_many_settings_are_read(session):
    asked = []
    event.listen(session.connection().engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    for setting in keys.KEYS:
        if not setting.is_secret:
            queries.value(session, setting)
    assert len(asked) == 1


def test_two_who_change_the_same_setting_at_once_leave_two_versions_or_a_conflict(engine):
    def set_to(text):
        try:
            with writing(engine) as session:
                services.change(session, SYSTEM, {"footer-host": text}, declared=DECLARED, now=NOON)
        except Conflict:
            return "told"
        return "kept"

    outcomes = at_once(lambda number: set_to("甲乙"[number]), 2)
    with writing(engine) as session:
        versions = sorted(row.version for row in queries.history(session, "footer-host"))
    assert versions == list(range(1, outcomes.count("kept") + 1))
    assert "kept" in outcomes
