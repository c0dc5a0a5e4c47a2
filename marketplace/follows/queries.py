"""Reads. Every function returns finished objects or numbers, never a half-built query."""

from collections.abc import Collection

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.core.paging import Page, paginate
from marketplace.core.subject import Subject
from marketplace.follows.models import Follow
from marketplace.follows.policies import visible_to


def follow_of(session: Session, actor: Actor, subject: Subject) -> Follow | None:
    """This person's follow of a thing, if there is one."""
    if not actor.is_signed_in:
        return None
    return session.scalar(
        select(Follow).where(visible_to(actor), Follow.kind == subject.kind, Follow.subject_id == subject.id)
    )


def follows_of(session: Session, actor: Actor, *, page: int = 1, per_page: int = 20) -> Page[Follow]:
    """What this person follows, the latest first."""
    statement = select(Follow).where(visible_to(actor)).order_by(Follow.followed_at.desc(), Follow.id.desc())
    return paginate(session, statement, page=page, per_page=per_page)


def count_of(session: Session, actor: Actor) -> int:
    return session.scalar(select(func.count()).select_from(Follow).where(visible_to(actor))) or 0


def followers_of(session: Session, subjects: Collection[Subject]) -> list[int]:
    """Row numbers of the people who follow one of the things, each once."""
    if not subjects:
        return []
    ways = [(Follow.kind == one.kind) & (Follow.subject_id == one.id) for one in subjects]
    return list(session.scalars(select(Follow.user_id).where(or_(*ways)).distinct().order_by(Follow.user_id)))
