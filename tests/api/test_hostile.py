"""Two thousand hostile bodies against what writes: told where they are wrong, and nothing half-written."""

import json
import random
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from itertools import islice
from typing import Any

import pytest
from sqlalchemy.engine import make_url
from werkzeug.test import TestResponse

from marketplace.web.extensions import db
from tests.api.programs import API, Program
from tests.api.test_challenges import WHOLE
from tests.journeys.market import Market, note_organisations, work

ASKED = 2_000
CHINESE = re.compile("[\u4e00-\u9fff]")
HOSTILE: tuple[Any, ...] = (
    "' OR 1=1 --", "'; DROP TABLE challenge; --", '" UNION SELECT password_hash FROM user_account --',
    "1) WAITFOR DELAY '0:0:5' --", "%27%20OR%201%3D1", "\\'; SELECT pg_sleep(5); --", "${7*7}{{7*7}}<%= 7*7 %>",
    "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "../../../../etc/passwd", "\x00", "a\x00b",
    "\r\nSet-Cookie: a=b",
    "\ud800", "\u202e\u2066reversed", "\ufffe\uffff", "e\u0301" * 40, "𠜎" * 50, "x" * 100_001, " ", "", "\t\n",
    None, True, False, 0, -1, 1.5, 10**30, -(10**30), 1e308, "1e400", "NaN", "-0.00", "99999999999999999.99",
    [], [None], [[]], [[[["x"]]]], ["x"] * 3_000, {}, {"$ne": None}, {"__proto__": {"a": 1}}, {"x": {"y": ["z"]}},
    "0001-01-01", "9999-12-31T23:59:59.999999+14:00", "2026-02-30", "2026-11-24T25:00:00Z", "2026-11-24T10:00:00",
    "draft", "operator", "1", "true", "null", "undefined", "research", "public",
)  # fmt: skip
RAW: tuple[tuple[bytes, str], ...] = (
    (b"", "application/json"), (b"{", "application/json"), (b"\xff\xfe", "application/json"),
    (b"[]", "application/json"),
    (b"null", "application/json"), (b'"text"', "application/json"), (b"NaN", "application/json"),
    (b'{"title": NaN}', "application/json"), (b'{"title": 1e999}', "application/json"),
    (b'{"title": "a", "title": "b"}', "application/json"), (b"[" * 100_000, "application/json"),
    (b'{"a":' * 50_000, "application/json"), (b"title=x", "application/x-www-form-urlencoded"),
    (b"{}", "text/plain"), (b"<a/>", "application/xml"), (b"{}", "application/json; charset=utf-16"),
    ('{"title": "标题"}'.encode("utf-16"), "application/json"), (b"\xef\xbb\xbf{}", "application/json"),
    (b'{"title": "' + b"9" * 3_000_000 + b'"}', "application/json"), (b"1" * 5_000, "application/json"),
)  # fmt: skip
ACHIEVEMENT = {"title": "高温质子交换膜", "summary": "一种膜。", "direction": "membranes", "readiness": 5,
               "price_min": "1.00", "figures": [{"name": "电导率", "value": "0.1"}], "topics": ["膜"],
               "cooperation": ["licence"]}  # fmt: skip
ORGANISATION = {
    "code": "91310114MA1GW00007",
    "name": "某某公司",
    "kind": "enterprise",
    "size": "small",
    "area": "anting",
}
STEP = {"reason": "理由", "publish_at": "2099-01-01T09:00:00+08:00", "bids_close_at": "2099-03-01T09:00:00+08:00"}


