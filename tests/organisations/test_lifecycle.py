import pytest

from marketplace.core.lifecycle import IllegalTransition
from marketplace.organisations.lifecycle import LIFECYCLE, REASON_NEEDED, OrganisationState

S = OrganisationState


def test_every_state_can_be_reached():
    assert LIFECYCLE.unreachable() == set()


def test_no_state_is_a_dead_end():
    assert [state for state in S if not LIFECYCLE.actions_from(state)] == []


@pytest.mark.parametrize(
    ("action", "state"),
    [("verify", S.UNVERIFIED), ("submit", S.VERIFIED), ("submit", S.SUSPENDED), ("reject", S.VERIFIED)],
)
def test_a_step_out_of_turn_is_refused(action, state):
    with pytest.raises(IllegalTransition):
        LIFECYCLE.target(action, state)


def test_what_hurts_needs_a_reason():
    assert {"reject", "suspend"} == REASON_NEEDED
