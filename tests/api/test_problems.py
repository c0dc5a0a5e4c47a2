"""Errors below /api/ are problems, those of pages stay pages."""

import pytest

from config import Config
from marketplace.app import create_app
from marketplace.web import access
from marketplace.web.extensions import db
from marketplace.web.json_fields import Body
from marketplace.web.problems import MESSAGES
from tests.api.programs import pointers, problem


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/no-such-resource", 404),
        ("GET", "/api/", 404),
        ("GET", "/api/v1/challenges/aaaaaaaaaaaa", 404),
        ("GET", "/api/v1/challenges/too-short", 404),
        ("DELETE", "/api/v1/challenges", 405),
        ("POST", "/api/v1/taxonomy", 405),
        ("POST", "/api/v1/challenges/aaaaaaaaaaaa/actions/dance", 404),
    ],
)
def test_what_is_not_there_is_told_as_a_problem(client, market, method, path, status):
    problem(client.open(path, method=method), status)


def test_pages_have_pages_for_errors(client, market):
    answer = client.get("/no-such-page")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("{", "application/json", 400),
        ("[" * 100_000, "application/json", 400),
        ('{"months": ' + "9" * 5000 + "}", "application/json", 400),
        ('{"title": NaN}', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        ("title=x", "application/x-www-form-urlencoded", 415),
        ("{}", "text/plain", 415),
        ("{}", "application/json", 422),
        ("", "application/json", 422),
        ('{"title": "' + "x" * 3_000_000 + '"}', "application/json", 413),
    ],
)
def test_bodies_that_are_no_json_are_told_so(program, body, kind, status):
    asking = program("own editor")
    answer = asking.client.post("/api/v1/challenges", data=body, content_type=kind, headers=asking.headers)
    problem(answer, status)


def test_a_fault_of_ours_says_nothing_of_the_inside(sqlite_url, tmp_path):
    app = create_app(Config(database_url=sqlite_url, instance=tmp_path, secret_key="test"))

    def broken():
        raise RuntimeError("a secret of the inside")

    access.open_api()(broken)
    app.add_url_rule("/api/v1/broken", view_func=broken)
    answer = app.test_client().get("/api/v1/broken")
    problem(answer, 500)
    assert "secret" not in answer.text
    with app.app_context():
        db.engine.dispose()


def test_every_word_of_the_library_is_said_in_ours(app, program):
    """Whatever a field of ours may answer is translated; a new kind of field that is not fails here."""
    bodies = set(_subclasses(Body))
    assert len(bodies) > 10
    said = {message for body in bodies for field in body().fields.values() for message in _messages(field)}
    said |= set(Body.error_messages.values()) | set(Body._default_error_messages.values())
    assert said - set(MESSAGES) == set()
    poster = program("own editor")
    poster.language = "en"
    english = problem(poster.post("/challenges", {"kind": "research", "colour": 1}), 422)
    assert english["errors"] == [{"pointer": "/colour", "detail": "There is no such field."}]


def _subclasses(kind):
    for one in kind.__subclasses__():
        yield one
        yield from _subclasses(one)


def _messages(field):
    never = {"validator_failed", "special", "invalid_utf8"}  # of inner workings that no body reaches
    found = [text for name, text in field.error_messages.items() if name not in never]
    inner = getattr(field, "inner", None)
    return found + (_messages(inner) if inner is not None else [])


def test_a_query_that_is_not_known_is_named_by_its_parameter(client, market):
    assert pointers(problem(client.get("/api/v1/search?colour=red"), 422)) == {"colour"}
