"""The database at head is what the models say, on both databases, down to the names; and migrations go both ways."""

import re
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, Engine, ForeignKeyConstraint, MetaData, UniqueConstraint, inspect, text
from sqlalchemy.orm import Session

from config import Config
from marketplace.app import create_app
from marketplace.audit.models import AuditEntry
from marketplace.core.transaction import reading
from marketplace.tables import metadata
from marketplace.web.extensions import db
from tests.conftest import NOON
from tests.databases import engine_for
from tests.factories.accounts import a_user

ALEMBIC = "alembic_version"
LOG_TRIGGERS = {
    "sqlite": {
        "audit_entry_refuses_update",
        "audit_entry_refuses_delete",
        "audit_detail_refuses_update",
        "daily_head_refuses_update",
        "daily_head_refuses_delete",
    },
    "postgresql": {
        "audit_entry_refuses_update",
        "audit_entry_refuses_delete",
        "audit_entry_refuses_truncate",
        "audit_detail_refuses_update",
        "audit_detail_refuses_truncate",
        "daily_head_refuses_update",
        "daily_head_refuses_delete",
        "daily_head_refuses_truncate",
    },
}
"""A detail may be erased, never changed; an entry neither, nor a published head. SQLite knows no TRUNCATE."""


def wanted(known: MetaData, dialect: str) -> dict[str, object]:
    """What the models say, as comparable facts."""
    facts: dict[str, object] = {}
    for name, table in known.tables.items():
        facts |= {f"{name}.{column.name}": column.nullable for column in table.columns}
        facts[f"{name} primary key"] = [column.name for column in table.primary_key.columns]
        for constraint in table.constraints:
            if isinstance(constraint, CheckConstraint):
                facts[f"{name} check {_name(constraint)}"] = True
            elif isinstance(constraint, UniqueConstraint):
                facts[f"{name} unique {_name(constraint)}"] = [column.name for column in constraint.columns]
            elif isinstance(constraint, ForeignKeyConstraint):
                target = [element.target_fullname for element in constraint.elements]
                facts[f"{name} foreign key {_name(constraint)}"] = (list(constraint.column_keys), target)
        for index in table.indexes:
            where = index.dialect_options[dialect]["where"]
            columns = [column.name for column in index.columns]
            facts[f"{name} index {index.name}"] = (columns, bool(index.unique), _plain(where))
    return facts


def there(engine: Engine) -> dict[str, object]:
    """What the database has, as the same facts."""
    inspector = inspect(engine)
    facts: dict[str, object] = {}
    for name in inspector.get_table_names():
        if name == ALEMBIC:
            continue
        facts |= {f"{name}.{column['name']}": column["nullable"] for column in inspector.get_columns(name)}
        facts[f"{name} primary key"] = inspector.get_pk_constraint(name)["constrained_columns"]
        for check in inspector.get_check_constraints(name):
            facts[f"{name} check {check['name']}"] = True
        uniques = inspector.get_unique_constraints(name)
        for unique in uniques:
            facts[f"{name} unique {unique['name']}"] = unique["column_names"]
        for key in inspector.get_foreign_keys(name):
            target = [f"{key['referred_table']}.{column}" for column in key["referred_columns"]]
            facts[f"{name} foreign key {key['name']}"] = (key["constrained_columns"], target)
        for index in inspector.get_indexes(name):
            if index["name"] not in {unique["name"] for unique in uniques}:
                where = index.get("dialect_options", {}).get(f"{engine.dialect.name}_where")
                columns = [str(column) for column in index["column_names"]]
                facts[f"{name} index {index['name']}"] = (columns, bool(index["unique"]), _plain(where))
    return facts


def checks(engine: Engine) -> dict[str, object]:
    """What every check of the database asks."""
    inspector = inspect(engine)
    return {
        f"{name} check {check['name']} asks": check["sqltext"]
        for name in inspector.get_table_names()
        for check in inspector.get_check_constraints(name)
    }


def differences(known: MetaData, engine: Engine) -> dict[str, tuple[object, object]]:
    """Fact by fact, what the models say and what the database has, where they differ."""
    said, found = wanted(known, engine.dialect.name), there(engine)
    return {
        name: (said.get(name), found.get(name))
        for name in said.keys() | found.keys()
        if said.get(name) != found.get(name)
    }


def type_differences(engine: Engine) -> list[object]:
    """What alembic would change: types above all."""
    from alembic.autogenerate import compare_metadata

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, metadata)


def triggers(engine: Engine) -> set[str]:
    statement = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if engine.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with engine.connect() as connection:
        return set(connection.scalars(text(statement)))


def functions(engine: Engine) -> set[str]:
    """Functions of our own; SQLite has none."""
    if engine.dialect.name == "sqlite":
        return set()
    with engine.connect() as connection:
        schema = "pg_namespace n ON n.oid = p.pronamespace AND n.nspname = 'public'"
        return set(connection.scalars(text(f"SELECT p.proname FROM pg_proc p JOIN {schema}")))


