"""Writes. A file is checked as a whole without a lock, then written as a whole or not at all.

What was checked waits in a file (``staging``), so that the transaction that writes does nothing else, and memory does
not grow with the file. Rights, versions and keys are looked at once more while writing.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.bulk.examination import Examination, Order, may_publish
from marketplace.bulk.importers import IMPORTERS
from marketplace.bulk.report import Report
from marketplace.bulk.staging import Stage
from marketplace.bulk.writer import RefusedError, Writer, flush, new_ones
from marketplace.core.actor import Actor
from marketplace.core.errors import NotAllowed
from marketplace.core.text import _
from marketplace.taxonomy.catalogue import Catalogue

PUBLISHING_IS_FOR_OPERATORS = _("只有运营专员能批量发布：--publish 与 --as 同用时，要用运营专员的账户。")
Progress = Callable[[int], None]
"""Is told how many rows were looked at."""


def plan_import(
    session: Session,
    actor: Actor,
    order: Order,
    *,
    catalogue: Catalogue,
    now: datetime,
    stage: Stage | None = None,
    progress: Progress = lambda _rows: None,
) -> Report:
    """Check the whole file and write nothing; what is without fault is put on the ``stage``.

    The session is emptied as it goes. Raises :class:`FileError` for a file that cannot be read.
    """
    if order.publishes and not may_publish(actor):
        raise NotAllowed(PUBLISHING_IS_FOR_OPERATORS)
    examination = Examination(session, actor, order, catalogue, now)
    report = examination.report
    for batch in examination.batches():
        fresh = new_ones(session, examination.importer, batch)
        report.known += len(batch) - len(fresh)
        report.ready += len(fresh)
        report.changed += sum(candidate.change is not None for candidate in fresh)
        if stage is not None and report.is_clean:
            stage.put(fresh)
        progress(report.rows)
        session.expunge_all()
    return report


def write_import(
    session: Session, actor: Actor, order: Order, stage: Stage, report: Report, *, now: datetime,
    import_id: int | None = None,
) -> None:  # fmt: skip
    """Write what is staged; raises :class:`RefusedError` at the first fault, and nothing is kept.

    ``import_id`` is the import that remembers what came of its rows.
    """
    if not report.is_clean:
        raise RefusedError(report)
    writer = Writer(
        session=session,
        actor=actor,
        importer=IMPORTERS[order.kind],
        report=report,
        publishes=order.publishes,
        now=now,
        import_id=import_id,
    )
    for batch in stage.batches():
        writer.write(batch)
        flush(session)
        session.expunge_all()  # a batch at a time, so that its rows need not stay in memory


def run_import(session: Session, actor: Actor, order: Order, *, catalogue: Catalogue, now: datetime) -> Report:
    """Check and write in one transaction."""
    with Stage() as stage:
        report = plan_import(session, actor, order, catalogue=catalogue, now=now, stage=stage)
        write_import(session, actor, order, stage, report, now=now)
    return report
