"""Interests to test with."""

from typing import Any

from sqlalchemy.orm import Session

from marketplace.achievements.models import Achievement
from marketplace.interests.lifecycle import InterestState, Side
from marketplace.interests.models import Interest, InterestMessage
from tests.conftest import NOON
from tests.factories.accounts import a_user
from tests.factories.organisations import an_organisation


def an_interest(
    session: Session, achievement: Achievement, *, words: str = "想在产线上试用", **overrides: Any
) -> Interest:
    """Of an organisation of its own unless one is named, with one message that waits for the owner."""
    facts: dict[str, Any] = {"awaits": Side.OWNER, "opened_at": NOON, "last_at": NOON}
    if "organisation_id" not in overrides:
        facts["organisation_id"] = an_organisation(session).id
    if overrides.get("state") is InterestState.CLOSED:
        facts["closed_at"] = NOON
    interest = Interest(achievement=achievement, **facts | overrides)
    session.add(interest)
    session.flush()
    author = a_user(session).id
    session.add(InterestMessage(interest_id=interest.id, side=Side.SEEKER, author_id=author, body=words, sent_at=NOON))
    session.flush()
    return interest
