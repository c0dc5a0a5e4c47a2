"""Who asks, who releases, who reads: by department, and never over what one has asked for oneself."""

import pytest
from sqlalchemy import select

from marketplace.achievements.services import matter_of
from marketplace.approvals.lifecycle import DECISIONS, LIFECYCLE, ApprovalState
from marketplace.approvals.models import Approval, ApprovalRule
from marketplace.approvals.policies import POLICY, visible_to
from marketplace.core.actor import Role
from tests.actors import ACTORS, a_staff_member
from tests.factories.achievements import an_achievement
from tests.factories.approvals import a_request


def those_of(university, action, thing):
    return {name for name in university.people if POLICY[action](university.actor(name), thing)}


def a_thing(university, asker, department=None, **facts):
    return Approval(
        organisation_id=university.organisation.id,
        department_id=department.id if department else None,
        asked_by=university.people[asker].id,
        **facts,
    )


def test_every_step_has_a_rule_and_every_state_can_be_reached():
    assert set(LIFECYCLE.actions) | set(DECISIONS) <= set(POLICY)
    assert LIFECYCLE.unreachable() == set()


def test_an_action_nobody_listed_is_a_fault_of_ours():
    with pytest.raises(KeyError):
        POLICY["destroy"]


def test_writers_ask_for_what_is_in_their_reach(university):
    materials = a_thing(university, "editor", university.materials)
    whole = a_thing(university, "editor")
    everywhere = {"owner", "approver", "editor"}
    assert those_of(university, "ask", materials) == everywhere | {"materials approver", "materials editor"}
    assert those_of(university, "ask", whole) == everywhere


@pytest.mark.parametrize("action", ["release", "return"])
def test_the_departments_approver_decides_and_so_does_the_organisations(university, action):
    of_materials = a_thing(university, "materials editor", university.materials)
    assert those_of(university, action, of_materials) == {"owner", "approver", "materials approver"}
    assert those_of(university, action, a_thing(university, "editor")) == {"owner", "approver"}


@pytest.mark.parametrize("name", ["owner", "approver", "materials approver"])
def test_nobody_releases_what_they_asked_for(university, name):
    assert name not in those_of(university, "release", a_thing(university, name, university.materials))


def test_owners_set_the_rules_and_members_read_them(university):
    rule = ApprovalRule(organisation_id=university.organisation.id)
    assert those_of(university, "set_rules", rule) == {"owner"}
    assert those_of(university, "see_rules", rule) == set(university.people)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AREA_OFFICER, Role.FINANCE_OFFICER])
def test_what_an_organisation_says_among_itself_is_not_for_staff(university, role):
    staff = a_staff_member(role, "anting")
    asked = a_thing(university, "editor")
    assert {action for action in POLICY if POLICY[action](staff, asked)} == set()


def test_a_supervisor_reads_and_changes_nothing(university):
    asked = a_thing(university, "editor")
    supervisor = a_staff_member(Role.SUPERVISOR)
    assert {action for action in POLICY if POLICY[action](supervisor, asked)} == {"view", "see_rules"}


@pytest.mark.parametrize("name", ACTORS)
def test_a_list_shows_exactly_what_a_page_would(session, university, name):
    achievement = an_achievement(session, organisation_id=university.organisation.id)
    other = an_achievement(session)
    there = [
        a_request(session, matter_of(one), university.people["editor"], state=state)
        for one in (achievement, other)
        for state in (ApprovalState.ASKED, ApprovalState.RECALLED)
    ]
    actor = ACTORS[name](university.organisation.id, other.organisation_id)
    listed = session.scalars(select(Approval).where(visible_to(actor))).all()
    assert set(listed) == {one for one in there if POLICY["view"](actor, one)}
