"""What the clock says."""

from datetime import timedelta

from marketplace.challenges import timing
from marketplace.challenges.lifecycle import ChallengeState
from marketplace.challenges.timing import Phase, dates_fault, has_closed, phase_of, remaining
from tests.conftest import NOON

MOMENT = timedelta(microseconds=1)


def test_bidding_closes_on_the_stroke():
    assert has_closed(NOON, now=NOON)
    assert not has_closed(NOON, now=NOON - MOMENT)


def test_only_an_open_challenge_is_bidding_or_closed():
    assert phase_of(ChallengeState.OPEN, NOON, now=NOON - MOMENT) is Phase.BIDDING
    assert phase_of(ChallengeState.OPEN, NOON, now=NOON) is Phase.CLOSED
    assert phase_of(ChallengeState.WITHDRAWN, NOON, now=NOON) is None


def test_what_remains_is_said_in_the_largest_unit_that_helps():
    def said(**left):
        return str(remaining(NOON + timedelta(**left), now=NOON))

    assert said(days=15, hours=3) == "还剩 15 天"
    assert said(days=1, hours=23) == "还剩 47 小时"
    assert said(minutes=59) == "还剩 59 分钟"
    assert said(seconds=3) == "还剩 1 分钟"
    assert said(seconds=0) == "已截止"


def test_bidding_lasts_a_day_at_least_and_publication_lies_ahead():
    day = timedelta(days=1)
    assert dates_fault(publish_at=NOON, closes_at=NOON + day, now=NOON) == {}
    assert dates_fault(publish_at=NOON, closes_at=NOON + day - MOMENT, now=NOON) == {
        "bids_close_at": timing.CLOSE_IN_PAST
    }
    assert dates_fault(publish_at=NOON - MOMENT, closes_at=NOON + 2 * day, now=NOON) == {
        "publish_at": timing.PUBLISH_IN_PAST
    }
