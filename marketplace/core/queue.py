"""Rows that wait for a worker: claimed for a while, tried again after a growing pause, given up visibly.

A worker that dies gives its rows back by the clock. Used by the index, the matches and whatever else turns rows
into effects.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.core.db import IntPk

CLAIM_SECONDS = 60
MAX_ATTEMPTS = 12
LONGEST_PAUSE_SECONDS = 600
LONGEST_ERROR = 2000


class Queued:
    """Columns of a table of waiting rows; ``failed_at`` marks the dead letters, shown to the operator."""

    id: Mapped[IntPk]
    next_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    failed_at: Mapped[datetime | None]


Row = TypeVar("Row", bound=Queued)


def claim(session: Session, table: type[Row], *, now: datetime, limit: int) -> Sequence[Row]:
    """Take the oldest due rows for a minute; another worker skips them meanwhile."""
    rows = session.scalars(
        select(table)
        .where(
            table.failed_at.is_(None),
            table.next_at <= now,
            or_(table.claimed_until.is_(None), table.claimed_until <= now),
        )
        .order_by(table.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.claimed_until = now + timedelta(seconds=CLAIM_SECONDS)
    return rows


def release(session: Session, table: type[Queued]) -> None:
    """Give back what a dead worker held; only for whoever knows to be the one worker."""
    session.execute(update(table).where(table.claimed_until.is_not(None)).values(claimed_until=None))


def done(session: Session, table: type[Queued], rows: Sequence[Queued]) -> None:
    session.execute(delete(table).where(table.id.in_([row.id for row in rows])))


def failed(
    session: Session,
    table: type[Queued],
    rows: Sequence[Queued],
    reason: str,
    *,
    now: datetime,
    gives_up: bool = True,
) -> None:
    """Try again after a pause that doubles; a row that keeps failing becomes a dead letter, unless it must not."""
    for row in rows:
        attempts = row.attempts + 1
        session.execute(
            update(table)
            .where(table.id == row.id)
            .values(
                attempts=attempts,
                error=reason[:LONGEST_ERROR],
                claimed_until=None,
                next_at=now + timedelta(seconds=min(2 ** min(attempts, MAX_ATTEMPTS), LONGEST_PAUSE_SECONDS)),
                failed_at=now if gives_up and attempts >= MAX_ATTEMPTS else None,
            )
        )


def waiting(session: Session, table: type[Queued], *, now: datetime) -> bool:
    """Whether a row is due now, claimed or not."""
    due = select(table.id).where(table.failed_at.is_(None), table.next_at <= now).limit(1)
    return session.scalar(due) is not None


def given_up(session: Session, table: type[Row], *, limit: int = 100) -> Sequence[Row]:
    """The dead letters, the latest first, for whoever administers the site."""
    dead = select(table).where(table.failed_at.is_not(None)).order_by(table.failed_at.desc(), table.id.desc())
    return session.scalars(dead.limit(limit)).all()


def count_given_up(session: Session, table: type[Queued]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(table.failed_at.is_not(None))) or 0


def count_failing(session: Session, table: type[Queued], *, attempts: int) -> int:
    """How many wait that were tried so often already."""
    failing = select(func.count()).select_from(table).where(table.failed_at.is_(None), table.attempts >= attempts)
    return session.scalar(failing) or 0


def try_again(session: Session, table: type[Queued], ids: Sequence[int], *, now: datetime) -> None:
    """Dead letters become due once more, with all their attempts."""
    session.execute(
        update(table)
        .where(table.id.in_(ids), table.failed_at.is_not(None))
        .values(attempts=0, failed_at=None, claimed_until=None, next_at=now)
    )
