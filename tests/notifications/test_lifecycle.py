import pytest

from marketplace.core.lifecycle import IllegalTransition
from marketplace.notifications.lifecycle import LIFECYCLE, DeliveryState


def test_every_state_can_be_reached():
    assert LIFECYCLE.unreachable() == set()


@pytest.mark.parametrize("state", [DeliveryState.SENT, DeliveryState.FAILED])
def test_what_was_sent_or_given_up_stays_so(state):
    with pytest.raises(IllegalTransition):
        LIFECYCLE.target("send", state)
