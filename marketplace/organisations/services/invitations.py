"""Invitations: a letter with a one-time link to an address, in the name of an organisation.

Nothing here tells whether an address has an account: who invites gets the same answer, and only the letter's reader
learns more. What is kept of the address goes with the invitation's end.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.addresses import fault_of, normalised
from marketplace.accounts.tokens import fingerprint, new_token
from marketplace.audit import services as audit
from marketplace.core.actor import Actor, Role
from marketplace.core.errors import Conflict, Invalid, NotAllowed
from marketplace.core.events import publish
from marketplace.core.permissions import authorize
from marketplace.core.subject import Subject
from marketplace.core.text import Message, _, say
from marketplace.organisations.events import InvitationLetter, MembershipChanged
from marketplace.organisations.lifecycle import INVITATION, InvitationState, OrganisationState
from marketplace.organisations.models import Department, Invitation, Organisation
from marketplace.organisations.policies import POLICY
from marketplace.organisations.queries import people
from marketplace.organisations.services.members import ALREADY_A_MEMBER, check_place, enrol, where
from marketplace.organisations.services.recording import changed, record

DAYS = 7
"""How long a letter's link opens something."""
MOST_WAITING, MOST_WAITING_UNVERIFIED = 100, 5
"""Who was not verified yet writes few letters to strangers."""
MOST_LETTERS = 5
PAUSE_MINUTES = 10
KEPT_DAYS = 30

ALREADY_INVITED = _("已经邀请过这个邮箱。没有收到的，可以在下面的名单里重新寄出；要改角色的，请先撤回。")
TOO_MANY = _("等待接受的邀请最多 %(most)d 份。请先撤回不再需要的。")
TOO_MANY_UNVERIFIED = _("单位通过认证前，等待接受的邀请最多 %(most)d 份。")
TOO_SOON = _("刚刚寄出过，请 %(minutes)d 分钟后再寄。")
TOO_OFTEN = _("已经寄出 %(most)d 次。请核对邮箱：撤回后可以重新邀请。")
DEAD = _("这个邀请已失效：可能已经用过、过期或被撤回。请让单位的负责人重新邀请。")
PART_CLOSED = _("邀请里的部门已停用，请让单位的负责人重新邀请。")
YOU_ARE_A_MEMBER = _("你已经是这个单位的成员。")


def invite(
    session: Session,
    actor: Actor,
    organisation: Organisation,
    *,
    email: str,
    role: Role,
    language: str,
    now: datetime,
    department: Department | None = None,
) -> Invitation:
    """Send a letter to an address, whoever has it. Raises Invalid by field, Conflict where too many wait already."""
    authorize(POLICY, "manage_people", actor, organisation)
    email = normalised(email)
    if fault := _fault_of(session, organisation, email):
        raise Invalid({"email": fault})
    check_place(role, organisation, department)
    _check_room(session, organisation)
    invitation = Invitation(
        organisation_id=organisation.id,
        department_id=department.id if department else None,
        role=role,
        email=email,
        language=language,
        state=INVITATION.initial,
        invited_by=actor.user_id,
        invited_at=now,
        letters=0,
    )
    send = _letter(invitation, organisation, now)
    try:
        with session.begin_nested():
            session.add(invitation)
    except IntegrityError as error:
        raise Invalid({"email": ALREADY_INVITED}) from error
    send(session)
    facts = {"invitation": invitation.public_id, "role": str(role), **where(department)}
    record(session, actor, organisation, "invite", now, **facts)
    return invitation


def resend(
    session: Session, actor: Actor, organisation: Organisation, invitation: Invitation, *, now: datetime
) -> None:
    """A new letter with a new link; the old link opens nothing any more. Not too often: the address is a stranger's."""
    _take(actor, organisation, invitation, "resend")
    if now < invitation.sent_at + timedelta(minutes=PAUSE_MINUTES):
        raise Conflict(say(TOO_SOON, minutes=PAUSE_MINUTES))
    if invitation.letters >= MOST_LETTERS:
        raise Conflict(say(TOO_OFTEN, most=MOST_LETTERS))
    _letter(invitation, organisation, now)(session)
    record(session, actor, organisation, "resend_invitation", now, invitation=invitation.public_id)


