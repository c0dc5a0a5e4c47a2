"""Reads of matches; the things they point to are asked of their own policy."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.subject import Subject
from marketplace.matching.models import Match


def best_for(session: Session, subject: Subject, *, limit: int = 10) -> Sequence[Match]:
    """The best matches of one thing, best first."""
    return session.scalars(
        select(Match)
        .where(Match.subject_kind == subject.kind, Match.subject_id == subject.id)
        .order_by(Match.score.desc(), Match.id)
        .limit(limit)
    ).all()


def best_for_many(session: Session, kind: str, public_ids: Collection[str], *, limit: int = 8) -> Sequence[Match]:
    """The best matches over several things of one kind, the newest work first among equals."""
    return session.scalars(
        select(Match)
        .where(Match.subject_kind == kind, Match.subject_id.in_(public_ids))
        .order_by(Match.score.desc(), Match.id)
        .limit(limit)
    ).all()
