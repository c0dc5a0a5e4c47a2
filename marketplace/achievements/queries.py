"""Reads. Every function returns finished objects or numbers, never a half-built query."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload, load_only, selectinload

from marketplace.achievements.lifecycle import PUBLIC_STATES, AchievementState
from marketplace.achievements.models import Achievement, AchievementCooperation
from marketplace.achievements.policies import POLICY, visible_to
from marketplace.achievements.timing import EXPIRES_SOON_DAYS
from marketplace.calendar.queries import review_ends
from marketplace.core.actor import ANONYMOUS, Actor, Role
from marketplace.core.errors import NotFound
from marketplace.core.paging import LISTINGS_KEPT, NOW, PER_PAGE, Listing, Page, each, listing, page_of, paginate
from marketplace.core.registry import Task
from marketplace.core.text import _, say
from marketplace.organisations.models import Organisation
from marketplace.taxonomy.cooperation import Cooperation

LIST_COLUMNS = (
    Achievement.public_id, Achievement.number, Achievement.organisation_id, Achievement.department_id,
    Achievement.title, Achievement.title_en, Achievement.direction, Achievement.area, Achievement.readiness,
    Achievement.cooperation, Achievement.price_min_fen, Achievement.price_max_fen, Achievement.state,
    Achievement.state_reason, Achievement.listed_until, Achievement.updated_at,
)  # fmt: skip
TO_REVIEW = _("成果待审核，应在 %(day)s 前办结")
RETURNED = _("成果被退回，请修改后再提交")
UNFINISHED = _("成果草稿未提交")
EXPIRED = _("成果挂牌已到期，仍然有效请续期")
EXPIRES_SOON = _("成果挂牌快到期，仍然有效请续期")
REVIEW = _("审核")
CONTINUE = _("继续填写")
RENEW = _("续期")
OWN_TASKS: Mapping[AchievementState, tuple[str, str]] = {
    AchievementState.RETURNED: (RETURNED, CONTINUE),
    AchievementState.DRAFT: (UNFINISHED, CONTINUE),
    AchievementState.EXPIRED: (EXPIRED, RENEW),
}


class Sort(StrEnum):
    NEWEST = "newest"
    READINESS = "readiness"
    PRICE = "price"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list is narrowed to; None leaves it open. Bounds are inclusive; a price to be discussed meets none."""

    direction: tuple[str, ...] = ()
    cooperation: Cooperation | None = None
    area: str | None = None
    readiness_from: int | None = None
    price_to_fen: int | None = None
    words: str | None = None


_OWNER = joinedload(Achievement.organisation).load_only(Organisation.public_id, Organisation.name, Organisation.name_en)
_WITH_LIST = (load_only(*LIST_COLUMNS), _OWNER)
_WITH_TASK = (load_only(*LIST_COLUMNS, Achievement.submitted_at), _OWNER)
_WITH_IDS = select(Achievement).where(Achievement.public_id.in_(bindparam("ids", expanding=True))).options(*_WITH_LIST)
_WHOLE = (joinedload(Achievement.organisation), selectinload(Achievement.figures))


def get_achievement(session: Session, actor: Actor, public_id: str) -> Achievement:
    """One achievement with all that its page shows; those the actor may not see do not exist."""
    achievement = session.scalar(
        select(Achievement).where(Achievement.public_id == public_id, visible_to(actor)).options(*_WHOLE)
    )
    if achievement is None:
        raise NotFound
    return achievement


def list_achievements(
    session: Session, _actor: Actor, *, filters: Filters, sort: Sort, page: int, now: datetime, per_page: int = PER_PAGE
) -> Page[Achievement]:
    """Listed achievements, the same for everyone; the actor's own unlisted ones are in ``list_own``."""
    return page_of(session, _listed(filters, sort), page=page, per_page=per_page, now=now)


@lru_cache(maxsize=LISTINGS_KEPT)
def _listed(filters: Filters, sort: Sort) -> Listing[Achievement]:
    # The clock takes a listing off the list at its last moment, whether or not a worker has run since. The count may
    # walk the index of last moments; the rows may not, or SQLite sorts every listing, page after page.
    listed = select(Achievement).where(visible_to(ANONYMOUS), *_conditions(filters))
    standing = listed.where(func.coalesce(Achievement.listed_until, NOW) > NOW)
    return listing(_sorted(standing, sort), _WITH_LIST, counted=listed.where(Achievement.listed_until > NOW))


def each_listed(session: Session, *, filters: Filters, sort: Sort, now: datetime) -> Iterator[Achievement]:
    """The whole list behind ``list_achievements``, with all that a page shows."""
    listed = select(Achievement).where(visible_to(ANONYMOUS), *_conditions(filters), Achievement.listed_until > NOW)
    return each(session, _sorted(listed, sort), _WHOLE, now=now)


