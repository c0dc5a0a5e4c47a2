"""Days of Beijing."""

from datetime import UTC, date, datetime

import pytest

from marketplace.core.calendar import day_of, end_of_day, from_beijing


def test_the_day_turns_in_beijing_and_not_in_greenwich():
    assert day_of(datetime(2026, 6, 1, 15, 59, 59, tzinfo=UTC)) == date(2026, 6, 1)
    assert day_of(datetime(2026, 6, 1, 16, 0, tzinfo=UTC)) == date(2026, 6, 2)


def test_a_day_ends_at_twenty_four_hours_there():
    assert end_of_day(date(2026, 6, 1)) == datetime(2026, 6, 1, 16, 0, tzinfo=UTC)


def test_a_typed_clock_time_is_beijings():
    assert from_beijing(datetime(2026, 12, 9, 17, 0)) == datetime(2026, 12, 9, 9, 0, tzinfo=UTC)  # noqa: DTZ001
    with pytest.raises(ValueError, match="no zone"):
        from_beijing(datetime(2026, 12, 9, 17, 0, tzinfo=UTC))
