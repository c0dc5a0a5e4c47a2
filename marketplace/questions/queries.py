"""Reads. Every function returns finished objects or numbers, never a half-built query."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from marketplace.challenges.lifecycle import PUBLIC_STATES
from marketplace.challenges.models import Challenge
from marketplace.challenges.policies import visible_to
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound
from marketplace.core.paging import Page, paginate
from marketplace.core.registry import Task
from marketplace.core.text import _, say
from marketplace.organisations.models import Organisation
from marketplace.questions.lifecycle import QuestionState
from marketplace.questions.models import Clarification, Question
from marketplace.questions.timing import is_over, last_moments, moment_text

TO_ANSWER = _("榜单收到提问，请在 %(day)s 前答复")
ANSWER = _("答复")
MOST_CLARIFICATIONS = 100
ON_WORKBENCH = 20


def get_question(session: Session, actor: Actor, public_id: str) -> Question:
    """One question with its challenge; those about a challenge the actor may not see do not exist."""
    question = session.scalar(
        select(Question)
        .join(Question.challenge)
        .where(Question.public_id == public_id, visible_to(actor))
        .options(contains_eager(Question.challenge).joinedload(Challenge.organisation))
    )
    if question is None:
        raise NotFound
    return question


def questions_of(session: Session, challenge: Challenge, *, page: int = 1, per_page: int = 20) -> Page[Question]:
    """The questions about a challenge, the latest first. Whoever sees the challenge sees them."""
    statement = (
        select(Question)
        .where(Question.challenge_id == challenge.id)
        .order_by(Question.asked_at.desc(), Question.id.desc())
    )
    return paginate(session, statement, page=page, per_page=per_page, options=(joinedload(Question.challenge),))


def clarifications_of(session: Session, challenge: Challenge) -> Sequence[Clarification]:
    """The numbered notices of a challenge, the latest first."""
    return session.scalars(
        select(Clarification)
        .where(Clarification.challenge_id == challenge.id)
        .order_by(Clarification.number.desc())
        .limit(MOST_CLARIFICATIONS)
    ).all()


def last_number(session: Session, challenge: Challenge) -> int:
    found = session.scalar(select(func.max(Clarification.number)).where(Clarification.challenge_id == challenge.id))
    return found or 0


def count_unanswered(session: Session, challenge: Challenge, organisation_id: int) -> int:
    """How many questions of one organisation still wait for an answer."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Question)
            .where(
                Question.challenge_id == challenge.id,
                Question.organisation_id == organisation_id,
                Question.state == QuestionState.ASKED,
            )
        )
        or 0
    )


def name_of_asker(session: Session, question: Question) -> str:
    """The asking organisation, for those who may know it."""
    return session.scalar(select(Organisation.name).where(Organisation.id == question.organisation_id)) or ""


def load(session: Session, public_ids: Sequence[str]) -> dict[str, Question]:
    """By public id, with their challenges; nobody's rights are asked here."""
    found = session.scalars(
        select(Question).where(Question.public_id.in_(public_ids)).options(joinedload(Question.challenge))
    )
    return {question.public_id: question for question in found}


def tasks(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Questions that wait for an answer of this person's organisations, while one may still be given."""
    writes_for = [one for one in actor.organisation_ids if actor.writes_for(one)]
    if not writes_for:
        return []
    waiting = session.scalars(
        select(Question)
        .join(Question.challenge)
        .where(
            Challenge.organisation_id.in_(writes_for),
            Challenge.state.in_(PUBLIC_STATES),
            Challenge.bids_close_at > now,
            Question.state == QuestionState.ASKED,
        )
        .options(contains_eager(Question.challenge))
        .order_by(Question.asked_at, Question.id)
        .limit(ON_WORKBENCH)
    ).all()
    return [task for question in waiting if (task := _task(question, now))]


def _task(question: Question, now: datetime) -> Task | None:
    challenge = question.challenge
    if challenge.published_at is None or challenge.bids_close_at is None:
        return None
    last = last_moments(challenge.published_at, challenge.bids_close_at).answer
    if is_over(last, now=now):
        return None
    return Task(
        what=say(TO_ANSWER, day=moment_text(last)),
        kind="question",
        subject_id=question.public_id,
        subject_title=challenge.title,
        action=ANSWER,
        since=question.asked_at,
        due=last,
    )
