"""Who may do what, and that lists and pages agree."""

import pytest
from sqlalchemy import select

from marketplace.challenges.lifecycle import EDITABLE_STATES, LIFECYCLE, PUBLIC_STATES, ChallengeState
from marketplace.challenges.models import Challenge, Disclosure
from marketplace.challenges.policies import POLICY, visible_to
from marketplace.core.actor import Actor, Grant, Role
from tests.actors import ACTORS, OWN_AREA
from tests.factories.challenges import a_challenge
from tests.factories.organisations import an_organisation

OWN, OTHER = 10, 11
EVERYONE = frozenset(ACTORS)
MEMBERS = frozenset({"own reader", "own editor", "own approver", "own owner"})
WRITERS = MEMBERS - {"own reader"}
CLOSE = MEMBERS | {"supervisor", "operator", "area officer"}


def the(state: ChallengeState, **facts) -> Challenge:
    defaults = {"disclosure": Disclosure.FULL, "is_anonymous": False}
    return Challenge(organisation_id=OWN, area=OWN_AREA, state=state, **defaults | facts)


def those_who_may(action: str, thing: Challenge) -> set[str]:
    return {name for name, build in ACTORS.items() if POLICY[action](build(OWN, OTHER), thing)}


def close_to(state: ChallengeState) -> frozenset[str]:
    """What was taken down is read by as few as possible."""
    return CLOSE - {"area officer"} if state is ChallengeState.TAKEN_DOWN else CLOSE


def test_every_action_of_the_lifecycle_has_a_rule():
    assert set(LIFECYCLE.actions) <= set(POLICY)


@pytest.mark.parametrize("state", ChallengeState)
def test_what_is_published_is_seen_by_everyone_and_the_rest_by_those_close_to_it(state):
    assert those_who_may("view", the(state)) == (EVERYONE if state in PUBLIC_STATES else close_to(state) | {"system"})


def test_details_of_a_summary_and_the_name_of_an_anonymous_poster_stay_with_those_close_to_it():
    summary = the(ChallengeState.OPEN, disclosure=Disclosure.SUMMARY)
    anonymous = the(ChallengeState.OPEN, is_anonymous=True)
    assert those_who_may("see_details", summary) == CLOSE | {"system"}
    assert those_who_may("see_poster", anonymous) == CLOSE | {"system"}
    assert those_who_may("see_details", the(ChallengeState.OPEN)) == EVERYONE


@pytest.mark.parametrize("state", ChallengeState)
def test_only_writers_of_the_poster_edit_and_only_unsent_text(state):
    assert those_who_may("edit", the(state)) == (WRITERS if state in EDITABLE_STATES else set())


@pytest.mark.parametrize(
    ("action", "who"),
    [
        ("submit", WRITERS),
        ("recall", WRITERS),
        ("withdraw", WRITERS | {"operator"}),
        ("return", {"operator"}),
        ("reject", {"operator"}),
        ("schedule", {"operator"}),
        ("publish", {"operator", "system"}),
        ("import_publish", {"operator", "system"}),
        ("takedown", {"operator"}),
        ("see_matches", MEMBERS | {"operator", "supervisor"}),
        ("see_history", CLOSE),
    ],
)
def test_each_step_belongs_to_its_people(action, who):
    assert those_who_may(action, the(ChallengeState.SUBMITTED)) == who


@pytest.mark.parametrize("name", ACTORS)
def test_a_list_shows_exactly_what_a_page_would(session, name):
    own, other = an_organisation(session), an_organisation(session)
    actor = ACTORS[name](own.id, other.id)
    all_of_them = [
        a_challenge(session, organisation_id=own.id, state=state, area=area)
        for state in ChallengeState
        for area in (OWN_AREA, None)
    ]

    listed = session.scalars(select(Challenge).where(visible_to(actor))).all()

    assert set(listed) == {one for one in all_of_them if POLICY["view"](actor, one)}


@pytest.mark.parametrize("action", ["return", "reject", "schedule", "publish"])
def test_no_operator_decides_over_what_their_own_organisation_handed_in(action):
    grants = frozenset({Grant(Role.OPERATOR), Grant(Role.READER, organisation_id=OWN)})
    assert not POLICY[action](Actor(8, "staff2345678", grants), the(ChallengeState.SUBMITTED))
