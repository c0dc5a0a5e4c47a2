"""A small market to walk through: organisations, their people, and things in the states that pages differ by."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.login import TOKEN_KEY
from marketplace.accounts.models import User
from marketplace.achievements.lifecycle import AchievementState
from marketplace.achievements.models import Achievement
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.models import Challenge
from marketplace.cli.worker import duties_of
from marketplace.core.actor import Role
from marketplace.core.subject import Subject
from marketplace.indexing import services as indexing
from marketplace.interests.lifecycle import InterestState
from marketplace.interests.models import Interest
from marketplace.organisations.models import Organisation, OrganisationKind
from marketplace.questions.lifecycle import QuestionState
from marketplace.questions.models import Question
from tests.factories.accounts import a_session, a_staff_grant, a_user
from tests.factories.achievements import an_achievement
from tests.factories.challenges import a_challenge
from tests.factories.interests import an_interest
from tests.factories.organisations import a_membership, an_organisation
from tests.factories.questions import a_question

AREA, OTHER_AREA = "anting", "nanxiang"


def at_present() -> datetime:
    """Pages read the real clock, and so do the tests of pages."""
    return datetime.now(UTC)


def open_dates(now: datetime) -> dict[str, datetime]:
    """Dates of a challenge that is open now."""
    started = now - timedelta(days=1)
    return {"publish_at": started, "published_at": started, "bids_close_at": now + timedelta(days=30)}


def listed_dates(now: datetime) -> dict[str, datetime]:
    """Dates of an achievement that is listed now."""
    started = now - timedelta(days=1)
    return {"publish_at": started, "published_at": started, "listed_until": now + timedelta(days=300)}


def an_open_challenge(session: Session, **facts: Any) -> Challenge:
    return a_challenge(session, state=ChallengeState.OPEN, **(open_dates(at_present()) | facts))


def a_listed_achievement(session: Session, **facts: Any) -> Achievement:
    return an_achievement(session, state=AchievementState.LISTED, **(listed_dates(at_present()) | facts))


@dataclass
class Market:
    """Who is there, by what they are called in sentences; and what, by its state."""

    session: Session
    enterprise: Organisation
    institute: Organisation
    other: Organisation
    people: dict[str, User] = field(default_factory=dict)
    challenges: dict[str, Challenge] = field(default_factory=dict)
    achievements: dict[str, Achievement] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    interests: list[Interest] = field(default_factory=list)


def a_market(session: Session) -> Market:
    """Organisations and people; nothing is posted yet. Commits, so that requests see it."""
    market = Market(
        session,
        enterprise=an_organisation(session, name="嘉定膜材料有限公司", area=AREA),
        institute=an_organisation(session, name="嘉定材料研究所", kind=OrganisationKind.INSTITUTE, area=AREA),
        other=an_organisation(session, name="旁边的有限公司", area=OTHER_AREA),
    )
    members: dict[str, tuple[Organisation, Role]] = {
        "enterprise owner": (market.enterprise, Role.OWNER),
        "own approver": (market.enterprise, Role.APPROVER),
        "own editor": (market.enterprise, Role.EDITOR),
        "own reader": (market.enterprise, Role.READER),
        "institute owner": (market.institute, Role.OWNER),
        "other owner": (market.other, Role.OWNER),
        "other editor": (market.other, Role.EDITOR),
    }
    for name, (organisation, role) in members.items():
        market.people[name] = a_user(session, name=f"人 {name}")
        a_membership(session, market.people[name], organisation, role)
    staff: dict[str, tuple[Role, str]] = {
        "operator": (Role.OPERATOR, ""),
        "supervisor": (Role.SUPERVISOR, ""),
        "finance officer": (Role.FINANCE_OFFICER, ""),
        "area officer": (Role.AREA_OFFICER, AREA),
        "other area officer": (Role.AREA_OFFICER, OTHER_AREA),
    }
    for name, (role, area) in staff.items():
        market.people[name] = a_user(session, name=f"人 {name}")
        a_staff_grant(session, market.people[name], role, area=area)
    market.people["nobody's member"] = a_user(session, name="刚注册的人")
    session.commit()
    return market


def note_organisations(session: Session, market: Market) -> None:
    """The index is to hear of them: they were made behind the services' back."""
    for organisation in (market.enterprise, market.institute, market.other):
        indexing.note(session, Subject("organisation", organisation.public_id), now=at_present())


def stocked(market: Market) -> Market:
    """One thing in every state on either side."""
    session, now = market.session, at_present()
    for state in ChallengeState:
        dates = open_dates(now) if state in (ChallengeState.OPEN, ChallengeState.SCHEDULED) else {}
        if state is ChallengeState.SCHEDULED:
            dates |= {"publish_at": now + timedelta(days=3), "published_at": None}
        reason = "请补充检测方法" if state in (ChallengeState.RETURNED, ChallengeState.REJECTED) else None
        market.challenges[str(state)] = a_challenge(
            session, organisation_id=market.enterprise.id, state=state, state_reason=reason, **dates
        )
    is_open = market.challenges["open"]
    market.questions = [a_question(session, is_open, state=state) for state in QuestionState]
    for state in AchievementState:
        dates = listed_dates(now) if state in (AchievementState.LISTED, AchievementState.SCHEDULED) else {}
        if state is AchievementState.SCHEDULED:
            dates |= {"publish_at": now + timedelta(days=3), "published_at": None}
        market.achievements[str(state)] = an_achievement(
            session, organisation_id=market.institute.id, state=state, **dates
        )
    market.interests = [an_interest(session, market.achievements["listed"], state=state) for state in InterestState]
    session.commit()
    return market


def browser_of(app: Flask, session: Session, user: User, **facts: Any) -> FlaskClient:
    """A browser in which this person has just signed in."""
    token = a_session(session, user, now=at_present(), **facts)
    session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[TOKEN_KEY] = token
    return client


def work(app: Flask, *, now: datetime | None = None) -> None:
    """What the worker does, until nothing is due."""
    with app.app_context():
        duties: list[Callable[[datetime], int]] = duties_of()
        while sum(duty(now or at_present()) for duty in duties):
            pass
