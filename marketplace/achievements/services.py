"""Writes. Plain arguments in, domain objects out; the caller owns the transaction."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from marketplace.achievements import completeness, maturity, queries, timing
from marketplace.achievements.events import AchievementChanged
from marketplace.achievements.lifecycle import EDITABLE_STATES, LIFECYCLE, REASON_NEEDED, AchievementState
from marketplace.achievements.models import Achievement, AchievementCooperation, AchievementNumber, Figure
from marketplace.achievements.policies import POLICY
from marketplace.approvals.services import follow, must_be_released, place_for
from marketplace.audit import services as audit
from marketplace.core.actor import Actor, Role
from marketplace.core.approval import Approvable, Matter, fingerprint_of
from marketplace.core.db import hold
from marketplace.core.errors import Conflict, Invalid, NotAllowed
from marketplace.core.events import publish
from marketplace.core.numbering import next_number
from marketplace.core.permissions import authorize
from marketplace.core.secrecy import Secrecy
from marketplace.core.subject import Subject
from marketplace.core.text import _
from marketplace.notifications.services import notify_organisation
from marketplace.organisations.lifecycle import OrganisationState
from marketplace.organisations.models import Organisation
from marketplace.organisations.queries import find_department
from marketplace.organisations.services import department_of, must_be_verified
from marketplace.taxonomy.cooperation import OFFERED, Cooperation

NUMBER_PREFIX = "CG"
NEWS = {
    "return": "achievement.returned",
    "reject": "achievement.rejected",
    "publish": "achievement.published",
    "expire": "achievement.expired",
    "takedown": "achievement.taken_down",
    "restore": "achievement.restored",
}
"""Steps that the organisation is told of by mail."""
OWN_STEPS = frozenset({"edit", "submit", "withdraw"})
"""Steps after which what the organisation's own approval released may no longer be what is there."""
REASON_ASKED = _("请写明理由，对方会看到。")
APART = frozenset({"figures", "department"})
"""Fields of a draft that are kept otherwise than under their own name."""
TITLE_ASKED = _("草稿也要有标题，方便以后找到它。")
NOT_A_LEVEL = _("成熟度是 1 到 9 级。")
NOT_OFFERED = _("请从列出的合作方式中选择。")
PRICE_MIN_ASKED = _("填了最高价，也请填最低价；只有一个价时填在最低价一栏。")
PRICE_MAX_BELOW = _("最高价不能低于最低价。")
FIGURE_INCOMPLETE = _("每行性能指标都要有名称和数值。")


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """One figure of performance as typed; ``value`` is text, exactly as it is to be shown."""

    name: str
    value: str
    unit: str | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AchievementDraft:
    """An achievement as typed; everything but the title may be missing. Prices in fen, none or 0 means 面议."""

    title: str
    title_en: str | None = None
    summary: str | None = None
    summary_en: str | None = None
    description: str | None = None
    direction: str | None = None
    other_directions: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    area: str | None = None
    readiness: int | None = None
    readiness_evidence: str | None = None
    inventors: tuple[str, ...] = ()
    cooperation: tuple[Cooperation, ...] = ()
    price_min_fen: int | None = None
    price_max_fen: int | None = None
    patents: tuple[str, ...] = ()
    secrecy: Secrecy = Secrecy.PUBLIC
    has_no_state_secrets: bool = False
    department: str | None = None
    """Public id of the part of the organisation that it belongs to."""
    figures: tuple[FigureRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a step of the lifecycle may carry: a reason, and for a publication or renewal its dates."""

    reason: str | None = None
    publish_at: datetime | None = None
    last_day: date | None = None


def draft_achievement(
    session: Session, actor: Actor, *, organisation_id: int, draft: AchievementDraft, now: datetime
) -> Achievement:
    (achievement,) = draft_achievements(session, actor, organisation_id=organisation_id, drafts=[draft], now=now)
    return achievement


def draft_achievements(
    session: Session, actor: Actor, *, organisation_id: int, drafts: Sequence[AchievementDraft], now: datetime
) -> list[Achievement]:
    """Many of one organisation, written in one go."""
    if not actor.writes_for(organisation_id):
        raise NotAllowed
    made = []
    for draft in drafts:
        _check_draft(draft)
        fresh = Achievement(organisation_id=organisation_id, created_at=now, updated_at=now, title="")
        _fill(fresh, draft)
        fresh.department_id = department_of(session, actor, organisation_id, draft.department)
        made.append(fresh)
    session.add_all(made)
    session.flush()  # assigns the ids that the log and the outbox name
    for achievement in made:
        session.add_all(_cooperation_rows(achievement))
        _changed(session, actor, achievement, "draft", now)
    return made


def revise_achievement(
    session: Session, actor: Actor, achievement: Achievement, *, draft: AchievementDraft, version: int, now: datetime
) -> Achievement:
    """Replace the text of a draft; ``version`` is the one the person was looking at. Figures must be loaded."""
    authorize(POLICY, "edit", actor, achievement)
    hold(session, achievement, version)
    _check_draft(draft)
    place = place_for(session, actor, matter_of(achievement), draft.department)
    achievement.figures.clear()
    session.flush()  # the old rows leave before new ones take their positions
    _fill(achievement, draft)
    achievement.department_id = place
    achievement.updated_at = now
    _index_cooperation(session, achievement)
    _changed(session, actor, achievement, "edit", now)
    return achievement


def copy_achievement(session: Session, actor: Actor, achievement: Achievement, *, now: datetime) -> Achievement:
    """A new draft with the text and all rows of an earlier one: without number, dates or state, nothing confirmed.

    The rows must be loaded.
    """
    authorize(POLICY, "copy", actor, achievement)
    stored = facts_of(achievement).items()
    facts: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in stored}
    part = find_department(session, achievement.department_id)
    facts |= {"has_no_state_secrets": False, "department": part.public_id if part and part.closed_at is None else None}
    facts["cooperation"] = tuple(Cooperation(mode) for mode in achievement.cooperation)
    rows = tuple(FigureRow(**row) for row in rows_of(achievement))
    draft = AchievementDraft(**facts, figures=rows)
    return draft_achievement(session, actor, organisation_id=achievement.organisation_id, draft=draft, now=now)


def advance_achievement(
    session: Session, actor: Actor, achievement: Achievement, action: str, *, step: Step, now: datetime
) -> Achievement:
    """Take one step of the lifecycle, if the table and the policy both agree. Figures must be loaded."""
    authorize(POLICY, action, actor, achievement)
    target = LIFECYCLE.target(action, achievement.state)
    if action in REASON_NEEDED and not step.reason:
        raise Invalid({"reason": REASON_ASKED})
    prepare = _PREPARATIONS.get(action)
    if prepare:
        prepare(session, achievement, step, now)
    achievement.state = target
    achievement.state_reason = step.reason
    achievement.updated_at = now
    _changed(session, actor, achievement, action, now, reason=step.reason)
    return achievement


def publish_due(session: Session, actor: Actor, *, now: datetime, limit: int = 50) -> int:
    """Publish what was scheduled for a moment that has come; the number published. Worker only.

    One whose organisation was suspended meanwhile waits until it is reinstated.
    """
    may_list = select(Organisation.id).where(Organisation.state == OrganisationState.VERIFIED)
    due = session.scalars(
        select(Achievement)
        .where(
            Achievement.state == AchievementState.SCHEDULED,
            Achievement.publish_at <= now,
            Achievement.organisation_id.in_(may_list),
        )
        .order_by(Achievement.publish_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for achievement in due:
        advance_achievement(session, actor, achievement, "publish", step=Step(), now=now)
    return len(due)


def expire_due(session: Session, actor: Actor, *, now: datetime, limit: int = 50) -> int:
    """Take listings down whose last day is over; the number taken down. Worker only."""
    due = session.scalars(
        select(Achievement)
        .where(Achievement.state == AchievementState.LISTED, Achievement.listed_until <= now)
        .order_by(Achievement.listed_until)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for achievement in due:
        advance_achievement(session, actor, achievement, "expire", step=Step(), now=now)
    return len(due)


def remind_due(session: Session, *, now: datetime, limit: int = 50) -> int:
    """Tell owners once of each end of a listing that is near; the number told of. Worker only."""
    due = queries.to_remind(session, now=now, limit=limit)
    for one in due:
        facts = {"title": one.title, "until": f"{timing.last_day_of(one.listed_until or now):%Y-%m-%d}"}
        _tell_owner(session, one, "achievement.expires_soon", facts, now)
        # Said of the row alone: neither the index nor anybody who edits has to know.
        told = update(Achievement).where(Achievement.id == one.id).values(reminded_until=one.listed_until)
        session.execute(told.execution_options(synchronize_session=False))
    return len(due)


def facts_of(achievement: Achievement) -> dict[str, Any]:
    """The fields that completeness is measured by."""
    return {name: getattr(achievement, name) for name in AchievementDraft.__dataclass_fields__ if name not in APART}


def rows_of(achievement: Achievement) -> list[dict[str, Any]]:
    return [{name: getattr(row, name) for name in FigureRow.__dataclass_fields__} for row in achievement.figures]


def matter_of(achievement: Achievement) -> Matter:
    """What the organisation's own approval has to know of it; its rows must be loaded."""
    facts = facts_of(achievement) | {"department": achievement.department_id}
    return Matter(
        subject=Subject("achievement", achievement.public_id),
        title=achievement.title,
        organisation_id=achievement.organisation_id,
        department_id=achievement.department_id,
        fingerprint=fingerprint_of(facts, rows_of(achievement)),
        is_waiting=achievement.state in EDITABLE_STATES,
    )


def _submit(session: Session, actor: Actor, achievement: Achievement, now: datetime) -> Achievement:
    return advance_achievement(session, actor, achievement, "submit", step=Step(), now=now)


def _check_draft(draft: AchievementDraft) -> None:
    faults = {} if draft.title.strip() else {"title": TITLE_ASKED}
    if draft.readiness is not None and not maturity.is_level(draft.readiness):
        faults["readiness"] = NOT_A_LEVEL
    if not set(draft.cooperation) <= set(OFFERED):
        faults["cooperation"] = NOT_OFFERED
    if draft.price_max_fen and not draft.price_min_fen:
        faults["price_min_fen"] = PRICE_MIN_ASKED
    elif draft.price_max_fen and draft.price_max_fen < (draft.price_min_fen or 0):
        faults["price_max_fen"] = PRICE_MAX_BELOW
    if not all(row.name and row.value for row in draft.figures):
        faults["figures"] = FIGURE_INCOMPLETE
    if faults:
        raise Invalid(faults)


def _fill(achievement: Achievement, draft: AchievementDraft) -> None:
    for name in AchievementDraft.__dataclass_fields__:
        if name in APART:
            continue
        value = getattr(draft, name)
        setattr(achievement, name, list(value) if isinstance(value, tuple) else value)
    # 0 is how challenges say 面议, so that is what a person who types it means here too.
    achievement.price_min_fen = draft.price_min_fen or None
    achievement.price_max_fen = draft.price_max_fen or None
    achievement.readiness_scale = maturity.SCALE
    achievement.cooperation = [mode.value for mode in OFFERED if mode in draft.cooperation]
    achievement.figures = [Figure(position=i, **asdict(row)) for i, row in enumerate(draft.figures)]


def _index_cooperation(session: Session, achievement: Achievement) -> None:
    """Keep the rows that lists filter by the same as what the page shows."""
    of_achievement = AchievementCooperation.achievement_id == achievement.id
    session.execute(delete(AchievementCooperation).where(of_achievement))
    session.add_all(_cooperation_rows(achievement))


def _cooperation_rows(achievement: Achievement) -> list[AchievementCooperation]:
    return [
        AchievementCooperation(achievement_id=achievement.id, mode=Cooperation(mode))
        for mode in achievement.cooperation
    ]


def _prepare_submission(session: Session, achievement: Achievement, _step: Step, now: datetime) -> None:
    _must_be_fit(session, achievement, now)
    must_be_released(session, matter_of(achievement))
    achievement.submitted_at = now


def _must_be_fit(session: Session, achievement: Achievement, _now: datetime) -> None:
    """Raise unless it could be handed in."""
    must_be_verified(session, achievement.organisation_id)
    faults = completeness.faults_on_submit(facts_of(achievement))
    if faults:
        raise Invalid(faults)


def _prepare_schedule(session: Session, achievement: Achievement, step: Step, now: datetime) -> None:
    must_be_verified(session, achievement.organisation_id)
    publish_at = step.publish_at or now
    faults = timing.dates_fault(publish_at=publish_at, last_day=step.last_day, now=now)
    if faults:
        raise Invalid(faults)
    achievement.publish_at = publish_at
    achievement.listed_until = timing.end_of_listing(step.last_day, publish_at=publish_at)


def _prepare_publication(session: Session, achievement: Achievement, step: Step, now: datetime) -> None:
    must_be_verified(session, achievement.organisation_id)
    is_dated = achievement.state is AchievementState.SCHEDULED and achievement.listed_until is not None
    # A last day may have passed while no worker ran: the listing then gets a whole period, as if never dated.
    if not is_dated or step.last_day or timing.has_expired(achievement.listed_until, now=now):
        _prepare_schedule(session, achievement, Step(last_day=step.last_day), now)
    achievement.publish_at = achievement.published_at = now
    achievement.number = achievement.number or next_number(session, AchievementNumber, NUMBER_PREFIX, now=now)


def _prepare_imported(session: Session, achievement: Achievement, step: Step, now: datetime) -> None:
    """An achievement listed elsewhere is taken as it came: it may lack what our own form asks, never its matter."""
    if not (achievement.summary or achievement.description):
        raise Invalid({"description": completeness.NO_MATTER})
    must_be_released(session, matter_of(achievement))
    _prepare_publication(session, achievement, step, now)


def _prepare_renewal(session: Session, achievement: Achievement, step: Step, now: datetime) -> None:
    must_be_verified(session, achievement.organisation_id)
    faults = timing.dates_fault(publish_at=now, last_day=step.last_day, now=now)
    if faults:
        raise Invalid(faults)
    achievement.listed_until = timing.end_of_listing(step.last_day, publish_at=now)


def _prepare_expiry(_session: Session, achievement: Achievement, _step: Step, now: datetime) -> None:
    if not timing.has_expired(achievement.listed_until, now=now):
        raise Conflict(timing.NOT_YET_EXPIRED)


def _prepare_return(_session: Session, achievement: Achievement, _step: Step, _now: datetime) -> None:
    achievement.publish_at = achievement.published_at = achievement.listed_until = None


_PREPARATIONS = {
    "submit": _prepare_submission,
    "schedule": _prepare_schedule,
    "publish": _prepare_publication,
    "import_publish": _prepare_imported,
    "renew": _prepare_renewal,
    "expire": _prepare_expiry,
    "return": _prepare_return,
}
APPROVAL = Approvable(get=queries.get_achievement, matter=matter_of, check=_must_be_fit, submit=_submit)
"""How an organisation's own approval deals with achievements."""


def _changed(
    session: Session, actor: Actor, achievement: Achievement, action: str, now: datetime, *, reason: str | None = None
) -> None:
    detail = {"state": str(achievement.state), "as": _acting_as(actor, achievement)}
    detail |= {"reason": reason} if reason else {}
    subject = Subject("achievement", achievement.public_id)
    audit.record(session, actor=actor, action=action, subject=subject, now=now, **detail)
    publish(session, AchievementChanged(achievement, action, now))
    if action in OWN_STEPS:
        follow(session, matter_of(achievement), now=now)
    if action in NEWS:
        _tell_owner(session, achievement, NEWS[action], {"title": achievement.title, "reason": reason or ""}, now)


def _tell_owner(session: Session, achievement: Achievement, kind: str, facts: dict[str, str], now: datetime) -> None:
    subject = Subject("achievement", achievement.public_id)
    notify_organisation(session, achievement.organisation_id, kind=kind, subject=subject, facts=facts, now=now)


def _acting_as(actor: Actor, achievement: Achievement) -> str:
    """On which side the person acted: what history shows instead of a name."""
    if actor.is_system:
        return "system"
    if actor.is_a(Role.OPERATOR):
        return "operator"
    return "owner" if actor.is_member_of(achievement.organisation_id) else "operator"
