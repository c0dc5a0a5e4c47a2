"""Listen to every feature and leave a note, in the same transaction."""

from sqlalchemy.orm import Session

from marketplace.achievements.events import AchievementChanged
from marketplace.challenges.events import ChallengeChanged
from marketplace.core.events import subscribe
from marketplace.core.subject import Subject
from marketplace.indexing import services
from marketplace.organisations.events import OrganisationChanged

PRIVATE_STEPS = frozenset({"draft", "edit", "submit", "recall", "return", "reject", "schedule", "found"})
"""Steps between states that nobody outside sees: the index has nothing to hear."""


@subscribe(ChallengeChanged)
def note_challenge(session: Session, event: ChallengeChanged) -> None:
    if event.action not in PRIVATE_STEPS:
        services.note(session, Subject("challenge", event.challenge.public_id), now=event.now)


@subscribe(AchievementChanged)
def note_achievement(session: Session, event: AchievementChanged) -> None:
    if event.action not in PRIVATE_STEPS:
        services.note(session, Subject("achievement", event.achievement.public_id), now=event.now)


@subscribe(OrganisationChanged)
def note_organisation(session: Session, event: OrganisationChanged) -> None:
    """Its profile changes what is found under its name, so that public edits count here."""
    if event.action not in PRIVATE_STEPS - {"edit"}:
        services.note(session, Subject("organisation", event.organisation.public_id), now=event.now)
