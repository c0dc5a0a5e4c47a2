"""What does not reach people, on the workbench of those who can do something about it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.notifications import queries
from marketplace.notifications.policies import POLICY


def of_workbench(session: Session, actor: Actor, _thing: object, _now: datetime) -> Mapping[str, object] | None:
    """How much was given up, for operators; None for others, and where nothing was."""
    if not POLICY["retry_delivery"](actor, None):
        return None
    given_up = queries.count_failing(session).given_up
    return {"given_up": given_up} if given_up else None
