"""Every address: who may call it, that reading never writes, that every page is fit for its readers.

Each check is a function from an application to sentences about what breaks it, and is shown to bite on a throw-away
blueprint at the end.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product

import pytest
from flask import Blueprint, Flask, redirect, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import event, text
from sqlalchemy.engine import Engine
from werkzeug.routing import Rule

from config import Config
from marketplace.accounts.models import LetterKind, LetterToken
from marketplace.accounts.tokens import fingerprint, new_token
from marketplace.achievements.services import matter_of
from marketplace.app import create_app
from marketplace.bulk.lifecycle import ImportState
from marketplace.bulk.models import Import, ImportFile
from marketplace.bulk.report import report_of_refusal
from marketplace.challenges.kinds import ChallengeKind
from marketplace.core.subject import Subject
from marketplace.core.text import Message
from marketplace.files.parts import KEY as FILES
from marketplace.matching.models import Band
from marketplace.matching.services import Found, replace_matches
from marketplace.web import access, security
from marketplace.web.extensions import csrf, db
from tests.conftest import make_app
from tests.factories.accounts import a_user
from tests.factories.achievements import an_achievement
from tests.factories.approvals import a_department, a_request
from tests.factories.files import a_file
from tests.factories.organisations import a_membership, a_qualification, an_invitation, an_organisation
from tests.journeys.market import (
    Market,
    a_listed_achievement,
    a_market,
    an_open_challenge,
    at_present,
    browser_of,
    note_organisations,
    stocked,
    work,
)
from tests.journeys.pages import faults_of, read

AUDIENCES = {"public", "anonymous_form", "signed_in", "token", "open_api"}
ANONYMOUS_FORMS = {
    "accounts.login",
    "accounts.register",
    "accounts.verify_email",
    "accounts.forgot_password",
    "accounts.reset_password",
    "factors.ask",
    "invitations.decline",
    "invitations.register",
}
"""Whatever a stranger may post. Grows by a decision, never by accident."""
READING = {"GET", "HEAD", "OPTIONS"}
STATIC = "static"
LANGUAGES = ("zh", "en")
ACTORS = ("visitor", "enterprise owner", "institute owner", "operator")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
ERRORS = {
    404: ("GET", "/no-such-page"),
    405: ("POST", "/challenges"),
    401: ("POST", "/challenges/new/research"),
    400: ("POST", "/login"),
}
"""A way to each error that a visitor can meet; 400 only where tokens are checked."""


def rules_of(app: Flask) -> list[Rule]:
    return sorted((rule for rule in app.url_map.iter_rules() if rule.endpoint != STATIC), key=str)


# Who may call


def without_audience(app: Flask) -> list[str]:
    return [rule.endpoint for rule in rules_of(app) if access.audience_of(app, rule.endpoint) not in AUDIENCES]


def public_ones_that_write(app: Flask) -> list[str]:
    public = [rule for rule in rules_of(app) if access.audience_of(app, rule.endpoint) in ("public", "open_api")]
    return [str(rule) for rule in public if set(rule.methods or ()) - READING]


def anonymous_forms(app: Flask) -> set[str]:
    return {rule.endpoint for rule in rules_of(app) if access.audience_of(app, rule.endpoint) == "anonymous_form"}


# Addresses


def loose_parts(app: Flask) -> list[str]:
    """Parts of addresses that take anything: every one names its type, a text its length."""
    found = []
    for rule in rules_of(app):
        for part in rule._trace:
            if not part[0]:
                continue
            converter = rule._converters[part[1]]
            if type(converter).__name__ == "PathConverter" or _takes_any_text(rule, part[1]):
                found.append(str(rule))
    return found


def _takes_any_text(rule: Rule, name: str) -> bool:
    return type(rule._converters[name]).__name__ == "UnicodeConverter" and "length=" not in str(rule)


def addresses_not_in_kebab_case(app: Flask) -> list[str]:
    fixed = ((rule, part) for rule in rules_of(app) for dynamic, part in rule._trace if not dynamic)
    return [str(rule) for rule, part in fixed if part != part.lower() or "_" in part or " " in part]


# Tokens


def posts_without_a_token(app: Flask, client: FlaskClient, samples: dict[str, list[str]]) -> list[str]:
    """Addresses that take a post without its security token; a program's needs a token of another kind."""
    found = []
    for rule in rules_of(app):
        if "POST" in (rule.methods or ()):
            path = next(paths_of(app, rule, samples))
            answer = client.post(path, data={})
            is_refused = answer.status_code == 400 and "安全令牌已失效" in answer.text
            is_program_s = access.audience_of(app, rule.endpoint) == "token" and answer.status_code == 401
            if not is_refused and not is_program_s:
                found.append(f"{rule} answers {answer.status_code}")
    return found


