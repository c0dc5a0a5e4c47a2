"""What ``/readyz`` asks of the machine: the schema, the disk, the clock, the worker (adapters)."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

MEGABYTE = 1024 * 1024
LEAST_FREE = 100 * MEGABYTE
ASTRAY = timedelta(minutes=5)
SILENT = timedelta(minutes=2)
BEAT = "worker.beat"


def schema_fault(engine: Engine, migrations: Path) -> str | None:
    """The schema is the one that this program was written for."""
    try:
        with engine.connect() as connection:
            found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        return "the database does not answer or was never migrated"
    return None if found == _head(migrations) else f"the database is at another revision than the program: {found}"


@cache
def _head(migrations: Path) -> str | None:
    return ScriptDirectory(str(migrations)).get_current_head()


def disk_fault(folder: Path, *, least: int = LEAST_FREE) -> str | None:
    """What is written in a moment has room."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return "the instance folder is not there"
    return None if free >= least else f"the disk is nearly full: {free // MEGABYTE} MB"


def clock_fault(latest: Callable[[], datetime | None], now: Callable[[], datetime]) -> str | None:
    """Deadlines are read off the clock: it may not be behind what was already written."""
    try:
        written = latest()
    except SQLAlchemyError:
        return None  # said of the database
    return "the clock is behind the last entry of the log" if written and written - now() > ASTRAY else None


def worker_note(instance: Path, now: Callable[[], datetime]) -> str:
    """The site serves without a worker, but nothing reaches index or mailboxes meanwhile."""
    try:
        last = (instance / BEAT).stat().st_mtime
    except OSError:
        return "has not been seen yet"
    silent = int(now().timestamp() - last)
    return "ok" if silent <= SILENT.total_seconds() else f"has not been seen for {silent} s"
