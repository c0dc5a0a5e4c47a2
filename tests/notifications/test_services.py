from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.accounts.events import LetterRequested
from marketplace.audit.models import AuditEntry
from marketplace.core.actor import Grant, Role
from marketplace.core.errors import Conflict, NotAllowed
from marketplace.core.events import publish
from marketplace.core.lifecycle import IllegalTransition
from marketplace.core.news import ChannelName
from marketplace.core.subject import Subject
from marketplace.core.transaction import finish
from marketplace.notifications import (
    queries,
    services,
    subscribers,  # noqa: F401  (subscribes)
)
from marketplace.notifications.lifecycle import DeliveryState
from marketplace.notifications.models import Choice, Delivery, Notification
from marketplace.organisations.events import OrganisationChanged
from tests.conftest import NOON
from tests.factories.accounts import a_staff_grant, a_user, acting
from tests.factories.organisations import a_membership, an_organisation

SUBJECT = Subject("challenge", "abcdefghijkm")
FACTS = {"id": SUBJECT.id, "title": "固态电池"}


def queued(session):
    session.flush()
    found = session.scalars(select(Delivery).order_by(Delivery.id)).all()
    return [(one.kind, one.recipient, one.language, one.facts) for one in found]


def in_inboxes(session):
    session.flush()
    found = session.scalars(select(Notification).order_by(Notification.id)).all()
    return [(one.user_id, one.kind, f"{one.subject_kind}:{one.subject_id}", one.facts, one.read_at) for one in found]


def tell(session, *people, kind="challenge.published", **facts):
    return services.notify(
        session,
        {person.id for person in people},
        kind=kind,
        subject=SUBJECT,
        facts={"title": "固态电池", **facts},
        now=NOON,
    )


def test_people_are_told_once_each_in_the_inbox_and_by_a_letter_in_their_language(session):
    first, second = a_user(session), a_user(session, language="en")
    a_user(session)

    assert tell(session, first, second) == 2

    assert in_inboxes(session) == [
        (person.id, "challenge.published", str(SUBJECT), FACTS, None) for person in (first, second)
    ]
    assert queued(session) == [
        ("challenge.published", first.email, "zh", FACTS),
        ("challenge.published", second.email, "en", FACTS),
    ]


def test_a_delivery_knows_its_message_and_its_person(session):
    user = a_user(session)
    tell(session, user)
    session.flush()
    message, delivery = session.scalars(select(Notification)).one(), session.scalars(select(Delivery)).one()
    assert (delivery.notification_id, delivery.user_id, delivery.channel) == (message.id, user.id, ChannelName.MAIL)
    assert delivery.state is DeliveryState.QUEUED


def test_whose_address_was_never_verified_is_told_in_the_inbox_only(session):
    user = a_user(session, email_verified_at=None)
    assert tell(session, user) == 1
    assert len(in_inboxes(session)) == 1
    assert queued(session) == []


def test_whose_account_is_disabled_is_not_told(session):
    assert tell(session, a_user(session, disabled_at=NOON)) == 0
    assert (in_inboxes(session), queued(session)) == ([], [])


def test_a_letter_goes_as_the_person_chose_and_the_inbox_has_the_message_anyway(session):
    wants, refuses = a_user(session), a_user(session)
    session.add(Choice(user_id=wants.id, kind="challenge.published", channel=ChannelName.MAIL, is_on=True))
    session.add(Choice(user_id=refuses.id, kind="challenge.published", channel=ChannelName.MAIL, is_on=False))
    session.add(Choice(user_id=wants.id, kind="challenge.returned", channel=ChannelName.MAIL, is_on=False))

    tell(session, wants, refuses)

    assert [one[1] for one in queued(session)] == [wants.email]
    assert [one[0] for one in in_inboxes(session)] == [wants.id, refuses.id]


def test_what_safety_depends_on_goes_whatever_was_chosen(session):
    user = a_user(session)
    session.add(Choice(user_id=user.id, kind="organisation.suspended", channel=ChannelName.MAIL, is_on=False))
    tell(session, user, kind="organisation.suspended", reason="理由")
    assert [one[0] for one in queued(session)] == ["organisation.suspended"]


def test_an_organisation_is_told_through_those_who_write_for_it(session):
    organisation = an_organisation(session)
    people = {role: a_user(session) for role in (Role.OWNER, Role.APPROVER, Role.EDITOR, Role.READER)}
    for role, user in people.items():
        a_membership(session, user, organisation, role)

    services.notify_organisation(
        session,
        organisation.id,
        kind="challenge.returned",
        subject=SUBJECT,
        facts={"title": "x", "reason": "y"},
        now=NOON,
    )

    writers = (Role.OWNER, Role.APPROVER, Role.EDITOR)
    assert {one[1] for one in queued(session)} == {people[role].email for role in writers}
    assert {one[0] for one in in_inboxes(session)} == {people[role].id for role in writers}


def test_staff_are_told_by_role_and_area(session):
    operator, anting, malu = a_user(session), a_user(session), a_user(session)
    a_staff_grant(session, operator, Role.OPERATOR)
    a_staff_grant(session, anting, Role.AREA_OFFICER, area="anting")
    a_staff_grant(session, malu, Role.AREA_OFFICER, area="malu")
    news = {"kind": "challenge.published", "subject": SUBJECT, "facts": {"title": "x"}, "now": NOON}

    services.notify_staff(session, Role.OPERATOR, **news)
    services.notify_staff(session, Role.AREA_OFFICER, area="malu", **news)

    assert [one[0] for one in in_inboxes(session)] == [operator.id, malu.id]