def withdraw(
    session: Session, actor: Actor, organisation: Organisation, invitation: Invitation, *, now: datetime
) -> None:
    """The link opens nothing any more."""
    _take(actor, organisation, invitation, "withdraw")
    _end(invitation, "withdraw", now)
    record(session, actor, organisation, "withdraw_invitation", now, invitation=invitation.public_id)


def accept(session: Session, actor: Actor, token: str, *, now: datetime) -> Organisation:
    """Join with the account that is signed in, whatever its address: who has the letter was meant."""
    invitation, organisation, department = live_invitation(session, token, lock=True, now=now)
    if not actor.is_signed_in:
        raise NotAllowed
    if department is not None and department.closed_at is not None:
        raise Conflict(PART_CLOSED)
    if people.is_member(session, organisation.id, actor.user_id):
        raise Conflict(YOU_ARE_A_MEMBER)
    _end(invitation, "accept", now)
    enrol(session, organisation, user_id=actor.user_id, role=invitation.role, department=department, now=now)
    facts = {"invitation": invitation.public_id, "role": str(invitation.role), "as": str(invitation.role)}
    changed(session, actor, organisation, "accept_invitation", now, **facts, **where(department))
    told = {*people.owner_ids(session, organisation.id), invitation.invited_by} - {actor.user_id}
    publish(session, MembershipChanged(organisation, tuple(sorted(told)), "accept_invitation", now))
    return organisation


def decline(session: Session, actor: Actor, token: str, *, now: datetime) -> None:
    """Whoever has the letter may say no, with an account or without."""
    invitation, organisation, _department = live_invitation(session, token, lock=True, now=now)
    _end(invitation, "decline", now)
    audit.record(
        session,
        actor=actor,
        action="decline_invitation",
        subject=Subject("organisation", organisation.public_id),
        now=now,
        invitation=invitation.public_id,
    )


def live_invitation(
    session: Session, token: str, *, now: datetime, lock: bool = False
) -> tuple[Invitation, Organisation, Department | None]:
    """What the link of a letter opens. Raises Conflict with the same words whatever is wrong with it."""
    found = people.live_invitation(session, token, lock=lock, now=now)
    if found is None:
        raise Conflict(DEAD)
    return found


def forget_invitations(session: Session, *, now: datetime) -> None:
    """Drop those that nobody answered, a month after they expired. For the worker, now and then."""
    session.execute(
        delete(Invitation).where(
            Invitation.state == InvitationState.WAITING, Invitation.expires_at < now - timedelta(days=KEPT_DAYS)
        )
    )


def _fault_of(session: Session, organisation: Organisation, email: str) -> Message | str | None:
    if fault := fault_of(email):
        return fault
    if people.has_member_at(session, organisation.id, email):
        return ALREADY_A_MEMBER  # its owners read the members' addresses anyway
    return ALREADY_INVITED if people.is_invited(session, organisation.id, email) else None


def _check_room(session: Session, organisation: Organisation) -> None:
    is_verified = organisation.state is OrganisationState.VERIFIED
    most = MOST_WAITING if is_verified else MOST_WAITING_UNVERIFIED
    if people.count_waiting(session, organisation.id) >= most:
        raise Conflict(say(TOO_MANY if is_verified else TOO_MANY_UNVERIFIED, most=most))


def _take(actor: Actor, organisation: Organisation, invitation: Invitation, action: str) -> None:
    authorize(POLICY, "manage_people", actor, organisation)
    INVITATION.target(action, invitation.state)


def _letter(invitation: Invitation, organisation: Organisation, now: datetime) -> Callable[[Session], None]:
    """Give the invitation its next link, and what sends it: only the letter knows the token."""
    token = new_token()
    invitation.token_hash = fingerprint(token)
    invitation.sent_at, invitation.expires_at = now, now + timedelta(days=DAYS)
    invitation.letters += 1
    facts = {"title": organisation.name, "token": token, "days": str(DAYS)}
    event = InvitationLetter(invitation.email or "", invitation.language, facts, now)
    return lambda session: publish(session, event)


def _end(invitation: Invitation, action: str, now: datetime) -> None:
    invitation.state = INVITATION.target(action, invitation.state)
    invitation.email, invitation.ended_at = None, now
