"""Writes. Plain arguments in, domain objects out; the caller owns the transaction."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit import services as audit
from marketplace.challenges.lifecycle import PUBLIC_STATES
from marketplace.challenges.models import Challenge
from marketplace.challenges.timing import has_closed
from marketplace.core.actor import Actor
from marketplace.core.errors import Conflict, Invalid, NotAllowed
from marketplace.core.events import publish
from marketplace.core.permissions import authorize
from marketplace.core.subject import Subject
from marketplace.core.text import _, say
from marketplace.notifications.services import notify, notify_organisation
from marketplace.organisations.services import must_be_verified
from marketplace.questions import queries
from marketplace.questions.events import Clarified, QuestionAnswered, QuestionAsked
from marketplace.questions.lifecycle import LIFECYCLE
from marketplace.questions.models import Clarification, ClarificationKind, Question
from marketplace.questions.policies import CHALLENGE_RULES, POLICY
from marketplace.questions.timing import LastMoments, is_over, last_moments, moment_text

MOST_UNANSWERED = 20
"""So many questions of one organisation may wait for an answer at a time."""
WORDS_ASKED = _("请填写内容。")
REASON_ASKED = _("请写明理由，所有人会看到。")
NOT_OPEN = _("榜单不在揭榜中，不能提问或澄清。")
TOO_LATE_TO_ASK = _("提问已于 %(when)s 截止。")
TOO_LATE_TO_ANSWER = _("答复已于 %(when)s 截止；还要说明的，请发澄清。")
TOO_MANY_WAIT = _("贵单位已有 %(count)d 个提问等待答复，请等答复后再问。")


def moments_of(challenge: Challenge) -> LastMoments | None:
    """Until when one may ask and answer; None where the challenge is not published."""
    if challenge.state not in PUBLIC_STATES or challenge.published_at is None or challenge.bids_close_at is None:
        return None
    return last_moments(challenge.published_at, challenge.bids_close_at)


def ask(session: Session, actor: Actor, challenge: Challenge, *, words: str | None, now: datetime) -> Question:
    """Ask as a member of one's current organisation, which must be verified; Conflict after the last day."""
    authorize(CHALLENGE_RULES, "ask", actor, challenge)
    moments = _moments(challenge)
    if is_over(moments.ask, now=now):
        raise Conflict(say(TOO_LATE_TO_ASK, when=moment_text(moments.ask)))
    if not words:
        raise Invalid({"words": WORDS_ASKED})
    organisation_id = actor.current_organisation_id
    if organisation_id is None:
        raise NotAllowed
    must_be_verified(session, organisation_id)
    if queries.count_unanswered(session, challenge, organisation_id) >= MOST_UNANSWERED:
        raise Conflict(say(TOO_MANY_WAIT, count=MOST_UNANSWERED))
    question = Question(
        challenge=challenge, organisation_id=organisation_id, asker_id=actor.user_id, body=words, asked_at=now
    )
    session.add(question)
    session.flush()  # assigns the id that the log and the letter name
    _record(session, actor, challenge, "ask", side="asker", now=now, question=question.public_id)
    subject, facts = Subject("question", question.public_id), {"title": challenge.title}
    notify_organisation(
        session, challenge.organisation_id, kind="question.asked", subject=subject, facts=facts, now=now
    )
    publish(session, QuestionAsked(question, now))
    return question


def answer(session: Session, actor: Actor, question: Question, *, words: str | None, now: datetime) -> Question:
    """Answer for all to read; Conflict after the last day, when only a clarification helps."""
    authorize(POLICY, "answer", actor, question)
    target = LIFECYCLE.target("answer", question.state)
    moments = _moments(question.challenge)
    if is_over(moments.answer, now=now):
        raise Conflict(say(TOO_LATE_TO_ANSWER, when=moment_text(moments.answer)))
    if not words:
        raise Invalid({"words": WORDS_ASKED})
    question.state, question.answer, question.answered_at = target, words, now
    _record(session, actor, question.challenge, "answer", side="poster", now=now, question=question.public_id)
    subject, facts = Subject("question", question.public_id), {"title": question.challenge.title}
    notify(session, [question.asker_id], kind="question.answered", subject=subject, facts=facts, now=now)
    publish(session, QuestionAnswered(question, now))
    return question


def hide(session: Session, actor: Actor, question: Question, *, reason: str | None, now: datetime) -> Question:
    """Take a question and its answer from the page; the reason stays in their place, and its asker is told."""
    authorize(POLICY, "hide", actor, question)
    target = LIFECYCLE.target("hide", question.state)
    if not reason:
        raise Invalid({"reason": REASON_ASKED})
    question.state, question.hidden_at, question.hidden_reason = target, now, reason
    detail = {"question": question.public_id, "reason": reason}
    _record(session, actor, question.challenge, "hide_question", side="operator", now=now, **detail)
    subject = Subject("question", question.public_id)
    facts = {"title": question.challenge.title, "reason": reason}
    notify(session, [question.asker_id], kind="question.hidden", subject=subject, facts=facts, now=now)
    return question


def clarify(session: Session, actor: Actor, challenge: Challenge, *, words: str | None, now: datetime) -> Clarification:
    """Publish the next numbered notice of an open challenge."""
    authorize(CHALLENGE_RULES, "clarify", actor, challenge)
    if challenge.state not in PUBLIC_STATES or has_closed(challenge.bids_close_at, now=now):
        raise Conflict(NOT_OPEN)
    if not words:
        raise Invalid({"words": WORDS_ASKED})
    made = _publish_next(session, challenge, ClarificationKind.WORDS, words, now)
    side = "poster" if actor.is_member_of(challenge.organisation_id) else "operator"
    _record(session, actor, challenge, "clarify", side=side, now=now, number=made.number)
    return made


def announce_deadline(
    session: Session, challenge: Challenge, *, previous_close_at: datetime, reason: str, now: datetime
) -> Clarification:
    """The notice that a moved deadline makes; the step that moved it is in the log already."""
    moved = {"previous_close_at": previous_close_at, "close_at": challenge.bids_close_at}
    return _publish_next(session, challenge, ClarificationKind.DEADLINE, reason, now, **moved)


def _publish_next(
    session: Session,
    challenge: Challenge,
    kind: ClarificationKind,
    words: str,
    now: datetime,
    **moments: datetime | None,
) -> Clarification:
    # Two notices at once would take the same number: the second waits here.
    session.scalar(select(Challenge.id).where(Challenge.id == challenge.id).with_for_update())
    number = queries.last_number(session, challenge) + 1
    made = Clarification(challenge_id=challenge.id, number=number, kind=kind, body=words, published_at=now, **moments)
    session.add(made)
    session.flush()
    publish(session, Clarified(challenge, made, now))
    return made


def _moments(challenge: Challenge) -> LastMoments:
    moments = moments_of(challenge)
    if moments is None:
        raise Conflict(NOT_OPEN)
    return moments


def _record(
    session: Session, actor: Actor, challenge: Challenge, action: str, *, side: str, now: datetime, **detail: object
) -> None:
    """In the history of the challenge, by side: not even the poster reads there who asked."""
    subject = Subject("challenge", challenge.public_id)
    audit.record(session, actor=actor, action=action, subject=subject, now=now, **{"as": side}, **detail)
