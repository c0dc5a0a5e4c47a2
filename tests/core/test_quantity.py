"""Numbers with their units."""

import pytest

from marketplace.core.quantity import quantity_text


@pytest.mark.parametrize(
    ("number", "unit", "words"),
    [("≥ 0.06", "S/cm", "≥ 0.06 S/cm"), ("52", "—", "52"), ("52", None, "52"), ("52", "", "52")],
)
def test_what_has_no_unit_shows_none(number, unit, words):
    assert quantity_text(number, unit) == words
