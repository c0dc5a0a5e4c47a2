"""Reads of the log."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from marketplace.audit.chain import GENESIS, Break, Link, first_break, hash_of_detail
from marketplace.audit.models import AuditDetail, AuditEntry, AuditHead
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


def acts_of(session: Session, pseudonym: str) -> list[dict[str, object]]:
    """What this person did, for their own copy: no details, and of acts on other people not whose."""
    entries = session.execute(
        select(AuditEntry.number, AuditEntry.at, AuditEntry.action, AuditEntry.subject)
        .where(AuditEntry.actor == pseudonym)
        .order_by(AuditEntry.number)
    )
    return [
        {"number": number, "at": at, "action": action, "subject": _without_others(subject, pseudonym)}
        for number, at, action, subject in entries
    ]


def _without_others(subject: str, pseudonym: str) -> str:
    kind, _colon, public_id = subject.partition(":")
    return kind if kind == "user" and public_id != pseudonym else subject


def verify(session: Session, *, head: str | None = None) -> Break | None:
    """Check the whole log, its details included; None when it holds and contains the earlier ``head``."""
    broken = first_break(_links(session), head=head)
    return broken or _cut_tail(session) or _first_changed_detail(session)


def count(session: Session) -> int:
    return session.scalar(select(AuditEntry.number).order_by(AuditEntry.number.desc()).limit(1)) or 0


def current_head(session: Session) -> str | None:
    return session.scalar(select(AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1))


def _cut_tail(session: Session) -> Break | None:
    """The row that says where the chain ends has to agree with its last entry."""
    kept = session.scalars(select(AuditHead)).one_or_none()
    if kept is not None and kept.hash != (current_head(session) or GENESIS):
        return Break(kept.number, "the chain does not end where its head says: its tail was cut")
    return None


def _links(session: Session) -> Iterator[Link]:
    columns = AuditEntry.__table__.c
    with session.execute(
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
    ) as rows:
        for row in rows:
            yield Link(*row)


def _first_changed_detail(session: Session) -> Break | None:
    details = AuditDetail.__table__.c
    entries = AuditEntry.__table__.c
    with session.execute(
        select(entries.number, entries.detail_hash, details.salt, AuditDetail.detail)
        .join_from(AuditEntry, AuditDetail)
        .order_by(entries.number),
        execution_options={"yield_per": 1000},
    ) as rows:
        for number, detail_hash, salt, detail in rows:
            if hash_of_detail(salt, detail) != detail_hash:
                return Break(number, "the detail was changed after it was written")
    return None
