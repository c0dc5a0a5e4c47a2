from datetime import UTC, datetime, timedelta

import pytest
from flask import Blueprint, redirect
from sqlalchemy import select

from marketplace.accounts import login, queries
from marketplace.accounts.models import SittingCode
from marketplace.accounts.services import sessions, sittings
from marketplace.core.errors import Invalid, Locked, NotFound
from marketplace.web.access import signed_in
from marketplace.web.extensions import db
from marketplace.web.transaction import reading
from tests.accounts.browser import a_browser_of
from tests.accounts.conftest import KEYRING, OFFICE
from tests.conftest import NOON, make_app
from tests.factories.accounts import a_session, a_user, acting
from tests.factories.factors import a_factor

SOON = NOON + timedelta(minutes=9)


def send(session, user, token, *, now=NOON):
    locked = sittings.send_code(session, acting(user), user, token=token, client_address=OFFICE, now=now)
    session.flush()
    return locked


def begin(session, user, token, code, *, now=SOON):
    refusal = sittings.begin(session, acting(user), user, code, token=token, client_address=OFFICE, now=now)
    session.flush()
    return refusal


def is_sitting(session, user, token, *, now=SOON):
    return queries.in_sitting(session, acting(user), token, now=now)


def a_wrong(code):
    return "000000" if code != "000000" else "111111"


def test_a_code_by_mail_opens_the_sitting_of_this_browser_for_some_hours(session, letters):
    user = a_user(session)
    here, there = a_session(session, user), a_session(session, user)
    send(session, user, here)
    (letter,) = letters
    assert (letter.kind, letter.email, letter.facts["minutes"]) == ("account.sitting_code", user.email, "10")

    assert begin(session, user, here, letter.facts["code"]) is None

    assert [is_sitting(session, user, token) for token in (here, there)] == [True, False]
    assert is_sitting(session, user, here, now=SOON + timedelta(hours=3, minutes=59))
    assert not is_sitting(session, user, here, now=SOON + timedelta(hours=4))


def test_a_code_is_for_the_browser_that_asked_opens_once_and_not_late(session, letters):
    user = a_user(session)
    here, there = a_session(session, user), a_session(session, user)
    send(session, user, here)
    send(session, user, there)
    first, second = (letter.facts["code"] for letter in letters)
    if first != second:
        assert isinstance(begin(session, user, there, first), Invalid)
    assert isinstance(begin(session, user, here, first, now=NOON + timedelta(minutes=10)), Invalid)
    assert begin(session, user, here, first) is None
    assert isinstance(begin(session, user, here, first), Invalid)


def test_a_newer_code_replaces_the_older(session, letters):
    user = a_user(session)
    token = a_session(session, user)
    send(session, user, token)
    send(session, user, token)
    assert len(session.scalars(select(SittingCode.session_id)).all()) == 1
    assert begin(session, user, token, letters[1].facts["code"]) is None


def test_five_wrong_codes_lock_and_so_do_five_letters(session, letters):
    user = a_user(session)
    token = a_session(session, user)
    for _ in range(5):
        assert send(session, user, token) is None
    assert isinstance(send(session, user, token), Locked)
    code = letters[-1].facts["code"]
    for _ in range(5):
        assert isinstance(begin(session, user, token, a_wrong(code)), Invalid)
    assert isinstance(begin(session, user, token, code), Locked)


def test_who_has_a_second_factor_needs_no_code(session):
    user = a_user(session)
    token = a_session(session, user)
    assert not is_sitting(session, user, token)
    a_factor(session, user, KEYRING)
    assert is_sitting(session, user, token)


def test_nothing_is_sent_for_a_session_of_somebody_else(session):
    user = a_user(session)
    token = a_session(session, a_user(session))
    with pytest.raises(NotFound):
        send(session, user, token)


def test_the_code_is_not_kept_as_it_is_and_goes_with_its_session(session, letters):
    user = a_user(session)
    token = a_session(session, user, ended_at=None)
    send(session, user, token)
    assert letters[0].facts["code"] not in session.scalars(select(SittingCode.code_hash)).one()
    sessions.forget_sessions(session, now=NOON + timedelta(days=40))
    assert session.scalars(select(SittingCode.session_id)).all() == []


@pytest.fixture
def judging(sqlite_url, tmp_path):
    """An application in which some feature asks for a sitting."""
    app = make_app(sqlite_url, tmp_path)
    app.config["WTF_CSRF_ENABLED"] = False
    blueprint = Blueprint("judging", __name__)

    @blueprint.get("/judging")
    @signed_in
    def sheet():
        with reading() as session:
            return login.to_sitting(session) or redirect("/workbench")

    app.register_blueprint(blueprint)
    yield app
    with app.app_context():
        db.engine.dispose()


def test_a_feature_sends_people_to_the_code_and_back(judging, database, letters):
    browser = a_browser_of(judging, database, a_user(database), started_at=datetime.now(UTC))
    assert browser.get("/judging").location == "/account/sitting?next=/judging"
    assert "寄验证码给我" in browser.get("/account/sitting?next=/judging").text
    assert browser.post("/account/sitting/code?next=/judging").location == "/account/sitting?next=/judging"
    code = letters[0].facts["code"]
    assert browser.post("/account/sitting?next=/judging", data={"code": a_wrong(code)}).status_code == 422
    assert browser.post("/account/sitting?next=/judging", data={"code": code}).location == "/judging"
    assert browser.get("/judging").location == "/workbench"


def test_too_many_letters_are_said_on_the_page(judging, database, letters):
    browser = a_browser_of(judging, database, a_user(database))
    for _ in range(5):
        assert browser.post("/account/sitting/code").status_code == 302
    assert browser.post("/account/sitting/code").status_code == 429
