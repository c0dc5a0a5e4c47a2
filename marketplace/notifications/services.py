"""Writes: rows only. What is told, and to whom, is decided here; the words are made when they are read or leave."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from marketplace.audit import services as audit
from marketplace.core import news
from marketplace.core.actor import Actor, Role
from marketplace.core.calendar import next_hour
from marketplace.core.errors import Conflict
from marketplace.core.news import ChannelName
from marketplace.core.permissions import authorize
from marketplace.core.subject import Subject
from marketplace.core.text import _
from marketplace.notifications import queries
from marketplace.notifications.lifecycle import LIFECYCLE
from marketplace.notifications.models import Choice, Delivery, Digest, Notification
from marketplace.notifications.policies import POLICY, visible_to
from marketplace.notifications.queries import Person, Recipient

AT_ONCE = 1_000
SECRET_GONE = _("这封信里的一次性链接已经清除，不能重发；请本人重新申请。")


def notify(
    session: Session, user_ids: Collection[int], *, kind: str, subject: Subject, facts: Mapping[str, str], now: datetime
) -> int:
    """Tell each of these people, in the inbox and by the channels they want; how many were told.

    ``kind`` was declared (``core.news``), ``facts`` are what its words need besides the subject's ``id``.
    """
    return _tell(session, queries.people(session, user_ids), kind=kind, subject=subject, facts=facts, now=now)


def notify_organisation(
    session: Session, organisation_id: int, *, kind: str, subject: Subject, facts: Mapping[str, str], now: datetime
) -> int:
    """Tell each member who writes for the organisation; how many were told."""
    people = queries.writers_of(session, organisation_id)
    return _tell(session, people, kind=kind, subject=subject, facts=facts, now=now)


def notify_staff(
    session: Session,
    role: Role,
    *,
    area: str = "",
    kind: str,
    subject: Subject,
    facts: Mapping[str, str],
    now: datetime,
) -> int:
    """Tell everybody who holds a staff role, area officers those of ``area``; how many were told."""
    people = queries.staff(session, role, area=area)
    return _tell(session, people, kind=kind, subject=subject, facts=facts, now=now)


def queue(
    session: Session,
    recipient: Recipient,
    *,
    kind: str,
    facts: Mapping[str, Any],
    now: datetime,
    user_id: int | None = None,
    channel: ChannelName = ChannelName.MAIL,
) -> Delivery:
    """Queue one message to an address, or by ``channel`` to a mobile number, verified or not: some messages verify it.

    A short message says everything in one line. Without a gateway (``letters.offered_channels``) it is given up.
    """
    address, language = recipient
    news.check(kind, facts)
    return _deliver(session, channel, address, language, kind=kind, facts=facts, now=now, user_id=user_id)


def retry(session: Session, actor: Actor, delivery: Delivery, *, now: datetime) -> Delivery:
    """Send what was given up once more, with all its attempts; an entry in the log says who asked.

    Raises NotAllowed, IllegalTransition where it was not given up, Conflict where it held a secret, forgotten since.
    """
    authorize(POLICY, "retry_delivery", actor, delivery)
    state = LIFECYCLE.target("retry", delivery.state)
    if news.SECRETS & delivery.facts.keys():
        raise Conflict(SECRET_GONE)
    delivery.state, delivery.attempts, delivery.next_at = state, 0, now
    subject = Subject("delivery", delivery.public_id)
    audit.record(session, actor=actor, action="retry", subject=subject, now=now, channel=str(delivery.channel))
    return delivery


def retry_all(session: Session, actor: Actor, kind: str, *, now: datetime) -> int:
    """Send everything of a kind that was given up once more, one thousand at most; how many.

    Raises NotAllowed, Conflict where the kind holds a secret.
    """
    authorize(POLICY, "retry_delivery", actor, None)
    found = queries.dead_of_kind(session, kind, limit=AT_ONCE)
    if any(news.SECRETS & one.facts.keys() for one in found):
        raise Conflict(SECRET_GONE)
    for delivery in found:
        delivery.state, delivery.attempts, delivery.next_at = LIFECYCLE.target("retry", delivery.state), 0, now
    if found:
        subject = Subject("queue", "deliveries")
        audit.record(session, actor=actor, action="retry", subject=subject, now=now, of=kind, rows=len(found))
    return len(found)


def mark_read(actor: Actor, message: Notification, *, now: datetime) -> None:
    """One's own message is read; the first time counts."""
    authorize(POLICY, "mark_read", actor, message)
    message.read_at = message.read_at or now


