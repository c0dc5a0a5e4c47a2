"""The notices that came with the program (pure): read once, from their own words."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from marketplace.calendar.days import WorkingCalendar
from marketplace.calendar.notice import Special, read_notice

FOLDER = Path(__file__).parent / "notices"


@cache
def notices() -> Mapping[int, tuple[Special, ...]]:
    """The days of each notice, by its year."""
    return {
        int(path.stem): tuple(read_notice(path.read_text(encoding="utf-8"), int(path.stem)))
        for path in sorted(FOLDER.glob("*.txt"))
    }


def calendar_from(years: Mapping[int, tuple[Special, ...]]) -> WorkingCalendar:
    """Later notices speak last of a day that two speak of."""
    special = {one.day: one.is_working for year in sorted(years) for one in years[year]}
    return WorkingCalendar(special, frozenset(years))
