"""What others' news mean here: a deadline never moves in silence."""

from sqlalchemy.orm import Session

from marketplace.challenges.events import ChallengeChanged
from marketplace.core.events import subscribe
from marketplace.questions.services import announce_deadline


@subscribe(ChallengeChanged)
def tell_of_the_new_deadline(session: Session, event: ChallengeChanged) -> None:
    if event.previous_close_at is None:
        return
    announce_deadline(
        session, event.challenge, previous_close_at=event.previous_close_at, reason=event.reason or "", now=event.now
    )
