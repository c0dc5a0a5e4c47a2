"""What is handed in is told to those who decide."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.achievements.events import AchievementChanged
from marketplace.challenges.events import ChallengeChanged
from marketplace.core.actor import Role
from marketplace.core.events import subscribe
from marketplace.core.subject import Subject
from marketplace.notifications.services import notify_staff
from marketplace.organisations.events import OrganisationChanged

HANDED_IN = "submit"


@subscribe(OrganisationChanged)
def tell_of_an_organisation(session: Session, event: OrganisationChanged) -> None:
    if event.action == HANDED_IN:
        subject = Subject("organisation", event.organisation.public_id)
        _tell(session, "review.organisation", subject, event.organisation.name, event.now)


@subscribe(ChallengeChanged)
def tell_of_a_challenge(session: Session, event: ChallengeChanged) -> None:
    if event.action == HANDED_IN:
        subject = Subject("challenge", event.challenge.public_id)
        _tell(session, "review.challenge", subject, event.challenge.title, event.now)


@subscribe(AchievementChanged)
def tell_of_an_achievement(session: Session, event: AchievementChanged) -> None:
    if event.action == HANDED_IN:
        subject = Subject("achievement", event.achievement.public_id)
        _tell(session, "review.achievement", subject, event.achievement.title, event.now)


def _tell(session: Session, kind: str, subject: Subject, title: str, now: datetime) -> None:
    notify_staff(session, Role.OPERATOR, kind=kind, subject=subject, facts={"title": title}, now=now)
