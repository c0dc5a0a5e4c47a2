"""What an operator sets going again."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.admin.policies import POLICY
from marketplace.admin.queries import QUEUES
from marketplace.audit import services as audit
from marketplace.core.actor import Actor
from marketplace.core.permissions import authorize
from marketplace.core.subject import Subject

KIND = "queue"


def retry(session: Session, actor: Actor, name: str, *, row_id: int | None = None, now: datetime) -> int:
    """Have the worker try given-up rows again, one or all of a queue; how many. Those that were not given up stay."""
    authorize(POLICY, "retry", actor, None)
    table = QUEUES[name]
    statement = update(table).where(table.failed_at.is_not(None))
    if row_id is not None:
        statement = statement.where(table.id == row_id)
    found = session.execute(
        statement.values(failed_at=None, attempts=0, next_at=now, claimed_until=None).returning(table.id)
    ).all()
    if found:
        audit.record(session, actor=actor, action="retry", subject=Subject(KIND, name), now=now, rows=len(found))
    return len(found)
