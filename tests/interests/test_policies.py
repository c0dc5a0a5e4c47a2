"""Who expresses interest, who reads and writes, and what an operator sees."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from marketplace.achievements.lifecycle import AchievementState
from marketplace.achievements.models import Achievement
from marketplace.core.actor import Actor, Grant, Role
from marketplace.interests.lifecycle import LIFECYCLE, InterestState
from marketplace.interests.models import Interest
from marketplace.interests.policies import ACHIEVEMENT_RULES, POLICY, visible_to
from tests.actors import ACTORS, OWN_AREA, a_member
from tests.factories.achievements import an_achievement
from tests.factories.interests import an_interest

OWN, OTHER, THIRD = 10, 11, 12
MEMBERS = {"own reader", "own editor", "own approver", "own owner"}
WRITERS = MEMBERS - {"own reader"}
PEOPLE = {name: build(OWN, OTHER) for name, build in ACTORS.items()} | {
    "seeker's reader": a_member(OTHER, Role.READER),
    "stranger": a_member(THIRD),
}


def the_interest(state: AchievementState = AchievementState.LISTED) -> Interest:
    achievement = Achievement(organisation_id=OWN, area=OWN_AREA, state=state)
    return Interest(organisation_id=OTHER, achievement=achievement, state=InterestState.OPEN)


def those_who_may(rules, action, thing) -> set[str]:
    return {name for name, actor in PEOPLE.items() if rules[action](actor, thing)}


def test_every_step_has_a_rule():
    assert set(LIFECYCLE.actions) <= set(POLICY)


@pytest.mark.parametrize(
    ("action", "who"),
    [
        ("view", {*MEMBERS, "other editor", "seeker's reader", "operator"}),
        ("see_words", {*MEMBERS, "other editor", "seeker's reader"}),
        ("reply", {*WRITERS, "other editor"}),
        ("close", {*WRITERS, "other editor"}),
        ("reopen", {"other editor"}),
        ("inspect", {"operator"}),
    ],
)
def test_words_belong_to_the_two_organisations(action, who):
    assert those_who_may(POLICY, action, the_interest()) == who
    assert those_who_may(POLICY, action, the_interest(AchievementState.TAKEN_DOWN)) == set()


def test_whoever_writes_for_another_organisation_is_interested_in_what_is_listed():
    listed = the_interest().achievement
    assert those_who_may(ACHIEVEMENT_RULES, "express", listed) == {"other editor", "stranger"}
    assert those_who_may(ACHIEVEMENT_RULES, "see_interests", listed) == {*MEMBERS, "operator"}
    assert those_who_may(ACHIEVEMENT_RULES, "express", the_interest(AchievementState.EXPIRED).achievement) == set()


def test_an_operator_of_one_of_the_sides_is_of_that_side():
    insider = Actor(8, "staff2345678", frozenset({Grant(Role.OPERATOR), Grant(Role.READER, organisation_id=OTHER)}))
    assert not POLICY["inspect"](insider, the_interest())
    assert POLICY["see_words"](insider, the_interest())


@pytest.mark.parametrize("state", [AchievementState.LISTED, AchievementState.EXPIRED, AchievementState.TAKEN_DOWN])
def test_the_database_answers_as_the_rule_does(session, state):
    kept = an_interest(session, an_achievement(session, state=state))
    people = {name: build(kept.achievement.organisation_id, kept.organisation_id) for name, build in ACTORS.items()}
    people["stranger"] = replace(a_member(kept.organisation_id + 1000))
    for name, actor in people.items():
        found = session.scalars(select(Interest).where(visible_to(actor))).all()
        assert (found == [kept]) == POLICY["view"](actor, kept), name
