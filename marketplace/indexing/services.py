"""Notes for the worker: written in the transaction of the change, taken away when the engine has heard of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.core.subject import Subject
from marketplace.indexing.models import OutboxEntry


def note(session: Session, subject: Subject, *, now: datetime) -> None:
    """The engine has to hear of this thing again."""
    session.add(OutboxEntry(subject=str(subject), noted_at=now, next_at=now))
