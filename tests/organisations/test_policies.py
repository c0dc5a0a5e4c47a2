import pytest
from sqlalchemy import select

from marketplace.organisations.lifecycle import LIFECYCLE, OrganisationState
from marketplace.organisations.models import Organisation
from marketplace.organisations.policies import POLICY, visible_to
from tests.factories.organisations import an_organisation
from tests.organisations.actors import ACTORS, OWN_AREA

S = OrganisationState
OWN, OTHER = 10, 11
EVERYONE = frozenset(ACTORS)
MEMBERS = frozenset({"own reader", "own editor", "own approver", "own owner", "operator and owner"})
OPERATORS = frozenset({"operator", "operator and owner"})
OWNERS = frozenset({"own owner", "operator and owner"})


def those_who_may(action, state=S.SUBMITTED):
    organisation = Organisation(id=OWN, area=OWN_AREA, state=state)
    return {name for name, build in ACTORS.items() if POLICY[action](build(OWN, OTHER), organisation)}


def test_every_action_of_the_lifecycle_has_a_rule():
    assert set(LIFECYCLE.actions) <= set(POLICY)


def test_an_action_nobody_listed_is_a_fault_of_ours():
    with pytest.raises(KeyError):
        those_who_may("destroy")


@pytest.mark.parametrize("state", S)
def test_the_public_sees_verified_ones_only(state):
    close = MEMBERS | OPERATORS | {"supervisor", "area officer", "system"}
    assert those_who_may("view", state) == (EVERYONE if state is S.VERIFIED else close)


@pytest.mark.parametrize("state", S)
def test_owners_edit_what_is_not_being_examined_and_operators_always(state):
    is_open = state in (S.UNVERIFIED, S.REJECTED, S.VERIFIED)
    assert those_who_may("edit", state) == OPERATORS | {"system"} | (OWNERS if is_open else set())


@pytest.mark.parametrize("state", S)
def test_what_was_verified_is_changed_by_operators_only(state):
    is_open = state in (S.UNVERIFIED, S.REJECTED)
    assert those_who_may("edit_identity", state) == OPERATORS | {"system"} | (OWNERS if is_open else set())


@pytest.mark.parametrize(
    ("action", "who"),
    [
        ("submit", OWNERS | {"system"}),
        ("verify", {"operator", "system"}),
        ("reject", {"operator", "system"}),
        ("suspend", {"operator", "system"}),
        ("reinstate", {"operator", "system"}),
        ("see_members", MEMBERS | OPERATORS | {"supervisor"}),
        ("see_history", MEMBERS | OPERATORS | {"supervisor", "area officer"}),
        ("manage_members", OWNERS | {"system"}),
        ("found", EVERYONE - {"visitor"}),
    ],
)
def test_each_step_belongs_to_its_people_and_no_operator_verifies_their_own(action, who):
    assert those_who_may(action) == who


def test_an_officer_has_no_rights_over_an_organisation_outside_the_district():
    assert not POLICY["view"](ACTORS["area officer"](OWN, OTHER), Organisation(id=OWN, area=None, state=S.SUBMITTED))


@pytest.mark.parametrize("name", ACTORS)
def test_a_list_shows_exactly_what_a_page_would(session, name):
    there = [an_organisation(session, state=state, area=area) for state in S for area in (OWN_AREA, None)]
    for own in there:
        actor = ACTORS[name](own.id, there[0].id)
        listed = session.scalars(select(Organisation).where(visible_to(actor))).all()
        assert set(listed) == {one for one in there if POLICY["view"](actor, one)}
