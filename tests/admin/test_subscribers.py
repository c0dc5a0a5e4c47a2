"""Operators find in their inbox what waits for them."""

import pytest
from sqlalchemy import select

from marketplace.achievements.events import AchievementChanged
from marketplace.challenges.events import ChallengeChanged
from marketplace.core.actor import Role
from marketplace.core.events import publish
from marketplace.notifications.models import Delivery, Notification
from marketplace.organisations.events import OrganisationChanged
from tests.conftest import NOON
from tests.factories.accounts import a_staff_grant, a_user
from tests.factories.achievements import an_achievement
from tests.factories.challenges import a_challenge
from tests.factories.organisations import an_organisation

EVENTS = {
    "organisation": (an_organisation, OrganisationChanged),
    "challenge": (a_challenge, ChallengeChanged),
    "achievement": (an_achievement, AchievementChanged),
}


@pytest.fixture
def staff(session):
    people = {role: a_user(session) for role in (Role.OPERATOR, Role.SUPERVISOR, Role.AREA_OFFICER)}
    for role, user in people.items():
        a_staff_grant(session, user, role, area="anting" if role is Role.AREA_OFFICER else "")
    return people


@pytest.mark.parametrize("kind", EVENTS)
def test_what_is_handed_in_is_in_the_inbox_of_operators_and_sent_nowhere(session, staff, kind):
    make, event = EVENTS[kind]
    thing = make(session)
    for action in ("edit", "recall", "submit", "publish"):
        publish(session, event(thing, action, NOON))
    session.flush()
    (message,) = session.scalars(select(Notification).where(Notification.kind.startswith("review.")))
    assert (message.user_id, message.kind, message.subject_id) == (
        staff[Role.OPERATOR].id,
        f"review.{kind}",
        thing.public_id,
    )
    assert session.scalars(select(Delivery).where(Delivery.kind.startswith("review."))).all() == []
