"""Who belongs to an organisation, and who was invited to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.tokens import fingerprint
from marketplace.core.actor import Actor, Role
from marketplace.core.errors import NotFound
from marketplace.core.permissions import authorize
from marketplace.organisations.lifecycle import InvitationState
from marketplace.organisations.models import Department, Invitation, Membership, Organisation
from marketplace.organisations.policies import POLICY


@dataclass(frozen=True, slots=True)
class Member:
    """A person of an organisation; ``id`` is the account's public id."""

    id: str
    name: str
    email: str
    role: Role
    joined_at: datetime
    is_blocked: bool
    department: Department | None = None


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that nobody has answered, as its organisation reads it."""

    id: str
    email: str
    role: Role
    sent_at: datetime
    expires_at: datetime
    department: Department | None


def members_of(session: Session, actor: Actor, organisation: Organisation) -> Sequence[Member]:
    authorize(POLICY, "see_members", actor, organisation)
    rows = session.execute(
        select(
            User.public_id,
            User.name,
            User.email,
            Membership.role,
            Membership.joined_at,
            User.disabled_at.is_not(None),
            Department,
        )
        .join(User, User.id == Membership.user_id)
        .outerjoin(Department, Department.id == Membership.department_id)
        .where(Membership.organisation_id == organisation.id)
        .order_by(Membership.id)
    )
    return [Member(*row) for row in rows]


def get_membership(session: Session, actor: Actor, organisation: Organisation, user_public_id: str) -> Membership:
    authorize(POLICY, "see_members", actor, organisation)
    membership = session.scalar(
        select(Membership)
        .join(User, User.id == Membership.user_id)
        .where(Membership.organisation_id == organisation.id, User.public_id == user_public_id)
    )
    if membership is None:
        raise NotFound
    return membership


def has_another_owner(session: Session, organisation_id: int, *, besides: int) -> bool:
    """Whether somebody else owns it who can sign in: a blocked account answers nothing."""
    others = select(Membership.id).where(Membership.user_id != besides, *_live_owners(organisation_id))
    return session.scalar(_with_user(others).limit(1)) is not None


def owner_ids(session: Session, organisation_id: int) -> Sequence[int]:
    """Row numbers of the owners who can sign in."""
    return session.scalars(_with_user(select(Membership.user_id)).where(*_live_owners(organisation_id))).all()


def is_member(session: Session, organisation_id: int, user_id: int) -> bool:
    return _exists(session, Membership.organisation_id == organisation_id, Membership.user_id == user_id)


def has_member_at(session: Session, organisation_id: int, email: str) -> bool:
    """Whether the address is a member's."""
    return _exists(
        session, Membership.organisation_id == organisation_id, Membership.user_id == User.id, User.email == email
    )


def invitations_of(session: Session, actor: Actor, organisation: Organisation) -> Sequence[Invited]:
    """Those that wait for an answer, the latest first; expired ones too, since they can be sent again."""
    authorize(POLICY, "manage_people", actor, organisation)
    rows = session.execute(
        select(
            Invitation.public_id,
            func.coalesce(Invitation.email, ""),
            Invitation.role,
            Invitation.sent_at,
            Invitation.expires_at,
            Department,
        )
        .outerjoin(Department, Department.id == Invitation.department_id)
        .where(*_waiting(organisation.id))
        .order_by(Invitation.id.desc())
    )
    return [Invited(*row) for row in rows]


def get_invitation(session: Session, organisation: Organisation, public_id: str) -> Invitation:
    """Raises NotFound; who may deal with it is asked by the caller."""
    invitation = session.scalar(
        select(Invitation).where(Invitation.organisation_id == organisation.id, Invitation.public_id == public_id)
    )
    if invitation is None:
        raise NotFound
    return invitation


def is_invited(session: Session, organisation_id: int, email: str) -> bool:
    return _exists(session, Invitation.email == email, *_waiting(organisation_id))


def count_waiting(session: Session, organisation_id: int) -> int:
    return session.scalar(select(func.count()).where(*_waiting(organisation_id))) or 0


def live_invitation(
    session: Session, token: str, *, lock: bool, now: datetime
) -> tuple[Invitation, Organisation, Department | None] | None:
    """What an unanswered, unexpired letter opens; with ``lock`` one of two who use it at once is too late."""
    statement = (
        select(Invitation, Organisation, Department)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .outerjoin(Department, Department.id == Invitation.department_id)
        .where(
            Invitation.token_hash == fingerprint(token),
            Invitation.state == InvitationState.WAITING,
            Invitation.expires_at > now,
        )
    )
    row = session.execute(statement.with_for_update(of=Invitation) if lock else statement).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def invitations_as_data(session: Session, actor: Actor) -> list[dict[str, object]]:
    """What waits for an answer at the person's own address, for their copy of their data."""
    own = select(User.email).where(User.id == actor.user_id).scalar_subquery()
    rows = session.execute(
        select(Organisation.name, Invitation.role, Invitation.sent_at)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(Invitation.email == own)
        .order_by(Invitation.id)
    )
    return [{"organisation": name, "role": str(role), "sent_at": sent_at} for name, role, sent_at in rows]


def _live_owners(organisation_id: int) -> tuple[ColumnElement[bool], ...]:
    return Membership.organisation_id == organisation_id, Membership.role == Role.OWNER, User.disabled_at.is_(None)


def _with_user(statement: Select[int]) -> Select[int]:
    return statement.join(User, User.id == Membership.user_id)


def _waiting(organisation_id: int) -> tuple[ColumnElement[bool], ...]:
    return Invitation.organisation_id == organisation_id, Invitation.state == InvitationState.WAITING


def _exists(session: Session, *conditions: ColumnElement[bool]) -> bool:
    return bool(session.scalar(select(exists().where(*conditions))))
