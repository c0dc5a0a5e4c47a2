"""Recording who did what."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from marketplace.audit import chain, queries, signing
from marketplace.audit.events import HeadsPublished, LogBroken
from marketplace.audit.models import AuditDetail, AuditEntry, AuditHead, DailyHead, SigningKey
from marketplace.core.actor import SYSTEM, Actor
from marketplace.core.calendar import day_of
from marketplace.core.events import publish
from marketplace.core.subject import Subject
from marketplace.core.transaction import before_commit

PENDING = "audit.pending"
CHUNK = 500
KIND = "log"
ALARM = "alarm"


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


def publish_heads(
    session: Session, days: Sequence[tuple[date, int, str]], *, seal_key: str, now: datetime
) -> list[DailyHead]:
    """Sign where the log ended on each of these days; supervisors are told. Raises DomainError without the key."""
    if not days:
        return []
    key = _signing_key(session, seal_key=seal_key, now=now)
    signer = signing.opened(seal_key, key.id, key.wrapped)
    heads = []
    for day, number, head in days:
        signed = signer.head(day, head, now=now)
        heads.append(
            DailyHead(day=day, number=number, head=head, key_id=key.id, published_at=now, signature=signed.signature)
        )
    session.add_all(heads)
    publish(session, HeadsPublished(heads, now))
    return heads


def report_broken(session: Session, broken: chain.Break, *, now: datetime) -> bool:
    """Tell supervisors that the log does not hold, once a day; whether they had not been told yet."""
    subject = Subject(KIND, day_of(now).isoformat())
    if queries.has_alarm(session, subject, ALARM):
        return False
    record(session, actor=SYSTEM, action=ALARM, subject=subject, now=now, number=broken.number)
    publish(session, LogBroken(broken, now))
    return True


def rotate_key(session: Session, actor: Actor, *, seal_key: str, now: datetime) -> SigningKey:
    """Make a new signing key and retire the old one, whose signatures stay valid. For the command line."""
    for old in queries.signing_keys(session):
        old.retired_at = old.retired_at or now
    key = _made(session, seal_key=seal_key, now=now)
    record(session, actor=actor, action="rotate_key", subject=Subject(KIND, key.id), now=now, public=key.public)
    return key


def _signing_key(session: Session, *, seal_key: str, now: datetime) -> SigningKey:
    """The one that signs; made when the first is needed."""
    known = queries.signing_keys(session)
    if known and known[0].retired_at is None:
        return known[0]
    key = _made(session, seal_key=seal_key, now=now)
    record(session, actor=SYSTEM, action="make_key", subject=Subject(KIND, key.id), now=now, public=key.public)
    return key


def _made(session: Session, *, seal_key: str, now: datetime) -> SigningKey:
    fresh = signing.new_key(seal_key)
    key = SigningKey(id=fresh.id, public=fresh.public, wrapped=fresh.wrapped, created_at=now)
    session.add(key)
    session.flush()
    return key


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
