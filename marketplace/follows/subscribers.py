"""What others' news mean to those who follow: letters. Nothing is told but what was public."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.achievements.events import AchievementChanged
from marketplace.achievements.models import Achievement
from marketplace.challenges.events import ChallengeChanged
from marketplace.challenges.models import Challenge
from marketplace.core.events import subscribe
from marketplace.core.locale import minute_text
from marketplace.core.subject import Subject
from marketplace.follows.queries import followers_of
from marketplace.follows.services import follow_for
from marketplace.notifications.services import notify
from marketplace.organisations.models import Organisation
from marketplace.questions.events import Clarified, QuestionAnswered, QuestionAsked

PUBLISHED = frozenset({"publish", "import_publish"})


@subscribe(QuestionAsked)
def follow_what_one_asked_about(session: Session, event: QuestionAsked) -> None:
    follow_for(session, event.question.asker_id, _of_challenge(event.question.challenge), now=event.now)


@subscribe(QuestionAnswered)
def tell_of_the_answer(session: Session, event: QuestionAnswered) -> None:
    """All but the asker, who has a letter of their own."""
    challenge = event.question.challenge
    people = [one for one in followers_of(session, [_of_challenge(challenge)]) if one != event.question.asker_id]
    _tell(session, people, "follow.answered", _of_challenge(challenge), {"title": challenge.title}, event.now)


@subscribe(Clarified)
def tell_of_the_clarification(session: Session, event: Clarified) -> None:
    challenge, notice = event.challenge, event.clarification
    facts = {"title": challenge.title, "number": str(notice.number)}
    kind = "follow.clarified"
    if notice.close_at is not None:
        kind, facts["until"] = "follow.deadline", minute_text(notice.close_at, "zh")
    subject = _of_challenge(challenge)
    _tell(session, followers_of(session, [subject]), kind, subject, facts, event.now)


@subscribe(ChallengeChanged)
def tell_of_a_challenge(session: Session, event: ChallengeChanged) -> None:
    challenge, subject = event.challenge, _of_challenge(event.challenge)
    if event.action in PUBLISHED:
        ways = _of_directions(challenge)
        if not challenge.is_anonymous:
            ways.append(_its_organisation(session, challenge))
        people, facts = followers_of(session, ways), {"title": challenge.title}
        _tell(session, people, "follow.challenge_published", subject, facts, event.now)
    elif event.action == "withdraw" and challenge.published_at is not None:
        facts = {"title": challenge.title, "reason": event.reason or ""}
        _tell(session, followers_of(session, [subject]), "follow.challenge_withdrawn", subject, facts, event.now)


@subscribe(AchievementChanged)
def tell_of_an_achievement(session: Session, event: AchievementChanged) -> None:
    achievement, subject = event.achievement, Subject("achievement", event.achievement.public_id)
    if event.action in PUBLISHED:
        ways = [*_of_directions(achievement), _its_organisation(session, achievement)]
        people, facts = followers_of(session, ways), {"title": achievement.title}
        _tell(session, people, "follow.achievement_published", subject, facts, event.now)
    elif event.action == "withdraw" and achievement.published_at is not None:
        facts = {"title": achievement.title, "reason": achievement.state_reason or ""}
        _tell(session, followers_of(session, [subject]), "follow.achievement_withdrawn", subject, facts, event.now)


def _of_challenge(challenge: Challenge) -> Subject:
    return Subject("challenge", challenge.public_id)


def _its_organisation(session: Session, thing: Challenge | Achievement) -> Subject:
    """Looked up, for what is imported comes without it; of many things of one organisation it is read once."""
    return Subject("organisation", session.get_one(Organisation, thing.organisation_id).public_id)


def _of_directions(thing: Challenge | Achievement) -> list[Subject]:
    codes = [thing.direction, *thing.other_directions]
    return [Subject("direction", code) for code in dict.fromkeys(codes) if code]


def _tell(  # noqa: PLR0917  (one fact each)
    session: Session, people: Collection[int], kind: str, subject: Subject, facts: Mapping[str, str], now: datetime
) -> None:
    if people:
        notify(session, people, kind=kind, subject=subject, facts=facts, now=now)