# Pages


def paths_of(app: Flask, rule: Rule, samples: dict[str, list[str]]) -> Iterator[str]:
    """The addresses of a rule with every combination of samples; an argument without a sample is a gap in this test."""
    names = sorted(rule.arguments)
    assert [name for name in names if name not in samples] == [], f"no sample for an argument of {rule}"
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for values in product(*(_fitting(rule, name, samples[name]) for name in names)):
            yield adapter.build(rule.endpoint, dict(zip(names, values, strict=True)))


def _fitting(rule: Rule, name: str, values: list[str]) -> list[str]:
    """Of an argument that stands for one of a few words, all of the few."""
    return sorted(getattr(rule._converters[name], "items", None) or values)


def pages_of(app: Flask, samples: dict[str, list[str]]) -> list[str]:
    gets = [rule for rule in rules_of(app) if "GET" in (rule.methods or ())]
    return [path for rule in gets for path in paths_of(app, rule, samples)]


def faulty_pages(client: FlaskClient, paths: list[str], *, language: str) -> list[str]:
    """What is wrong with pages: markup, headers, or that they fail."""
    found = []
    client.set_cookie("lang", language)
    for path in paths:
        with client.get(path) as answer:
            found += [f"{path}: {fault}" for fault in _faults_of_answer(answer, language)]
    return found


def _faults_of_answer(answer, language: str) -> list[str]:
    found = [f"no {name}: {value}" for name, value in HEADERS.items() if answer.headers.get(name) != value]
    policy = answer.headers.get("Content-Security-Policy", "")
    if "default-src 'self'" not in policy or "unsafe" in policy or "*" in policy:
        found.append(f"content security policy {policy!r}")
    if answer.status_code >= 500:
        found.append(f"answers {answer.status_code}")
    if answer.mimetype == "text/html" and not 300 <= answer.status_code < 400:
        found += faults_of(answer.text, language=language)
    return found


# What reaches the database