def mark_all_read(session: Session, actor: Actor, *, now: datetime) -> None:
    session.execute(update(Notification).where(visible_to(actor), Notification.read_at.is_(None)).values(read_at=now))


def choose(
    session: Session,
    actor: Actor,
    *,
    offered: Sequence[ChannelName],
    on: Collection[str],
    hour: int | None,
    now: datetime,
) -> None:
    """Keep what a person wants: ``on`` has ``kind:channel``. Only what differs from a kind's own way is kept."""
    session.execute(delete(Choice).where(Choice.user_id == actor.user_id, Choice.channel.in_(offered)))
    for entry in news.known().values():
        for channel in offered if entry.in_inbox else ():
            is_on = f"{entry.kind}:{channel}" in on
            if channel not in entry.must and is_on is not entry.is_on(channel, None):
                session.add(Choice(user_id=actor.user_id, kind=entry.kind, channel=channel, is_on=is_on))
    _choose_digest(session, actor, hour, now)
    subject = Subject("user", actor.public_id)
    audit.record(session, actor=actor, action="choose_notifications", subject=subject, now=now)


def _choose_digest(session: Session, actor: Actor, hour: int | None, now: datetime) -> None:
    digest = session.get(Digest, actor.user_id)
    if hour is None:
        if digest is not None:
            session.delete(digest)
    elif digest is None:
        session.add(Digest(user_id=actor.user_id, hour=hour, next_at=next_hour(hour, now=now), told_until=now))
    elif digest.hour != hour:
        digest.hour, digest.next_at = hour, next_hour(hour, now=now)


def _tell(
    session: Session, people: Sequence[Person], *, kind: str, subject: Subject, facts: Mapping[str, str], now: datetime
) -> int:
    facts = {"id": subject.id, **facts}
    entry = news.news_of(kind)
    news.check(kind, facts)
    chosen = queries.choices_about(session, [person.id for person in people], kind)
    messages = _put_in_inboxes(session, people, kind=kind, subject=subject, facts=facts, now=now)
    for person in people:
        for channel in ChannelName:
            address = person.address(channel)
            if address and entry.is_on(channel, chosen.get((person.id, channel))):
                message = messages.get(person.id)
                delivery = _deliver(
                    session, channel, address, person.language, kind=kind, facts=facts, now=now, user_id=person.id
                )
                delivery.notification_id = message.id if message else None
    return len(people)


def _put_in_inboxes(
    session: Session, people: Sequence[Person], *, kind: str, subject: Subject, facts: Mapping[str, str], now: datetime
) -> Mapping[int, Notification]:
    """One message for each person, by the person's row number."""
    if not news.news_of(kind).in_inbox:
        return {}
    messages = {
        person.id: Notification(
            user_id=person.id,
            kind=kind,
            subject_kind=subject.kind,
            subject_id=subject.id,
            facts=dict(facts),
            created_at=now,
        )
        for person in people
    }
    session.add_all(messages.values())
    session.flush()  # deliveries name their message by its number
    return messages


def _deliver(
    session: Session,
    channel: ChannelName,
    address: str,
    language: str,
    *,
    kind: str,
    facts: Mapping[str, Any],
    now: datetime,
    user_id: int | None,
) -> Delivery:
    delivery = Delivery(
        user_id=user_id,
        channel=channel,
        kind=kind,
        recipient=address,
        language=language,
        facts=dict(facts),
        attempts=0,
        next_at=now,
        created_at=now,
    )
    session.add(delivery)
    return delivery
