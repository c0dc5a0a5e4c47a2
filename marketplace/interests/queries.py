"""Reads. Every function returns finished objects or numbers, never a half-built query."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from marketplace.achievements.lifecycle import AchievementState
from marketplace.achievements.models import Achievement
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound
from marketplace.core.paging import Page, paginate
from marketplace.core.registry import Task
from marketplace.core.text import _, say
from marketplace.interests.lifecycle import InterestState, Side
from marketplace.interests.models import Interest, InterestMessage
from marketplace.interests.policies import own_of, visible_to

TO_ANSWER = _("合作意向等待答复")
ANSWER = _("答复")
ON_WORKBENCH = 20
MOST_MESSAGES = 500
WITH_ALL = (
    joinedload(Interest.achievement).joinedload(Achievement.organisation),
    joinedload(Interest.organisation),
)


def get_interest(session: Session, actor: Actor, public_id: str) -> Interest:
    """One interest with its achievement and both organisations; what the actor may not see does not exist."""
    found = session.scalar(
        select(Interest).where(Interest.public_id == public_id, visible_to(actor)).options(*WITH_ALL)
    )
    if found is None:
        raise NotFound
    return found


def interest_of(session: Session, achievement: Achievement, organisation_id: int | None) -> Interest | None:
    """The one interest that an organisation has in an achievement, if any."""
    return session.scalar(
        select(Interest)
        .where(Interest.achievement_id == achievement.id, Interest.organisation_id == organisation_id)
        .options(*WITH_ALL)
    )


def messages_of(session: Session, interest: Interest) -> Sequence[InterestMessage]:
    """What was written, the oldest first."""
    latest = session.scalars(
        select(InterestMessage)
        .where(InterestMessage.interest_id == interest.id)
        .order_by(InterestMessage.id.desc())
        .limit(MOST_MESSAGES)
    ).all()
    return latest[::-1]


def interests_in(session: Session, achievement: Achievement, *, limit: int = 20) -> Sequence[Interest]:
    """Interests in one achievement, the latest first; whoever asks may see them."""
    return session.scalars(
        select(Interest)
        .where(Interest.achievement_id == achievement.id)
        .options(*WITH_ALL)
        .order_by(Interest.last_at.desc(), Interest.id.desc())
        .limit(limit)
    ).all()


def own_interests(session: Session, actor: Actor, *, page: int = 1, per_page: int = 20) -> Page[Interest]:
    """Of the actor's organisations, on either side, the latest first."""
    statement = select(Interest).where(own_of(actor)).order_by(Interest.last_at.desc(), Interest.id.desc())
    return paginate(session, statement, page=page, per_page=per_page, options=WITH_ALL)


def count_waiting(session: Session, organisation_id: int) -> int:
    """How many interests of an organisation wait for the owner."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Interest)
            .where(
                Interest.organisation_id == organisation_id,
                Interest.state == InterestState.OPEN,
                Interest.awaits == Side.OWNER,
            )
        )
        or 0
    )


def load(session: Session, public_ids: Sequence[str]) -> dict[str, Interest]:
    """By public id, with their achievements; nobody's rights are asked here."""
    found = session.scalars(select(Interest).where(Interest.public_id.in_(public_ids)).options(*WITH_ALL))
    return {interest.public_id: interest for interest in found}


def tasks(session: Session, actor: Actor, _now: datetime) -> list[Task]:
    """Interests that wait for an answer of this person's organisations."""
    writes_for = [one for one in actor.organisation_ids if actor.writes_for(one)]
    if not writes_for:
        return []
    waiting = session.scalars(
        select(Interest)
        .join(Interest.achievement)
        .where(
            Interest.state == InterestState.OPEN,
            Achievement.state != AchievementState.TAKEN_DOWN,
            or_(
                and_(Interest.awaits == Side.OWNER, Achievement.organisation_id.in_(writes_for)),
                and_(Interest.awaits == Side.SEEKER, Interest.organisation_id.in_(writes_for)),
            ),
        )
        .options(contains_eager(Interest.achievement))
        .order_by(Interest.last_at, Interest.id)
        .limit(ON_WORKBENCH)
    ).all()
    return [
        Task(
            what=say(TO_ANSWER),
            kind="interest",
            subject_id=one.public_id,
            subject_title=one.achievement.title,
            action=ANSWER,
            since=one.last_at,
        )
        for one in waiting
    ]
