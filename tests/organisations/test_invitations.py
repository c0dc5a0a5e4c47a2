"""Invitations below the web: letters, answers, limits, and what a stranger cannot learn."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.accounts.events import AccountErased
from marketplace.core import events
from marketplace.core.actor import ANONYMOUS, Grant, Role
from marketplace.core.errors import Conflict, Invalid, NotAllowed
from marketplace.core.lifecycle import IllegalTransition
from marketplace.notifications.models import Delivery, Notification
from marketplace.organisations.lifecycle import InvitationState, OrganisationState
from marketplace.organisations.models import Invitation, Membership
from marketplace.organisations.queries import people
from marketplace.organisations.services import invitations
from tests.conftest import NOON
from tests.factories.accounts import a_user, acting
from tests.factories.approvals import a_department
from tests.factories.organisations import a_membership, an_invitation, an_organisation
from tests.organisations.actors import OPERATOR

LATER = NOON + timedelta(hours=1)
TOKEN = "t" * 43


class House:
    """An organisation with an owner."""

    def __init__(self, session, **facts):
        self.session = session
        self.organisation = an_organisation(session, **facts)
        self.user = a_user(session)
        a_membership(session, self.user, self.organisation)
        self.owner = acting(self.user, Grant(Role.OWNER, self.organisation.id))

    def invite(self, email="new@example.com", role=Role.EDITOR, actor=None, now=NOON, **more):
        return invitations.invite(
            self.session, actor or self.owner, self.organisation, email=email, role=role, language="zh", now=now, **more
        )

    def letters(self):
        found = self.session.scalars(select(Delivery).where(Delivery.kind == "organisation.invitation"))
        return [(one.recipient, one.facts) for one in found]

    def membership_of(self, user):
        return self.session.scalars(select(Membership).where(Membership.user_id == user.id)).one()


@pytest.fixture
def house(session):
    return House(session)


def test_an_owner_invites_an_address_and_its_reader_joins(session, house):
    part = a_department(session, house.organisation)
    invitation = house.invite(" New@Example.com ", Role.APPROVER, department=part)
    [(recipient, facts)] = house.letters()
    assert (recipient, facts["title"]) == ("new@example.com", house.organisation.name)
    assert facts["token"] not in invitation.token_hash

    reader = a_user(session)
    invitations.accept(session, acting(reader), facts["token"], now=LATER)

    joined = house.membership_of(reader)
    assert (joined.role, joined.department_id, joined.joined_at) == (Role.APPROVER, part.id, LATER)
    assert (invitation.state, invitation.email) == (InvitationState.ACCEPTED, None)
    told = session.scalars(select(Notification).where(Notification.kind == "organisation.joined")).all()
    assert [one.user_id for one in told] == [house.user.id]


@pytest.mark.parametrize("action", ["accept", "decline", "expire", "withdraw", "resend"])
def test_a_link_opens_once_and_not_for_ever(session, house, action):
    invitation = house.invite()
    token, moment = house.letters()[0][1]["token"], LATER
    if action == "accept":
        invitations.accept(session, acting(a_user(session)), token, now=LATER)
    elif action == "decline":
        invitations.decline(session, ANONYMOUS, token, now=LATER)
    elif action == "expire":
        moment = NOON + timedelta(days=invitations.DAYS)
    else:
        take = {"withdraw": invitations.withdraw, "resend": invitations.resend}[action]
        take(session, house.owner, house.organisation, invitation, now=LATER)
    with pytest.raises(Conflict) as caught:
        invitations.accept(session, acting(a_user(session)), token, now=moment)
    assert caught.value.message.id == invitations.DEAD
    with pytest.raises(Conflict) as unknown:
        invitations.decline(session, ANONYMOUS, TOKEN, now=moment)
    assert unknown.value.message.id == invitations.DEAD


def test_the_letter_that_was_sent_again_opens(session, house):
    invitation = house.invite()
    expired = NOON + timedelta(days=invitations.DAYS)
    invitations.resend(session, house.owner, house.organisation, invitation, now=expired)
    reader = a_user(session)
    invitations.accept(session, acting(reader), house.letters()[1][1]["token"], now=expired)
    assert house.membership_of(reader).role is Role.EDITOR


def test_letters_to_a_stranger_are_few(session, house):
    invitation, moment = house.invite(), NOON
    with pytest.raises(Conflict):
        invitations.resend(session, house.owner, house.organisation, invitation, now=NOON + timedelta(minutes=1))
    for _ in range(invitations.MOST_LETTERS - 1):
        moment += timedelta(hours=1)
        invitations.resend(session, house.owner, house.organisation, invitation, now=moment)
    with pytest.raises(Conflict):
        invitations.resend(session, house.owner, house.organisation, invitation, now=moment + timedelta(days=1))
    assert len(house.letters()) == invitations.MOST_LETTERS


def test_before_it_is_verified_an_organisation_invites_a_few(session):
    house = House(session, state=OrganisationState.UNVERIFIED)
    for number in range(invitations.MOST_WAITING_UNVERIFIED):
        house.invite(f"new{number}@example.com")
    with pytest.raises(Conflict):
        house.invite("one.more@example.com")


def test_whoever_invites_learns_nothing_of_who_has_an_account(session, house):
    """The same rows and the same answer, whether or not anybody has the address."""
    known = a_user(session)
    first, second = house.invite(known.email), house.invite("nobody@example.com")
    assert (first.state, first.letters) == (second.state, second.letters)
    assert [sorted(facts) for _recipient, facts in house.letters()] == [["days", "title", "token"]] * 2


@pytest.mark.parametrize("email", ["", "no address", "a@b", "x@example.com\0.", "长@@example.com"])
def test_what_is_no_address_is_said_at_its_field(house, email):
    with pytest.raises(Invalid) as caught:
        house.invite(email)
    assert list(caught.value.fields) == ["email"]


def test_members_and_invited_ones_are_not_invited_again(session, house):
    house.invite("new@example.com")
    for email in (house.user.email.upper(), "NEW@example.com"):
        with pytest.raises(Invalid) as caught:
            house.invite(email)
        assert list(caught.value.fields) == ["email"]
    House(session).invite("new@example.com")  # another organisation may


@pytest.mark.parametrize("role", [Role.APPROVER, Role.EDITOR, Role.READER])
def test_only_owners_and_operators_invite(session, house, role):
    member = a_user(session)
    for actor in (acting(member, Grant(role, house.organisation.id)), acting(member), ANONYMOUS):
        with pytest.raises(NotAllowed):
            house.invite(actor=actor)
    session.add(operator := a_user(session))
    house.invite(actor=acting(operator, *OPERATOR.grants))


def test_an_owner_is_of_the_whole_and_a_part_is_of_this_house(session, house):
    part, foreign = a_department(session, house.organisation), a_department(session, House(session).organisation)
    for role, department in ((Role.OWNER, part), (Role.EDITOR, foreign), (Role.OPERATOR, None)):
        with pytest.raises(Invalid):
            house.invite(role=role, department=department)


def test_a_department_that_was_closed_meanwhile_does_not_make_anybody_member_of_the_whole(session, house):
    part = a_department(session, house.organisation)
    house.invite(department=part)
    part.closed_at = NOON
    reader = a_user(session)
    with pytest.raises(Conflict) as caught:
        invitations.accept(session, acting(reader), house.letters()[0][1]["token"], now=LATER)
    assert caught.value.message.id == invitations.PART_CLOSED
    assert not people.is_member(session, house.organisation.id, reader.id)


def test_a_member_keeps_the_role_they_have(session, house):
    an_invitation(session, house.organisation, house.user, role=Role.READER, token=TOKEN)
    with pytest.raises(Conflict):
        invitations.accept(session, house.owner, TOKEN, now=LATER)
    assert house.membership_of(house.user).role is Role.OWNER


def test_visitors_do_not_join(session, house):
    an_invitation(session, house.organisation, house.user, token=TOKEN)
    with pytest.raises(NotAllowed):
        invitations.accept(session, ANONYMOUS, TOKEN, now=LATER)


def test_what_has_ended_is_neither_sent_again_nor_withdrawn(session, house):
    invitation = house.invite()
    invitations.withdraw(session, house.owner, house.organisation, invitation, now=LATER)
    for take in (invitations.resend, invitations.withdraw):
        with pytest.raises(IllegalTransition):
            take(session, house.owner, house.organisation, invitation, now=LATER + timedelta(days=1))


def test_addresses_are_forgotten(session, house):
    an_invitation(session, house.organisation, house.user, email="old@example.com", expires_at=NOON)
    waiting = an_invitation(session, house.organisation, house.user, email="gone@example.com")
    invitations.forget_invitations(session, now=NOON + timedelta(days=31))
    assert session.scalars(select(Invitation)).all() == [waiting]
    events.publish(session, AccountErased(a_user(session).id, "x" * 12, "gone@example.com", NOON))
    assert session.scalars(select(Invitation)).all() == []
