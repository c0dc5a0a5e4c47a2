"""``flask worker``: drains index, matches and mail, and does what has fallen due."""

import fcntl
import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import Engine

from marketplace.accounts.services import counting, sessions
from marketplace.accounts.services import letters as letter_tokens
from marketplace.achievements import services as achievements
from marketplace.audit import queries as audit_queries
from marketplace.audit import services as audit
from marketplace.audit.chain import Break
from marketplace.bulk import imports
from marketplace.bulk import worker as bulk
from marketplace.challenges import services as challenges
from marketplace.core import queue
from marketplace.core.actor import SYSTEM
from marketplace.core.transaction import reading, refresh_statistics, writing
from marketplace.files import worker as files
from marketplace.files.parts import parts as file_parts
from marketplace.indexing import worker as indexing
from marketplace.indexing.engines import analyser_for
from marketplace.indexing.engines import engine as search_engine
from marketplace.indexing.models import OutboxEntry
from marketplace.matching import worker as matching
from marketplace.matching.models import MatchTask
from marketplace.notifications import digests
from marketplace.notifications import worker as notifications
from marketplace.notifications.letters import KEY as LETTERS
from marketplace.organisations.services import invitations
from marketplace.taxonomy.current import catalogue
from marketplace.tokens import services as tokens
from marketplace.web.current import config, registry
from marketplace.web.extensions import db
from marketplace.web.readiness import BEAT

HOUR = timedelta(hours=1)
PAUSE_SECONDS = 0.4
PAUSE_AFTER_FAULT_SECONDS = 5.0

Duty = Callable[[datetime], int]
"""One kind of work: takes the moment, gives how many rows it turned into effects."""


@click.command("worker")
@click.option("--once", is_flag=True, help="Work until nothing is due, then stop.")
@with_appcontext
def worker(once: bool) -> None:
    """Drain index, matches and mail, and do what has fallen due."""
    lock = only_one(config().instance / "worker.lock")
    if lock is None:
        raise click.ClickException("another worker is at work with this instance folder / 另一个 worker 正在运行")
    with lock:
        give_back(db.engine)
        duties = duties_of()
        duties.insert(0, lambda now: beat(config().instance / BEAT, now))
        if once:
            while sum(_run(duty) for duty in duties):
                pass
            return
        _until_stopped(duties)


def duties_of() -> list[Duty]:
    """What this application's worker does, in order."""
    database, engine, kinds, known = db.engine, search_engine(), registry(), catalogue()
    workshop = matching.Workshop(engine, analyser_for(known), {one.code: one.industry for one in known.directions})
    seal_key = config().seal_key
    letters, kept = current_app.extensions[LETTERS], file_parts()
    return [
        lambda now: _publish_due(database, now),
        _hourly(lambda now: publish_heads(database, seal_key, now)),
        _hourly(lambda now: _forget_old_ways_in(database, now)),
        _hourly(lambda _now: _refresh_statistics(database)),
        _hourly(lambda now: _prune_imports(database, now)),
        lambda now: bulk.drain(database, known, now=now),
        lambda now: files.scan(database, kept.store, kept.antivirus, kinds, now=now),
        _hourly(lambda now: files.sweep(database, kept.store, now=now)),
        lambda now: indexing.drain(database, engine, kinds, now=now),
        lambda now: matching.drain(database, workshop, now=now),
        _hourly(lambda now: _prune(database, now)),
        lambda now: digests.queue_due(database, kinds, now=now),
        lambda now: notifications.drain(database, letters.channels, letters.render, now=now),
    ]


def _hourly(duty: Duty) -> Duty:
    """Not at every turn; never a reason to go on working."""
    last: list[datetime] = []

    def at_most_hourly(now: datetime) -> int:
        if not last or now - last[0] >= HOUR:
            last[:] = [now]
            duty(now)
        return 0

    return at_most_hourly


def _forget_old_ways_in(database: Engine, now: datetime) -> int:
    """Tries, letters' tokens, sessions and invitations that count no longer."""
    for forget in (
        counting.forget_attempts,
        letter_tokens.forget_letters,
        sessions.forget_sessions,
        tokens.forget_answers,
        invitations.forget_invitations,
    ):
        with writing(database) as session:
            forget(session, now=now)
    return 0


def publish_heads(database: Engine, seal_key: str, now: datetime) -> int:
    """Sign and publish where the log ended on the days that are over; a log that does not hold is reported."""
    with reading(database) as session:
        found = audit_queries.unsigned_days(session, now=now)
    with writing(database) as session:
        if not isinstance(found, Break):
            return len(audit.publish_heads(session, found, seal_key=seal_key, now=now))
        audit.report_broken(session, found, now=now)
    current_app.logger.error("worker: the log does not hold at entry %s; no head was published", found.number)
    return 0


def _prune_imports(database: Engine, now: datetime) -> int:
    with writing(database) as session:
        imports.prune(session, now=now)
    return 0


def _prune(database: Engine, now: datetime) -> int:
    with writing(database) as session:
        return notifications.prune(session, now=now)


def _refresh_statistics(database: Engine) -> int:
    refresh_statistics(database)
    return 0


def _publish_due(database: Engine, now: datetime) -> int:
    with writing(database) as session:
        published = challenges.publish_due(session, SYSTEM, now=now)
        published += achievements.publish_due(session, SYSTEM, now=now)
        published += achievements.expire_due(session, SYSTEM, now=now)
        return published + achievements.remind_due(session, now=now)


def _run(duty: Duty) -> int:
    """A duty that fails is logged and tried again; the others go on."""
    try:
        return duty(datetime.now(UTC))
    except Exception as error:  # whatever it is: one row that cannot be dealt with must not keep back all others
        current_app.logger.error("worker: a duty failed", exc_info=error)
        time.sleep(PAUSE_AFTER_FAULT_SECONDS)
        return 0


def _until_stopped(duties: list[Duty]) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        if not sum(_run(duty) for duty in duties):
            stop.wait(PAUSE_SECONDS)


def beat(path: Path, now: datetime) -> int:
    """Say that the worker lives, for ``/readyz``."""
    path.touch()
    os.utime(path, (now.timestamp(), now.timestamp()))
    return 0


def give_back(database: Engine) -> None:
    """What a worker held that was killed: with the lock in hand, nobody else can be at work."""
    with writing(database) as session:
        for table in (OutboxEntry, MatchTask):
            queue.release(session, table)
        bulk.release(session)


def only_one(path: Path) -> IO[str] | None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = path.open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle
