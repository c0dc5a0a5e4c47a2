"""Writes. Plain arguments in, domain objects out; the caller owns the transaction.

Features call :func:`must_be_released` where something is handed in, and :func:`follow` where it changes: that is all
they have to know of an organisation's own approval.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.approvals import queries
from marketplace.approvals.lifecycle import LIFECYCLE, OUT_STATES, REASON_NEEDED, ApprovalState
from marketplace.approvals.models import Approval, ApprovalRule
from marketplace.approvals.policies import POLICY
from marketplace.approvals.queries import Wanted
from marketplace.audit import services as audit
from marketplace.core.actor import SYSTEM, Actor
from marketplace.core.approval import Approvable, Matter
from marketplace.core.errors import Conflict, Invalid
from marketplace.core.permissions import authorize
from marketplace.core.subject import Subject
from marketplace.core.text import _
from marketplace.notifications.services import notify
from marketplace.organisations.models import Organisation
from marketplace.organisations.services import department_of

MAX_REASON_CHARACTERS = 1000

NOT_RELEASED = _("本单位要求内部审核：请先提请审核人放行，放行后才能提交；放行后改动过的内容要重新提请。")
NOT_NEEDED = _("这项内容不需要单位内部审核，可以直接提交。")
ALREADY_ASKED = _("已经提请过了，正在等审核人放行。")
ALREADY_RELEASED = _("这一版已经放行，可以提交了。")
NO_LONGER_WAITING = _("这项内容已经提交，或不再需要提交。")
NOBODY_RELEASES = _("没有能放行的审核人：提请人自己不能放行，请负责人先指定一位审核人。")
CHANGED_SINCE = _("提请之后内容又改过，请经办人重新提请。")
STAYS_UNDER_ITS_RULE = _("这个部门的内容要先内部审核，请由它的审核人移出。")
REASON_ASKED = _("请写明退回的理由，经办人会看到；最多 1000 个字。")
TOLD_OF = {"release": "approval.released", "return": "approval.returned"}
"""What whoever asked hears of a decision."""


def must_be_released(session: Session, matter: Matter) -> None:
    """Raise unless the organisation's own rules let this version out: the gate before everything that hands it in."""
    if queries.is_held(session, matter):
        raise Conflict(NOT_RELEASED)


def follow(session: Session, matter: Matter, *, now: datetime) -> None:
    """The thing was changed, handed in or withdrawn: a request for what is no longer there lapses."""
    last = queries.latest(session, matter.subject)
    if last is None:
        return
    is_same = last.fingerprint == queries.version_of(session, matter)
    if not matter.is_waiting and is_same and last.state is ApprovalState.RELEASED:
        _move(session, last, "hand_in", now)
    elif (last.state in (ApprovalState.ASKED, ApprovalState.RELEASED) and not (matter.is_waiting and is_same)) or (
        last.state is ApprovalState.RETURNED and not matter.is_waiting
    ):
        _move(session, last, "lapse", now)


def follow_files(session: Session, subject: Subject, *, now: datetime) -> None:
    """A file came or went: what was asked for, or released, is not what would be handed in."""
    last = queries.latest(session, subject)
    if last is not None and last.state in (ApprovalState.ASKED, ApprovalState.RELEASED):
        _move(session, last, "lapse", now)


def place_for(session: Session, actor: Actor, matter: Matter, wanted: str | None) -> int | None:
    """The department that a thing moves to, by the one that was asked for (its public id).

    Raises Invalid where it would leave the department whose rule holds it for one without a rule, moved by somebody who
    could not release it.
    """
    kind, here = matter.subject.kind, matter.organisation_id
    to = department_of(session, actor, here, wanted, present=matter.department_id)
    if to == matter.department_id or actor.is_system or actor.releases_in(here, matter.department_id):
        return to
    if queries.needs_release(session, here, kind, matter.department_id) and not queries.needs_release(
        session, here, kind, to
    ):
        raise Invalid({"department": STAYS_UNDER_ITS_RULE})
    return to


