"""A disk without room: people are told in words, nothing is half written, and everything goes on once there is room."""

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, selectinload

from marketplace.audit.models import AuditEntry
from marketplace.audit.queries import verify
from marketplace.challenges.models import Challenge
from marketplace.core.transaction import reading
from marketplace.web.extensions import db
from tests.factories.challenges import TEXT
from tests.faults.test_killed_processes import all_is_well
from tests.journeys.market import a_market, an_open_challenge, browser_of, note_organisations

FULL_WORDS = "什么都没有改动，请稍后重试。"
SMALL_BLOCKS = 512
"""256 kB: the write-ahead log of the database soon comes to its end."""
TINY_BLOCKS = 2


def kept(look) -> set[str]:
    """Ids of all challenges; each has its indicator and its entry in a log that holds."""
    with reading(look) as session:
        assert verify(session) is None
        found = session.scalars(select(Challenge).options(selectinload(Challenge.indicators))).all()
        drafted = session.scalars(select(AuditEntry.subject).where(AuditEntry.action == "draft")).all()
        assert sorted(drafted) == sorted(f"challenge:{one.public_id}" for one in found)
        assert {len(one.indicators) for one in found} <= {1}
        return {one.public_id for one in found}


def test_posts_on_a_full_disk_are_refused_in_words_and_half_of_nothing_stays(instance, look):
    with Session(look) as session:
        market = a_market(session)
        note_organisations(session, market)
        email = market.people["enterprise owner"].email
        session.commit()
    web = instance.web(processes=1, largest_file_blocks=SMALL_BLOCKS)
    owner = instance.person().sign_in(email)
    typed = {
        "title": TEXT["title"],
        "problem": TEXT["problem"] * 10,
        "indicators-0-name": "电导率",
        "indicators-0-target": "0.06",
    }
    acknowledged, refused = set(), None
    for _ in range(100):
        answer = owner.open("/challenges/new/research").press("保存草稿", typed).answer
        if answer.status != 200:
            refused = answer
            break
        acknowledged.add(owner.address.split("/")[2].split("?")[0])

    assert acknowledged
    assert (refused.status, FULL_WORDS in refused.text) == (503, True)
    assert kept(look) == acknowledged
    assert owner.open("/challenges/mine").answer.status == 200, "reading goes on"

    instance.kill(web)
    instance.web(processes=1)
    assert owner.open("/challenges/new/research").press("保存草稿", typed).answer.status == 200
    assert len(kept(look)) == len(acknowledged) + 1
    all_is_well(instance)


def test_a_worker_on_a_full_disk_loses_no_note(instance, look):
    with Session(look) as session:
        market = a_market(session)
        note_organisations(session, market)
        session.commit()

    instance.flask("worker", "--once", largest_file_blocks=TINY_BLOCKS)

    all_is_well(instance)


@pytest.mark.parametrize(
    ("words", "said"),
    [("database or disk is full", "磁盘满了"), ("disk I/O error", "数据库正忙"), ("database is locked", "数据库正忙")],
)
def test_whatever_the_database_says_a_person_reads_that_nothing_was_changed(app, database, words, said):
    """On SQLite in process: the statement fails after the first rows were written."""
    market = a_market(database)
    owner = browser_of(app, database, market.people["enterprise owner"])
    typed = {"title": "x", "problem": TEXT["problem"], "indicators-0-name": "x", "indicators-0-target": "1"}

    def fail(_connection, _cursor, statement, *_):
        if statement.startswith("INSERT INTO challenge_indicator"):
            raise OperationalError(statement, {}, Exception(words))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", fail)
    try:
        answer = owner.post("/challenges/new/research", data=typed)
    finally:
        event.remove(engine, "before_cursor_execute", fail)

    assert (answer.status_code, FULL_WORDS in answer.text, words in answer.text) == (503, True, False)
    assert said in answer.text
    counted = [database.scalar(select(func.count()).select_from(table)) for table in (Challenge, AuditEntry)]
    assert counted == [0, 0]


def test_a_step_that_fails_at_the_commit_changes_nothing(app, database):
    market = a_market(database)
    challenge = an_open_challenge(database, organisation_id=market.enterprise.id)
    operator = browser_of(app, database, market.people["operator"])

    def fail(_connection):
        raise OperationalError("COMMIT", {}, Exception("database or disk is full"))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "commit", fail)
    try:
        answer = operator.post(f"/challenges/{challenge.public_id}/withdraw", data={"reason": "x"})
    finally:
        event.remove(engine, "commit", fail)

    assert (answer.status_code, FULL_WORDS in answer.text) == (503, True)
    database.expire_all()
    assert (challenge.state.value, challenge.version) == ("open", 1)
    assert database.scalars(select(AuditEntry)).all() == []
