"""One place commits: everything in a block succeeds or fails together, on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.audit import services as audit
from marketplace.audit.models import AuditEntry
from marketplace.core.actor import SYSTEM
from marketplace.core.subject import Subject
from marketplace.core.transaction import reading, refresh_statistics, writing
from marketplace.indexing.models import OutboxEntry
from tests.at_once import at_once
from tests.conftest import NOON

SHANGHAI = timezone(timedelta(hours=8))


def entry(subject="challenge:abc", at=NOON):
    return OutboxEntry(subject=subject, noted_at=at, next_at=at)


def fail_after_writing(engine):
    with writing(engine) as session:
        session.add(entry("b:2"))
        audit.record(session, actor=SYSTEM, action="x", subject=Subject("b", "2"), now=NOON)
        session.flush()
        raise RuntimeError


def test_a_block_that_ends_well_is_kept_and_one_that_fails_leaves_nothing(engine):
    with writing(engine) as session:
        session.add(entry("a:1"))
    with pytest.raises(RuntimeError):
        fail_after_writing(engine)
    with reading(engine) as session:
        assert [row.subject for row in session.scalars(select(OutboxEntry))] == ["a:1"]
        assert session.scalars(select(AuditEntry)).all() == []


def test_what_was_read_stays_readable_after_its_block(engine):
    with writing(engine) as session:
        session.add(entry("a:1"))
    with reading(engine) as session:
        row = session.scalars(select(OutboxEntry)).one()
    assert (row.subject, row.noted_at) == ("a:1", NOON)


def test_an_instant_comes_back_in_utc_whatever_zone_it_was_given_in(engine):
    with writing(engine) as session:
        session.add(entry(at=datetime(2026, 6, 1, 12, 0, tzinfo=SHANGHAI)))
    with reading(engine) as session:
        kept = session.scalars(select(OutboxEntry.noted_at)).one()
    assert kept == NOON
    assert kept.tzinfo is UTC


def test_a_naive_time_is_refused(session):
    session.add(entry(at=datetime(2026, 6, 1, 12, 0)))  # noqa: DTZ001
    with pytest.raises(Exception, match="naive datetime"):
        session.flush()


def test_foreign_keys_hold(session):
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        session.execute(text("INSERT INTO audit_detail (number, salt, detail) VALUES (99, 's', '{}')"))


def test_sqlite_learns_how_its_rows_are_spread_and_postgresql_is_left_alone(engine):
    with writing(engine) as session:
        session.add_all(entry(f"a:{number}") for number in range(3))
    refresh_statistics(engine)
    with reading(engine) as session:
        if engine.dialect.name == "sqlite":
            known = session.execute(text("SELECT stat FROM sqlite_stat1 WHERE tbl = 'search_outbox'")).scalars().all()
            assert known
            assert all(stat.startswith("3 ") for stat in known)
        assert len(session.scalars(select(OutboxEntry)).all()) == 3


def test_many_writers_at_once_wait_for_their_turn_and_the_chain_has_no_gap(engine):
    def act(number):
        for _round in range(5):
            with writing(engine) as session:
                session.add(entry(f"a:{number}"))
                audit.record(session, actor=SYSTEM, action="x", subject=Subject("a", str(number)), now=NOON)

    assert [outcome for outcome in at_once(act, 6) if outcome] == []

    with Session(engine) as session:
        assert session.scalars(select(AuditEntry.number).order_by(AuditEntry.number)).all() == list(range(1, 31))
