"""The log in the database: append-only by triggers, verified whole."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from marketplace.audit import queries
from marketplace.audit import services as audit
from marketplace.core.actor import SYSTEM, Actor
from marketplace.core.subject import Subject
from marketplace.core.transaction import writing
from tests.conftest import NOON

THING = Subject("challenge", "abcdefghijkm")


@pytest.fixture
def log(engine):
    """Three entries."""
    for action in ("draft", "submit", "publish"):
        with writing(engine) as session:
            actor = Actor(3, "person234567")
            audit.record(session, actor=actor, action=action, subject=THING, now=NOON, state=action, reason="因 由")
    return engine


@pytest.fixture
def reader(engine):
    with Session(engine) as session:
        yield session


def act_on(engine, statement):
    with engine.connect() as connection:
        connection.execute(text(statement))
        connection.commit()


def test_the_history_of_a_thing_is_its_acts_latest_first(log, reader):
    history = queries.history_of(reader, THING)
    assert [(entry.action, entry.detail.detail["reason"]) for entry in history] == [
        ("publish", "因 由"),
        ("submit", "因 由"),
        ("draft", "因 由"),
    ]


def test_the_log_holds_and_contains_its_head(log, reader):
    assert queries.verify(reader) is None
    assert queries.verify(reader, head=queries.current_head(reader)) is None
    assert queries.verify(reader, head="f" * 64) is not None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'award' WHERE number = 2",
        "DELETE FROM audit_entry WHERE number = 3",
        "UPDATE audit_detail SET salt = 'x' WHERE number = 2",
    ],
)
def test_the_database_refuses_to_change_it(log, statement):
    with pytest.raises(DBAPIError, match="append-only"):
        act_on(log, statement)


def test_a_detail_may_be_erased_without_breaking_the_chain(log, reader):
    act_on(log, "DELETE FROM audit_detail WHERE number = 2")
    assert queries.verify(reader) is None
    assert [entry.detail is None for entry in queries.history_of(reader, THING)] == [False, True, False]


def test_tampering_below_the_triggers_is_found(log, reader):
    drop = {
        "sqlite": "DROP TRIGGER audit_entry_refuses_update",
        "postgresql": "DROP TRIGGER audit_entry_refuses_update ON audit_entry",
    }
    act_on(log, drop[log.dialect.name])
    act_on(log, "UPDATE audit_entry SET actor = 'other2345678' WHERE number = 2")
    assert queries.verify(reader).number == 2


def test_cutting_the_tail_below_the_triggers_is_found(log, reader):
    drop = {
        "sqlite": "DROP TRIGGER audit_entry_refuses_delete",
        "postgresql": "DROP TRIGGER audit_entry_refuses_delete ON audit_entry",
    }
    act_on(log, drop[log.dialect.name])
    act_on(log, "DELETE FROM audit_detail WHERE number = 3")
    act_on(log, "DELETE FROM audit_entry WHERE number = 3")
    assert queries.verify(reader).number == 3


def test_the_system_acts_under_its_own_name(engine, reader):
    with writing(engine) as writer:
        audit.record(writer, actor=SYSTEM, action="publish", subject=THING, now=NOON)
    assert [entry.actor for entry in queries.history_of(reader, THING)] == ["system"]
