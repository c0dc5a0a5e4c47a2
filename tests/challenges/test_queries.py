"""Lists of challenges: what a filter keeps."""

from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.queries import Filters, Sort, list_challenges
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
