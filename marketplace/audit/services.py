"""Recording who did what."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from marketplace.audit import chain
from marketplace.audit.models import AuditDetail, AuditEntry, AuditHead
from marketplace.core.actor import Actor
from marketplace.core.subject import Subject
from marketplace.core.transaction import before_commit

PENDING = "audit.pending"
CHUNK = 500


@dataclass(frozen=True, slots=True)
class _Act:
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]


def record(session: Session, *, actor: Actor, action: str, subject: Subject, now: datetime, **detail: Any) -> None:
    """Note an act; it takes its place in the chain when the transaction commits, and not without it.

    ``detail`` holds ids and plain facts, never names or contacts of persons.
    """
    act = _Act(now, actor.public_id or "visitor", action, str(subject), detail)
    session.info.setdefault(PENDING, []).append(act)


@before_commit
def chain_pending(session: Session) -> None:
    """Give this transaction's acts their numbers and hashes: the last rows that it writes."""
    acts: list[_Act] = session.info.pop(PENDING, [])
    if not acts:
        return
    head = session.scalars(select(AuditHead).with_for_update()).one_or_none()
    if head is None:
        head = AuditHead(id=1, number=0, hash=chain.GENESIS)
        session.add(head)
    for first in range(0, len(acts), CHUNK):
        _append(session, head, acts[first : first + CHUNK])


def _append(session: Session, head: AuditHead, acts: list[_Act]) -> None:
    """Plain rows, not objects: an import brings ten thousand acts at once."""
    entries: list[dict[str, Any]] = []
    details: list[dict[str, Any]] = []
    for act in acts:
        salt = secrets.token_hex(16)
        facts: dict[str, Any] = {
            "number": head.number + 1,
            "at": act.at,
            "actor": act.actor,
            "action": act.action,
            "subject": act.subject,
            "detail_hash": chain.hash_of_detail(salt, act.detail),
            "previous_hash": head.hash,
        }
        entries.append(facts | {"hash": chain.hash_of_entry(**facts)})
        details.append({"number": facts["number"], "salt": salt, "detail": act.detail})
        head.number, head.hash = facts["number"], entries[-1]["hash"]
    session.execute(insert(AuditEntry), entries)
    session.execute(insert(AuditDetail), details)
