"""The console: what waits, the log, and what the worker gave up."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.audit import chain, papers
from marketplace.audit import services as audit
from marketplace.audit.models import AuditEntry
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.services import Step, advance_challenge
from marketplace.core.actor import Role
from marketplace.core.subject import Subject
from marketplace.core.transaction import finish
from marketplace.indexing.models import OutboxEntry
from tests.accounts.browser import a_browser_of, look_again
from tests.actors import OPERATOR
from tests.conftest import NOON
from tests.factories.accounts import a_staff_grant, a_user
from tests.factories.challenges import a_challenge
from tests.factories.organisations import an_organisation

PAGES = ("/admin", "/admin/audit", "/admin/queues")


def a_browser_with(app, database, role=None, area=""):
    user = a_user(database)
    if role is not None:
        a_staff_grant(database, user, role, area=area)
    return a_browser_of(app, database, user)


@pytest.fixture
def published(database):
    challenge = a_challenge(database, state=ChallengeState.SUBMITTED, title="质子膜 <b>")
    advance_challenge(database, OPERATOR, challenge, "publish", step=Step(), now=NOON)
    finish(database)
    database.commit()
    return challenge


@pytest.mark.parametrize(
    ("role", "area", "expected"),
    [
        (None, "", [403, 403, 403]),
        (Role.FINANCE_OFFICER, "", [403, 403, 403]),
        (Role.AREA_OFFICER, "anting", [200, 403, 403]),
        (Role.SUPERVISOR, "", [200, 200, 200]),
        (Role.OPERATOR, "", [200, 200, 200]),
    ],
)
def test_each_sees_the_part_of_the_console_that_is_theirs(app, database, role, area, expected):
    browser = a_browser_with(app, database, role, area)
    assert [browser.get(page).status_code for page in PAGES] == expected
    home = browser.get("/").text
    assert ('href="/admin"' in home) is (expected[0] == 200)
    if expected[0] == 200:
        assert ("/admin/audit" in browser.get("/admin").text) is (expected[1] == 200)


def test_what_waits_is_counted_in_the_area_of_who_asks(app, database):
    for area in ("anting", "anting", "nanxiang"):
        an_organisation(database, state="submitted", verified_at=None, area=area)
    assert "3 家" in a_browser_with(app, database, Role.OPERATOR).get("/admin").text
    assert "2 家" in a_browser_with(app, database, Role.AREA_OFFICER, "anting").get("/admin").text


def test_the_log_is_filtered_by_who_what_subject_and_day(app, database, published):
    browser = a_browser_with(app, database, Role.SUPERVISOR)
    day = "2026-06-01"
    for query, is_there in (
        ("", True),
        (f"actor={OPERATOR.public_id}", True),
        ("actor=nobodyatall2", False),
        ("action=publish", True),
        ("action=withdraw", False),
        (f"subject=challenge:{published.public_id}", True),
        ("subject=challenge:aaaaaaaaaaaa", False),
        (f"since={day}&until={day}", True),
        ("since=2026-06-02", False),
        ("until=2026-05-31", False),
        ("since=yesterday&page=-3", True),
    ):
        page = browser.get(f"/admin/audit?{query}").text
        assert (f'/challenges/{published.public_id}"' in page) is is_there, query
    assert "质子膜 &lt;b&gt;" in browser.get("/admin/audit").text


def given_up(database):
    entry = database.scalars(select(OutboxEntry)).first()
    entry.failed_at, entry.attempts, entry.error = NOON, 12, "the disk is full"
    entry.next_at = NOON + timedelta(days=9000)
    database.commit()
    return entry


def test_what_the_worker_gave_up_is_tried_again_and_the_log_says_who_did_so(app, database, published):
    entry = given_up(database)
    browser = a_browser_with(app, database, Role.OPERATOR)
    page = browser.get("/admin/queues").text
    assert "the disk is full" in page
    assert f"重试 {entry.subject}" in page
    assert "1 条多次失败" in browser.get("/admin").text
    answer = browser.post("/admin/queues/index/retry", data={"row": str(entry.id)}, follow_redirects=True)
    assert "已让 1 条重新处理" in answer.text
    look_again(database)
    assert (entry.failed_at, entry.attempts, entry.error) == (None, 0, "the disk is full")
    newest = database.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert (newest.action, newest.subject) == ("retry", "queue:index")
    again = browser.post("/admin/queues/index/retry", follow_redirects=True)
    assert "没有要重试的" in again.text


def test_a_supervisor_reads_what_was_given_up_and_sets_nothing_going(app, database, published):
    entry = given_up(database)
    browser = a_browser_with(app, database, Role.SUPERVISOR)
    assert "全部重试" not in browser.get("/admin/queues").text
    assert browser.post("/admin/queues/index/retry").status_code == 403
    look_again(database)
    assert entry.failed_at == NOON


def test_the_log_comes_as_a_file_filtered_as_its_page(app, database, published):
    browser = a_browser_with(app, database, Role.SUPERVISOR)
    page = browser.get("/admin/audit?action=publish").text
    assert "/exports/audit.jsonl?action=publish" in page

    with browser.get("/exports/audit.jsonl?action=publish") as answer:
        rows = [json.loads(line) for line in answer.text.splitlines()]
    entry = database.scalars(select(AuditEntry).where(AuditEntry.action == "publish")).one()
    assert [(row["subject"], row["hash"]) for row in rows] == [(f"challenge:{published.public_id}", entry.hash)]
    assert "detail" not in rows[0]

    with browser.get("/exports/audit.jsonl?until=2026-05-31") as answer:
        assert answer.text == ""


def test_the_whole_log_as_a_file_is_a_chain_that_holds(app, database, published):
    with a_browser_with(app, database, Role.OPERATOR).get("/exports/audit.jsonl") as answer:
        links = list(papers.links(answer.text.splitlines()))
    assert len(links) == len(database.scalars(select(AuditEntry)).all()) > 0
    assert chain.first_break(links) is None


def test_nothing_in_the_sheet_of_the_log_is_a_formula(app, database):
    subject = Subject("challenge", "=1+1")
    audit.record(database, actor=OPERATOR, action="=cmd|x", subject=subject, now=NOON)
    finish(database)
    database.commit()
    with a_browser_with(app, database, Role.SUPERVISOR).get("/exports/audit.xlsx") as answer:
        book = zipfile.ZipFile(io.BytesIO(answer.data))
    assert "<f>" not in "".join(
        book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets")
    )
    assert "=cmd|x" in "".join(book.read(name).decode() for name in book.namelist())


@pytest.mark.parametrize("role", [None, Role.AREA_OFFICER, Role.FINANCE_OFFICER])
def test_who_does_not_see_the_log_gets_no_file_of_it(app, database, published, role):
    browser = a_browser_with(app, database, role, "anting" if role is Role.AREA_OFFICER else "")
    for suffix in ("xlsx", "jsonl"):
        answer = browser.get(f"/exports/audit.{suffix}")
        assert answer.status_code == 403
        assert published.public_id not in answer.text
