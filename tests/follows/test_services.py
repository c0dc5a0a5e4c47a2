"""Who is told of what, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.achievements.lifecycle import AchievementState
from marketplace.achievements.services import Step as AchievementStep
from marketplace.achievements.services import advance_achievement
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.services import Step, advance_challenge
from marketplace.core.errors import Conflict, NotAllowed
from marketplace.core.subject import Subject
from marketplace.follows import (
    queries,
    services,
    subscribers,  # noqa: F401  (subscribes)
)
from marketplace.follows.policies import POLICY, visible_to
from marketplace.notifications.models import Delivery
from marketplace.questions import services as questions
from marketplace.questions import subscribers as question_subscribers  # noqa: F401  (subscribes)
from tests.actors import ACTORS, OPERATOR, a_member
from tests.conftest import NOON
from tests.factories.accounts import a_user
from tests.factories.achievements import an_achievement
from tests.factories.challenges import a_challenge
from tests.factories.organisations import an_organisation


@pytest.fixture
def follower(session):
    person = a_user(session, email="follower@example.com")
    organisation = an_organisation(session)
    return replace(a_member(organisation.id), user_id=person.id, public_id=person.public_id)


@pytest.fixture
def challenge(session):
    return a_challenge(session, state=ChallengeState.OPEN)


def letters_to(session, address: str = "follower@example.com") -> list[str]:
    session.flush()
    found = session.scalars(select(Delivery).where(Delivery.recipient == address).order_by(Delivery.id))
    return [one.kind for one in found]


def of(challenge) -> Subject:
    return Subject("challenge", challenge.public_id)


def test_following_twice_is_following_once_and_unfollowing_ends_it(session, follower, challenge):
    for _time in range(2):
        services.follow(session, follower, of(challenge), now=NOON)
    assert [one.subject_id for one in queries.follows_of(session, follower).items] == [challenge.public_id]
    services.unfollow(session, follower, of(challenge), now=NOON)
    services.unfollow(session, follower, of(challenge), now=NOON)
    session.flush()
    assert queries.count_of(session, follower) == 0


def test_strangers_follow_nothing(session, challenge):
    with pytest.raises(NotAllowed):
        services.follow(session, ACTORS["visitor"](1, 2), of(challenge), now=NOON)


def test_there_is_an_end_to_what_one_follows(session, follower, monkeypatch):
    monkeypatch.setattr(services, "MOST_FOLLOWS", 1)
    services.follow(session, follower, Subject("direction", "membranes"), now=NOON)
    with pytest.raises(Conflict):
        services.follow(session, follower, Subject("direction", "deep-sea"), now=NOON)


def test_followers_hear_of_clarification_answer_deadline_and_withdrawal(session, follower, challenge):
    services.follow(session, follower, of(challenge), now=NOON)
    poster, asker = a_member(challenge.organisation_id), _another(session)

    questions.clarify(session, poster, challenge, words="按面内测", now=NOON)
    question = questions.ask(session, asker, challenge, words="样品多大？", now=NOON)
    questions.answer(session, poster, question, words="不限", now=NOON)
    later = Step(bids_close_at=challenge.bids_close_at + timedelta(days=7), reason="答复较晚")
    advance_challenge(session, OPERATOR, challenge, "extend", step=later, now=NOON)
    advance_challenge(session, poster, challenge, "withdraw", step=Step(reason="已自行解决"), now=NOON)

    assert letters_to(session) == [
        "follow.clarified",
        "follow.answered",
        "follow.deadline",
        "follow.challenge_withdrawn",
    ]


def test_whoever_asks_follows_and_has_one_letter_for_the_answer(session, follower, challenge):
    question = questions.ask(session, follower, challenge, words="样品多大？", now=NOON)
    questions.answer(session, a_member(challenge.organisation_id), question, words="不限", now=NOON)
    assert queries.follow_of(session, follower, of(challenge)) is not None
    assert letters_to(session) == ["question.answered"]


def test_followers_of_a_direction_and_of_an_organisation_hear_once_of_what_is_new(session, follower):
    challenge = a_challenge(session, state=ChallengeState.SUBMITTED, direction="membranes")
    services.follow(session, follower, Subject("direction", "membranes"), now=NOON)
    services.follow(session, follower, Subject("organisation", challenge.organisation.public_id), now=NOON)
    advance_challenge(session, OPERATOR, challenge, "publish", step=Step(), now=NOON)
    assert letters_to(session) == ["follow.challenge_published"]


def test_an_anonymous_challenge_is_no_news_of_its_organisation(session, follower):
    challenge = a_challenge(session, state=ChallengeState.SUBMITTED, direction=None, is_anonymous=True)
    services.follow(session, follower, Subject("organisation", challenge.organisation.public_id), now=NOON)
    advance_challenge(session, OPERATOR, challenge, "publish", step=Step(), now=NOON)
    assert letters_to(session) == []


def test_an_achievement_is_told_when_listed_and_when_withdrawn(session, follower):
    achievement = an_achievement(session, state=AchievementState.SUBMITTED, direction="membranes")
    services.follow(session, follower, Subject("direction", "membranes"), now=NOON)
    services.follow(session, follower, Subject("achievement", achievement.public_id), now=NOON)
    advance_achievement(session, OPERATOR, achievement, "publish", step=AchievementStep(), now=NOON)
    step = AchievementStep(reason="已经转让")
    advance_achievement(session, a_member(achievement.organisation_id), achievement, "withdraw", step=step, now=NOON)
    assert letters_to(session) == ["follow.achievement_published", "follow.achievement_withdrawn"]


def test_a_draft_that_is_withdrawn_is_nobody_s_news(session, follower):
    draft = a_challenge(session)
    services.follow(session, follower, of(draft), now=NOON)
    step = Step(reason="不做了")
    advance_challenge(session, a_member(draft.organisation_id), draft, "withdraw", step=step, now=NOON)
    assert letters_to(session) == []


def test_nobody_reads_what_others_follow(session, follower, challenge):
    services.follow(session, follower, of(challenge), now=NOON)
    session.flush()
    [kept] = queries.follows_of(session, follower).items
    for name in ("visitor", "own owner", "operator", "supervisor"):
        stranger = ACTORS[name](follower.current_organisation_id, challenge.organisation_id)
        assert not POLICY["view"](stranger, kept)
        assert session.scalars(select(type(kept)).where(visible_to(stranger))).all() == []


def _another(session):
    person, organisation = a_user(session), an_organisation(session)
    return replace(a_member(organisation.id), user_id=person.id, public_id=person.public_id)