def ask(session: Session, actor: Actor, approvable: Approvable, thing: Any, *, now: datetime) -> Approval:
    """Ask for the release of a thing as it is now; it must be fit to be handed in. Its approvers are told."""
    matter = approvable.matter(thing)
    authorize(POLICY, "ask", actor, matter)
    if not matter.is_waiting:
        raise Conflict(NO_LONGER_WAITING)
    if not queries.needs_release(session, matter.organisation_id, matter.subject.kind, matter.department_id):
        raise Conflict(NOT_NEEDED)
    approvable.check(session, thing, now)
    _replace_earlier(session, matter, now)
    others = set(queries.releasers(session, matter)) - {actor.user_id}
    if not others:
        raise Conflict(NOBODY_RELEASES)
    approval = Approval(
        organisation_id=matter.organisation_id,
        department_id=matter.department_id,
        subject=str(matter.subject),
        title=matter.title,
        fingerprint=queries.version_of(session, matter),
        asked_by=actor.user_id,
        asked_at=now,
    )
    session.add(approval)
    session.flush()
    _record(session, actor, approval, "ask", now)
    _tell(session, others, "approval.asked", approval, now)
    return approval


def decide(
    session: Session,
    actor: Actor,
    approvable: Approvable,
    approval: Approval,
    action: str,
    *,
    reason: str | None = None,
    now: datetime,
) -> Approval:
    """Release, return with a reason, or recall. What was changed since it was asked for cannot be released."""
    authorize(POLICY, action, actor, approval)
    LIFECYCLE.target(action, approval.state)
    if (action in REASON_NEEDED and not reason) or len(reason or "") > MAX_REASON_CHARACTERS:
        raise Invalid({"reason": REASON_ASKED})
    matter = approvable.matter(approvable.get(session, actor, Subject.parse(approval.subject).id))
    if not matter.is_waiting:
        raise Conflict(NO_LONGER_WAITING)
    if action == "release" and queries.version_of(session, matter) != approval.fingerprint:
        raise Conflict(CHANGED_SINCE)
    approval.state = LIFECYCLE.target(action, approval.state)
    approval.reason, approval.decided_at = reason, now
    approval.decided_by = None if action == "recall" else actor.user_id
    _record(session, actor, approval, action, now)
    if action in TOLD_OF:
        _tell(session, {approval.asked_by}, TOLD_OF[action], approval, now)
    return approval


def set_rules(
    session: Session, actor: Actor, organisation: Organisation, wanted: Collection[Wanted], *, now: datetime
) -> None:
    """What needs a release from now on; ``wanted`` replaces all of it. Requests in hand stay."""
    authorize(POLICY, "set_rules", actor, ApprovalRule(organisation_id=organisation.id))
    session.execute(select(Organisation.id).where(Organisation.id == organisation.id).with_for_update())
    before, after = queries.rules_of(session, organisation.id), set(wanted)
    for kind, department_id in before - after:
        of_department = ApprovalRule.department_id
        session.execute(
            delete(ApprovalRule).where(
                ApprovalRule.organisation_id == organisation.id,
                ApprovalRule.kind == kind,
                of_department.is_(None) if department_id is None else of_department == department_id,
            )
        )
    session.add_all(
        ApprovalRule(organisation_id=organisation.id, kind=kind, department_id=department_id, made_at=now)
        for kind, department_id in after - before
    )
    if before != after:
        subject = Subject("organisation", organisation.public_id)
        kinds = sorted({kind for kind, _department in after})
        audit.record(
            session, actor=actor, action="set_approval_rules", subject=subject, now=now, kinds=kinds, rules=len(after),
            **{"as": "owner"},
        )  # fmt: skip


def _replace_earlier(session: Session, matter: Matter, now: datetime) -> None:
    last = queries.latest(session, matter.subject)
    if last is None:
        return
    is_same = last.fingerprint == queries.version_of(session, matter)
    if is_same and last.state is ApprovalState.ASKED:
        raise Conflict(ALREADY_ASKED)
    if is_same and last.state in OUT_STATES:
        raise Conflict(ALREADY_RELEASED)
    if "lapse" in LIFECYCLE.actions_from(last.state):
        _move(session, last, "lapse", now)


def _move(session: Session, approval: Approval, action: str, now: datetime) -> None:
    """A step that follows from what happened to the thing."""
    approval.state = LIFECYCLE.target(action, approval.state)
    _record(session, SYSTEM, approval, action, now)


def _record(session: Session, actor: Actor, approval: Approval, action: str, now: datetime) -> None:
    """The reason is the organisation's own affair: the log holds that there was one."""
    audit.record(
        session,
        actor=actor,
        action=action,
        subject=Subject("approval", approval.public_id),
        now=now,
        of=approval.subject,
        state=str(approval.state),
        fingerprint=approval.fingerprint,
    )


def _tell(session: Session, user_ids: Collection[int], kind: str, approval: Approval, now: datetime) -> None:
    facts = {"title": approval.title, "approval": approval.public_id, "reason": approval.reason or ""}
    notify(session, user_ids, kind=kind, subject=Subject.parse(approval.subject), facts=facts, now=now)