def each_visible(
    session: Session, actor: Actor, organisation_ids: Collection[int] | None = None
) -> Iterator[Achievement]:
    """Everything this actor may see in whatever state, or of these organisations only, oldest first."""
    statement = select(Achievement).where(visible_to(actor)).order_by(Achievement.id)
    if organisation_ids is not None:
        statement = statement.where(Achievement.organisation_id.in_(organisation_ids))
    return each(session, statement, _WHOLE)


def find_visible(session: Session, actor: Actor, references: Collection[str]) -> dict[str, Achievement]:
    """Those that this actor may see, whole, by public id and by number."""
    named = or_(Achievement.public_id.in_(references), Achievement.number.in_(references))
    found = session.scalars(select(Achievement).where(named, visible_to(actor)).options(*_WHOLE)).unique().all()
    return {one.public_id: one for one in found} | {one.number: one for one in found if one.number}


def list_own(session: Session, actor: Actor, *, page: int, per_page: int = PER_PAGE) -> Page[Achievement]:
    """Achievements of the organisations this person belongs to, in every state, latest change first."""
    statement = (
        select(Achievement)
        .where(visible_to(actor), Achievement.organisation_id.in_(actor.organisation_ids))
        .order_by(Achievement.updated_at.desc(), Achievement.id.desc())
    )
    return paginate(session, statement, page=page, per_page=per_page, options=_WITH_LIST)


def list_of_organisation(
    session: Session, actor: Actor, organisation_id: int, *, limit: int = 10
) -> Sequence[Achievement]:
    """An organisation's listed achievements for its public page."""
    return session.scalars(
        select(Achievement)
        .where(visible_to(actor), Achievement.organisation_id == organisation_id, Achievement.state.in_(PUBLIC_STATES))
        .options(*_WITH_LIST)
        .order_by(Achievement.published_at.desc())
        .limit(limit)
    ).all()


def waiting_for_review(session: Session, actor: Actor, *, limit: int = 20) -> Sequence[Achievement]:
    """Submitted achievements, the longest waiting first."""
    return session.scalars(
        select(Achievement)
        .where(visible_to(actor), Achievement.state == AchievementState.SUBMITTED)
        .options(*_WITH_TASK)
        .order_by(Achievement.submitted_at, Achievement.id)
        .limit(limit)
    ).all()


def own_in_state(session: Session, actor: Actor, *states: AchievementState, limit: int = 20) -> Sequence[Achievement]:
    return session.scalars(
        select(Achievement)
        .where(Achievement.organisation_id.in_(actor.organisation_ids), Achievement.state.in_(states))
        .options(*_WITH_TASK)
        .order_by(Achievement.updated_at.desc())
        .limit(limit)
    ).all()


def expiring_soon(session: Session, actor: Actor, *, now: datetime, limit: int = 20) -> Sequence[Achievement]:
    """Listed achievements of the actor's organisations that ask for a renewal, the most urgent first."""
    return session.scalars(
        select(Achievement)
        .where(
            Achievement.organisation_id.in_(actor.organisation_ids),
            Achievement.state == AchievementState.LISTED,
            Achievement.listed_until <= now + timedelta(days=EXPIRES_SOON_DAYS),
        )
        .options(*_WITH_TASK)
        .order_by(Achievement.listed_until, Achievement.id)
        .limit(limit)
    ).all()


