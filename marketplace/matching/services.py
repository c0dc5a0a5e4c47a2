"""Keeping matches as rows, on both sides at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from marketplace.core.subject import Subject
from marketplace.matching.models import Band, Match

KEPT = 30
"""So many matches are kept for a thing; a side that has more keeps the best."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something that matches, as the search package found it."""

    other: Subject
    score: float
    band: Band
    reasons: list[dict[str, Any]]


def replace_matches(session: Session, subject: Subject, found: Sequence[Found], *, now: datetime) -> None:
    """The matches of a thing made anew: its own list, and its place in the lists of the others."""
    forget(session, subject)
    best = found[:KEPT]
    for one in best:
        session.add(_row(subject, one.other, one, now))
        session.add(_row(one.other, subject, one, now))
    session.flush()
    for one in best:
        _trim(session, one.other)


def forget(session: Session, subject: Subject) -> None:
    """A thing that left the market, or whose matches are made again, is in no list."""
    session.execute(
        delete(Match).where(
            or_(
                (Match.subject_kind == subject.kind) & (Match.subject_id == subject.id),
                (Match.object_kind == subject.kind) & (Match.object_id == subject.id),
            )
        )
    )


def _trim(session: Session, subject: Subject) -> None:
    surplus = session.scalars(
        select(Match.id)
        .where(Match.subject_kind == subject.kind, Match.subject_id == subject.id)
        .order_by(Match.score.desc(), Match.id)
        .offset(KEPT)
    ).all()
    if surplus:
        session.execute(delete(Match).where(Match.id.in_(surplus)))


def _row(subject: Subject, other: Subject, found: Found, now: datetime) -> Match:
    return Match(
        subject_kind=subject.kind,
        subject_id=subject.id,
        object_kind=other.kind,
        object_id=other.id,
        score=found.score,
        band=found.band,
        reasons=found.reasons,
        made_at=now,
    )
