"""Fresh databases for tests: built once per worker by the migrations, copied for every test."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url

from config import Config
from marketplace.app import create_app
from marketplace.core import transaction
from marketplace.web.extensions import db

POSTGRESQL = os.environ.get("TEST_DATABASE_URL", "")


def migrated(config: Config) -> None:
    """Bring the database of ``config`` to head."""
    from flask_migrate import upgrade

    app = create_app(config)
    with app.app_context():
        upgrade()
        db.engine.dispose()


def engine_for(url: str) -> Engine:
    engine = create_engine(url)
    transaction.configure(engine)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def hurry(connection, _record):
            connection.execute("PRAGMA synchronous=OFF")

    return engine


class SqliteTemplate:
    """One migrated file, copied."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "template.sqlite"
        migrated(Config(testing=True, instance=folder, database_url=f"sqlite:///{self.path}", secret_key="t"))
        with create_engine(f"sqlite:///{self.path}").connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def copy_to(self, path: Path) -> str:
        shutil.copyfile(self.path, path)
        return f"sqlite:///{path}"


class PostgresqlTemplate:
    """One migrated database, cloned by the server."""

    def __init__(self, worker: str) -> None:
        self.base = make_url(POSTGRESQL.replace("postgres://", "postgresql://")).set(drivername="postgresql+psycopg")
        self.name = f"jb_template_{worker}_{secrets.token_hex(3)}"
        self._server = create_engine(self.base, isolation_level="AUTOCOMMIT")
        self._say(f'CREATE DATABASE "{self.name}"')
        migrated(Config(testing=True, database_url=self._url(self.name), secret_key="t"))

    def _url(self, name: str) -> str:
        return self.base.set(database=name).render_as_string(hide_password=False)

    def _say(self, statement: str) -> None:
        with self._server.connect() as connection:
            connection.execute(text(statement))

    @contextmanager
    def clone(self) -> Iterator[str]:
        name = f"jb_test_{secrets.token_hex(6)}"
        self._say(f'CREATE DATABASE "{name}" TEMPLATE "{self.name}"')
        try:
            yield self._url(name)
        finally:
            self._say(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def drop(self) -> None:
        self._say(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        self._server.dispose()
