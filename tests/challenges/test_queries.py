"""Lists of challenges: what a filter keeps."""

from datetime import timedelta

from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.queries import Filters, Sort, list_challenges
from marketplace.challenges.timing import Phase
from marketplace.core.actor import ANONYMOUS
from tests.conftest import NOON
from tests.factories.challenges import a_challenge

WAN = 1_000_000


def test_a_least_budget_is_met_by_itself_and_never_by_one_that_is_not_said(session):
    budgets = {99 * WAN: False, 100 * WAN: True, 101 * WAN: True, 0: False, None: False}
    made = {fen: a_challenge(session, state=ChallengeState.OPEN, budget_fen=fen) for fen in budgets}
    for sort in Sort:
        page = list_challenges(
            session, ANONYMOUS, filters=Filters(budget_from_fen=100 * WAN), sort=sort, page=1, now=NOON
        )
        assert {fen: made[fen] in page.items for fen in made} == budgets


def test_a_kept_list_asks_the_clock_anew(session):
    challenge = a_challenge(session, state=ChallengeState.OPEN, bids_close_at=NOON + timedelta(hours=1))

    def is_shown(phase, sort, now):
        page = list_challenges(session, ANONYMOUS, filters=Filters(phase=phase), sort=sort, page=1, now=now)
        assert page.total == len(page.items)
        return challenge in page.items

    for sort in Sort:
        for now, is_over in ((NOON, False), (NOON + timedelta(hours=2), True), (NOON, False)):
            assert is_shown(Phase.BIDDING, sort, now) is not is_over
            assert is_shown(Phase.CLOSED, sort, now) is is_over
