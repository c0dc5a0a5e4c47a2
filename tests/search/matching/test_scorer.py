"""From signals to a score and a band."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.matching.scorer import Signals, Thresholds, Weights, band, score

THRESHOLDS = Thresholds(strong=0.6, medium=0.45, weak=0.3, text=0.2)
A_SIGNAL = st.none() | st.floats(0, 1)


def test_a_score_is_the_weighted_mean():
    weights = Weights(text=3, direction=1)
    assert score(Signals(text=0.4, direction=1.0), weights) == pytest.approx((0.4 * 3 + 1) / 4)


def test_what_is_not_known_does_not_count():
    assert score(Signals(text=0.4), Weights()) == pytest.approx(0.4)
    assert score(Signals(text=0.4, area=0.0), Weights(text=1, area=1)) == pytest.approx(0.2)


@settings(deadline=None)
@given(st.builds(Signals, st.floats(0, 1), *[A_SIGNAL] * 6))
def test_a_score_lies_between_nothing_and_one(signals):
    assert 0 <= score(signals, Weights()) <= 1 + 1e-9


@pytest.mark.parametrize(
    ("total", "text", "expected"),
    [
        (0.6, 0.5, "strong"),
        (0.59, 0.5, "medium"),
        (0.45, 0.5, "medium"),
        (0.44, 0.5, "weak"),
        (0.3, 0.5, "weak"),
        (0.29, 0.5, None),
        (0.9, 0.19, None),
        (0.9, 0.2, "strong"),
    ],
)
def test_a_score_lies_in_the_band_whose_threshold_it_reaches(total, text, expected):
    assert band(total, text, THRESHOLDS) == expected
