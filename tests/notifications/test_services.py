import pytest
from sqlalchemy import select

from marketplace.accounts.events import LetterRequested
from marketplace.core.actor import Role
from marketplace.core.events import publish
from marketplace.core.subject import Subject
from marketplace.notifications import (
    services,
    subscribers,  # noqa: F401  (subscribes)
)
from marketplace.notifications.models import Delivery
from marketplace.organisations.events import OrganisationChanged
from tests.conftest import NOON
from tests.factories.accounts import a_user
from tests.factories.organisations import a_membership, an_organisation

SUBJECT = Subject("challenge", "abcdefghijkm")


def queued(session):
    session.flush()
    found = session.scalars(select(Delivery).order_by(Delivery.id)).all()
    return [(one.kind, one.recipient, one.language, one.facts) for one in found]


def test_people_are_told_once_each_in_their_language(session):
    first, second = a_user(session), a_user(session, language="en")
    a_user(session)

    count = services.notify(
        session,
        {first.id, second.id},
        kind="challenge.published",
        subject=SUBJECT,
        facts={"title": "固态电池"},
        now=NOON,
    )

    facts = {"id": SUBJECT.id, "title": "固态电池"}
    assert count == 2
    assert queued(session) == [
        ("challenge.published", first.email, "zh", facts),
        ("challenge.published", second.email, "en", facts),
    ]


@pytest.mark.parametrize("state", [{"email_verified_at": None}, {"disabled_at": NOON}])
def test_whom_letters_do_not_reach_gets_none(session, state):
    user = a_user(session, **state)
    services.notify(session, {user.id}, kind="challenge.published", subject=SUBJECT, facts={"title": "x"}, now=NOON)
    assert queued(session) == []


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

    assert {recipient for _kind, recipient, _language, _facts in queued(session)} == {
        people[role].email for role in (Role.OWNER, Role.APPROVER, Role.EDITOR)
    }


def test_a_letter_that_an_account_asks_for_is_queued_whether_or_not_the_address_is_verified(session):
    user = a_user(session, email_verified_at=None)
    facts = {"token": "t", "hours": "72"}
    publish(session, LetterRequested("account.verify_email", user.id, user.email, "zh", facts, NOON))
    assert queued(session) == [("account.verify_email", user.email, "zh", facts)]


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
    assert queued(session) == []
