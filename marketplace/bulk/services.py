"""Writes. A file is checked as a whole without a lock, then written as a whole or not at all.

Both readings of a file go row by row and hold one batch of drafts, so that memory does not grow with the file. The
second one checks everything again: what has changed since the first is found before anything is kept.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.bulk.examination import Candidate, Examination, Order
from marketplace.bulk.models import BulkRow
from marketplace.bulk.report import Fault, Report
from marketplace.core.actor import Actor, Grant, Role
from marketplace.core.errors import Conflict, DomainError, Invalid, NotAllowed
from marketplace.core.text import _
from marketplace.taxonomy.catalogue import Catalogue

BATCH = 200

NOT_CLEAN = _("文件中有错误，一行也没有导入。")
PUBLISHING_IS_FOR_OPERATORS = _("只有运营专员能批量发布：--publish 与 --as 同用时，要用运营专员的账户。")
IMPORTED_MEANWHILE = _("同一批数据刚刚由别人导入，这次一行也没有写入，请再运行一次。")


class RefusedError(DomainError):
    """Nothing was written; the report says why."""

    default = NOT_CLEAN

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


def plan_import(session: Session, actor: Actor, order: Order, *, catalogue: Catalogue, now: datetime) -> Report:
    """Check the whole file; nothing is written, whatever it holds."""
    examination = _begin(session, actor, order, catalogue, now)
    for batch in _batches(examination):
        examination.report.ready += len(_new_ones(session, examination, batch))
    return examination.report


def run_import(session: Session, actor: Actor, order: Order, *, catalogue: Catalogue, now: datetime) -> Report:
    """Write every row that is not there yet; raises :class:`RefusedError` at the first fault, and nothing is kept."""
    examination = _begin(session, actor, order, catalogue, now)
    report = examination.report
    for batch in _batches(examination):
        if not report.is_clean:
            raise RefusedError(report)
        for candidate in _new_ones(session, examination, batch):
            _write(session, actor, examination, candidate)
            report.ready += 1
        _flush(session)
    if not report.is_clean:
        raise RefusedError(report)
    return report


def remember(
    session: Session, *, kind: str, external_id: str, organisation_id: int, subject_public_id: str, now: datetime
) -> None:
    """Note what a row of a file became, so that it never becomes another one."""
    session.add(
        BulkRow(
            kind=kind,
            external_id=external_id,
            organisation_id=organisation_id,
            subject_public_id=subject_public_id,
            imported_at=now,
        )
    )


def on_behalf_of(actor: Actor, organisation_id: int) -> Actor:
    """System and operator fill in for the organisation that a row names; anybody else has the rights of the person."""
    if not may_publish(actor):
        return actor
    return replace(actor, grants=actor.grants | {Grant(Role.EDITOR, organisation_id)})


def may_publish(actor: Actor) -> bool:
    return actor.is_system or actor.is_a(Role.OPERATOR)


def _begin(session: Session, actor: Actor, order: Order, catalogue: Catalogue, now: datetime) -> Examination:
    if order.publishes and not may_publish(actor):
        raise NotAllowed(PUBLISHING_IS_FOR_OPERATORS)
    return Examination(session, actor, order, catalogue, now)


def _batches(examination: Examination) -> Iterator[list[Candidate]]:
    batch: list[Candidate] = []
    for candidate in examination.candidates():
        batch.append(candidate)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _new_ones(session: Session, examination: Examination, batch: list[Candidate]) -> list[Candidate]:
    there = examination.importer.already_there(session, [candidate.key for candidate in batch])
    examination.report.known += len(there)
    return [candidate for candidate in batch if candidate.key not in there]


def _write(session: Session, actor: Actor, examination: Examination, candidate: Candidate) -> None:
    importer, (owner_id, external_id) = examination.importer, candidate.key
    acting = actor if owner_id is None else on_behalf_of(actor, owner_id)
    try:
        public_id = importer.rows.write(
            session, acting, owner_id, candidate.draft, publishes=examination.order.publishes, now=examination.now
        )
    except DomainError as error:
        examination.report.add_faults(_as_faults(candidate, error))
        raise RefusedError(examination.report) from error
    if owner_id is not None:
        remember(
            session,
            kind=importer.kind,
            external_id=external_id,
            organisation_id=owner_id,
            subject_public_id=public_id,
            now=examination.now,
        )


def _as_faults(candidate: Candidate, error: DomainError) -> list[Fault]:
    """A feature's own refusal, at the column it speaks of where it names one."""
    if isinstance(error, Invalid) and error.fields:
        return [Fault(candidate.row, candidate.place_of(name), reason) for name, reason in error.fields.items()]
    return [Fault(candidate.row, "", error.message)]


def _flush(session: Session) -> None:
    try:
        session.flush()  # a batch at a time, so that its rows need not stay in memory
    except IntegrityError as error:
        raise Conflict(IMPORTED_MEANWHILE) from error
