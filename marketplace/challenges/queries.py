"""Reads. Every function returns finished objects or numbers, never a half-built query."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload, load_only, selectinload

from marketplace.calendar.queries import review_ends
from marketplace.challenges.kinds import ChallengeKind
from marketplace.challenges.lifecycle import PUBLIC_STATES, ChallengeState
from marketplace.challenges.models import Challenge
from marketplace.challenges.policies import POLICY, visible_to
from marketplace.challenges.timing import Phase
from marketplace.core.actor import ANONYMOUS, Actor, Role
from marketplace.core.errors import NotFound
from marketplace.core.paging import LISTINGS_KEPT, NOW, PER_PAGE, Listing, Page, each, listing, page_of, paginate
from marketplace.core.registry import Task
from marketplace.core.text import _, say
from marketplace.organisations.models import Organisation

LIST_COLUMNS = (
    Challenge.public_id, Challenge.number, Challenge.organisation_id, Challenge.department_id, Challenge.kind,
    Challenge.title, Challenge.title_en, Challenge.direction, Challenge.area, Challenge.budget_fen, Challenge.state,
    Challenge.state_reason, Challenge.is_anonymous, Challenge.disclosure, Challenge.bids_close_at, Challenge.updated_at,
)  # fmt: skip


TO_REVIEW = _("榜单待审核，应在 %(day)s 前办结")
MISSED = _("排定的发榜时间已错过，请重新排定或退回")
RETURNED = _("榜单被退回，请修改后再提交")
UNFINISHED = _("榜单草稿未提交")
REVIEW = _("审核")
CONTINUE = _("继续填写")


class Sort(StrEnum):
    NEWEST = "newest"
    CLOSING = "closing"
    BUDGET = "budget"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list is narrowed to; None leaves it open. ``budget_from_fen`` is inclusive."""

    direction: tuple[str, ...] = ()
    kind: ChallengeKind | None = None
    area: str | None = None
    phase: Phase | None = None
    budget_from_fen: int | None = None
    words: str | None = None


_POSTER = joinedload(Challenge.organisation).load_only(Organisation.public_id, Organisation.name, Organisation.name_en)
_WITH_LIST = (load_only(*LIST_COLUMNS), _POSTER)
_WITH_TASK = (load_only(*LIST_COLUMNS, Challenge.submitted_at), _POSTER)
_WITH_IDS = select(Challenge).where(Challenge.public_id.in_(bindparam("ids", expanding=True))).options(*_WITH_LIST)
_WHOLE = (joinedload(Challenge.organisation), selectinload(Challenge.indicators))


def get_challenge(session: Session, actor: Actor, public_id: str) -> Challenge:
    """One challenge with all that its page shows; those the actor may not see do not exist."""
    challenge = session.scalar(
        select(Challenge).where(Challenge.public_id == public_id, visible_to(actor)).options(*_WHOLE)
    )
    if challenge is None:
        raise NotFound
    return challenge


def list_challenges(
    session: Session, _actor: Actor, *, filters: Filters, sort: Sort, page: int, now: datetime, per_page: int = PER_PAGE
) -> Page[Challenge]:
    """Published challenges, the same for everyone; the actor's own unpublished ones are in ``list_own``."""
    return page_of(session, _published(filters, sort), page=page, per_page=per_page, now=now)


@lru_cache(maxsize=LISTINGS_KEPT)
def _published(filters: Filters, sort: Sort) -> Listing[Challenge]:
    published = select(Challenge).where(visible_to(ANONYMOUS), *_conditions(filters))
    # The count may walk the index of closing times; the rows only in that order, or SQLite sorts most challenges.
    closes_at = Challenge.bids_close_at if sort is Sort.CLOSING else func.coalesce(Challenge.bids_close_at, NOW)
    some = published.where(*_in_phase(filters.phase, closes_at))
    counted = published.where(*_in_phase(filters.phase, Challenge.bids_close_at))
    return listing(_sorted(some, sort), _WITH_LIST, counted=counted)


