"""Writes. Plain arguments in, domain objects out; the caller owns the transaction."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.audit import services as audit
from marketplace.core.actor import Actor
from marketplace.core.errors import Conflict
from marketplace.core.permissions import authorize
from marketplace.core.subject import Subject
from marketplace.core.text import _, say
from marketplace.follows import queries
from marketplace.follows.models import Follow
from marketplace.follows.policies import POLICY

MOST_FOLLOWS = 500
TOO_MANY = _("最多关注 %(count)d 项，请先取消一些。")


def follow(session: Session, actor: Actor, subject: Subject, *, now: datetime) -> None:
    """Follow a thing that the caller knows this person may see; a second time changes nothing."""
    authorize(POLICY, "follow", actor, subject)
    if queries.follow_of(session, actor, subject) is not None:
        return
    if queries.count_of(session, actor) >= MOST_FOLLOWS:
        raise Conflict(say(TOO_MANY, count=MOST_FOLLOWS))
    with suppress(IntegrityError), session.begin_nested():  # two clicks at once: the other one did it
        session.add(Follow(user_id=actor.user_id, kind=subject.kind, subject_id=subject.id, followed_at=now))
    _record(session, actor, "follow", subject, now)


def unfollow(session: Session, actor: Actor, subject: Subject, *, now: datetime) -> None:
    """Follow it no longer; what was not followed stays so."""
    authorize(POLICY, "unfollow", actor, subject)
    found = queries.follow_of(session, actor, subject)
    if found is not None:
        session.delete(found)
        _record(session, actor, "unfollow", subject, now)


def follow_for(session: Session, user_id: int, subject: Subject, *, now: datetime) -> None:
    """What somebody asked about, they follow, unless they do already."""
    if user_id not in queries.followers_of(session, [subject]):
        session.add(Follow(user_id=user_id, kind=subject.kind, subject_id=subject.id, followed_at=now))
        session.flush()


def _record(session: Session, actor: Actor, action: str, subject: Subject, now: datetime) -> None:
    """In the person's own history: the thing's would tell its owner how many follow it, and when."""
    person = Subject("user", actor.public_id)
    audit.record(session, actor=actor, action=action, subject=person, now=now, kind=subject.kind, id=subject.id)
