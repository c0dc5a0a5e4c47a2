"""Reads of the console."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, func, select, true
from sqlalchemy.orm import Session

from marketplace.achievements.lifecycle import AchievementState
from marketplace.achievements.models import Achievement
from marketplace.audit.models import AuditEntry
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Challenge
from marketplace.core.actor import Actor, Role
from marketplace.core.figure import Figure
from marketplace.core.paging import Page, paginate
from marketplace.core.queue import Queued
from marketplace.core.transaction import reading
from marketplace.indexing.models import OutboxEntry
from marketplace.matching.models import MatchTask
from marketplace.notifications.lifecycle import DeliveryState
from marketplace.notifications.models import Delivery
from marketplace.organisations.lifecycle import OrganisationState
from marketplace.organisations.models import Organisation

ENTRIES_PER_PAGE = 50
ENTRIES_AT_ONCE = 500
QUEUES: dict[str, type[Any]] = {"index": OutboxEntry, "matches": MatchTask}
"""The tables of rows that wait for the worker and may be tried again."""
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class ToReview:
    """How much waits for a decision, in the areas of whoever asks."""

    organisations: int
    challenges: int
    achievements: int


@dataclass(frozen=True, slots=True)
class LogFilters:
    """Which entries of the log are asked for; days are instants already, the end not included."""

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class QueueState:
    """One table of waiting rows: how many wait, and those that were given up."""

    waiting: int
    given_up: int
    rows: Sequence[Queued]


def to_review(session: Session, actor: Actor) -> ToReview:
    counted = [
        (Organisation, Organisation.state == OrganisationState.SUBMITTED),
        (Challenge, Challenge.state == ChallengeState.SUBMITTED),
        (Achievement, Achievement.state == AchievementState.SUBMITTED),
    ]
    numbers = [
        session.scalar(select(func.count()).select_from(table).where(waits, _in_scope(table, actor))) or 0
        for table, waits in counted
    ]
    return ToReview(*numbers)


def _in_scope(table: Any, actor: Actor) -> ColumnElement[bool]:
    """Officers of an area count what lies in it."""
    if actor.is_a(Role.OPERATOR, Role.SUPERVISOR):
        return true()
    return table.area.in_(actor.areas)  # type: ignore[no-any-return]


def entries(session: Session, filters: LogFilters, *, page: int) -> Page[AuditEntry]:
    """Entries of the log, newest first: ids and acts, no details."""
    statement = _matching(filters).order_by(AuditEntry.number.desc())
    return paginate(session, statement, page=page, per_page=ENTRIES_PER_PAGE)


def each_entry(session: Session, filters: LogFilters) -> Iterator[AuditEntry]:
    """The same entries in the order of the chain, a few in memory at a time."""
    statement = _matching(filters).order_by(AuditEntry.number)
    yield from session.scalars(statement, execution_options={"yield_per": ENTRIES_AT_ONCE})


def _matching(filters: LogFilters) -> Select[AuditEntry]:
    wanted: list[tuple[object, ColumnElement[bool]]] = [
        (filters.actor, AuditEntry.actor == filters.actor),
        (filters.action, AuditEntry.action == filters.action),
        (filters.subject, AuditEntry.subject == filters.subject),
    ]
    conditions = [condition for asked, condition in wanted if asked]
    if filters.since:
        conditions.append(AuditEntry.at >= filters.since)
    if filters.until:
        conditions.append(AuditEntry.at < filters.until)
    return select(AuditEntry).where(*conditions)


def queue_state(session: Session, name: str) -> QueueState:
    """One table of waiting rows; its given-up ones newest first, at most so many."""
    table = QUEUES[name]
    waiting = session.scalar(select(func.count()).select_from(table).where(table.failed_at.is_(None))) or 0
    given_up = session.scalar(select(func.count()).select_from(table).where(table.failed_at.is_not(None))) or 0
    rows = session.scalars(
        select(table).where(table.failed_at.is_not(None)).order_by(table.failed_at.desc()).limit(MOST_SHOWN)
    ).all()
    return QueueState(waiting, given_up, rows)


def deliveries(session: Session) -> dict[DeliveryState, int]:
    """How many letters are in each state."""
    counted = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
    found = {row[0]: row[1] for row in counted}
    return {state: found.get(state, 0) for state in DeliveryState}


def figures(database: Engine, *, now: datetime) -> list[Figure]:
    """How long the queues are, how far the index lags behind, what was given up."""
    with reading(database) as session:
        return _figures(session, now)


def _figures(session: Session, now: datetime) -> list[Figure]:
    found = []
    for name, table in QUEUES.items():
        waits, labels = table.failed_at.is_(None), {"queue": name}
        waiting, oldest = session.execute(select(func.count(), func.min(table.next_at)).where(waits)).one()
        given_up = session.scalar(select(func.count()).select_from(table).where(~waits)) or 0
        late = max((now - oldest).total_seconds(), 0.0) if oldest else 0.0
        found += [
            Figure("jiebang_queue_waiting", "Rows that wait for the worker.", waiting, labels),
            Figure("jiebang_queue_late_seconds", "How long the oldest of them is due.", late, labels),
            Figure("jiebang_queue_given_up", "Rows that were given up: dead letters.", given_up, labels),
        ]
    return found + [
        Figure("jiebang_deliveries", "Messages by state.", count, {"state": str(state)})
        for state, count in deliveries(session).items()
    ]


def count_given_up(session: Session) -> int:
    return sum(
        session.scalar(select(func.count()).select_from(table).where(table.failed_at.is_not(None))) or 0
        for table in QUEUES.values()
    )
