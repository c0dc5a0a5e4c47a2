"""What a challenge's page shows of its questions and clarifications."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.challenges.models import Challenge
from marketplace.core.actor import Actor
from marketplace.questions import queries
from marketplace.questions.policies import CHALLENGE_RULES
from marketplace.questions.presenters import as_row, time_words
from marketplace.questions.services import moments_of

SHOWN = 3


def of_challenge(session: Session, actor: Actor, challenge: Challenge, now: datetime) -> Mapping[str, Any] | None:
    """Clarifications first, then the latest questions; nothing before publication."""
    if challenge.published_at is None:
        return None
    moments = moments_of(challenge)
    page = queries.questions_of(session, challenge, per_page=SHOWN)
    return {
        "challenge_id": challenge.public_id,
        "clarifications": queries.clarifications_of(session, challenge)[:SHOWN],
        "questions": [as_row(one, actor, moments=moments, now=now) for one in page.items],
        "total": page.shown_total,
        "times": time_words(moments, now=now),
        "may_ask": CHALLENGE_RULES["ask"](actor, challenge) and moments is not None and moments.ask > now,
    }
