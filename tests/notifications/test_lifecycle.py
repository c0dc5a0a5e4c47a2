import pytest

from marketplace.core.lifecycle import IllegalTransition
from marketplace.notifications.lifecycle import LIFECYCLE, WAITING_STATES, DeliveryState


def test_every_state_can_be_reached():
    assert LIFECYCLE.unreachable() == set()


@pytest.mark.parametrize("action", LIFECYCLE.actions)
def test_what_was_sent_stays_so(action):
    with pytest.raises(IllegalTransition):
        LIFECYCLE.target(action, DeliveryState.SENT)


def test_what_was_given_up_waits_for_somebody_who_asks_for_it():
    assert LIFECYCLE.actions_from(DeliveryState.GIVEN_UP) == ("retry",)


def test_a_worker_takes_what_waits_and_what_a_dead_one_held():
    assert {state for state in DeliveryState if "take" in LIFECYCLE.actions_from(state)} == set(WAITING_STATES)