@contextmanager
def statements_seen():
    """Every statement that reaches a database meanwhile."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_):
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def pages_that_write(client: FlaskClient, paths: list[str]) -> list[str]:
    found = []
    for path in paths:
        with statements_seen() as seen:
            client.get(path).close()
        found += [f"{path}: {one}" for one in seen if one.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]
    return found


def queries_of(client: FlaskClient, paths: list[str]) -> dict[str, int]:
    counted = {}
    for path in paths:
        with statements_seen() as seen:
            assert client.get(path).status_code == 200
        counted[path] = len(seen)
    return counted


# The market that the checks walk through


@pytest.fixture
def market(app, database) -> Market:
    market = stocked(a_market(database))
    note_organisations(database, market)
    database.commit()
    work(app)
    return market


@pytest.fixture
def samples(app, database, market) -> dict[str, list[str]]:
    tokens = []
    for kind in LetterKind:
        token = new_token()
        database.add(
            LetterToken(
                kind=kind,
                user_id=market.people["other owner"].id,
                token_hash=fingerprint(token),
                expires_at=at_present().replace(year=9000),
            )
        )
        tokens.append(token)
    waiting = an_achievement(database, organisation_id=market.institute.id)
    approval = a_request(database, matter_of(waiting), market.people["other owner"])
    parts = [a_department(database, one).public_id for one in (market.enterprise, market.institute)]
    tokens.append(new_token())
    invitations = [
        an_invitation(
            database, one, market.people["other owner"], token=token, expires_at=at_present().replace(year=9000)
        ).public_id
        for one, token in ((market.enterprise, tokens[-1]), (market.institute, None))
    ]
    titles = [a_qualification(database, one).public_id for one in (market.enterprise, market.institute)]
    store = app.extensions[FILES].store
    files = [
        a_file(database, Subject("challenge", market.challenges[state].public_id), store=store)
        for state in ("draft", "open", "taken_down")
    ]
    database.commit()
    return {
        "approval_id": [approval.public_id],
        "department_id": parts,
        "invitation_id": invitations,
        "qualification_id": titles,
        "challenge_id": [one.public_id for one in market.challenges.values()],
        "question_id": [one.public_id for one in market.questions],
        "interest_id": [one.public_id for one in market.interests],
        "achievement_id": [one.public_id for one in market.achievements.values()],
        "organisation_id": [market.enterprise.public_id, market.institute.public_id],
        "user_id": [market.people["own editor"].public_id],
        "listing": ["challenges", "own-achievements", "no-such-list"],
        "suffix": [],
        "import_id": [_an_import(database, market)],
        "token_id": ["aaaaaaaaaaaa"],
        "direction": ["membranes", "no-such-direction"],
        "industry": ["materials", "no-such-industry"],
        "kind": [str(kind) for kind in ChallengeKind],
        "action": [],
        "queue": [],
        "setting_id": ["site-name", "sms-secret", "no-such-setting"],
        "group": ["site", "sms", "no-such-group"],
        "file_id": [one.public_id for one in files],
        "subject_kind": ["challenge", "achievement", "no-such-kind"],
        "subject_id": [market.challenges["draft"].public_id, market.achievements["listed"].public_id],
        "token": [*tokens, "x" * 43],
        "notification_id": ["a" * 12],
        "delivery_id": ["a" * 12],
    }


def _an_import(database, market) -> str:
    brought = Import(
        user_id=market.people["enterprise owner"].id, kind="challenges", file_name="a.jsonl", created_at=at_present(),
        updated_at=at_present(), state=ImportState.CHECKED,
        report=report_of_refusal(Message("“%(name)s”是空文件。", {"name": "a.jsonl"})).as_json(),
    )  # fmt: skip
    database.add(brought)
    database.flush()
    database.add(ImportFile(import_id=brought.id, data=b"{}"))
    database.commit()
    return brought.public_id


def browser_for(app: Flask, market: Market, who: str) -> FlaskClient:
    return app.test_client() if who == "visitor" else browser_of(app, market.session, market.people[who])


def test_every_view_declares_its_audience(app):
    assert without_audience(app) == []


def test_nothing_public_takes_anything_but_reading_methods(app):
    assert public_ones_that_write(app) == []


def test_a_stranger_may_post_to_these_forms_and_no_others(app):
    assert anonymous_forms(app) == ANONYMOUS_FORMS


def test_every_part_of_an_address_has_a_type(app):
    assert loose_parts(app) == []


def test_addresses_are_in_kebab_case(app):
    assert addresses_not_in_kebab_case(app) == []


@pytest.mark.parametrize("who", ["visitor", "operator"])
def test_every_post_is_refused_without_its_token(app, market, samples, who):
    app.config["WTF_CSRF_ENABLED"] = True
    assert posts_without_a_token(app, browser_for(app, market, who), samples) == []


def test_what_a_visitor_reads_writes_nothing(app, market, samples):
    assert pages_that_write(app.test_client(), pages_of(app, samples)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ACTORS)
def test_every_page_has_one_heading_labels_headers_and_nothing_inline(app, market, samples, who, language):
    app.config["WTF_CSRF_ENABLED"] = True
    browser = browser_for(app, market, who)
    assert faulty_pages(browser, pages_of(app, samples), language=language) == []


def test_files_of_the_site_carry_the_headers_too(client):
    with client.get("/static/css/app.css") as answer:
        assert (answer.status_code, _faults_of_answer(answer, "zh")) == (200, [])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", ERRORS)
def test_every_error_is_a_page_like_the_others(app, status, language):
    app.config["WTF_CSRF_ENABLED"] = status == 400
    method, path = ERRORS[status]
    client = app.test_client()
    client.set_cookie("lang", language)
    answer = client.open(path, method=method)
    assert (answer.status_code, _faults_of_answer(answer, language)) == (status, [])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("visitor", "/login"),
        ("visitor", "/register"),
        ("visitor", "/password/forgot"),
        ("enterprise owner", "/account"),
        ("enterprise owner", "/account/password"),
        ("enterprise owner", "/account/tokens"),
        ("enterprise owner", "/challenges/new/research"),
        ("enterprise owner", "/challenges/new/scene"),
        ("institute owner", "/achievements/new"),
        ("institute owner", "/organisations/new"),
    ],
)
def test_a_form_that_is_sent_empty_comes_back_as_well_made_as_it_went(app, market, who, path, language):
    browser = browser_for(app, market, who)
    browser.set_cookie("lang", language)
    answer = browser.post(path, data={"submit": "1"})
    summary = [one for one in read(answer.text).all("div") if one.get("class") == "error-summary"]
    assert (answer.status_code, len(summary)) == (422, 1)
    faults = _faults_of_answer(answer, language)
    # Tokens are off in this test.
    assert [fault for fault in faults if "posts without a token" not in fault] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_fails_says_that_nothing_changed_and_keeps_its_headers(sqlite_url, tmp_path, language):
    app = create_app(Config(database_url=sqlite_url, instance=tmp_path, secret_key="test"))
    with_view(app, "/broken", _broken)
    client = app.test_client()
    client.set_cookie("lang", language)
    answer = client.get("/broken")
    assert (answer.status_code, _faults_of_answer(answer, language)) == (500, ["answers 500"])
    assert "a secret of the inside" not in answer.text
    assert "什么都没有改动" in client.get("/broken?lang=zh").text
    with app.app_context():
        db.engine.dispose()


def _broken():
    raise RuntimeError("a secret of the inside")


LISTS = {
    "visitor": [
        "/",
        "/challenges",
        "/achievements",
        "/organisations",
        "/search?kind=challenge",
        "/search?q=质子&kind=achievement",
        "/industries/materials",
        "/directions/membranes",
    ],
    "enterprise owner": ["/challenges/mine", "/workbench"],
    "institute owner": ["/achievements/mine", "/workbench"],
    "operator": ["/workbench", "/organisations?state=submitted", "/challenges"],
}


def test_a_list_takes_as_many_queries_for_forty_rows_as_for_five(app, database):
    market = a_market(database)
    browsers = {who: browser_for(app, market, who) for who in LISTS}

    def grown_by(rows: int) -> dict[str, int]:
        _add_rows(app, market, rows)
        pages = LISTS | {"enterprise owner": [*LISTS["enterprise owner"], _page_of(market)]}
        counted = {who: queries_of(browsers[who], pages[who]) for who in pages}
        return {f"{who}: {path}": count for who in counted for path, count in counted[who].items()}

    few, many = grown_by(5), grown_by(35)
    assert {path: (few[path], many[path]) for path in few if few[path] != many[path]} == {}


def _page_of(market: Market) -> str:
    """A challenge with a list of matches on its page."""
    return f"/challenges/{market.challenges['matched'].public_id}"


def _add_rows(app: Flask, market: Market, rows: int) -> None:
    session = market.session
    found = []
    for number in range(rows):
        an_open_challenge(session, organisation_id=market.enterprise.id)
        offer = a_listed_achievement(session, organisation_id=market.institute.id)
        organisation = an_organisation(session, state="submitted", verified_at=None)
        a_membership(session, a_user(session), organisation)
        reasons = [{"kind": "terms", "values": ["质子交换膜"]}]
        found.append(Found(Subject("achievement", offer.public_id), 0.9 - number / 1000, Band.STRONG, reasons))
    if "matched" not in market.challenges:
        market.challenges["matched"] = an_open_challenge(session, organisation_id=market.enterprise.id)
    replace_matches(session, Subject("challenge", market.challenges["matched"].public_id), found, now=at_present())
    session.commit()
    with app.app_context():
        from marketplace.indexing import worker
        from marketplace.indexing.engines import engine
        from marketplace.web.current import registry

        worker.rebuild(db.engine, engine(), registry(), now=at_present())


# Each check bites


@pytest.fixture
def fresh_app(sqlite_url, tmp_path):
    """An application of its own, so that a fault in it is in no other."""
    app = make_app(sqlite_url, tmp_path)
    yield app
    with app.app_context():
        db.engine.dispose()


def with_view(app: Flask, path: str, view, *, methods=("GET",), audience=access.public) -> str:
    blueprint = Blueprint("throw_away", __name__)
    name = "view"
    blueprint.add_url_rule(path, name, audience(view) if audience else view, methods=list(methods))
    app.register_blueprint(blueprint)
    return f"throw_away.{name}"


def said(words: str = "x"):
    return lambda **_: words


def test_a_view_without_an_audience_is_caught_and_cannot_be_called(fresh_app):
    name = with_view(fresh_app, "/forgotten", said(), audience=None)
    assert without_audience(fresh_app) == [name]
    assert fresh_app.test_client().get("/forgotten").status_code == 500


def test_a_public_view_that_takes_posts_is_caught(fresh_app):
    with_view(fresh_app, "/comment", said(), methods=("GET", "POST"))
    assert public_ones_that_write(fresh_app) == ["/comment"]


def test_an_anonymous_form_that_nobody_decided_on_is_caught(fresh_app):
    name = with_view(fresh_app, "/comment", said(), methods=("POST",), audience=access.anonymous_form)
    assert anonymous_forms(fresh_app) - ANONYMOUS_FORMS == {name}


@pytest.mark.parametrize("path", ["/things/<thing>", "/things/<path:thing>", "/things/<string:thing>"])
def test_an_address_that_takes_any_text_is_caught(fresh_app, path):
    with_view(fresh_app, path, said())
    assert loose_parts(fresh_app) == [path]


@pytest.mark.parametrize("path", ["/my_things", "/Things", "/things/<int:number>/send_it"])
def test_an_address_in_another_case_is_caught(fresh_app, path):
    with_view(fresh_app, path, said())
    assert addresses_not_in_kebab_case(fresh_app) == [path]


def test_a_post_that_needs_no_token_is_caught(fresh_app):
    name = with_view(fresh_app, "/comment", said(), methods=("POST",), audience=access.anonymous_form)
    csrf.exempt(fresh_app.view_functions[name])
    try:
        samples = {name: ["x" * 43] for rule in rules_of(fresh_app) for name in rule.arguments}
        samples |= {name: ["aaaaaaaaaaaa"] for name in samples if name.endswith("_id")}
        assert posts_without_a_token(fresh_app, fresh_app.test_client(), samples) == ["/comment answers 200"]
    finally:
        csrf._exempt_views.clear()


FAULTY_PAGES = {
    "0 h1": "<p>x</p>",
    "2 h1": "<h1>x</h1><h1>y</h1>",
    "inline script": "<h1>x</h1><script>alert(1)</script>",
    "inline style": "<h1>x</h1><style>p{color:red}</style>",
    "inline code: p style": '<h1>x</h1><p style="color:red">y</p>',
    "inline code: p onclick": '<h1>x</h1><p onclick="go()">y</p>',
    "inline code: a href": '<h1>x</h1><a href="javascript:go()">y</a>',
    "no label: input q": '<h1>x</h1><input name="q" placeholder="words">',
    "no label: select s": '<h1>x</h1><label for="other">y</label><select name="s" id="s"></select>',
    "no words: button go": '<h1>x</h1><button name="go"></button>',
    "twice the same id: one": '<h1>x</h1><p id="one"></p><p id="one"></p>',
    "label for nothing: gone": '<h1>x</h1><label for="gone">y</label>',
    "posts without a token: /x": '<h1>x</h1><form method="post" action="/x"></form>',
}


@pytest.mark.parametrize("fault", FAULTY_PAGES)
def test_a_page_that_readers_stumble_over_is_caught(fresh_app, fault):
    page = f'<!DOCTYPE html><html lang="zh-CN"><title>x</title>{FAULTY_PAGES[fault]}</html>'
    with_view(fresh_app, "/page", lambda: render_template_string(page))
    faults = faulty_pages(fresh_app.test_client(), ["/page"], language="zh")
    assert f"/page: {fault}" in faults


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ("<html><title>x</title><h1>x</h1></html>", "html lang is ['']"),
        ('<html lang="en"><title>x</title><h1>x</h1></html>', "html lang is ['en']"),
        ('<html lang="zh-CN"><title></title><h1>x</h1></html>', "no title"),
    ],
)
def test_a_page_that_does_not_say_its_language_or_name_is_caught(page, fault):
    assert fault in faults_of(page, language="zh")


def test_a_page_without_the_headers_is_caught(fresh_app):
    fresh_app.after_request_funcs[None].remove(security.add_headers)
    faults = faulty_pages(fresh_app.test_client(), ["/"], language="zh")
    assert faults == [*(f"/: no {name}: {value}" for name, value in HEADERS.items()), "/: content security policy ''"]


def test_a_page_that_writes_is_caught(fresh_app):
    def count_visits():
        with db.engine.begin() as connection:
            connection.execute(text("INSERT INTO challenge_number (year, last) VALUES (1999, 1)"))
        return redirect("/")

    with_view(fresh_app, "/counted", count_visits)
    statement = "INSERT INTO challenge_number (year, last) VALUES (1999, 1)"
    assert pages_that_write(fresh_app.test_client(), ["/counted"]) == [f"/counted: {statement}"]


def test_a_list_that_queries_for_each_row_is_caught(fresh_app, database):
    def one_by_one():
        with db.engine.connect() as connection:
            for _row in connection.execute(text("SELECT id FROM organisation")).all():
                connection.execute(text("SELECT 1"))
        return "x"

    with_view(fresh_app, "/slow", one_by_one)
    client = fresh_app.test_client()
    few = queries_of(client, ["/slow"])
    an_organisation(database)
    database.commit()
    assert few != queries_of(client, ["/slow"])