def each_published(session: Session, *, filters: Filters, sort: Sort, now: datetime) -> Iterator[Challenge]:
    """The whole list behind ``list_challenges``, with all that a page shows."""
    published = select(Challenge).where(
        visible_to(ANONYMOUS), *_conditions(filters), *_in_phase(filters.phase, Challenge.bids_close_at)
    )
    return each(session, _sorted(published, sort), _WHOLE, now=now)


def each_visible(
    session: Session, actor: Actor, organisation_ids: Collection[int] | None = None
) -> Iterator[Challenge]:
    """Everything this actor may see in whatever state, or of these organisations only, oldest first."""
    statement = select(Challenge).where(visible_to(actor)).order_by(Challenge.id)
    if organisation_ids is not None:
        statement = statement.where(Challenge.organisation_id.in_(organisation_ids))
    return each(session, statement, _WHOLE)


def find_visible(session: Session, actor: Actor, references: Collection[str]) -> dict[str, Challenge]:
    """Those that this actor may see, whole, by public id and by number."""
    named = or_(Challenge.public_id.in_(references), Challenge.number.in_(references))
    found = session.scalars(select(Challenge).where(named, visible_to(actor)).options(*_WHOLE)).unique().all()
    return {one.public_id: one for one in found} | {one.number: one for one in found if one.number}


def list_own(session: Session, actor: Actor, *, page: int, per_page: int = PER_PAGE) -> Page[Challenge]:
    """Challenges of the organisations this person belongs to, in every state, latest change first."""
    statement = (
        select(Challenge)
        .where(visible_to(actor), Challenge.organisation_id.in_(actor.organisation_ids))
        .order_by(Challenge.updated_at.desc(), Challenge.id.desc())
    )
    return paginate(session, statement, page=page, per_page=per_page, options=_WITH_LIST)


def list_of_organisation(
    session: Session, actor: Actor, organisation_id: int, *, limit: int = 10
) -> Sequence[Challenge]:
    """An organisation's published challenges for its public page; anonymous ones stay away from it."""
    return session.scalars(
        select(Challenge)
        .where(
            visible_to(actor),
            Challenge.organisation_id == organisation_id,
            Challenge.state.in_(PUBLIC_STATES),
            Challenge.is_anonymous.is_(False),
        )
        .options(*_WITH_LIST)
        .order_by(Challenge.published_at.desc())
        .limit(limit)
    ).all()


def waiting_for_review(session: Session, actor: Actor, *, limit: int = 20) -> Sequence[Challenge]:
    """Submitted challenges, the longest waiting first."""
    return session.scalars(
        select(Challenge)
        .where(visible_to(actor), Challenge.state == ChallengeState.SUBMITTED)
        .options(*_WITH_TASK)
        .order_by(Challenge.submitted_at, Challenge.id)
        .limit(limit)
    ).all()


def own_in_state(session: Session, actor: Actor, *states: ChallengeState, limit: int = 20) -> Sequence[Challenge]:
    return session.scalars(
        select(Challenge)
        .where(Challenge.organisation_id.in_(actor.organisation_ids), Challenge.state.in_(states))
        .options(*_WITH_TASK)
        .order_by(Challenge.updated_at.desc())
        .limit(limit)
    ).all()


def count_by_direction(session: Session) -> Mapping[str, int]:
    """Published challenges per direction; those without one are under the empty text."""
    rows = session.execute(
        select(func.coalesce(Challenge.direction, ""), func.count())
        .where(Challenge.state.in_(PUBLIC_STATES))
        .group_by(Challenge.direction)
    )
    return dict(rows.all())


def load(session: Session, public_ids: Sequence[str]) -> dict[str, Challenge]:
    """By public id, whole, for the index and for checks after a search; nobody's rights are asked here."""
    found = session.scalars(select(Challenge).where(Challenge.public_id.in_(public_ids)).options(*_WHOLE)).unique()
    return {challenge.public_id: challenge for challenge in found}


