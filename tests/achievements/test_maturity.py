"""The nine readiness levels."""

import pytest

from marketplace.achievements.maturity import LEVELS, SCALE, is_level


def test_there_are_nine_levels_in_order_under_their_own_number():
    assert [(number, level.number) for number, level in LEVELS.items()] == [(n, n) for n in range(1, 10)]
    assert SCALE == "trl9"


def test_every_level_has_a_name_and_evidence_of_its_own():
    assert len({level.name for level in LEVELS.values()}) == 9
    assert len({level.evidence for level in LEVELS.values()}) == 9


@pytest.mark.parametrize(("number", "is_one"), [(None, False), (0, False), (1, True), (9, True), (10, False)])
def test_levels_run_from_one_to_nine(number, is_one):
    assert is_level(number) is is_one
