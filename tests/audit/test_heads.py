"""Daily heads: what is signed, when, and what shows against them."""

import base64
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from marketplace.audit import chain, papers, queries, signing
from marketplace.audit import news as _news  # noqa: F401
from marketplace.audit import services as audit
from marketplace.audit.chain import Break
from marketplace.audit.models import AuditEntry, DailyHead
from marketplace.core.actor import SYSTEM, Role
from marketplace.core.errors import DomainError
from marketplace.core.subject import Subject
from marketplace.core.text import say
from marketplace.core.transaction import reading, writing
from marketplace.notifications import subscribers as _told  # noqa: F401  (letters are part of what is told)
from marketplace.notifications.models import Delivery
from tests.conftest import NOON
from tests.factories.accounts import a_staff_grant, a_user

SEAL = "a seal key"
THING = Subject("challenge", "abcdefghijkm")
DAY = timedelta(days=1)


def act(engine, now, action="edit"):
    with writing(engine) as session:
        audit.record(session, actor=SYSTEM, action=action, subject=THING, now=now)


def publish(engine, now):
    """What the worker does: gives the days published, or where the log broke."""
    with reading(engine) as session:
        found = queries.unsigned_days(session, now=now)
    if isinstance(found, Break):
        return found
    with writing(engine) as session:
        return [head.day for head in audit.publish_heads(session, found, seal_key=SEAL, now=now)]


