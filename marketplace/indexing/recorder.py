"""Listen to every feature and leave a note, in the same transaction."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from marketplace.achievements import queries as achievements
from marketplace.achievements.events import AchievementChanged
from marketplace.challenges import queries as challenges
from marketplace.challenges.events import ChallengeChanged
from marketplace.core.events import subscribe
from marketplace.core.subject import Subject
from marketplace.indexing import services
from marketplace.organisations.events import OrganisationChanged

PRIVATE_STEPS = frozenset({"draft", "edit", "submit", "recall", "return", "reject", "schedule", "found"})
"""Steps between states that nobody outside sees: the index has nothing to hear."""
NAMING_STEPS = frozenset({"suspend", "reinstate"})
NAMES = frozenset({"name", "name_en"})
"""What an organisation's challenges and achievements say of it: when it changes they are told again."""


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
    if event.action in NAMING_STEPS or NAMES & set(event.fields):
        for subject in _naming(session, event.organisation.id):
            services.note(session, subject, now=event.now)


def _naming(session: Session, organisation_id: int) -> Iterator[Subject]:
    """Everything in the index that may say this organisation's name."""
    for kind, ids in (
        ("challenge", challenges.public_ids_of(session, organisation_id)),
        ("achievement", achievements.public_ids_of(session, organisation_id)),
    ):
        yield from (Subject(kind, public_id) for public_id in ids)
