"""The table of a challenge's life."""

import pytest

from marketplace.challenges.lifecycle import LIFECYCLE, REASON_NEEDED, ChallengeState
from marketplace.core.lifecycle import IllegalTransition

S = ChallengeState


def test_every_state_can_be_reached():
    assert LIFECYCLE.unreachable() == set()


def test_only_finished_and_published_states_have_no_way_but_withdrawal():
    assert {state for state in S if not LIFECYCLE.actions_from(state)} == {S.REJECTED, S.WITHDRAWN}
    assert LIFECYCLE.actions_from(S.OPEN) == ("extend", "withdraw", "takedown")


def test_a_draft_cannot_be_published_without_review():
    with pytest.raises(IllegalTransition):
        LIFECYCLE.target("publish", S.DRAFT)


def test_every_step_that_asks_for_a_reason_is_a_step():
    assert set(LIFECYCLE.actions) >= REASON_NEEDED