def tamper(engine, *statements):
    """As somebody who may do everything to the database."""
    raw = engine.raw_connection()
    cursor = raw.cursor()
    if engine.dialect.name == "sqlite":
        cursor.execute("PRAGMA foreign_keys=OFF")
        for (name,) in cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            cursor.execute(f"DROP TRIGGER {name}")
    else:
        for table in ("audit_entry", "audit_detail", "daily_head"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE audit_detail DROP CONSTRAINT IF EXISTS fk_audit_detail_number")
        cursor.execute("ALTER TABLE daily_head DROP CONSTRAINT IF EXISTS fk_daily_head_number")
    for statement in statements:
        cursor.execute(statement)
    raw.commit()
    raw.detach()
    raw.close()


def rewrite(engine, *, upto=None):
    """Every entry again with another actor, hashes and all, the row of the head included."""
    with reading(engine) as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
    previous, statements = chain.GENESIS, ["DELETE FROM audit_detail"]
    for entry in entries[:upto]:
        facts = {name: getattr(entry, name) for name in ("number", "at", "action", "subject", "detail_hash")}
        forged = chain.hash_of_entry(**facts, actor="somebody", previous_hash=previous)
        statements.append(
            f"UPDATE audit_entry SET actor = 'somebody', previous_hash = '{previous}', hash = '{forged}' "
            f"WHERE number = {entry.number}"
        )
        previous = forged
    tamper(engine, *statements, f"UPDATE audit_head SET hash = '{previous}'")


@pytest.fixture
def three_days(engine):
    """An act at noon of three days, the first two published."""
    for number in range(3):
        act(engine, NOON + number * DAY)
    publish(engine, NOON + 2 * DAY)
    return engine


def heads_of(engine):
    with reading(engine) as session:
        return queries.every_head(session), {key.id: bytes.fromhex(key.public) for key in queries.signing_keys(session)}


def test_a_day_ends_at_midnight_in_beijing(engine):
    act(engine, datetime(2026, 6, 1, 15, 59, tzinfo=UTC))
    act(engine, datetime(2026, 6, 1, 16, 1, tzinfo=UTC))

    assert publish(engine, datetime(2026, 6, 1, 16, 5, tzinfo=UTC)) == []  # somebody may still be writing
    assert publish(engine, datetime(2026, 6, 1, 16, 11, tzinfo=UTC)) == [date(2026, 6, 1)]
    with reading(engine) as session:
        assert [head.number for head in session.scalars(select(DailyHead))] == [1]


def test_an_empty_log_has_no_heads(engine):
    assert publish(engine, NOON) == []


def test_days_that_were_missed_are_made_up_for_and_days_without_an_act_end_where_the_one_before_did(engine):
    act(engine, NOON)
    act(engine, NOON + 3 * DAY)

    assert publish(engine, NOON + 4 * DAY) == [date(2026, 6, number) for number in (1, 2, 3, 4)]
    heads, _keys = heads_of(engine)
    assert heads[0].head == heads[1].head == heads[2].head != heads[3].head
    assert publish(engine, NOON + 4 * DAY) == []


def test_an_act_that_was_written_late_is_in_the_next_head(engine):
    act(engine, NOON)
    publish(engine, NOON + DAY)
    act(engine, NOON)

    publish(engine, NOON + 2 * DAY)
    with reading(engine) as session:
        assert [head.number for head in session.scalars(select(DailyHead).order_by(DailyHead.day))] == [1, 3]
        # the second entry says that the key was made
        assert queries.verify(session) is None


def test_every_head_is_signed_and_a_changed_word_shows(three_days):
    heads, keys = heads_of(three_days)
    assert [signing.holds(head, keys) for head in heads] == [True, True]
    other = signing.new_key(SEAL)
    changed = {
        "day": heads[0].day + DAY,
        "head": "f" * 64,
        "published_at": NOON,
        "signature": heads[1].signature,
        "key": other.id,
    }
    for name, value in changed.items():
        facts = {field: getattr(heads[0], field) for field in ("day", "head", "key", "published_at", "signature")}
        known = keys | {other.id: bytes.fromhex(other.public)}
        assert not signing.holds(signing.SignedHead(**facts | {name: value}), known), name


def test_a_head_cannot_be_changed_or_deleted(three_days):
    for statement in ("UPDATE daily_head SET number = 1", "DELETE FROM daily_head"):
        with pytest.raises(DBAPIError, match="append-only"), three_days.begin() as connection:
            connection.execute(text(statement))


FAULTS = {
    "a deleted tail": (
        "DELETE FROM audit_detail WHERE number > 1",
        "DELETE FROM audit_entry WHERE number > 1",
        "UPDATE audit_head SET number = 1, hash = (SELECT hash FROM audit_entry WHERE number = 1)",
    ),
    "a head that is gone": ("DELETE FROM daily_head WHERE day = '2026-06-02'",),
    "a head of another hash": ("UPDATE daily_head SET head = (SELECT hash FROM audit_entry WHERE number = 1)",),
    "a signature of another head": ("UPDATE daily_head SET signature = (SELECT max(signature) FROM daily_head)",),
    "an entry rewritten": ("UPDATE audit_entry SET action = 'award' WHERE number = 2",),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_was_done_to_the_log_is_found(three_days, fault):
    publish(three_days, NOON + 3 * DAY)
    with reading(three_days) as session:
        assert queries.verify(session) is None
    tamper(three_days, *FAULTS[fault])
    with reading(three_days) as session:
        assert queries.verify(session) is not None


def test_a_log_rewritten_from_its_first_entry_shows_against_its_published_heads(three_days):
    rewrite(three_days)

    with reading(three_days) as session:
        broken = queries.verify(session)
    assert str(broken.reason) == "2026-06-01 公布的哈希不在日志里：日志的末尾被删，或者整个被改写过。"


def test_a_log_rewritten_with_its_heads_shows_against_the_signatures(three_days):
    rewrite(three_days)
    tamper(three_days, "UPDATE daily_head SET head = (SELECT hash FROM audit_entry WHERE number = daily_head.number)")

    with reading(three_days) as session:
        assert str(queries.verify(session).reason) == "2026-06-01 的每日哈希签名不对。"


def test_a_log_that_does_not_hold_gets_no_further_signature(three_days):
    rewrite(three_days)
    assert str(publish(three_days, NOON + 5 * DAY).reason).startswith("2026-06-02 公布的哈希不在日志里")


def test_a_rewritten_entry_since_the_last_head_gets_no_signature(three_days):
    tamper(three_days, "UPDATE audit_entry SET action = 'award' WHERE number = 3")
    found = publish(three_days, NOON + 5 * DAY)
    assert (found.number, str(found.reason)) == (3, "这一条写下之后被改过。")


def test_supervisors_and_nobody_else_are_told(engine):
    with writing(engine) as session:
        a_staff_grant(session, a_user(session, email="watch@example.com"), Role.SUPERVISOR)
        a_staff_grant(session, a_user(session, email="runs@example.com"), Role.OPERATOR)
    act(engine, NOON)
    act(engine, NOON + DAY)
    publish(engine, NOON + 2 * DAY)

    heads, _keys = heads_of(engine)
    with reading(engine) as session:
        letter = session.scalars(select(Delivery)).one()
    assert (letter.kind, letter.recipient) == ("site.log_head", "watch@example.com")
    assert (letter.facts["day"], letter.facts["head"]) == ("2026-06-02", heads[-1].head)
    (kept,) = papers.heads([json.dumps(letter.facts)])
    assert signing.holds(kept, heads_of(engine)[1])


def test_of_a_broken_log_supervisors_hear_once_a_day(engine):
    with writing(engine) as session:
        a_staff_grant(session, a_user(session, email="watch@example.com"), Role.SUPERVISOR)
    broken = Break(3, say(chain.CHANGED))
    told = []
    for hours in (0, 1, 24):
        with writing(engine) as session:
            told.append(audit.report_broken(session, broken, now=NOON + timedelta(hours=hours)))
    assert told == [True, False, True]
    with reading(engine) as session:
        assert [letter.kind for letter in session.scalars(select(Delivery))] == ["site.log_broken"] * 2


def test_a_new_key_signs_from_then_on_and_the_old_signatures_stay_valid(three_days):
    with writing(three_days) as session:
        fresh = audit.rotate_key(session, SYSTEM, seal_key="another seal key", now=NOON + 3 * DAY)
    with reading(three_days) as session:
        days = queries.unsigned_days(session, now=NOON + 4 * DAY)
    with writing(three_days) as session:
        audit.publish_heads(session, days, seal_key="another seal key", now=NOON + 4 * DAY)

    heads, keys = heads_of(three_days)
    assert [head.key == fresh.id for head in heads] == [False, False, True, True]
    assert all(signing.holds(head, keys) for head in heads)
    with reading(three_days) as session:
        assert queries.verify(session) is None


def test_another_seal_key_opens_no_signing_key(three_days):
    with reading(three_days) as session:
        days = queries.unsigned_days(session, now=NOON + 5 * DAY)
    with pytest.raises(DomainError, match="SEAL_KEY 与当初不同"), writing(three_days) as session:
        audit.publish_heads(session, days, seal_key="another", now=NOON + 5 * DAY)
    with pytest.raises(DomainError, match="没有设置 SEAL_KEY"):
        signing.new_key("")


def test_the_database_holds_no_private_key_in_the_clear(three_days):
    with reading(three_days) as session:
        key = queries.signing_keys(session)[0]
    private = signing.opened(SEAL, key.id, key.wrapped)._private.private_bytes_raw()
    assert private.hex() not in key.wrapped
    assert private not in base64.b64decode(key.wrapped)
