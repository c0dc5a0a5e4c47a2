"""Reading the State Council's own words."""

import pytest

from marketplace.calendar.builtin import FOLDER, notices
from marketplace.calendar.notice import read_notice
from marketplace.core.errors import Invalid

OFF_DAYS = {2024: 28, 2025: 28, 2026: 33}
WORKED = {
    2024: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    2025: "01-26 02-08 04-27 09-28 10-11",
    2026: "01-04 02-14 02-28 05-09 09-20 10-10",
}


@pytest.mark.parametrize("year", sorted(WORKED))
def test_the_notices_that_came_with_the_program(year):
    days = notices()[year]
    assert [one.day.strftime("%m-%d") for one in days if one.is_working] == WORKED[year].split()
    assert sum(not one.is_working for one in days) == OFF_DAYS[year]
    assert {one.day.year for one in days} == {year}


def test_what_a_notice_encourages_is_no_holiday():
    assert not [one for one in notices()[2024] if one.day.isoformat() == "2024-02-09"]


def test_a_notice_is_read_whatever_its_line_breaks():
    text = (FOLDER / "2026.txt").read_text(encoding="utf-8")
    for changed in (text.replace("\n", "\r\n"), text.replace("\n", ""), text.replace("，", "，\n  "), "\n\n" + text):
        assert read_notice(changed, 2026) == list(notices()[2026])


def test_a_holiday_may_begin_in_the_year_before():
    days = read_notice("一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。", 2023)
    assert [one.day.isoformat() for one in days] == ["2022-12-31", "2023-01-01", "2023-01-02"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "没有认出节日"),
        ("今年照常放假。", "没有认出节日"),
        ("关于2025年部分节假日安排的通知 一、元旦：1月1日放假。", "这是 2025 年的通知，不是 2026 年的。"),
        ("一、元旦：放假一天。", "“元旦”里没有认出放假的日子。"),
        ("一、元旦：1月1日放假，1月4日上班。", "既说放假又说上班"),
        ("一、春节：2月30日放假。", "2月30日 不是一个日子"),
        ("一、春节：15日放假。", "15日 不是一个日子"),
        ("一、春节：2月15日至2月5日放假。", "不像一个假期"),
        ("一、春节：2月1日至12月31日放假。", "不像一个假期"),
        ("一、元旦：1月1日（周五）放假。", "的星期对不上"),
        ("一、元旦：1月1日（星期天）放假。", "的星期对不上"),
        ("一、元旦：1月1日至3日放假调休，共4天。", "写着共 4 天，认出的是 3 天"),
        ("一、元旦：1月1日放假。1月5日上班。", "要上班的 2026-01-05 不是周末"),
        ("一、元旦：1月3日放假。1月3日上班。", "2026-01-03 既放假又上班。"),
        ("一、元旦：0000年1月1日放假。", "0000年1月1日 不是一个日子"),
    ],
)
def test_what_does_not_fit_is_said(text, fault):
    with pytest.raises(Invalid) as refused:
        read_notice(text, 2026)
    (message,) = refused.value.fields.values()
    assert fault in str(message)
