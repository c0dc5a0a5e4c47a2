"""The daily digest (adapter): one letter a day of what came since the last one and is still unread."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.core.actor import Actor
from marketplace.core.calendar import next_hour
from marketplace.core.registry import Registry
from marketplace.core.transaction import writing
from marketplace.notifications import presenters, queries, services
from marketplace.notifications.models import Notification
from marketplace.organisations.queries import grants_of

DIGEST = "site.digest"
BATCH = 20
MOST_LISTED = 30


def queue_due(engine: Engine, registry: Registry, *, now: datetime) -> int:
    """Queue the digests whose hour has come, and set their next day; how many hours came. Nobody gets an empty one."""
    with writing(engine) as session:
        due = queries.due_digests(session, now=now, limit=BATCH)
        for digest in due:
            user = session.get_one(User, digest.user_id)
            unread = queries.unread_since(session, user.id, since=digest.told_until, limit=MOST_LISTED)
            if unread and user.email_verified_at and not user.disabled_at:
                _queue(session, registry, user, unread, since=digest.told_until, now=now)
            digest.told_until, digest.next_at = now, next_hour(digest.hour, now=now)
    return len(due)


def _queue(
    session: Session,
    registry: Registry,
    user: User,
    unread: list[Notification],
    *,
    since: datetime,
    now: datetime,
) -> None:
    actor = Actor(user.id, user.public_id, grants_of(session, user.id))
    lines: list[dict[str, Any]] = [
        {"text": row.title.id, "facts": dict(row.title.values), "path": row.path}
        for row in presenters.rows(session, registry, actor, unread)
    ]
    count = queries.count_unread_since(session, user.id, since=since)
    facts: dict[str, Any] = {"count": str(count), "lines": lines}
    services.queue(session, (user.email, user.language), kind=DIGEST, facts=facts, now=now, user_id=user.id)
