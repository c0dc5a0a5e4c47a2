"""What makes matches stale: something entered, changed or left the public market."""

from sqlalchemy.orm import Session

from marketplace.achievements.events import AchievementChanged
from marketplace.challenges.events import ChallengeChanged
from marketplace.core.events import subscribe
from marketplace.core.subject import Subject
from marketplace.matching.models import MatchTask

MARKET_STEPS = frozenset({"publish", "import_publish", "renew", "expire", "withdraw", "takedown", "restore"})


@subscribe(ChallengeChanged)
def rematch_challenge(session: Session, event: ChallengeChanged) -> None:
    if event.action in MARKET_STEPS:
        session.add(MatchTask(subject=str(Subject("challenge", event.challenge.public_id)), next_at=event.now))


@subscribe(AchievementChanged)
def rematch_achievement(session: Session, event: AchievementChanged) -> None:
    if event.action in MARKET_STEPS:
        session.add(MatchTask(subject=str(Subject("achievement", event.achievement.public_id)), next_at=event.now))
