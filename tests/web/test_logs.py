"""Logs: what happened, and nobody's words."""

import io
import json
import logging

import pytest

from marketplace.web.access import public
from marketplace.web.extensions import db
from tests.accounts.browser import a_browser_of
from tests.conftest import make_app
from tests.factories.accounts import PASSWORD, a_user

TYPED = "a-word-that-was-searched"


def fails(word: str) -> str:
    raise ValueError(f"no {word} like {TYPED}")


@pytest.fixture
def logged(sqlite_url, tmp_path):
    """An application as in production, with a page that falls over, and what it logs."""
    app = make_app(sqlite_url, tmp_path, testing=False, mode="production", base_url="http://localhost")
    app.config["WTF_CSRF_ENABLED"] = False
    app.add_url_rule("/falls-over/<word>", "falls_over", public(fails))
    (handler,) = app.logger.handlers
    handler.setStream(io.StringIO())
    yield app, handler.stream
    with app.app_context():
        db.engine.dispose()


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_request_is_a_line_with_its_id_endpoint_status_and_time(logged):
    app, stream = logged
    answer = app.test_client().get("/challenges")

    (line,) = lines(stream)
    assert (line["event"], line["endpoint"], line["status"], line["method"]) == (
        "request",
        "challenges.index",
        200,
        "GET",
    )
    assert line["request"] == answer.headers["X-Request-Id"]
    assert line["actor"] is None
    assert line["seconds"] >= 0
    assert line["timestamp"].endswith("Z")


def test_an_actor_is_a_pseudonym(logged, database):
    app, stream = logged
    user = a_user(database)
    a_browser_of(app, database, user).get("/account")
    assert [line["actor"] for line in lines(stream) if line["endpoint"] == "accounts.account"] == [user.public_id]


def test_a_fault_is_its_type_and_its_places(logged):
    app, stream = logged
    assert app.test_client().get(f"/falls-over/{TYPED}").status_code == 500

    fault = next(line for line in lines(stream) if line["level"] == "error")
    assert fault["error"] == "ValueError"
    assert fault["at"][-1].startswith("test_logs.py:")
    assert fault["request"] == lines(stream)[-1]["request"]


def test_nothing_that_was_typed_and_nobodys_name_is_logged(logged, database):
    app, stream = logged
    user = a_user(database, email="someone@example.com", name="某某人")
    database.commit()
    browser = app.test_client()
    browser.post("/login", data={"email": user.email, "password": "Wrong-password-1"})
    browser.post("/login", data={"email": user.email, "password": PASSWORD})
    signed_in = a_browser_of(app, database, user)
    signed_in.get(f"/search?q={TYPED}")
    signed_in.get("/reset/a-token-from-a-letter-0123456789abcdefghijk", headers={"Authorization": "Bearer a-token"})
    signed_in.get(f"/falls-over/{TYPED}")
    signed_in.get("/challenges", headers={"X-Request-Id": "somebody@example.com"})

    text = stream.getvalue()
    cookie = signed_in.get_cookie("jiebang").value
    said = (user.email, user.name, PASSWORD, "Wrong-password", TYPED, "a-token", cookie, "203.0.113")
    assert len(lines(stream)) >= 7
    assert not [word for word in said if word in text]


@pytest.mark.parametrize(("proxies", "is_kept"), [(0, False), (1, True)])
def test_only_a_trusted_proxy_names_the_request(sqlite_url, tmp_path, proxies, is_kept):
    app = make_app(sqlite_url, tmp_path, trusted_proxies=proxies)
    answer = app.test_client().get("/healthz", headers={"X-Request-Id": "abcdef-123456"})
    assert (answer.headers["X-Request-Id"] == "abcdef-123456") is is_kept
    odd = app.test_client().get("/healthz", headers={"X-Request-Id": "a b; <c>"})
    assert len(odd.headers["X-Request-Id"]) == 16


def test_the_demo_tells_faults_alone(app):
    assert app.logger.level == logging.WARNING
