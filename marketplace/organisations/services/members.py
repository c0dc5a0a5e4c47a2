"""Who belongs to an organisation, in which role; and the rule that it never is without an owner."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts import services as accounts
from marketplace.core.actor import MEMBER_ROLES, Actor, Role
from marketplace.core.errors import Conflict, Invalid, NotAllowed
from marketplace.core.events import publish
from marketplace.core.permissions import authorize
from marketplace.core.text import _
from marketplace.organisations.events import MembershipChanged
from marketplace.organisations.models import Department, Membership, Organisation
from marketplace.organisations.policies import POLICY
from marketplace.organisations.queries import people
from marketplace.organisations.services.recording import changed, record
from marketplace.tokens import services as tokens

NOT_A_MEMBER_ROLE = _("这不是单位成员的角色。")
ALREADY_A_MEMBER = _("这个人已经是成员。")
LAST_OWNER = _("单位至少要有一位负责人，请先把另一位成员设为负责人。")
NOT_YOUR_DEPARTMENT = _("请从列出的部门中选择。")
OWNER_OF_THE_WHOLE = _("负责人属于整个单位，不归某个部门。")
SUCCESSOR_ASKED = _("请从列出的成员中选一位接任负责人。")


def add_member(
    session: Session,
    actor: Actor,
    organisation: Organisation,
    *,
    user_id: int,
    role: Role,
    now: datetime,
    department: Department | None = None,
) -> Membership:
    """Take somebody in; ``department`` None is the whole organisation, as it always is for an owner."""
    authorize(POLICY, "manage_people", actor, organisation)
    check_place(role, organisation, department)
    membership = enrol(session, organisation, user_id=user_id, role=role, department=department, now=now)
    changed(session, actor, organisation, "add_member", now, role=str(role), **where(department))
    return membership


def change_role(
    session: Session,
    actor: Actor,
    organisation: Organisation,
    membership: Membership,
    *,
    role: Role,
    now: datetime,
    department: Department | None = None,
) -> Membership:
    """Give a member another role or another place; ``department`` None is the whole organisation.

    Raises Conflict for the last owner.
    """
    authorize(POLICY, "manage_people", actor, organisation)
    check_place(role, organisation, department)
    place = department.id if department else None
    if (membership.role, membership.department_id) == (role, place):
        return membership
    _keep_an_owner(session, organisation, membership, leaving=role is not Role.OWNER)
    membership.role, membership.department_id = role, place
    changed(session, actor, organisation, "change_role", now, role=str(role), **where(department))
    _tell(session, actor, MembershipChanged(organisation, (membership.user_id,), "change_role", now))
    return membership


def remove_member(
    session: Session, actor: Actor, organisation: Organisation, membership: Membership, *, now: datetime
) -> None:
    """Raises Conflict for the last owner."""
    authorize(POLICY, "manage_people", actor, organisation)
    _keep_an_owner(session, organisation, membership, leaving=True)
    _part(session, membership, now)
    changed(session, actor, organisation, "remove_member", now, role=str(membership.role))
    _tell(session, actor, MembershipChanged(organisation, (membership.user_id,), "remove_member", now))


def leave(
    session: Session,
    actor: Actor,
    organisation: Organisation,
    membership: Membership,
    *,
    now: datetime,
    successor: Membership | None = None,
) -> None:
    """Give up one's own membership; an owner may name another one while going. Raises Conflict for the last owner."""
    if membership.user_id != actor.user_id:
        raise NotAllowed
    if successor is not None and membership.role is Role.OWNER:
        if successor.organisation_id != organisation.id or successor is membership:
            raise Invalid({"successor": SUCCESSOR_ASKED})
        change_role(session, actor, organisation, successor, role=Role.OWNER, now=now)
    _keep_an_owner(session, organisation, membership, leaving=True)
    _part(session, membership, now)
    changed(session, actor, organisation, "leave", now, **{"as": str(membership.role)})


def switch(session: Session, actor: Actor, organisation: Organisation, *, token: str, now: datetime) -> None:
    """Act for another of one's organisations from now on, in this browser."""
    if not actor.is_member_of(organisation.id):
        raise NotAllowed
    accounts.act_for(session, actor, organisation.id, token=token)
    record(session, actor, organisation, "switch", now)


def enrol(
    session: Session,
    organisation: Organisation,
    *,
    user_id: int,
    role: Role,
    department: Department | None,
    now: datetime,
) -> Membership:
    """The membership's row; whether somebody may is asked before. Raises Conflict where there is one."""
    membership = Membership(
        user_id=user_id,
        organisation_id=organisation.id,
        department_id=department.id if department else None,
        role=role,
        joined_at=now,
    )
    try:
        with session.begin_nested():
            session.add(membership)
    except IntegrityError as error:
        raise Conflict(ALREADY_A_MEMBER) from error
    return membership


def check_place(role: Role, organisation: Organisation, department: Department | None) -> None:
    """Raise Invalid unless a member of this organisation can have this role there."""
    if role not in MEMBER_ROLES:
        raise Invalid({"role": NOT_A_MEMBER_ROLE})
    if department is None:
        return
    if role is Role.OWNER:
        raise Invalid({"department": OWNER_OF_THE_WHOLE})
    if department.organisation_id != organisation.id or department.closed_at is not None:
        raise Invalid({"department": NOT_YOUR_DEPARTMENT})


def _part(session: Session, membership: Membership, now: datetime) -> None:
    """With the membership end the programs that acted by it, for good."""
    tokens.revoke_tokens_for(session, user_id=membership.user_id, organisation_id=membership.organisation_id, now=now)
    session.delete(membership)


def where(department: Department | None) -> dict[str, str]:
    return {"department": department.public_id} if department else {}


def _keep_an_owner(session: Session, organisation: Organisation, membership: Membership, *, leaving: bool) -> None:
    """The organisation's row is locked, so that two owners cannot each make way for the other at once."""
    if membership.role is Role.OWNER and leaving:
        session.execute(select(Organisation.id).where(Organisation.id == organisation.id).with_for_update())
        if not people.has_another_owner(session, organisation.id, besides=membership.user_id):
            raise Conflict(LAST_OWNER)


def _tell(session: Session, actor: Actor, event: MembershipChanged) -> None:
    """Nobody is told of what they did themselves."""
    if event.user_ids != (actor.user_id,):
        publish(session, event)
