"""The table of a listing's life."""

import pytest

from marketplace.achievements.lifecycle import (
    EDITABLE_STATES,
    LIFECYCLE,
    PUBLIC_STATES,
    REASON_NEEDED,
    AchievementState,
)
from marketplace.core.lifecycle import IllegalTransition

S = AchievementState
TABLE = {
    S.DRAFT: {"submit": S.SUBMITTED, "import_publish": S.LISTED, "withdraw": S.WITHDRAWN},
    S.SUBMITTED: {
        "recall": S.DRAFT,
        "return": S.RETURNED,
        "reject": S.REJECTED,
        "schedule": S.SCHEDULED,
        "publish": S.LISTED,
        "withdraw": S.WITHDRAWN,
        "takedown": S.TAKEN_DOWN,
    },
    S.RETURNED: {"submit": S.SUBMITTED, "withdraw": S.WITHDRAWN},
    S.REJECTED: {},
    S.SCHEDULED: {
        "return": S.RETURNED,
        "publish": S.LISTED,
        "withdraw": S.WITHDRAWN,
        "takedown": S.TAKEN_DOWN,
    },
    S.LISTED: {"renew": S.LISTED, "expire": S.EXPIRED, "withdraw": S.WITHDRAWN, "takedown": S.TAKEN_DOWN},
    S.EXPIRED: {"renew": S.LISTED, "withdraw": S.WITHDRAWN},
    S.WITHDRAWN: {},
    S.TAKEN_DOWN: {"return": S.RETURNED, "restore": S.LISTED},
}


@pytest.mark.parametrize("state", AchievementState)
def test_each_state_leads_exactly_where_the_table_says(state):
    assert {action: LIFECYCLE.target(action, state) for action in LIFECYCLE.actions_from(state)} == TABLE[state]


def test_every_state_can_be_reached():
    assert LIFECYCLE.unreachable() == set()


def test_a_draft_cannot_be_listed_past_its_review():
    with pytest.raises(IllegalTransition):
        LIFECYCLE.target("publish", S.DRAFT)


def test_only_what_is_listed_is_public_and_only_unsent_text_is_editable():
    assert {S.LISTED} == PUBLIC_STATES
    assert {S.DRAFT, S.RETURNED} == EDITABLE_STATES


def test_steps_that_take_something_away_need_a_reason():
    assert {"return", "reject", "withdraw", "takedown", "restore"} == REASON_NEEDED
    assert set(LIFECYCLE.actions) >= REASON_NEEDED