def to_remind(session: Session, *, now: datetime, limit: int) -> Sequence[Achievement]:
    """Listings near their end whose owner has no letter about that end yet, the most urgent first."""
    return session.scalars(
        select(Achievement)
        .where(
            Achievement.state == AchievementState.LISTED,
            Achievement.listed_until > now,
            Achievement.listed_until <= now + timedelta(days=EXPIRES_SOON_DAYS),
            or_(Achievement.reminded_until.is_(None), Achievement.reminded_until != Achievement.listed_until),
        )
        .order_by(Achievement.listed_until, Achievement.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def count_by_direction(session: Session) -> Mapping[str, int]:
    """Listed achievements per direction; those without one are under the empty text."""
    rows = session.execute(
        select(func.coalesce(Achievement.direction, ""), func.count())
        .where(Achievement.state.in_(PUBLIC_STATES))
        .group_by(Achievement.direction)
    )
    return dict(rows.all())


def listed_titles(session: Session, actor: Actor, *, limit: int = 200) -> dict[str, str]:
    """Public id to title of what this person's organisations have listed, the newest first."""
    rows = session.execute(
        select(Achievement.public_id, Achievement.title)
        .where(Achievement.organisation_id.in_(actor.organisation_ids), Achievement.state.in_(PUBLIC_STATES))
        .order_by(Achievement.updated_at.desc())
        .limit(limit)
    )
    return dict(rows.all())


def load(session: Session, public_ids: Sequence[str]) -> dict[str, Achievement]:
    """By public id, whole, for the index and for checks after a search; nobody's rights are asked here."""
    found = session.scalars(select(Achievement).where(Achievement.public_id.in_(public_ids)).options(*_WHOLE)).unique()
    return {achievement.public_id: achievement for achievement in found}


def load_visible(session: Session, actor: Actor, public_ids: Sequence[str]) -> dict[str, Achievement]:
    """Those of the ids that this actor may see, with what a list shows."""
    # The policy is asked here, not the database: told both, SQLite may look through everything visible for the ids.
    found = session.scalars(_WITH_IDS, {"ids": public_ids})
    return {achievement.public_id: achievement for achievement in found if POLICY["view"](actor, achievement)}


def public_ids_of(session: Session, organisation_id: int) -> Sequence[str]:
    """Of an organisation's achievements that are public, for the index; nobody's rights are asked here."""
    return session.scalars(
        select(Achievement.public_id).where(
            Achievement.organisation_id == organisation_id, Achievement.state.in_(PUBLIC_STATES)
        )
    ).all()


def public_versions(session: Session) -> dict[str, int]:
    """Public id to version of everything that belongs in the index."""
    rows = session.execute(
        select(Achievement.public_id, Achievement.version).where(Achievement.state.in_(PUBLIC_STATES))
    )
    return dict(rows.all())


def tasks(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """What waits for this person: reviews for the operator; returned and unfinished achievements for a member."""
    found: list[Task] = []
    if actor.is_a(Role.OPERATOR):
        found += [_review_task(session, one) for one in waiting_for_review(session, actor)]
    if actor.organisation_ids:
        mine = own_in_state(session, actor, *OWN_TASKS)
        found += [
            _task(one, *OWN_TASKS[one.state]) for one in mine if actor.writes_in(one.organisation_id, one.department_id)
        ]
    return found + renewals(session, actor, now=now)


def renewals(session: Session, actor: Actor, *, now: datetime) -> list[Task]:
    """Listings of this person's organisations that end soon."""
    soon = expiring_soon(session, actor, now=now)
    return [_task(one, EXPIRES_SOON, RENEW) for one in soon if actor.writes_in(one.organisation_id, one.department_id)]


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    # A plain comparison of readiness or price, too, would tempt SQLite to walk the index of what is compared.
    conditions: list[ColumnElement[bool]] = [Achievement.state == AchievementState.LISTED]
    if filters.direction:
        conditions.append(Achievement.direction.in_(filters.direction))
    if filters.cooperation:
        conditions.append(_offers(filters.cooperation))
    if filters.area:
        conditions.append(Achievement.area == filters.area)
    if filters.readiness_from is not None:
        conditions.append(func.coalesce(Achievement.readiness, 0) >= filters.readiness_from)
    if filters.price_to_fen is not None:
        conditions.append(func.coalesce(Achievement.price_min_fen, filters.price_to_fen + 1) <= filters.price_to_fen)
    if filters.words:
        conditions.append(Achievement.title.contains(filters.words, autoescape=True))
    return conditions


def _offers(mode: Cooperation) -> ColumnElement[bool]:
    # As a set of ids: SQLite would ask a correlated EXISTS once for every listing when few offer this way. The sum
    # keeps it walking the listings in order and looking into the set; else it starts from the set and sorts them all.
    offering = select(AchievementCooperation.achievement_id).where(AchievementCooperation.mode == mode)
    return (Achievement.id + 0).in_(offering)


def _sorted(statement: Select[Achievement], sort: Sort) -> Select[Achievement]:
    if sort is Sort.READINESS:
        return statement.order_by(Achievement.readiness.desc().nulls_last(), Achievement.id.desc())
    if sort is Sort.PRICE:
        return statement.order_by(Achievement.price_min_fen.asc().nulls_last(), Achievement.id)
    return statement.order_by(Achievement.published_at.desc(), Achievement.id.desc())


def _review_task(session: Session, achievement: Achievement) -> Task:
    day = review_ends(session, achievement.submitted_at or achievement.updated_at)
    return replace(_task(achievement, TO_REVIEW, REVIEW), what=say(TO_REVIEW, day=day.isoformat()))


def _task(achievement: Achievement, what: str, action: str) -> Task:
    return Task(
        what=say(what),
        kind="achievement",
        subject_id=achievement.public_id,
        subject_title=achievement.title,
        action=action,
        since=achievement.submitted_at or achievement.updated_at,
        due=achievement.listed_until,
    )
