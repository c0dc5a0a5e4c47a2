"""Does what imports wait for: checks, writes, takes back. At once for short files, in the worker for long ones.

Whoever is killed in between leaves the state as it was: the next one begins again, and what was written comes with the
state that says so, in one transaction.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path, PurePath

from sqlalchemy import Engine, or_, select, update
from sqlalchemy.orm import Session

from marketplace.audit import services as audit
from marketplace.bulk import queries
from marketplace.bulk.examination import BATCH, Order
from marketplace.bulk.formats import read_rows
from marketplace.bulk.imports import AT_ONCE_ROWS, KIND
from marketplace.bulk.lifecycle import AT_WORK, LIFECYCLE, ImportState
from marketplace.bulk.models import Import, ImportFile
from marketplace.bulk.report import FileError, Report, report_of, report_of_refusal
from marketplace.bulk.services import plan_import, write_import
from marketplace.bulk.staging import Stage
from marketplace.bulk.undoing import Undoing
from marketplace.bulk.writer import RefusedError
from marketplace.core.actor import Actor
from marketplace.core.errors import Conflict, DomainError
from marketplace.core.subject import Subject
from marketplace.core.text import Message, _
from marketplace.core.transaction import reading, writing
from marketplace.taxonomy.catalogue import Catalogue

CLAIM = timedelta(minutes=10)
MOST_ATTEMPTS = 3
TOLD_EVERY_ROWS = 1_000
AFTERWARDS = {ImportState.CHECKING: "check", ImportState.WRITING: "refuse", ImportState.UNDOING: "take_back"}
"""Where an import goes of which nothing can be written."""

GAVE_UP = _("处理时多次中断，什么也没有写入。请重新上传；仍然不行请联系运营专员。")
PERSON_GONE = _("上传者的账户已停用，什么也没有写入。")


def is_short(path: Path) -> bool:
    """Whether a file is dealt with while the person waits. One that cannot be read is told at once too."""
    try:
        return sum(1 for _row in islice(read_rows(path, {}), AT_ONCE_ROWS + 1)) <= AT_ONCE_ROWS
    except FileError:
        return True


def begin(database: Engine, catalogue: Catalogue, import_id: int, *, now: datetime) -> None:
    """What the page does with an import that waits: deal with a short one at once, leave a long one to the worker."""
    with reading(database) as session:
        brought = session.get_one(Import, import_id)
        rows = queries.count_outcomes(session, import_id) if brought.state is ImportState.UNDOING else 0
    if brought.state is ImportState.UNDOING:
        is_at_once = rows <= AT_ONCE_ROWS
    else:
        with file_of(database, brought) as order:
            is_at_once = is_short(order.path)
    if is_at_once:
        process(database, catalogue, import_id, now=now)
    else:
        with writing(database) as session:
            session.execute(update(Import).where(Import.id == import_id).values(claimed_until=None))


def drain(database: Engine, catalogue: Catalogue, *, now: datetime) -> int:
    """Deal with the import that waits the longest; the number dealt with."""
    with writing(database) as session:
        waiting = session.scalars(
            select(Import)
            .where(Import.state.in_(AT_WORK), or_(Import.claimed_until.is_(None), Import.claimed_until <= now))
            .order_by(Import.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if waiting is None:
            return 0
        waiting.claimed_until, waiting.attempts = now + CLAIM, waiting.attempts + 1
        import_id, attempts = waiting.id, waiting.attempts
    process(database, catalogue, import_id, now=now, attempts=attempts)
    return 1


def release(session: Session) -> None:
    """Give back what a dead worker held; only for whoever knows to be the one worker."""
    held = Import.claimed_until.is_not(None), Import.attempts > 0
    session.execute(update(Import).where(*held).values(claimed_until=None))


@dataclass(frozen=True, slots=True)
class Job:
    """One import on its way, and the moment it is dealt with."""

    database: Engine
    brought: Import
    now: datetime

    def settle(self, report: Report) -> None:
        """What was found is what the person sees next; nothing was written."""
        with writing(self.database) as session:
            brought = _held(session, self.brought.id)
            if brought.state in AFTERWARDS:
                _step(brought, AFTERWARDS[brought.state], report, self.now)

    def settle_refusal(self, reason: Message) -> None:
        self.settle(report_of_refusal(reason))

    def tell(self, rows: int) -> None:
        """How far it is, for the page that waits."""
        if rows % TOLD_EVERY_ROWS < BATCH:
            with writing(self.database) as session:
                session.execute(update(Import).where(Import.id == self.brought.id).values(rows_seen=rows))


def process(database: Engine, catalogue: Catalogue, import_id: int, *, now: datetime, attempts: int = 1) -> None:
    """Take an import as far as it goes without the person: to what was found, what was written, or what was undone."""
    with reading(database) as session:
        brought = session.get_one(Import, import_id)
        actor = queries.actor_of(session, brought.user_id, brought.organisation_id, now=now)
    job = Job(database, brought, now)
    if brought.state not in AT_WORK:
        return
    if attempts > MOST_ATTEMPTS or actor is None:
        job.settle_refusal(Message(PERSON_GONE if actor is None else GAVE_UP))
    elif brought.state is ImportState.UNDOING:
        _take_back(job, actor)
    else:
        try:
            with file_of(database, brought) as order:
                _check_or_write(job, catalogue, actor, order)
        except RefusedError as error:
            job.settle(error.report)
        except DomainError as error:
            job.settle_refusal(error.message)


@contextmanager
def file_of(database: Engine, brought: Import) -> Iterator[Order]:
    """The bytes as a file under the name that they came with, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file{PurePath(brought.file_name).suffix.lower()}"
        with reading(database) as session:
            path.write_bytes(session.scalar(select(ImportFile.data).where(ImportFile.import_id == brought.id)) or b"")
            organisation = queries.code_of(session, brought.organisation_id)
        yield Order(kind=brought.kind, path=path, organisation=organisation, named=brought.file_name)


