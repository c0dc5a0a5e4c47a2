"""Targets with every comparator."""

import pytest

from marketplace.challenges import indicators
from marketplace.challenges.indicators import Comparator, faults_of, number_of, target_text

C = Comparator


@pytest.mark.parametrize(
    ("comparator", "target", "upper", "text"),
    [
        (C.AT_LEAST, "0.06", None, "≥ 0.06 S/cm"),
        (C.AT_MOST, "2", None, "≤ 2 S/cm"),
        (C.EQUAL, "5", None, "= 5 S/cm"),
        (C.BETWEEN, "8", "12", "8–12 S/cm"),
        (C.REACHED, None, None, ""),
    ],
)
def test_a_target_is_said_as_engineers_write_it(comparator, target, upper, text):
    assert faults_of(comparator, target, upper) == {}
    assert target_text(comparator, target, upper, "S/cm") == text


@pytest.mark.parametrize(
    ("comparator", "target", "upper", "faults"),
    [
        (C.AT_LEAST, None, None, {"target": indicators.NO_TARGET}),
        (C.AT_LEAST, "约 5", None, {"target": indicators.NOT_A_NUMBER}),
        (C.AT_LEAST, "nan", None, {"target": indicators.NOT_A_NUMBER}),
        (C.BETWEEN, "8", None, {"target_upper": indicators.NO_UPPER}),
        (C.BETWEEN, "8", "8", {"target_upper": indicators.UPPER_BELOW}),
        (C.BETWEEN, "8", "x", {"target_upper": indicators.NOT_A_NUMBER}),
        (C.REACHED, "1", None, {"target": indicators.TARGET_NOT_ASKED}),
    ],
)
def test_a_target_that_nobody_could_check_is_named_at_its_place(comparator, target, upper, faults):
    assert faults_of(comparator, target, upper) == faults


def test_thousands_separators_of_either_width_are_read():
    assert number_of("20,000") == number_of("20，000") == 20000
