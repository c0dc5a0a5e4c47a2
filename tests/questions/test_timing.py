"""Until when one may ask and answer, counted back from the end of bidding."""

from datetime import UTC, datetime, timedelta

import pytest

from marketplace.questions.timing import Periods, is_over, last_moments, moment_text

START = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
"""Noon of 1 June in Beijing."""


@pytest.mark.parametrize(
    ("days", "ask", "answer"),
    [
        (30, "2026-06-21 24:00", "2026-06-26 24:00"),
        (60, "2026-07-21 24:00", "2026-07-26 24:00"),
        (9, "2026-06-07 24:00", "2026-06-09 24:00"),
        (1, "2026-06-02 12:00", "2026-06-02 12:00"),
    ],
)
def test_ten_and_five_days_before_the_end_or_a_part_of_a_short_bidding(days, ask, answer):
    moments = last_moments(START, START + timedelta(days=days))
    assert (moment_text(moments.ask), moment_text(moments.answer)) == (ask, answer)


def test_a_district_has_periods_of_its_own():
    moments = last_moments(START, START + timedelta(days=30), Periods(ask_days=3, answer_days=1))
    assert (moment_text(moments.ask), moment_text(moments.answer)) == ("2026-06-28 24:00", "2026-06-30 24:00")


def test_a_later_end_of_bidding_moves_both():
    before, after = (last_moments(START, START + timedelta(days=days)) for days in (30, 37))
    assert after.ask - before.ask == after.answer - before.answer == timedelta(days=7)


def test_the_moment_itself_is_too_late():
    last = last_moments(START, START + timedelta(days=30)).ask
    assert not is_over(last, now=last - timedelta(seconds=1))
    assert is_over(last, now=last)