def _check_or_write(job: Job, catalogue: Catalogue, actor: Actor, order: Order) -> None:
    brought, now = job.brought, job.now
    with Stage() as stage:
        with reading(job.database) as session:
            report = plan_import(session, actor, order, catalogue=catalogue, now=now, stage=stage, progress=job.tell)
        if brought.state is ImportState.CHECKING or not report.is_clean:
            job.settle(report)
            return
        with writing(job.database) as session:
            write_import(session, actor, order, stage, report, now=now, import_id=brought.id)
            written = _held(session, brought.id)
            if written.state is not ImportState.WRITING:
                raise Conflict
            _step(written, "finish", report, now)
            written.finished_at = now
            counts = {"new": report.ready - report.changed, "changed": report.changed}
            subject = Subject(KIND, written.public_id)
            audit.record(session, actor=actor, action="import", subject=subject, now=now, kind=written.kind, **counts)


def _held(session: Session, import_id: int) -> Import:
    return session.scalars(select(Import).where(Import.id == import_id).with_for_update()).one()


def _step(brought: Import, action: str, report: Report, now: datetime) -> None:
    brought.state = LIFECYCLE.target(action, brought.state)
    brought.report, brought.rows_seen = report.as_json(), report.rows
    brought.claimed_until, brought.updated_at, brought.attempts = None, now, 0


def _take_back(job: Job, actor: Actor) -> None:
    """Withdraw what it made and nobody has touched since; name what is left, and why."""
    undoing = Undoing(actor, job.brought.kind, job.now)
    with writing(job.database) as session:
        for batch in queries.outcomes_of(session, job.brought.id):
            undoing.take(session, batch)
            session.flush()
            session.expunge_all()
        undone = _held(session, job.brought.id)
        _step(undone, "take_back", report_of(job.brought.report), job.now)
        undone.report = undone.report | undoing.as_json()
