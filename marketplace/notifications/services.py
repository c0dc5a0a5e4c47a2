"""Writes: rows only. What is told, and to whom, is decided here; the words are made when the letter leaves."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.core.subject import Subject
from marketplace.notifications import kinds, queries
from marketplace.notifications.models import Delivery
from marketplace.notifications.queries import Recipient


def notify(
    session: Session, user_ids: Collection[int], *, kind: str, subject: Subject, facts: Mapping[str, str], now: datetime
) -> int:
    """Queue a letter for each of these people whom letters reach; the number queued."""
    found = queries.recipients(session, user_ids)
    return _queue_all(session, found, kind=kind, facts={"id": subject.id, **facts}, now=now)


def notify_organisation(
    session: Session, organisation_id: int, *, kind: str, subject: Subject, facts: Mapping[str, str], now: datetime
) -> int:
    """Queue a letter for each member who writes for the organisation; the number queued."""
    found = queries.recipients_of(session, organisation_id)
    return _queue_all(session, found, kind=kind, facts={"id": subject.id, **facts}, now=now)


def queue(session: Session, recipient: Recipient, *, kind: str, facts: Mapping[str, str], now: datetime) -> Delivery:
    """Queue one letter to an address, whether or not it is verified: some letters verify it."""
    email, language = recipient
    kinds.check(kind, dict(facts))
    delivery = Delivery(
        kind=kind, recipient=email, language=language, facts=dict(facts), attempts=0, next_at=now, created_at=now
    )
    session.add(delivery)
    return delivery


def _queue_all(
    session: Session, recipients: Sequence[Recipient], *, kind: str, facts: Mapping[str, str], now: datetime
) -> int:
    for recipient in recipients:
        queue(session, recipient, kind=kind, facts=facts, now=now)
    return len(recipients)
