"""Writes. Plain arguments in, domain objects out; the caller owns the transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.approvals.services import follow, must_be_released, place_for
from marketplace.audit import services as audit
from marketplace.challenges import completeness, queries, timing
from marketplace.challenges.events import ChallengeChanged
from marketplace.challenges.indicators import Comparator, faults_of
from marketplace.challenges.kinds import ChallengeKind
from marketplace.challenges.lifecycle import EDITABLE_STATES, LIFECYCLE, REASON_NEEDED, ChallengeState
from marketplace.challenges.models import Challenge, ChallengeNumber, Disclosure, Indicator, IpTerms
from marketplace.challenges.policies import POLICY
from marketplace.core.actor import Actor, Role
from marketplace.core.approval import Approvable, Matter, fingerprint_of
from marketplace.core.db import hold
from marketplace.core.errors import Invalid, NotAllowed
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

NUMBER_PREFIX = "JB"
NEWS = {
    "return": "challenge.returned",
    "reject": "challenge.rejected",
    "publish": "challenge.published",
    "takedown": "challenge.taken_down",
    "restore": "challenge.restored",
}
"""Steps that the organisation is told of by mail."""
OWN_STEPS = frozenset({"edit", "submit", "withdraw"})
"""Steps after which what the organisation's own approval released may no longer be what is there."""
REASON_ASKED = _("请写明理由，对方会看到。")
APART = frozenset({"indicators", "department"})
"""Fields of a draft that are kept otherwise than under their own name."""
TITLE_ASKED = _("草稿也要有标题，方便以后找到它。")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorRow:
    """One indicator as typed; ``target`` and ``target_upper`` are numbers in text, exactly as they are to be shown."""

    name: str
    comparator: Comparator = Comparator.AT_LEAST
    unit: str | None = None
    target: str | None = None
    target_upper: str | None = None
    is_mandatory: bool = False
    present: str | None = None
    domestic_best: str | None = None
    international_best: str | None = None
    test_method: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeDraft:
    """A challenge as typed; everything but kind and title may be missing. Amounts in fen."""

    kind: ChallengeKind
    title: str
    title_en: str | None = None
    summary: str | None = None
    summary_en: str | None = None
    background: str | None = None
    problem: str | None = None
    scope: str | None = None
    direction: str | None = None
    other_directions: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    area: str | None = None
    budget_fen: int | None = None
    months: int | None = None
    readiness_wanted: int | None = None
    cooperation: tuple[str, ...] = ()
    ip_terms: IpTerms | None = None
    secrecy: Secrecy = Secrecy.PUBLIC
    disclosure: Disclosure = Disclosure.FULL
    is_anonymous: bool = False
    has_no_state_secrets: bool = False
    department: str | None = None
    """Public id of the part of the organisation that it belongs to."""
    particulars: Mapping[str, Any] = field(default_factory=dict)
    wanted_close_at: datetime | None = None
    indicators: tuple[IndicatorRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a step of the lifecycle may carry: a reason, and for a publication its dates."""

    reason: str | None = None
    publish_at: datetime | None = None
    bids_close_at: datetime | None = None


def draft_challenge(
    session: Session, actor: Actor, *, organisation_id: int, draft: ChallengeDraft, now: datetime
) -> Challenge:
    (challenge,) = draft_challenges(session, actor, organisation_id=organisation_id, drafts=[draft], now=now)
    return challenge


def draft_challenges(
    session: Session, actor: Actor, *, organisation_id: int, drafts: Sequence[ChallengeDraft], now: datetime
) -> list[Challenge]:
    """Many of one organisation, written in one go."""
    if not actor.writes_for(organisation_id):
        raise NotAllowed
    made = []
    for draft in drafts:
        _check_draft(draft)
        fresh = Challenge(organisation_id=organisation_id, created_at=now, updated_at=now, kind=draft.kind, title="")
        _fill(fresh, draft)
        fresh.department_id = department_of(session, actor, organisation_id, draft.department)
        made.append(fresh)
    session.add_all(made)
    session.flush()  # assigns the ids that the log and the outbox name
    for challenge in made:
        _changed(session, actor, challenge, "draft", now)
    return made


def revise_challenge(
    session: Session, actor: Actor, challenge: Challenge, *, draft: ChallengeDraft, version: int, now: datetime
) -> Challenge:
    """Replace the text of a draft; ``version`` is the one the person was looking at. Indicators must be loaded."""
    authorize(POLICY, "edit", actor, challenge)
    hold(session, challenge, version)
    _check_draft(draft)
    place = place_for(session, actor, matter_of(challenge), draft.department)
    challenge.indicators.clear()
    session.flush()  # the old rows leave before new ones take their positions
    _fill(challenge, draft)
    challenge.department_id = place
    challenge.updated_at = now
    _changed(session, actor, challenge, "edit", now)
    return challenge


def copy_challenge(session: Session, actor: Actor, challenge: Challenge, *, now: datetime) -> Challenge:
    """A new draft with the text and all rows of an earlier one: without number, dates or state, nothing confirmed.

    The rows must be loaded.
    """
    authorize(POLICY, "copy", actor, challenge)
    facts: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in facts_of(challenge).items()
    }
    part = find_department(session, challenge.department_id)
    facts |= {"has_no_state_secrets": False, "wanted_close_at": None}
    facts |= {"department": part.public_id if part and part.closed_at is None else None}
    rows = tuple(IndicatorRow(**row) for row in rows_of(challenge))
    draft = ChallengeDraft(**facts, indicators=rows)
    return draft_challenge(session, actor, organisation_id=challenge.organisation_id, draft=draft, now=now)


def advance_challenge(
    session: Session, actor: Actor, challenge: Challenge, action: str, *, step: Step, now: datetime
) -> Challenge:
    """Take one step of the lifecycle, if the table and the policy both agree. Indicators must be loaded."""
    authorize(POLICY, action, actor, challenge)
    target = LIFECYCLE.target(action, challenge.state)
    if action in REASON_NEEDED and not step.reason:
        raise Invalid({"reason": REASON_ASKED})
    closed_at = challenge.bids_close_at
    prepare = _PREPARATIONS.get(action)
    if prepare:
        prepare(session, challenge, step, now)
    if target is not challenge.state:
        challenge.state_reason = step.reason
    challenge.state = target
    challenge.updated_at = now
    moved_from = closed_at if action == "extend" else None
    _changed(session, actor, challenge, action, now, reason=step.reason, moved_from=moved_from)
    return challenge


def publish_due(session: Session, actor: Actor, *, now: datetime, limit: int = 50) -> int:
    """Publish what was scheduled for a moment that has come; the number published. Worker only.

    One whose bidding would be over already waits for the operator: a moved deadline is never silent. One whose
    organisation was suspended meanwhile waits until it is reinstated.
    """
    may_post = select(Organisation.id).where(Organisation.state == OrganisationState.VERIFIED)
    due = session.scalars(
        select(Challenge)
        .where(
            Challenge.state == ChallengeState.SCHEDULED,
            Challenge.publish_at <= now,
            Challenge.bids_close_at > now,
            Challenge.organisation_id.in_(may_post),
        )
        .order_by(Challenge.publish_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for challenge in due:
        advance_challenge(session, actor, challenge, "publish", step=Step(), now=now)
    return len(due)


def facts_of(challenge: Challenge) -> dict[str, Any]:
    """The fields that completeness is measured by."""
    return {name: getattr(challenge, name) for name in ChallengeDraft.__dataclass_fields__ if name not in APART}


def rows_of(challenge: Challenge) -> list[dict[str, Any]]:
    return [{name: getattr(row, name) for name in IndicatorRow.__dataclass_fields__} for row in challenge.indicators]


def matter_of(challenge: Challenge) -> Matter:
    """What the organisation's own approval has to know of it; its rows must be loaded."""
    facts = facts_of(challenge) | {"department": challenge.department_id}
    return Matter(
        subject=Subject("challenge", challenge.public_id),
        title=challenge.title,
        organisation_id=challenge.organisation_id,
        department_id=challenge.department_id,
        fingerprint=fingerprint_of(facts, rows_of(challenge)),
        is_waiting=challenge.state in EDITABLE_STATES,
    )


def _submit(session: Session, actor: Actor, challenge: Challenge, now: datetime) -> Challenge:
    return advance_challenge(session, actor, challenge, "submit", step=Step(), now=now)


def _check_draft(draft: ChallengeDraft) -> None:
    faults = {} if draft.title.strip() else {"title": TITLE_ASKED}
    for position, row in enumerate(draft.indicators):
        for name, message in faults_of(row.comparator, row.target, row.target_upper).items():
            faults[f"indicators-{position}-{name}"] = message
    if faults:
        raise Invalid(faults)


def _fill(challenge: Challenge, draft: ChallengeDraft) -> None:
    for name in ChallengeDraft.__dataclass_fields__:
        if name in APART:
            continue
        value = getattr(draft, name)
        setattr(challenge, name, list(value) if isinstance(value, tuple) else value)
    challenge.particulars = dict(draft.particulars)
    challenge.indicators = [Indicator(position=i, **asdict(row)) for i, row in enumerate(draft.indicators)]


def _prepare_submission(session: Session, challenge: Challenge, _step: Step, now: datetime) -> None:
    _must_be_fit(session, challenge, now)
    must_be_released(session, matter_of(challenge))
    challenge.submitted_at = now


def _must_be_fit(session: Session, challenge: Challenge, now: datetime) -> None:
    """Raise unless it could be handed in."""
    must_be_verified(session, challenge.organisation_id)
    faults = completeness.faults_on_submit(challenge.kind, facts_of(challenge), rows_of(challenge))
    if challenge.wanted_close_at and timing.has_closed(challenge.wanted_close_at, now=now):
        faults.update(Invalid({"wanted_close_at": timing.CLOSE_IN_PAST}).fields)
    if faults:
        raise Invalid(faults)


def _prepare_schedule(session: Session, challenge: Challenge, step: Step, now: datetime) -> None:
    must_be_verified(session, challenge.organisation_id)
    publish_at = step.publish_at or now
    closes_at = step.bids_close_at or challenge.wanted_close_at or publish_at + timing.DEFAULT_BIDDING
    faults = timing.dates_fault(publish_at=publish_at, closes_at=closes_at, now=now)
    if faults:
        raise Invalid(faults)
    challenge.publish_at, challenge.bids_close_at = publish_at, closes_at


def _prepare_publication(session: Session, challenge: Challenge, step: Step, now: datetime) -> None:
    must_be_verified(session, challenge.organisation_id)
    if challenge.state is not ChallengeState.SCHEDULED or step.bids_close_at or challenge.bids_close_at is None:
        _prepare_schedule(session, challenge, Step(bids_close_at=step.bids_close_at), now)
    elif timing.has_closed(challenge.bids_close_at, now=now):
        raise Invalid({"bids_close_at": timing.CLOSE_IN_PAST})  # it was missed: whoever publishes it names a new end
    challenge.publish_at = challenge.published_at = now
    challenge.number = challenge.number or next_number(session, ChallengeNumber, NUMBER_PREFIX, now=now)


def _prepare_imported(session: Session, challenge: Challenge, step: Step, now: datetime) -> None:
    """A demand collected elsewhere is published as it came: it may lack what our own form asks, never its matter."""
    if not (challenge.summary or challenge.background or challenge.problem or challenge.scope):
        raise Invalid({"problem": completeness.NO_MATTER})
    must_be_released(session, matter_of(challenge))
    _prepare_publication(session, challenge, step, now)


def _prepare_extension(_session: Session, challenge: Challenge, step: Step, now: datetime) -> None:
    fault = timing.extension_fault(closes_at=challenge.bids_close_at, until=step.bids_close_at, now=now)
    if fault:
        raise Invalid({"bids_close_at": fault})
    challenge.bids_close_at = step.bids_close_at


def _prepare_return(_session: Session, challenge: Challenge, _step: Step, _now: datetime) -> None:
    challenge.publish_at = challenge.published_at = challenge.bids_close_at = None


_PREPARATIONS = {
    "submit": _prepare_submission,
    "schedule": _prepare_schedule,
    "publish": _prepare_publication,
    "import_publish": _prepare_imported,
    "extend": _prepare_extension,
    "return": _prepare_return,
}
APPROVAL = Approvable(get=queries.get_challenge, matter=matter_of, check=_must_be_fit, submit=_submit)
"""How an organisation's own approval deals with challenges."""


def _changed(
    session: Session,
    actor: Actor,
    challenge: Challenge,
    action: str,
    now: datetime,
    *,
    reason: str | None = None,
    moved_from: datetime | None = None,
) -> None:
    detail = {"state": str(challenge.state), "as": _acting_as(actor, challenge)} | (
        {"reason": reason} if reason else {}
    )
    if moved_from and challenge.bids_close_at:
        detail |= {"from": moved_from.isoformat(), "to": challenge.bids_close_at.isoformat()}
    subject = Subject("challenge", challenge.public_id)
    audit.record(session, actor=actor, action=action, subject=subject, now=now, **detail)
    publish(session, ChallengeChanged(challenge, action, now, reason, moved_from))
    if action in OWN_STEPS:
        follow(session, matter_of(challenge), now=now)
    if action in NEWS:
        facts = {"title": challenge.title, "reason": reason or ""}
        notify_organisation(
            session, challenge.organisation_id, kind=NEWS[action], subject=subject, facts=facts, now=now
        )


def _acting_as(actor: Actor, challenge: Challenge) -> str:
    """On which side the person acted: what history shows instead of a name."""
    if actor.is_system:
        return "system"
    if actor.is_a(Role.OPERATOR):
        return "operator"
    return "poster" if actor.is_member_of(challenge.organisation_id) else "operator"