def load_visible(session: Session, actor: Actor, public_ids: Sequence[str]) -> dict[str, Challenge]:
    """Those of the ids that this actor may see, with what a list shows."""
    # The policy is asked here, not the database: told both, SQLite may look through everything visible for the ids.
    found = session.scalars(_WITH_IDS, {"ids": public_ids})
    return {challenge.public_id: challenge for challenge in found if POLICY["view"](actor, challenge)}


def public_ids_of(session: Session, organisation_id: int) -> Sequence[str]:
    """Of an organisation's challenges that are public, for the index; nobody's rights are asked here."""
    return session.scalars(
        select(Challenge.public_id).where(
            Challenge.organisation_id == organisation_id, Challenge.state.in_(PUBLIC_STATES)
        )
    ).all()


def public_versions(session: Session) -> dict[str, int]:
    """Public id to version of everything that belongs in the index."""
    rows = session.execute(select(Challenge.public_id, Challenge.version).where(Challenge.state.in_(PUBLIC_STATES)))
    return dict(rows.all())


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Challenge.state == ChallengeState.OPEN]
    if filters.direction:
        conditions.append(Challenge.direction.in_(filters.direction))
    if filters.kind:
        conditions.append(Challenge.kind == filters.kind)
    if filters.area:
        conditions.append(Challenge.area == filters.area)
    if filters.budget_from_fen is not None:
        # A plain comparison would tempt SQLite to walk the index of budgets and sort most challenges, page after page.
        conditions.append(func.coalesce(Challenge.budget_fen, 0) >= filters.budget_from_fen)
    if filters.words:
        conditions.append(Challenge.title.contains(filters.words, autoescape=True))
    return conditions


def _in_phase(phase: Phase | None, closes_at: SQLColumnExpression[Any]) -> list[ColumnElement[bool]]:
    if phase is None:
        return []
    return [closes_at > NOW if phase is Phase.BIDDING else closes_at <= NOW]


def _sorted(statement: Select[Challenge], sort: Sort) -> Select[Challenge]:
    if sort is Sort.CLOSING:
        return statement.order_by(Challenge.bids_close_at, Challenge.id)
    if sort is Sort.BUDGET:
        return statement.order_by(Challenge.budget_fen.desc(), Challenge.id.desc())
    return statement.order_by(Challenge.published_at.desc(), Challenge.id.desc())


def missed(session: Session, *, now: datetime, limit: int = 20) -> Sequence[Challenge]:
    """Scheduled ones that were not published in time and whose bidding would be over already."""
    return session.scalars(
        select(Challenge)
        .where(Challenge.state == ChallengeState.SCHEDULED, Challenge.bids_close_at <= now)
        .options(*_WITH_TASK)
        .limit(limit)
    ).all()


def tasks(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """What waits for this person: reviews for the operator; returned and unfinished ones for a member."""
    found: list[Task] = []
    if actor.is_a(Role.OPERATOR):
        found += [_review_task(session, one) for one in waiting_for_review(session, actor)]
        found += [_task(one, MISSED, REVIEW) for one in missed(session, now=now)]
    if actor.organisation_ids:
        mine = own_in_state(session, actor, ChallengeState.RETURNED, ChallengeState.DRAFT)
        found += [
            _task(one, RETURNED if one.state is ChallengeState.RETURNED else UNFINISHED, CONTINUE)
            for one in mine
            if actor.writes_in(one.organisation_id, one.department_id)
        ]
    return found


def _review_task(session: Session, challenge: Challenge) -> Task:
    day = review_ends(session, challenge.submitted_at or challenge.updated_at)
    return replace(_task(challenge, TO_REVIEW, REVIEW), what=say(TO_REVIEW, day=day.isoformat()))


def _task(challenge: Challenge, what: str, action: str) -> Task:
    return Task(
        what=say(what),
        kind="challenge",
        subject_id=challenge.public_id,
        subject_title=challenge.title,
        action=action,
        since=challenge.submitted_at or challenge.updated_at,
    )
