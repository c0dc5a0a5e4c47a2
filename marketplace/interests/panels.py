"""What an achievement's page and the workbench show of interests."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.achievements.models import Achievement
from marketplace.core.actor import Actor
from marketplace.interests import queries
from marketplace.interests.policies import ACHIEVEMENT_RULES
from marketplace.interests.presenters import as_row

ON_WORKBENCH = 5


def button(session: Session, actor: Actor, achievement: Achievement, _now: datetime) -> Mapping[str, Any] | None:
    """To write to the owner, or on to what was written."""
    if not ACHIEVEMENT_RULES["express"](actor, achievement):
        return None
    found = queries.interest_of(session, achievement, actor.current_organisation_id)
    return {"achievement_id": achievement.public_id, "interest_id": found.public_id if found else None}


def of_achievement(session: Session, actor: Actor, thing: Achievement, _now: datetime) -> Mapping[str, Any] | None:
    """Who is interested: for the owner, and for operators without a word of what was written."""
    if not ACHIEVEMENT_RULES["see_interests"](actor, thing):
        return None
    rows = [as_row(one, actor) for one in queries.interests_in(session, thing)]
    return {"rows": rows} if rows else None


def of_workbench(session: Session, actor: Actor, _actor: Actor, _now: datetime) -> Mapping[str, Any] | None:
    """The latest interests of this person's organisations."""
    page = queries.own_interests(session, actor, per_page=ON_WORKBENCH)
    return {"rows": [as_row(one, actor) for one in page.items]} if page.items else None
