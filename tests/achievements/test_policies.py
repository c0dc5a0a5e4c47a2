"""Who may do what, and that lists and pages agree."""

import pytest
from sqlalchemy import select

from marketplace.achievements.lifecycle import EDITABLE_STATES, LIFECYCLE, PUBLIC_STATES, AchievementState
from marketplace.achievements.models import Achievement
from marketplace.achievements.policies import POLICY, visible_to
from marketplace.core.actor import Actor, Grant, Role
from tests.actors import ACTORS, OWN_AREA
from tests.factories.achievements import an_achievement
from tests.factories.organisations import an_organisation

OWN, OTHER = 10, 11
EVERYONE = frozenset(ACTORS)
MEMBERS = frozenset({"own reader", "own editor", "own approver", "own owner"})
WRITERS = MEMBERS - {"own reader"}
CLOSE = MEMBERS | {"supervisor", "operator", "area officer"}


def the(state: AchievementState) -> Achievement:
    return Achievement(organisation_id=OWN, area=OWN_AREA, state=state)


def those_who_may(action: str, state: AchievementState) -> set[str]:
    return {name for name, build in ACTORS.items() if POLICY[action](build(OWN, OTHER), the(state))}


def close_to(state: AchievementState) -> frozenset[str]:
    """What was taken down is read by as few as possible."""
    return CLOSE - {"area officer"} if state is AchievementState.TAKEN_DOWN else CLOSE


def test_every_action_of_the_lifecycle_has_a_rule():
    assert set(LIFECYCLE.actions) <= set(POLICY)


def test_an_action_nobody_listed_is_a_fault_of_ours():
    with pytest.raises(KeyError):
        those_who_may("destroy", AchievementState.DRAFT)


@pytest.mark.parametrize("state", AchievementState)
def test_what_is_listed_is_seen_by_everyone_and_the_rest_by_those_close_to_it(state):
    assert those_who_may("view", state) == (EVERYONE if state in PUBLIC_STATES else close_to(state) | {"system"})


@pytest.mark.parametrize("state", AchievementState)
def test_matches_and_history_are_for_fewer_than_the_page(state):
    assert those_who_may("see_matches", state) == MEMBERS | {"operator", "supervisor"}
    assert those_who_may("see_history", state) == close_to(state)


@pytest.mark.parametrize("state", AchievementState)
def test_only_writers_of_the_owner_edit_and_only_unsent_text(state):
    assert those_who_may("edit", state) == (WRITERS if state in EDITABLE_STATES else set())


@pytest.mark.parametrize(
    ("action", "who"),
    [
        ("submit", WRITERS),
        ("recall", WRITERS),
        ("withdraw", WRITERS | {"operator"}),
        ("renew", WRITERS | {"operator"}),
        ("return", {"operator"}),
        ("reject", {"operator"}),
        ("schedule", {"operator"}),
        ("publish", {"operator", "system"}),
        ("import_publish", {"operator", "system"}),
        ("expire", {"system"}),
        ("takedown", {"operator"}),
    ],
)
def test_each_step_belongs_to_its_people(action, who):
    assert those_who_may(action, AchievementState.SUBMITTED) == who


def test_an_officer_has_no_rights_over_a_thing_without_an_area():
    thing = Achievement(organisation_id=OWN, area=None, state=AchievementState.DRAFT)
    assert not POLICY["view"](ACTORS["area officer"](OWN, OTHER), thing)


@pytest.mark.parametrize("name", ACTORS)
def test_a_list_shows_exactly_what_a_page_would(session, name):
    own, other = an_organisation(session), an_organisation(session)
    actor = ACTORS[name](own.id, other.id)
    areas = (OWN_AREA, None)
    all_of_them = [
        an_achievement(session, organisation_id=own.id, state=state, area=area)
        for state in AchievementState
        for area in areas
    ]

    listed = session.scalars(select(Achievement).where(visible_to(actor))).all()

    assert set(listed) == {one for one in all_of_them if POLICY["view"](actor, one)}


@pytest.mark.parametrize("action", ["return", "reject", "schedule", "publish"])
def test_no_operator_decides_over_what_their_own_organisation_handed_in(action):
    grants = frozenset({Grant(Role.OPERATOR), Grant(Role.READER, organisation_id=OWN)})
    assert not POLICY[action](Actor(8, "staff2345678", grants), the(AchievementState.SUBMITTED))
