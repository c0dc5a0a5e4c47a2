"""Reads. Every function returns finished objects or numbers, never a half-built query."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from marketplace.accounts.models import User
from marketplace.approvals.lifecycle import OPEN_STATES, OUT_STATES, ApprovalState
from marketplace.approvals.models import Approval, ApprovalRule
from marketplace.approvals.policies import POLICY, visible_to
from marketplace.core.actor import RELEASING_ROLES, Actor
from marketplace.core.approval import Matter, fingerprint_of
from marketplace.core.errors import NotFound
from marketplace.core.paging import PER_PAGE, Page, paginate
from marketplace.core.subject import Subject
from marketplace.files.queries import files_of
from marketplace.organisations.models import Department, Membership

ON_PAGE = 20
Wanted = tuple[str, int | None]
"""Kind and department (None: the whole organisation)."""


@dataclass(frozen=True, slots=True)
class Told:
    """A request with the names that its own organisation reads."""

    approval: Approval
    asked_by: str
    decided_by: str | None
    department: Department | None


def get_approval(session: Session, actor: Actor, public_id: str) -> Approval:
    approval = session.scalar(select(Approval).where(Approval.public_id == public_id, visible_to(actor)))
    if approval is None:
        raise NotFound
    return approval


def needs_release(session: Session, organisation_id: int, kind: str, department_id: int | None) -> bool:
    """Whether a rule of the organisation speaks of such a thing."""
    return bool(
        session.scalar(
            select(func.count()).where(
                ApprovalRule.organisation_id == organisation_id,
                ApprovalRule.kind == kind,
                or_(ApprovalRule.department_id.is_(None), ApprovalRule.department_id == department_id),
            )
        )
    )


def is_held(session: Session, matter: Matter) -> bool:
    """A rule speaks of this thing, and nobody has released it as it is now."""
    if not needs_release(session, matter.organisation_id, matter.subject.kind, matter.department_id):
        return False
    last = latest(session, matter.subject)
    return last is None or last.state not in OUT_STATES or last.fingerprint != version_of(session, matter)


def version_of(session: Session, matter: Matter) -> str:
    """The fingerprint of a thing with its files: another file, or another way of showing it, is another version."""
    files = files_of(session, matter.subject)
    if not files:
        return matter.fingerprint
    rows = [{"name": one.name, "sha256": one.sha256, "secrecy": str(one.secrecy)} for one in files]
    return fingerprint_of({"text": matter.fingerprint}, sorted(rows, key=lambda row: (row["sha256"], row["name"])))


def latest(session: Session, subject: Subject) -> Approval | None:
    return session.scalar(
        select(Approval).where(Approval.subject == str(subject)).order_by(Approval.id.desc()).limit(1)
    )


def requests_of(session: Session, subject: Subject, *, limit: int = ON_PAGE) -> Sequence[Told]:
    """Every time that a thing's release was asked for, the latest first; who may see them is asked by the caller."""
    return _told(session, [Approval.subject == str(subject)], limit=limit)


def told_of(session: Session, approval: Approval) -> Told:
    """One request with its names; who may see it is asked by the caller."""
    return _told(session, [Approval.id == approval.id])[0]


def list_approvals(session: Session, actor: Actor, *, is_open: bool, page: int, per_page: int = PER_PAGE) -> Page[Told]:
    """Requests of the organisations this person belongs to: those in hand, the longest waiting first, or the past."""
    states = OPEN_STATES if is_open else set(ApprovalState) - OPEN_STATES
    order = Approval.id if is_open else Approval.id.desc()
    statement = select(Approval).where(visible_to(actor), Approval.state.in_(states)).order_by(order)
    found = paginate(session, statement, page=page, per_page=per_page)
    told = {
        one.approval.id: one
        for one in _told(session, [Approval.id.in_([one.id for one in found.items])], limit=per_page)
    }
    return found.map(lambda approval: told[approval.id])


def to_release(session: Session, actor: Actor, *, limit: int = ON_PAGE) -> Sequence[Approval]:
    """What waits for this person's decision, the longest waiting first."""
    organisations = actor.organisations_with(*RELEASING_ROLES)
    if not organisations:
        return []
    waiting = session.scalars(
        select(Approval)
        .where(
            Approval.state == ApprovalState.ASKED,
            Approval.organisation_id.in_(organisations),
            Approval.asked_by != actor.user_id,
        )
        .order_by(Approval.id)
        .limit(limit)
    )
    return [one for one in waiting if POLICY["release"](actor, one)]


def in_hand(session: Session, actor: Actor, *, limit: int = ON_PAGE) -> Sequence[Approval]:
    """Requests of the things that this person writes, in whichever state somebody still has to do with them."""
    if not actor.organisation_ids:
        return []
    there = session.scalars(
        select(Approval)
        .where(Approval.organisation_id.in_(actor.organisation_ids), Approval.state.in_(OPEN_STATES))
        .order_by(Approval.id.desc())
        .limit(limit)
    )
    return [one for one in there if POLICY["recall"](actor, one)]


def releasers(session: Session, matter: Matter) -> Collection[int]:
    """Row numbers of the people who may release this thing."""
    return session.scalars(
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.organisation_id == matter.organisation_id,
            Membership.role.in_(RELEASING_ROLES),
            or_(Membership.department_id.is_(None), Membership.department_id == matter.department_id),
            User.disabled_at.is_(None),
        )
    ).all()


def rules_of(session: Session, organisation_id: int) -> set[Wanted]:
    rows = session.execute(
        select(ApprovalRule.kind, ApprovalRule.department_id).where(ApprovalRule.organisation_id == organisation_id)
    )
    return {(kind, department_id) for kind, department_id in rows}


def _told(session: Session, conditions: Sequence[ColumnElement[bool]], *, limit: int = PER_PAGE) -> list[Told]:
    asker, decider = aliased(User), aliased(User)
    rows = session.execute(
        select(Approval, asker.name, decider.name, Department)
        .join(asker, asker.id == Approval.asked_by)
        .outerjoin(decider, decider.id == Approval.decided_by)
        .outerjoin(Department, Department.id == Approval.department_id)
        .where(*conditions)
        .order_by(Approval.id.desc())
        .limit(limit)
    )
    return [Told(*row) for row in rows]
