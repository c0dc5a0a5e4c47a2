"""The only place that commits, for web, worker and command line.

Inside a block everything succeeds or fails together. What a feature must do last of all (the log takes its place in
the chain only when every other row is written, so that nobody waits for it longer than needed) registers with
:func:`before_commit`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import ConnectionPoolEntry

from marketplace.core.errors import Conflict

Hook = Callable[[Session], None]
_hooks: list[Hook] = []
BUSY_TIMEOUT_MS = 15_000
SAMPLED_ROWS = 1_000


def before_commit(hook: Hook) -> Hook:
    """Run ``hook`` after everything else was flushed, just before the commit."""
    if hook not in _hooks:
        _hooks.append(hook)
    return hook


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Commit when the block ends well; undo everything when it does not.

    Raises Conflict where somebody else changed one of the rows in between.
    """
    with Session(engine, expire_on_commit=False) as session:
        session.connection(execution_options={"begin_mode": "IMMEDIATE"})
        try:
            yield session
            finish(session)
            session.commit()
        except StaleDataError as error:
            session.rollback()
            raise Conflict from error
        except BaseException:
            session.rollback()
            raise


def finish(session: Session) -> None:
    """Flush, then let the hooks write their last rows; part of every commit."""
    session.flush()
    for hook in _hooks:
        hook(session)
    session.flush()


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that writes nothing; what it loaded stays readable, detached, after the block."""
    with Session(engine, expire_on_commit=False, autoflush=False) as session:
        yield session


def refresh_statistics(engine: Engine) -> None:
    """Let SQLite look at samples of its indexes: without, it plans a list of 100,000 rows as one of ten.

    Milliseconds, however many rows; connections that are open read the new figures when they are replaced (``config``).
    PostgreSQL does so by itself.
    """
    if engine.dialect.name != "sqlite":
        return
    with engine.connect().execution_options(begin_mode="IMMEDIATE") as connection, connection.begin():
        connection.exec_driver_sql(f"PRAGMA analysis_limit={SAMPLED_ROWS}")
        connection.exec_driver_sql("ANALYZE")


def configure(engine: Engine) -> None:
    """Make both databases keep the same promises: foreign keys, UTC, and a writer that waits for its turn."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _prepare_postgresql)


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-16000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails at once under a second writer: writers say so first.
    mode = connection.get_execution_options().get("begin_mode", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


def _prepare_postgresql(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("SET TIME ZONE 'UTC'")
    cursor.close()
    connection.commit()
