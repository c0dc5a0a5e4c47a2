"""Reads of the log."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from marketplace.audit.chain import Break, Link, first_break, hash_of_detail
from marketplace.audit.models import AuditEntry
from marketplace.core.subject import Subject


def history_of(session: Session, subject: Subject, *, limit: int = 50) -> Sequence[AuditEntry]:
    """The latest acts on one thing, newest first, with their details."""
    return session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject == str(subject))
        .options(joinedload(AuditEntry.detail))
        .order_by(AuditEntry.number.desc())
        .limit(limit)
    ).all()


def verify(session: Session, *, head: str | None = None) -> Break | None:
    """Check the whole log, its details included; None when it holds and contains the earlier ``head``."""
    broken = first_break(_links(session), head=head)
    return broken or _first_changed_detail(session)


def count(session: Session) -> int:
    return session.scalar(select(AuditEntry.number).order_by(AuditEntry.number.desc()).limit(1)) or 0


def current_head(session: Session) -> str | None:
    return session.scalar(select(AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1))


def _links(session: Session) -> Iterator[Link]:
    columns = AuditEntry.__table__.c
    rows = session.execute(
        select(
            columns.number,
            columns.at,
            columns.actor,
            columns.action,
            columns.subject,
            columns.detail_hash,
            columns.previous_hash,
            columns.hash,
        ).order_by(columns.number),
        execution_options={"yield_per": 1000},
    )
    for row in rows:
        yield Link(*row)


def _first_changed_detail(session: Session) -> Break | None:
    entries = session.scalars(
        select(AuditEntry)
        .join(AuditEntry.detail)
        .options(joinedload(AuditEntry.detail))
        .order_by(AuditEntry.number)
        .execution_options(yield_per=1000)
    )
    for entry in entries:
        kept = entry.detail
        if kept is not None and hash_of_detail(kept.salt, kept.detail) != entry.detail_hash:
            return Break(entry.number, "the detail was changed after it was written")
    return None