def test_a_letter_that_an_account_asks_for_is_queued_whether_or_not_the_address_is_verified(session):
    user = a_user(session, email_verified_at=None)
    facts = {"token": "t", "hours": "72"}
    publish(session, LetterRequested("account.verify_email", user.id, user.email, "zh", facts, NOON))
    assert queued(session) == [("account.verify_email", user.email, "zh", facts)]
    assert in_inboxes(session) == []


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("verify", "organisation.verified"),
        ("reject", "organisation.rejected"),
        ("suspend", "organisation.suspended"),
        ("edit", None),
    ],
)
def test_an_organisation_hears_how_its_verification_went(session, action, kind):
    organisation = an_organisation(session, state_reason="理由")
    a_membership(session, a_user(session), organisation)
    publish(session, OrganisationChanged(organisation, action, NOON))
    assert [one[0] for one in queued(session)] == ([kind] if kind else [])


def test_a_fact_that_is_missing_is_noticed_before_anything_is_written(session):
    user = a_user(session)
    with pytest.raises(ValueError, match="needs title"):
        services.notify(session, {user.id}, kind="challenge.published", subject=SUBJECT, facts={}, now=NOON)
    assert (in_inboxes(session), queued(session)) == ([], [])


# What was given up


OPERATOR, SUPERVISOR = Role.OPERATOR, Role.SUPERVISOR


def given_up(session, **overrides):
    delivery = services.queue(
        session, ("li@example.com", "zh"), kind="challenge.published", facts={"title": "x", "id": "y"}, now=NOON
    )
    delivery.state, delivery.attempts, delivery.error = DeliveryState.GIVEN_UP, 16, "the mail server hung up"
    for name, value in overrides.items():
        setattr(delivery, name, value)
    session.flush()
    return delivery


def somebody(session, role):
    return acting(a_user(session), Grant(role))


@pytest.mark.parametrize("role", [OPERATOR, SUPERVISOR])
def test_administrators_see_what_was_given_up_the_latest_first(session, role):
    first, second = given_up(session), given_up(session)
    given_up(session, state=DeliveryState.FAILED)
    actor, dead = somebody(session, role), DeliveryState.GIVEN_UP
    page = queries.deliveries(session, actor, state=dead)
    assert [one.public_id for one in page.items] == [second.public_id, first.public_id]
    assert queries.deliveries(session, actor, state=dead, channel=ChannelName.SMS).items == []


def test_others_see_nobody_s_deliveries(session):
    delivery = given_up(session)
    owner = acting(a_user(session), Grant(Role.OWNER, 1))
    with pytest.raises(NotAllowed):
        queries.deliveries(session, owner)
    with pytest.raises(NotAllowed):
        queries.get_delivery(session, owner, delivery.public_id)


def test_an_operator_has_it_sent_again_with_all_its_attempts(session):
    operator, later = somebody(session, OPERATOR), NOON + timedelta(days=4)
    delivery = queries.get_delivery(session, operator, given_up(session).public_id)

    services.retry(session, operator, delivery, now=later)
    session.flush()

    assert (delivery.state, delivery.attempts, delivery.next_at) == (DeliveryState.QUEUED, 0, later)
    assert queries.due(session, ChannelName.MAIL, now=later, limit=5) == [delivery]
    with pytest.raises(IllegalTransition):
        services.retry(session, operator, delivery, now=later)


def test_a_supervisor_changes_nothing(session):
    with pytest.raises(NotAllowed):
        services.retry(session, somebody(session, SUPERVISOR), given_up(session), now=NOON)


def test_a_letter_whose_link_was_forgotten_is_not_sent_without_it(session):
    delivery = given_up(session, kind="account.reset_password", facts={"token": "", "hours": "2"})
    with pytest.raises(Conflict):
        services.retry(session, somebody(session, OPERATOR), delivery, now=NOON)


def test_all_of_a_kind_are_sent_again_at_once_and_the_log_says_so(session):
    operator, later = somebody(session, OPERATOR), NOON + timedelta(days=4)
    dead = [given_up(session) for _ in range(2)]
    other = given_up(session, kind="organisation.verified", facts={"id": "abcdefghijkm", "title": "甲"})
    assert queries.dead_by_kind(session, operator) == {dead[0].kind: 2, other.kind: 1}

    assert services.retry_all(session, operator, dead[0].kind, now=later) == 2
    finish(session)

    assert [(one.state, one.attempts, one.next_at) for one in dead] == [(DeliveryState.QUEUED, 0, later)] * 2
    assert other.state is DeliveryState.GIVEN_UP
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "retry"))
    assert (entry.actor, entry.subject) == (operator.public_id, "queue:deliveries")
    assert services.retry_all(session, operator, dead[0].kind, now=later) == 0


def test_all_of_a_kind_that_held_secrets_stay(session):
    given_up(session, kind="account.reset_password", facts={"token": "", "hours": "2"})
    with pytest.raises(Conflict):
        services.retry_all(session, somebody(session, OPERATOR), "account.reset_password", now=NOON)
    with pytest.raises(NotAllowed):
        services.retry_all(session, somebody(session, SUPERVISOR), "account.reset_password", now=NOON)


def test_figures_say_how_many_stand_where(session):
    given_up(session)
    given_up(session)
    tell(session, a_user(session))
    session.flush()
    assert queries.count_by_state(session) == {
        (ChannelName.MAIL, DeliveryState.GIVEN_UP): 2,
        (ChannelName.MAIL, DeliveryState.QUEUED): 1,
    }
