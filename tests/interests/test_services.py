"""What the two sides write, who is told, and what an operator leaves behind, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.achievements.lifecycle import AchievementState
from marketplace.audit.queries import history_of
from marketplace.core.actor import Role
from marketplace.core.errors import Conflict, Invalid, NotAllowed
from marketplace.core.lifecycle import IllegalTransition
from marketplace.core.subject import Subject
from marketplace.core.transaction import finish
from marketplace.interests import queries, services
from marketplace.interests.lifecycle import InterestState, Side
from marketplace.notifications.models import Delivery
from marketplace.organisations.lifecycle import OrganisationState
from tests.actors import OPERATOR, a_member
from tests.conftest import NOON
from tests.factories.accounts import a_user
from tests.factories.achievements import an_achievement
from tests.factories.organisations import a_membership, an_organisation

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def achievement(session):
    return an_achievement(session, state=AchievementState.LISTED)


def somebody_of(session, organisation, address):
    person = a_user(session, email=address)
    a_membership(session, person, organisation, Role.EDITOR)
    return replace(a_member(organisation.id), user_id=person.id, public_id=person.public_id)


@pytest.fixture
def owner(session, achievement):
    return somebody_of(session, achievement.organisation, "owner@example.com")


@pytest.fixture
def seeker(session):
    return somebody_of(session, an_organisation(session), "seeker@example.com")


def letters(session):
    return [(one.kind, one.recipient) for one in session.scalars(select(Delivery).order_by(Delivery.id))]


def acts(session, interest):
    finish(session)
    entries = history_of(session, Subject("interest", interest.public_id))
    return [(one.action, one.detail.detail["as"]) for one in reversed(entries)]


def test_the_two_sides_write_in_turn_and_each_is_told_without_the_words(session, achievement, owner, seeker):
    interest = services.express(session, seeker, achievement, words="想试用 3 平方米", now=NOON)
    assert (interest.state, interest.awaits) == (InterestState.OPEN, Side.OWNER)
    services.reply(session, owner, interest, words="可以，先签保密协议", now=LATER)
    assert (interest.awaits, interest.last_at) == (Side.SEEKER, LATER)
    services.close(session, seeker, interest, now=LATER)

    written = [(one.side, one.body) for one in queries.messages_of(session, interest)]
    assert written == [(Side.SEEKER, "想试用 3 平方米"), (Side.OWNER, "可以，先签保密协议")]
    assert letters(session) == [
        ("interest.expressed", "owner@example.com"),
        ("interest.replied", "seeker@example.com"),
        ("interest.closed", "owner@example.com"),
    ]
    assert all("试用" not in str(one.facts) for one in session.scalars(select(Delivery)))
    assert acts(session, interest) == [("express", "seeker"), ("reply", "owner"), ("close", "seeker")]


def test_what_waits_stands_on_the_workbench_of_the_side_that_is_to_answer(session, achievement, owner, seeker):
    interest = services.express(session, seeker, achievement, words="想试用", now=NOON)
    assert [one.subject_id for one in queries.tasks(session, owner, NOON)] == [interest.public_id]
    assert queries.tasks(session, seeker, NOON) == []
    services.reply(session, owner, interest, words="好", now=LATER)
    assert queries.tasks(session, owner, LATER) == []
    assert [one.subject_id for one in queries.tasks(session, seeker, LATER)] == [interest.public_id]


def test_a_closed_interest_is_read_and_taken_up_again_by_whoever_had_it(session, achievement, owner, seeker):
    interest = services.express(session, seeker, achievement, words="想试用", now=NOON)
    services.close(session, owner, interest, now=NOON)
    with pytest.raises(IllegalTransition):
        services.reply(session, owner, interest, words="再说一句", now=NOON)
    again = services.express(session, seeker, achievement, words="预算批了", now=LATER)
    assert (again.id, again.state, again.closed_at) == (interest.id, InterestState.OPEN, None)
    assert len(queries.messages_of(session, interest)) == 2
    assert acts(session, interest)[-1] == ("reopen", "seeker")


def test_an_operator_reads_by_reason_alone_and_leaves_it_for_both_to_see(session, achievement, seeker):
    interest = services.express(session, seeker, achievement, words="想试用", now=NOON)
    with pytest.raises(Invalid):
        services.inspect(session, OPERATOR, interest, reason=None, now=NOON)
    with pytest.raises(NotAllowed):
        services.inspect(session, seeker, interest, reason="好奇", now=NOON)
    services.inspect(session, OPERATOR, interest, reason="收到投诉，核实往来", now=NOON)
    finish(session)
    entry = history_of(session, Subject("interest", interest.public_id))[0]
    assert (entry.action, entry.detail.detail["reason"]) == ("inspect", "收到投诉，核实往来")


def test_who_is_not_verified_or_says_nothing_or_comes_late_is_refused(session, achievement, seeker):
    with pytest.raises(Invalid):
        services.express(session, seeker, achievement, words="", now=NOON)
    with pytest.raises(Conflict):
        services.express(session, seeker, achievement, words="想试用", now=achievement.listed_until)
    unknown = an_organisation(session, state=OrganisationState.UNVERIFIED)
    with pytest.raises(Conflict):
        services.express(session, a_member(unknown.id), achievement, words="想试用", now=NOON)
    with pytest.raises(NotAllowed):
        services.express(session, a_member(achievement.organisation_id), achievement, words="自己", now=NOON)


def test_nobody_floods_owners(session, achievement, seeker, monkeypatch):
    monkeypatch.setattr(services, "MOST_WAITING", 1)
    services.express(session, seeker, achievement, words="想试用", now=NOON)
    services.express(session, seeker, achievement, words="补充一句", now=NOON)
    another = an_achievement(session, state=AchievementState.LISTED)
    with pytest.raises(Conflict):
        services.express(session, seeker, another, words="也想试用", now=NOON)


def test_what_was_taken_down_is_read_no_longer_in_what_was_written_about_it(session, achievement, owner, seeker):
    interest = services.express(session, seeker, achievement, words="想试用", now=NOON)
    achievement.state = AchievementState.TAKEN_DOWN
    session.flush()
    for person in (owner, seeker):
        assert queries.own_interests(session, person).items == []
        assert queries.tasks(session, person, NOON) == []
        with pytest.raises(NotAllowed):
            services.reply(session, person, interest, words="还在吗", now=NOON)