def _name(constraint: CheckConstraint | UniqueConstraint | ForeignKeyConstraint) -> str:
    """The name after the convention, as the database knows it."""
    from sqlalchemy.dialects import sqlite

    preparer = sqlite.dialect().identifier_preparer
    return str(preparer.format_constraint(constraint)).strip('"')


def _plain(where: object) -> str:
    """A partial index's condition without the quotes and brackets that each database adds."""
    return re.sub(r'[\s"()]|::\w+( varying)?', "", str(where)).lower() if where is not None else ""


@pytest.fixture
def migrating(database_url, tmp_path):
    """An application whose migrations may be run up and down."""
    app = create_app(Config(testing=True, instance=tmp_path, database_url=database_url, secret_key="t"))
    with app.app_context():
        yield app
        db.engine.dispose()


def test_the_database_at_head_is_what_the_models_say(engine):
    assert differences(metadata, engine) == {}


def test_alembic_finds_nothing_to_change(engine):
    assert type_differences(engine) == []


def test_the_log_has_its_triggers(engine):
    assert triggers(engine) == LOG_TRIGGERS[engine.dialect.name]


def test_migrations_go_down_to_nothing_and_up_again(migrating, engine):
    downgrade(revision="base")
    assert (inspect(engine).get_table_names(), triggers(engine), functions(engine)) == ([ALEMBIC], set(), set())
    upgrade()
    assert differences(metadata, engine) == {}
    assert triggers(engine) == LOG_TRIGGERS[engine.dialect.name]


def test_every_migration_can_be_taken_back_by_itself(migrating, engine):
    facts = [there(engine) | checks(engine)]
    while len(inspect(engine).get_table_names()) > 1:
        downgrade(revision="-1")
        facts.append(there(engine) | checks(engine))
    assert all(before != after for before, after in pairwise(facts))
    upgrade()
    assert differences(metadata, engine) == {}


def test_a_server_in_shanghai_gives_utc(postgresql_url):
    engine = engine_for(postgresql_url)
    with engine.begin() as connection:
        name = connection.scalar(text("SELECT current_database()"))
        connection.execute(text(f"ALTER DATABASE \"{name}\" SET timezone TO 'Asia/Shanghai'"))
    engine.dispose()  # the server's zone is read when a connection begins

    with Session(engine) as session:
        user = a_user(session, created_at=NOON)
        session.commit()
        number = user.id
    with reading(engine) as session:
        assert session.scalar(text("SELECT reset_val FROM pg_settings WHERE name = 'TimeZone'")) == "Asia/Shanghai"
        assert session.scalar(text("SHOW timezone")) == "UTC"
        found = session.get(type(user), number).created_at
        assert (found, found.tzinfo) == (NOON, UTC)
        stored = text("SELECT created_at AT TIME ZONE 'Asia/Shanghai' FROM user_account WHERE id = :id")
        assert session.scalar(stored, {"id": number}) == datetime(2026, 6, 1, 12, 0)  # noqa: DTZ001  (a wall clock)
    engine.dispose()


# Each check bites


FAULTS = {
    "a table": "CREATE TABLE surprise (id INTEGER NOT NULL PRIMARY KEY)",
    "a column": "ALTER TABLE challenge ADD COLUMN surprise INTEGER",
    "an index": "CREATE INDEX ix_surprise ON challenge (title)",
    "an index that is gone": "DROP INDEX ix_challenge_state_kind",
    "a partial index": "DROP INDEX ix_challenge_state_kind; "
    "CREATE INDEX ix_challenge_state_kind ON challenge (state, kind, published_at) WHERE state = 'open'",
    "a unique index": "DROP INDEX ix_challenge_state_kind; "
    "CREATE UNIQUE INDEX ix_challenge_state_kind ON challenge (state, kind, published_at)",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_database_that_differs_is_caught(engine, fault):
    with engine.begin() as connection:
        for statement in FAULTS[fault].split("; "):
            connection.execute(text(statement))
    assert differences(metadata, engine) != {}


CONSTRAINTS = {
    "challenge check ck_challenge_budget_not_negative": ("challenge", "ck_challenge_budget_not_negative", "check"),
    "challenge unique uq_challenge_number": ("challenge", "uq_challenge_number", "unique"),
    "challenge foreign key fk_challenge_organisation_id": ("challenge", "fk_challenge_organisation_id", "foreignkey"),
}


@pytest.mark.parametrize("fact", CONSTRAINTS)
def test_a_constraint_that_is_gone_is_caught(engine, fact):
    table, name, kind = CONSTRAINTS[fact]
    with engine.begin() as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table(table) as batch:
            batch.drop_constraint(name, type_=kind)
    assert differences(metadata, engine).keys() == {fact}


def test_a_column_that_may_be_empty_is_caught(engine):
    with engine.begin() as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("challenge") as batch:
            batch.alter_column("title", nullable=True)
    assert differences(metadata, engine) == {"challenge.title": (False, True)}


def test_a_trigger_that_is_gone_is_caught(engine):
    table = AuditEntry.__tablename__
    on = "" if engine.dialect.name == "sqlite" else f" ON {table}"
    with engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER {table}_refuses_update{on}"))
    assert LOG_TRIGGERS[engine.dialect.name] - triggers(engine) == {f"{table}_refuses_update"}
