"""The State Council's holiday notice, read as days (pure).

Each numbered item names a festival, the days off (放假, 补休) and the days worked in exchange (上班). What the notice
says twice is held against itself: weekdays in brackets, 共N天; days worked in exchange are Saturdays or Sundays.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.core.errors import Invalid
from marketplace.core.text import Message, _, say

FIELD = "text"
"""The field of the form that a fault belongs to."""
ITEM = re.compile(r"[一二三四五六七八九十]+、([^：:。]{1,20})[：:]")
TITLE = re.compile(r"关于(\d{4})年")
BRACKETS = r"(?:[（(]([^）)]*)[）)])?"
DAY = rf"(?:(\d{{4}})年)?(?:(\d{{1,2}})月)?(\d{{1,2}})日{BRACKETS}"
RANGE = re.compile(rf"{DAY}(?:(?:至|到|—|－|-|~|～){DAY})?")
COUNT = re.compile(r"共(\d{1,2})天")
WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
WEEKDAYS = "一二三四五六日"
OFF, WORKED = re.compile("放假|补休|公休"), re.compile("上班")
LONGEST_DAYS = 15
SATURDAY = 5

NO_ITEMS = _("没有认出节日。请粘贴通知里“一、元旦：……”开始的各条。")
OTHER_YEAR = _("这是 %(found)d 年的通知，不是 %(year)d 年的。")
NO_DAYS = _("“%(name)s”里没有认出放假的日子。")
BOTH = _("“%(name)s”有一句话既说放假又说上班，请分成两句。")
NO_SUCH_DAY = _("“%(name)s”里的 %(said)s 不是一个日子。")
TOO_LONG = _("“%(name)s”里从 %(first)s 到 %(last)s 不像一个假期。")
WRONG_WEEKDAY = _("“%(name)s”里 %(day)s 的星期对不上。年份选对了吗？")
WRONG_COUNT = _("“%(name)s”写着共 %(said)d 天，认出的是 %(found)d 天。")
NOT_A_WEEKEND = _("“%(name)s”里要上班的 %(day)s 不是周末。")
TWICE = _("%(day)s 既放假又上班。")


@dataclass(frozen=True, slots=True)
class Special:
    """A day that is not what its weekday says: off, or worked in exchange."""

    day: date
    is_working: bool
    name: str


def read_notice(text: str, year: int) -> list[Special]:
    """The days of a notice, in their order. Raises Invalid with the first thing that does not fit."""
    solid = "".join(text.split())
    title = TITLE.search(solid)
    if title and int(title[1]) != year:
        raise _unfit(OTHER_YEAR, found=int(title[1]), year=year)
    parts = ITEM.split(solid)[1:]
    if not parts:
        raise _unfit(NO_ITEMS)
    found: dict[date, Special] = {}
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        for special in _item(name, body, year):
            if found.setdefault(special.day, special).is_working != special.is_working:
                raise _unfit(TWICE, day=special.day.isoformat())
    return [found[day] for day in sorted(found)]


def _item(name: str, body: str, year: int) -> Iterator[Special]:
    off: list[date] = []
    for sentence in re.split("[。；;]", body):
        is_off, is_worked = bool(OFF.search(sentence)), bool(WORKED.search(sentence))
        if is_off and is_worked:
            raise _unfit(BOTH, name=name)
        if is_off:
            off += _days(name, sentence, year)
        elif is_worked:
            yield from _worked(name, sentence, year)
    if not off:
        raise _unfit(NO_DAYS, name=name)
    said = COUNT.search(body)
    if said and int(said[1]) != len(off):
        raise _unfit(WRONG_COUNT, name=name, said=int(said[1]), found=len(off))
    yield from (Special(day, is_working=False, name=name) for day in off)


def _worked(name: str, sentence: str, year: int) -> Iterator[Special]:
    for day in _days(name, sentence, year):
        if day.weekday() < SATURDAY:
            raise _unfit(NOT_A_WEEKEND, name=name, day=day.isoformat())
        yield Special(day, is_working=True, name=name)


def _days(name: str, sentence: str, year: int) -> list[date]:
    """Every day that a sentence names; a month that is left out is the one before."""
    days: list[date] = []
    month: str | None = None
    for match in RANGE.finditer(sentence):
        its_year, its_month, its_day, notes, last_year, last_month, last_day, last_notes = match.groups()
        month = its_month or month
        first = _day(name, match[0], its_year or year, month, its_day)
        _hold_weekday(name, first, notes)
        last = first
        if last_day:
            month = last_month or month
            last = _day(name, match[0], last_year or its_year or year, month, last_day)
            _hold_weekday(name, last, last_notes)
        length = (last - first).days + 1
        if not 1 <= length <= LONGEST_DAYS:
            raise _unfit(TOO_LONG, name=name, first=first.isoformat(), last=last.isoformat())
        days += [first + timedelta(days=number) for number in range(length)]
    return days


def _day(name: str, text: str, year: str | int, month: str | None, day: str) -> date:
    try:
        return date(int(year), int(month or 0), int(day))
    except ValueError:
        raise _unfit(NO_SUCH_DAY, name=name, said=text) from None


def _hold_weekday(name: str, day: date, notes: str | None) -> None:
    said = WEEKDAY.search(notes or "")
    if said is None:
        return
    if said[1].replace("天", "日") != WEEKDAYS[day.weekday()]:
        raise _unfit(WRONG_WEEKDAY, name=name, day=day.isoformat())


def _unfit(words: str, **values: object) -> Invalid:
    message: Message = say(words, **values)
    return Invalid({FIELD: message})
