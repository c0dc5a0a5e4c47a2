"""How migrations reach the database: the application's engine, and metadata that is complete."""

from typing import Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from marketplace.core.db import UtcDateTime
from marketplace.tables import metadata

config = context.config


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Migrations stand on their own: our instant is written as the column that the database has."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def run(connection: Connection) -> None:
    """SQLite alters tables by copying them: foreign keys rest meanwhile and are all checked at the end."""
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=False,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()
        if is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise RuntimeError(f"foreign keys broken by the migration: {broken[:5]}")
    if is_sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")


def run_with_engine() -> None:
    given = config.attributes.get("connection")
    if given is not None:
        run(given)
        return
    with current_app.extensions["migrate"].db.engine.connect() as connection:
        run(connection)
        connection.commit()


run_with_engine()
