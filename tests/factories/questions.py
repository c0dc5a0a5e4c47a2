"""Questions to test with."""

from typing import Any

from sqlalchemy.orm import Session

from marketplace.challenges.models import Challenge
from marketplace.questions.lifecycle import QuestionState
from marketplace.questions.models import Question
from tests.conftest import NOON
from tests.factories.accounts import a_user
from tests.factories.organisations import an_organisation


def a_question(session: Session, challenge: Challenge, **overrides: Any) -> Question:
    """Asked by somebody of an organisation of their own unless they are named."""
    facts: dict[str, Any] = {"body": "低湿指 30% 相对湿度吗？", "asked_at": NOON}
    if "asker_id" not in overrides:
        facts["asker_id"] = a_user(session).id
    if "organisation_id" not in overrides:
        facts["organisation_id"] = an_organisation(session).id
    state = overrides.get("state", QuestionState.ASKED)
    if state is QuestionState.ANSWERED:
        facts |= {"answer": "是，见指标第一行。", "answered_at": NOON}
    if state is QuestionState.HIDDEN:
        facts |= {"hidden_at": NOON, "hidden_reason": "写出了单位名称"}
    question = Question(challenge=challenge, **facts | overrides)
    session.add(question)
    session.flush()
    return question