def rows_of(app: Any) -> dict[str, int]:
    """How many rows each table has."""
    with app.app_context():
        path = str(make_url(str(db.engine.url)).database)
    with sqlite3.connect(path) as there:
        names = [name for (name,) in there.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: there.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def targets(market: Market) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Method, address and a body that would do, of everything that writes."""
    draft, listed = market.challenges["draft"].public_id, market.challenges["open"].public_id
    own = market.enterprise.public_id
    there: list[tuple[str, str, Mapping[str, Any]]] = [
        ("POST", "/challenges", WHOLE), ("PUT", f"/challenges/{draft}", WHOLE),
        ("PATCH", f"/challenges/{draft}", WHOLE),
        ("POST", "/achievements", ACHIEVEMENT), ("POST", "/organisations", ORGANISATION),
        ("PUT", f"/organisations/{own}", ORGANISATION), ("PATCH", f"/organisations/{own}", ORGANISATION),
        ("POST", "/approvals", {"kind": "challenge", "id": draft}),
    ]  # fmt: skip
    steps = [("submit", draft), ("withdraw", listed), ("recall", market.challenges["submitted"].public_id)]
    return there + [("POST", f"/challenges/{one}/actions/{action}", STEP) for action, one in steps]


def spoilt(body: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """A body with something hostile in one or two of its places, at whatever depth; or with a place of its own."""
    whole = json.loads(json.dumps(body))
    for _ in range(chance.choice((1, 1, 2))):
        at, name = whole, chance.choice([*whole, "colour"])
        while isinstance(at.get(name), list) and at[name] and isinstance(at[name][0], dict) and chance.random() < 0.8:
            at = at[name][0]
            name = chance.choice([*at, "colour"])
        at[name] = chance.choice(HOSTILE)
    return whole


def questions(market: Market) -> Iterator[tuple[str, str, bytes, str, str]]:
    """Method, address with query, body, its kind and the language, the same ones every time."""
    chance, there = random.Random(20261124), targets(market)
    for method, path, _body in there:
        for raw, kind in RAW:
            yield method, path, raw, kind, "en"
    while True:
        method, path, body = chance.choice(there)
        query = f"?{chance.choice(('page', 'x', 'q'))}=%27+OR+1%3D1%00" if chance.random() < 0.05 else ""
        sent = json.dumps(spoilt(body, chance)).encode()
        yield method, path + query, sent, "application/json", chance.choice(("zh", "en"))


def complaint(answer: TestResponse, language: str) -> str | None:
    """What is wrong with a refusal; None where nothing is."""
    told = answer.get_json(silent=True)
    if answer.mimetype != "application/problem+json" or not isinstance(told, dict):
        return "is no problem"
    errors = told.get("errors", [])
    words = [told["title"], told["detail"], *(one["detail"] for one in errors)]
    if not all(words) or (language == "en" and any(CHINESE.search(one) for one in words)):
        return f"is not said in their language: {words}"
    if answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and not errors:
        return f"names no place: {told}"
    if any(not (one.get("pointer") or one.get("parameter")) and errors != [one] for one in errors):
        return f"names no place: {told}"
    return None


def changes(before: Mapping[str, int], after: Mapping[str, int]) -> list[str]:
    return [f"{after[name] - before[name]} of {name}" for name in after if after[name] != before[name]]


def lost(asking: Program, path: str, answer: TestResponse) -> str | None:
    """What was taken must be there, whole, for whoever asks next; None where it is."""
    shown = answer.get_json()
    kind = path.partition("?")[0].split("/")[1]
    told = asking.get(f"/{kind}/{shown['id']}")
    return None if told.get_json() == shown else f"then {told.status_code}"


def test_hostile_bodies_are_refused_where_they_are_wrong_and_leave_nothing(app, market, program):
    asking = program("enterprise owner")
    before, faults, statuses = rows_of(app), [], Counter[int]()
    for method, path, sent, kind, language in islice(questions(market), ASKED):
        version = current(asking, path) if method != "POST" or "/actions/" in path else ""
        answer = asking.client.open(
            f"{API}{path}",
            method=method,
            data=sent,
            content_type=kind,
            headers=asking.headers | {"Accept-Language": language, "If-Match": version},
        )
        after, what = rows_of(app), f"{answer.status_code} {method} {path} {sent[:200]!r}"
        statuses[answer.status_code] += 1
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            faults.append(what)
        elif answer.status_code >= HTTPStatus.BAD_REQUEST:
            faults += [f"{wrong}: {what}" for wrong in [complaint(answer, language), *changes(before, after)] if wrong]
        elif wrong := lost(asking, path, answer):
            faults.append(f"{wrong}: {what}")
        before = after
    assert faults == []
    assert statuses[HTTPStatus.UNPROCESSABLE_ENTITY] > ASKED // 2
    assert {200, 201, 400, 413, 415} <= set(statuses)


def current(asking: Program, path: str) -> str:
    thing = path.partition("?")[0].split("/actions/")[0]
    return asking.get(thing).headers.get("ETag", '"0"')


@pytest.mark.parametrize(
    ("path", "word"),
    [("/challenges", "q"), ("/achievements", "q"), ("/organisations", "q"), ("/search", "q"), ("/challenges", "area"),
     ("/challenges", "budget_from"), ("/achievements", "readiness_from"), ("/challenges/mine", "page")],
)  # fmt: skip
def test_hostile_words_in_an_address_find_nothing_and_break_nothing(app, market, program, path, word):
    note_organisations(market.session, market)
    market.session.commit()
    work(app)  # so that there is an index to search
    asking, faults = program("own editor"), []
    for value in HOSTILE:
        text = value if isinstance(value, str) else json.dumps(value)
        text = text.encode("utf-8", "replace").decode()[:4_000]
        answer = asking.client.get(f"{API}{path}", query_string={word: text}, headers=asking.headers)
        is_refused = answer.status_code >= HTTPStatus.BAD_REQUEST
        fell = answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
        if fell or (is_refused and answer.mimetype != "application/problem+json"):
            faults.append((answer.status_code, text[:60]))
    assert faults == []
