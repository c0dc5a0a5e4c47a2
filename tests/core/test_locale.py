"""Days, moments and amounts as readers of each language write them."""

from datetime import UTC, date, datetime

import pytest

from marketplace.core.locale import amount_text, day_text, minute_text
from marketplace.core.money import Amount

LATE = datetime(2026, 11, 30, 17, 5, tzinfo=UTC)
YUAN, WAN = 100, 1_000_000


def test_a_moment_is_said_by_beijings_day_and_clock():
    assert minute_text(LATE, "zh") == "2026-12-01 01:05"
    assert minute_text(LATE, "en") == "1 Dec 2026, 01:05"
    assert (day_text(LATE, "zh"), day_text(LATE, "en")) == ("2026-12-01", "1 Dec 2026")


def test_a_day_has_no_clock():
    day = date(2026, 5, 4)
    assert (day_text(day, "en"), minute_text(day, "en"), minute_text(day, "zh")) == (
        "4 May 2026",
        "4 May 2026",
        "2026-05-04",
    )


@pytest.mark.parametrize(
    ("amount", "chinese", "english"),
    [
        (Amount(480 * WAN), "480 万元", "CNY 4.8 million"),
        (Amount(100 * WAN), "100 万元", "CNY 1 million"),
        (Amount(99 * WAN), "99 万元", "CNY 990,000"),
        (Amount(125_000 * WAN), "125,000 万元", "CNY 1,250 million"),
        (Amount(120 * WAN, 200 * WAN), "120–200 万元", "CNY 1.2–2 million"),
        (Amount(80 * WAN, 200 * WAN), "80–200 万元", "CNY 800,000–2,000,000"),
        (Amount(120 * WAN, 120 * WAN), "120 万元", "CNY 1.2 million"),
        (Amount(123_456_789 * YUAN), "12,345.6789 万元", "CNY 123,456,789"),
        (Amount(5_050), "0.00505 万元", "CNY 50.50"),
    ],
)
def test_an_amount_is_the_same_amount_in_both_languages(amount, chinese, english):
    assert amount_text(amount, "zh") == chinese == str(amount)
    assert amount_text(amount, "en") == english
